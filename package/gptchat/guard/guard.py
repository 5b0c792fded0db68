"""The one door for HTTP and Socket.IO alike: Host, Origin, sizes, owner, headers.

Everything is judged before any routing, and every answer leaves with the same
headers, those of Socket.IO included. It learns from `policy.py` who is known and
from `visitors.py` whose conversations a request may see; it decides nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from werkzeug.middleware.proxy_fix import ProxyFix

from gptchat.guard.headers import LIBRARIES, completed
from gptchat.guard.policy import (
    Policy,
    host_of,
    is_loopback,
    is_prefix,
    own_origin,
    refuse_open_bind,
)
from gptchat.guard.visitors import LOCAL, OWNER, Visitors, owner_from, owner_of

__all__ = ["Guard", "Mount", "Policy", "owner_of", "refuse_open_bind"]

log = logging.getLogger("gptchat.guard")

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[..., Any]
WSGICallable: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]

SAFE = frozenset({"GET", "HEAD"})
METHODS = SAFE | {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
MAX_ADDRESS = 8192

MANY_NAMES = 20
"""Unknown host names that are logged, each once: whoever tries names must not fill the log."""

FORWARDED = ("HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_SCRIPT_NAME")


class Refused(Exception):
    """This request goes no further. Status and words are fixed texts; nothing is echoed."""

    def __init__(self, status: str, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


class Guard:
    """WSGI middleware. Its `policy` may be replaced while it runs."""

    def __init__(self, app: WSGICallable, *, policy: Policy) -> None:
        self._app = app
        self.policy = policy

    @property
    def policy(self) -> Policy:
        """Who may come in."""
        return self._policy

    @policy.setter
    def policy(self, policy: Policy) -> None:
        self._policy = policy
        self._visitors = Visitors(policy.secret)
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
        if not self.policy.behind_proxy:
            _forget_forwarding(environ)
        return self._entry(environ, start_response)

    def _judge(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        name, host = host_of(environ) or ("", "")
        named = host if self.policy.knows_host(name) else "localhost"
        scheme = environ["wsgi.url_scheme"]
        visitor: list[str] = []

        def respond(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            answer = completed(headers, self.policy, host=named, scheme=scheme)
            if visitor and _is_page(status, answer):
                answer.append(("Set-Cookie", self._visitors.cookie(visitor[0], environ, host)))
            return start_response(status, answer, *rest)

        try:
            self._check_host(name)
            self._take_prefix(environ)
            self._check_size(environ)
            self._check_origin(environ, host)
            visitor += self._identify(environ, name, host)
        except Refused as refusal:
            log.info("Refused %s: %s", environ.get("REMOTE_ADDR", "?"), refusal)
            return plain(respond, refusal.status, refusal.words)
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

    def _check_origin(self, environ: Environ, host: str) -> None:
        if _is_library(environ):
            return
        own = own_origin(environ, host)
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None:
            if not self.policy.knows_origin(origin, own):
                log.warning(
                    "Refused a request of the origin %r; this page's own is %s. If that is how it "
                    "is reached, set allowed_origins, or behind_proxy for a proxy with TLS.",
                    origin[:200],
                    own,
                )
                raise Refused("403 Forbidden", "Another site may not speak to this server.")
            return
        if _is_upgrade(environ) or environ["REQUEST_METHOD"] not in SAFE:
            # A browser always says its origin here, and cannot be made to send this header.
            if not environ.get("HTTP_AUTHORIZATION", "").startswith("Bearer "):
                raise Refused("403 Forbidden", "The request does not say its origin.")
        elif environ.get("HTTP_SEC_FETCH_SITE") == "cross-site" and not self._may_navigate(environ):
            raise Refused("403 Forbidden", "Another site may not load this.")

    def _may_navigate(self, environ: Environ) -> bool:
        """A link from elsewhere may open the page; a frame only where frames are allowed."""
        places = {"document"} | ({"iframe", "frame"} if self.policy.frame_ancestors else set())
        return (
            environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
            and environ.get("HTTP_SEC_FETCH_DEST") in places
        )

    def _identify(self, environ: Environ, name: str, host: str) -> list[str]:
        """Set the owner. The answer is the visitor to be remembered, if there is one."""
        if not self.policy.anonymous:
            if not (is_loopback(name) and is_loopback(environ.get("REMOTE_ADDR", ""))):
                raise Refused(
                    "403 Forbidden",
                    "This server does not know who may come in from beyond its own machine. "
                    "Its owner can pass allow_anonymous=True.",
                )
            environ[OWNER] = LOCAL
            return []
        visitor = self._visitors.recognise(environ, host)
        if visitor is None:
            if _is_upgrade(environ) or environ["REQUEST_METHOD"] not in SAFE:
                raise Refused("401 Unauthorized", "Please load the page first.")
            visitor = self._visitors.newcomer()
        environ[OWNER] = owner_from(visitor)
        return [visitor]


class Mount:
    """WSGI middleware: what lies below `prefix` goes inside, everything else outside."""

    def __init__(
        self, prefix: str, inside: WSGICallable, outside: WSGICallable | None = None
    ) -> None:
        self._prefix = prefix.rstrip("/")
        self._inside = inside
        self._outside = outside or _nowhere

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Send a request where it belongs. Without its last slash the prefix itself redirects."""
        path = environ.get("PATH_INFO", "")
        if not self._prefix or path.startswith(self._prefix + "/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + self._prefix
            environ["PATH_INFO"] = path[len(self._prefix) :]
            return self._inside(environ, start_response)
        if path == self._prefix:
            place = environ.get("SCRIPT_NAME", "") + self._prefix + "/"
            start_response("308 Permanent Redirect", [("Location", place), ("Content-Length", "0")])
            return []
        return self._outside(environ, start_response)


def plain(start_response: StartResponse, status: str, words: str) -> Iterable[bytes]:
    """Answer with one sentence of plain text."""
    body = (words + "\n").encode()
    start_response(
        status,
        [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))],
    )
    return [body]


def _nowhere(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    return plain(start_response, "404 Not Found", "There is nothing here.")


def _is_upgrade(environ: Environ) -> bool:
    return "websocket" in environ.get("HTTP_UPGRADE", "").lower()


def _is_library(environ: Environ) -> bool:
    """A script for a sealed frame of ours, whose origin is `null`. It is the same for everybody."""
    is_script = environ.get("HTTP_SEC_FETCH_DEST") == "script"
    is_read = environ["REQUEST_METHOD"] in SAFE and not _is_upgrade(environ)
    return is_script and is_read and environ.get("PATH_INFO", "").startswith(LIBRARIES)


def _is_page(status: str, headers: list[tuple[str, str]]) -> bool:
    kinds = [value for name, value in headers if name.lower() == "content-type"]
    return status.startswith("200") and kinds[:1] != [] and kinds[0].startswith("text/html")


def _forget_forwarding(environ: Environ) -> None:
    for name in [key for key in environ if key.startswith("HTTP_X_FORWARDED_") or key in FORWARDED]:
        del environ[name]
