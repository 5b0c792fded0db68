"""Whose conversations a request may see.

On this machine, without authentication, there is one owner: `local`. Where anyone
may come in, each browser is an owner of its own, by a signed cookie it gets with
the page. The secret is kept by the store; a login (a later room) will answer the
same question in the same place.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

LOCAL = "local"
OWNER = "gptchat.owner"
"""Where in the WSGI environment the owner is found by the rooms behind the guard."""

REMEMBERED = 90 * 24 * 3600
"""Seconds a browser is remembered after its last visit."""


def owner_of(environ: Mapping[str, Any]) -> str:
    """The owner the guard found for this request."""
    return str(environ[OWNER])


class Visitors:
    """Reads and writes the cookie by which a browser stays the same owner."""

    def __init__(self, secret: str) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="gptchat.visitor")

    def recognise(self, environ: Mapping[str, Any], host: str) -> str | None:
        """The visitor's id from a cookie of ours that is neither forged nor forgotten."""
        try:
            cookies = SimpleCookie(environ.get("HTTP_COOKIE", ""))
        except CookieError:
            return None
        morsel = cookies.get(cookie_name(environ, host))
        if morsel is None:
            return None
        try:
            visitor = self._signer.loads(morsel.value, max_age=REMEMBERED)
        except BadData:
            return None
        return visitor if isinstance(visitor, str) else None

    def newcomer(self) -> str:
        """An id for a browser never seen before."""
        return secrets.token_urlsafe(32)

    def cookie(self, visitor: str, environ: Mapping[str, Any], host: str) -> str:
        """The `Set-Cookie` value that makes the browser say the id again."""
        path = (environ.get("SCRIPT_NAME") or "/") if not _is_whole_host(environ) else "/"
        secure = "; Secure" if environ["wsgi.url_scheme"] == "https" else ""
        return (
            f"{cookie_name(environ, host)}={self._signer.dumps(visitor)}; Path={path}; "
            f"Max-Age={REMEMBERED}; HttpOnly; SameSite=Lax{secure}"
        )


def owner_from(visitor: str) -> str:
    """The owner's name in the store: whoever reads the store learns no cookie from it."""
    return "visitor_" + hashlib.sha256(visitor.encode()).hexdigest()[:32]


def cookie_name(environ: Mapping[str, Any], host: str) -> str:
    """Cookies ignore ports, so on http the name carries it: two apps on one machine stay apart."""
    if environ["wsgi.url_scheme"] == "https":
        return "__Host-gptchat" if _is_whole_host(environ) else "__Secure-gptchat"
    _, _, port = host.rpartition(":")
    return f"gptchat-{port}" if port.isdigit() else "gptchat-80"


def _is_whole_host(environ: Mapping[str, Any]) -> bool:
    """Whether we are the only app of this host, and not one below a prefix."""
    return not environ.get("SCRIPT_NAME")
