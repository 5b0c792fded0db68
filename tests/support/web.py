"""A visitor's HTTP: their cookie, and what they fetch beside the socket."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any

PATIENCE = 15.0  # Seconds for which a fetch is tried again while the server is away.


class Visitor:
    """One browser: its tabs share this. A server for one person gives it no cookie."""

    def __init__(self, port: int, path: str = "/") -> None:
        self.port, self.path = port, path
        self.cookie = ""
        self.heard: list[str] = []
        """Every body that was answered."""
        _, headers, _ = self.get("")
        if given := headers["Set-Cookie"]:
            self.cookie = given.partition(";")[0]

    def get(self, path: str) -> tuple[int, Any, str]:
        """Fetch once: the status, the headers, the body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            headers = {"Cookie": self.cookie} if self.cookie else {}
            connection.request("GET", f"{self.path}{path}", headers=headers)
            answer = connection.getresponse()
            body = answer.read().decode()
            self.heard.append(body)
            return answer.status, answer.headers, body
        finally:
            connection.close()

    def get_json(self, path: str) -> Any:
        """Fetch until there is an answer, as a page does whose connection is bad."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                status, _, body = self.get(path)
                assert status == 200, f"{path} was answered with {status}: {body[:200]}"
                return json.loads(body)
            except (OSError, http.client.HTTPException):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def snapshot(self, conversation: str) -> Any:
        """A whole conversation."""
        return self.get_json(f"api/conversations/{conversation}")

    def message(self, conversation: str, id: str) -> Any:
        """One message, which was too long for the socket."""
        return self.get_json(f"api/conversations/{conversation}/messages/{id}")
