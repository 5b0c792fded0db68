"""Where in a site the page lives: below its prefix everything is ours, beside it nothing."""

from __future__ import annotations

from collections.abc import Iterable

from gptchat.guard.refusing import Environ, StartResponse, WSGICallable, plain


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


def _nowhere(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    return plain(start_response, "404 Not Found", "There is nothing here.")
