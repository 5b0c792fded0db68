"""What was typed as the address of a model's server, read and mended.

Whether anybody answers there is the business of `endpoint.py`.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from gptchat.errors import NoEndpoint

OPENAI = "https://api.openai.com/v1"
OLLAMA = "http://127.0.0.1:11434/v1"

_TAIL = re.compile(r"(/chat/completions|/completions|/responses|/models)?/*\Z")
_VERSION = re.compile(r"/v\d+\w*(/|\Z)")


def read_address(typed: str) -> str:
    """The address as a URL without its tail. Raises NoEndpoint where it can be none."""
    text = typed.strip()
    if "://" not in text:
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        fits = False
    if not fits or any(c.isspace() for c in text):
        raise NoEndpoint(
            f"{typed!r} is no address of a server. One looks like {OLLAMA} or {OPENAI}."
        )
    if parts.query or parts.fragment:
        raise NoEndpoint(f"{typed!r} is no base URL: leave out what follows '?' or '#'.")
    return urlunsplit((parts.scheme, parts.netloc, _TAIL.sub("", parts.path), "", ""))


def candidates(address: str) -> list[str]:
    """Where the API may be: as typed, or below `/v1`, which people leave out."""
    path = urlsplit(address).path
    if _VERSION.search(path):
        return [address]
    below = f"{address}/v1"
    return [address, below] if path else [below, address]


def shown(address: str) -> str:
    """The address without the password that may stand in it."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
