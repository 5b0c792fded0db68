"""The one cookie: out of reach of scripts, of other sites, and of other apps on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

REMEMBERED = 90 * 24 * 3600
"""Seconds a browser keeps it."""


def cookie_said(environ: Mapping[str, Any], host: str) -> str | None:
    """What the browser says in our cookie. It may be anything."""
    try:
        morsel = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(cookie_name(environ, host))
    except CookieError:
        return None
    return None if morsel is None else morsel.value


def cookie_to_say(
    value: str, environ: Mapping[str, Any], host: str, seconds: int = REMEMBERED
) -> str:
    """The `Set-Cookie` value that makes the browser say `value` from now on."""
    path = (environ.get("SCRIPT_NAME") or "/") if not _is_whole_host(environ) else "/"
    secure = "; Secure" if environ["wsgi.url_scheme"] == "https" else ""
    return (
        f"{cookie_name(environ, host)}={value}; Path={path}; "
        f"Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
    )


def cookie_name(environ: Mapping[str, Any], host: str) -> str:
    """Cookies ignore ports, so on http the name carries it: two apps on one machine stay apart."""
    if environ["wsgi.url_scheme"] == "https":
        return "__Host-gptchat" if _is_whole_host(environ) else "__Secure-gptchat"
    _, _, port = host.rpartition(":")
    return f"gptchat-{port}" if port.isdigit() else "gptchat-80"


def _is_whole_host(environ: Mapping[str, Any]) -> bool:
    """Whether we are the only app of this host, and not one below a prefix."""
    return not environ.get("SCRIPT_NAME")
