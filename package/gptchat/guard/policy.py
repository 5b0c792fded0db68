"""Who may come in, as a value: which hosts, which origins, through how many proxies.

It answers questions about a request's head. `guard.py` asks them and acts on the answers.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gptchat.errors import OpenToTheWorld

WILDCARDS = frozenset({"", "0.0.0.0", "::", "*"})  # noqa: S104 – recognised here, never bound

UPLOADS = "/api/files"
"""Where files are posted."""

IMPORTS = "/api/import"
"""Where conversations are posted; these two alone take more than a long message."""

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?")
_PREFIX = re.compile(r"/[\w./-]*", re.ASCII)


@dataclass(frozen=True)
class Policy:
    """What `run_app` and the configuration say about who may come in.

    `host` is the address listened on; None when a WSGI server of the developer's listens.
    """

    host: str | None = "127.0.0.1"
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    frame_ancestors: tuple[str, ...] = ()
    image_hosts: tuple[str, ...] = ()
    behind_proxy: int = 0
    max_body: int = 4 * 200_000
    max_upload: Callable[[], int] = lambda: 0
    max_import: int = 0

    def may_weigh(self, path: str) -> int:
        """Bytes a request to this path may bring."""
        larger = {UPLOADS: self.max_upload(), IMPORTS: self.max_import}
        return max(self.max_body, larger.get(path, 0))

    def knows_host(self, name: str) -> bool:
        """Whether the page may be reached by this name or address."""
        if is_loopback(name) or name == (self.host or "").lower():
            return True
        if self.host is not None and self.host in WILDCARDS and _address(name) is not None:
            return True
        return any(_fits(name, allowed.lower()) for allowed in self.allowed_hosts)

    def knows_origin(self, origin: str, own: str) -> bool:
        """Whether scripts of this origin may speak to us. `null` never."""
        origin = origin.lower()
        return origin != "null" and (
            origin == own or origin in {each.lower().rstrip("/") for each in self.allowed_origins}
        )


def host_of(environ: Mapping[str, Any]) -> tuple[str, str] | None:
    """The name in `Host` and the whole of it, in lower case. None if it is missing or doubled."""
    whole = str(environ.get("HTTP_HOST", "")).lower()
    found = _HOST.fullmatch(whole)
    if found is None:
        return None
    return found[1].strip("[]").rstrip("."), whole


def own_origin(environ: Mapping[str, Any], host: str) -> str:
    """The origin of our own page, as the browser writes it: without a default port."""
    scheme = environ["wsgi.url_scheme"]
    return f"{scheme}://" + host.removesuffix({"http": ":80", "https": ":443"}.get(scheme, "-"))


def is_loopback(name: str) -> bool:
    """Whether a name or address can only mean this machine."""
    address = _address(name)
    if address is not None:
        return address.is_loopback
    return name == "localhost" or name.endswith(".localhost")


def is_prefix(path: str) -> bool:
    """Whether a path may become the page's base: nothing that a browser reads as another host."""
    return bool(_PREFIX.fullmatch(path)) and "//" not in path and "/.." not in path


def refuse_open_bind(host: str, *, allow_anonymous: bool, has_auth: bool) -> None:
    """Raise `OpenToTheWorld` unless somebody decided who may come in to an open address."""
    if is_loopback(host.strip("[]").lower()) or allow_anonymous or has_auth:
        return
    raise OpenToTheWorld(
        f"host={host!r} lets everyone on the network in, and this app does not know who they are: "
        "they would read your conversations and spend your API key. "
        'Say how people sign in with auth="token" or auth="password", or keep to this machine with '
        'host="127.0.0.1", or pass allow_anonymous=True: then everybody who reaches the address '
        "may chat, each browser with conversations of its own."
    )


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _fits(name: str, allowed: str) -> bool:
    """`example.org` fits itself, `*.example.org` everything below it. A port says nothing."""
    allowed = re.sub(r":[0-9]+$", "", allowed)
    if allowed.startswith("*."):
        return name.endswith(allowed[1:]) and name != allowed[1:]
    return name == allowed.strip("[]")
