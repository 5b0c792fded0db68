"""Browsers of people who sign in, for an application that is served or not."""

from __future__ import annotations

from typing import Any

from werkzeug.test import Client, TestResponse

from gptchat import GPTChat

HOST = "localhost:5000"
ORIGIN = f"http://{HOST}"
PASSWORD = "correct horse"


class Browser:
    """One browser, asking an application without a socket in between."""

    def __init__(self, app: GPTChat, *, address: str = "127.0.0.1", host: str = HOST) -> None:
        self._client = Client(app._rooms.wsgi_app)
        self.address, self.host = address, host

    def open(self, path: str, method: str = "GET", **more: Any) -> TestResponse:
        """One request, of our own page or of somebody who types an address."""
        headers = {"X-Gptchat": "1", **more.pop("headers", {})}
        if method != "GET":
            headers.setdefault("Origin", f"http://{self.host}")
        place = {"HTTP_HOST": self.host, "REMOTE_ADDR": self.address}
        return self._client.open(
            path, method=method, headers=headers, environ_overrides=place, **more
        )

    def sign_in(self, secret: str = PASSWORD, path: str = "/") -> TestResponse:
        """Fill the form in and send it."""
        return self.open(path, "POST", data={"secret": secret})

    def sign_out(self) -> TestResponse:
        """Press the row."""
        return self.open("/api/sign-out", "POST")

    @property
    def cookie(self) -> str:
        """What the browser says in our cookie."""
        name, port = self.host.partition(":")[::2]
        found = self._client.get_cookie(f"gptchat-{port}", name)
        return "" if found is None else found.value

    @cookie.setter
    def cookie(self, value: str) -> None:
        name, port = self.host.partition(":")[::2]
        self._client.set_cookie(f"gptchat-{port}", value, domain=name)

    @property
    def is_in(self) -> bool:
        """Whether the server knows this browser."""
        return self.open("/api/config").status_code == 200

    @property
    def key(self) -> str:
        """For whom the page is, as it is told."""
        return str(self.open("/api/config").get_json()["person"]["key"])
