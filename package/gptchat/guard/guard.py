"""The one door for HTTP and Socket.IO alike: Host, Origin, sizes, who is asking, headers.

Everything is judged before any routing, and every answer leaves with the same
headers, those of Socket.IO included. It learns from `policy.py` who may speak and
from `gate.py` who is asking; whoever has to sign in first reaches nothing but that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

from gptchat.errors import StoreError
from gptchat.guard.gate import Gate
from gptchat.guard.headers import completed
from gptchat.guard.mounting import Mount
from gptchat.guard.origins import SAFE, check_origin, is_library
from gptchat.guard.policy import Policy, host_of, is_prefix, refuse_open_bind
from gptchat.guard.proxied import PEER
from gptchat.guard.refusing import (
    SIGN_IN_FIRST,
    Environ,
    Refused,
    StartResponse,
    WSGICallable,
    answer_refusal,
)
from gptchat.guard.visitors import PERSON, owner_of
from gptchat.guard.ways import Asking

__all__ = ["Guard", "Mount", "Policy", "WSGICallable", "owner_of", "refuse_open_bind"]

log = logging.getLogger("gptchat.guard")

METHODS = SAFE | {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
MAX_ADDRESS = 8192

MANY_NAMES = 20
"""Unknown host names that are logged, each once: whoever tries names must not fill the log."""

FORWARDED = ("HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_SCRIPT_NAME")

SIGN_IN = "/sign-in"
"""Where the sign-in page is made, whatever address it is shown at."""

ASKED_FOR = "gptchat.asked_for"
"""Where in the WSGI environment that address stands."""


class Guard:
    """WSGI middleware. Its `policy` may be replaced while it runs.

    `is_open` tells which addresses are for everybody who may speak to the server at all.
    """

    def __init__(
        self,
        app: WSGICallable,
        *,
        policy: Policy,
        gate: Gate,
        is_open: Callable[[str], bool] = lambda path: False,
    ) -> None:
        self._app, self._gate, self._is_open = app, gate, is_open
        self.policy = policy

    @property
    def policy(self) -> Policy:
        """Who may come in."""
        return self._policy

    @policy.setter
    def policy(self, policy: Policy) -> None:
        self._policy = policy
        self._unknown: set[str] = set()
        hops = policy.behind_proxy
        self._entry: WSGICallable = self._judge
        if hops:
            # The prefix is ours to check: ProxyFix would take any text for it.
            self._entry = ProxyFix(
                self._judge, x_for=hops, x_proto=hops, x_host=hops, x_port=0, x_prefix=0
            )

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Let a request in, or answer it with a refusal."""
        environ[PEER] = environ.get("REMOTE_ADDR", "")
        if not self.policy.behind_proxy:
            _forget_forwarding(environ, but=self._gate.header)
        return self._entry(environ, start_response)

    def _judge(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        name, host = host_of(environ) or ("", "")
        named = host if self.policy.knows_host(name) else "localhost"
        scheme = environ["wsgi.url_scheme"]
        cookies: list[str] = []

        def respond(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            answer = completed(headers, self.policy, host=named, scheme=scheme)
            if _is_page(status, answer):
                answer += [("Set-Cookie", cookie) for cookie in cookies]
            return start_response(status, answer, *rest)

        try:
            self._check_host(name)
            self._take_prefix(environ)
            self._check_size(environ)
            check_origin(environ, host, self.policy)
            cookies += self._admit(Asking(environ, name, host))
        except Refused as refusal:
            log.info("Refused %s: %s", environ.get("REMOTE_ADDR", "?"), refusal)
            return answer_refusal(refusal, environ, respond)
        return self._app(environ, respond)

    def _check_host(self, name: str) -> None:
        if not name:
            raise Refused("400 Bad Request", "The request does not say which host it is for.")
        if not self.policy.knows_host(name):
            if len(self._unknown) < MANY_NAMES and name not in self._unknown:
                self._unknown.add(name)
                log.warning("Asked for by the name %r. If it is yours, set allowed_hosts.", name)
            raise Refused(
                "421 Misdirected Request",
                "This server does not answer to that name. Its owner can add it to allowed_hosts.",
            )

    def _take_prefix(self, environ: Environ) -> None:
        """Behind trusted proxies the path the browser knows is longer than ours."""
        given = str(environ.pop("HTTP_X_FORWARDED_PREFIX", ""))
        if not given or not self.policy.behind_proxy:
            return
        values = [each.strip() for each in given.split(",")]
        prefix = values[-min(self.policy.behind_proxy, len(values))].rstrip("/")
        if prefix and not is_prefix(prefix):
            raise Refused("400 Bad Request", "The proxy's X-Forwarded-Prefix is not a path.")
        environ["SCRIPT_NAME"] = prefix + environ.get("SCRIPT_NAME", "")

    def _check_size(self, environ: Environ) -> None:
        if environ["REQUEST_METHOD"] not in METHODS:
            raise Refused("405 Method Not Allowed", "This method is not known here.")
        address = len(environ.get("PATH_INFO", "")) + len(environ.get("QUERY_STRING", ""))
        if address > MAX_ADDRESS:
            raise Refused("414 URI Too Long", "The address is too long.")
        length = environ.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit()):
            raise Refused("400 Bad Request", "The length of the request is not a number.")
        if int(length) > self.policy.may_weigh(environ.get("PATH_INFO", "")):
            raise Refused("413 Content Too Large", "That is more than this server takes at once.")

    def _admit(self, asking: Asking) -> list[str]:
        """Set who is asking, or show them the way in. The answer is a cookie to be given."""
        environ = asking.environ
        if self._is_open(asking.path) or is_library(environ):
            return []
        try:
            found = self._gate.recognise(asking)
        except StoreError:
            raise Refused(
                "503 Service Unavailable", "The server cannot look up who you are. Try again soon."
            ) from None
        if found is not None:
            environ[PERSON] = found.person
        way = self._gate.asks
        is_tried = way is not None and way.is_tried(asking)
        if asking.is_for_page and (found is None or is_tried):
            environ[ASKED_FOR], environ["PATH_INFO"] = asking.path, SIGN_IN
        elif found is None:
            raise Refused("401 Unauthorized", SIGN_IN_FIRST)
        return [found.cookie] if found is not None and found.cookie else []


def _is_page(status: str, headers: list[tuple[str, str]]) -> bool:
    kinds = [value for name, value in headers if name.lower() == "content-type"]
    return status.startswith("200") and kinds[:1] != [] and kinds[0].startswith("text/html")


def _forget_forwarding(environ: Environ, *, but: str) -> None:
    """What nobody vouches for. A header that says who it is, is judged by its own rule."""
    for name in [key for key in environ if key.startswith("HTTP_X_FORWARDED_") or key in FORWARDED]:
        if name != but:
            del environ[name]
