"""The built page: every file of it in memory, each with its type, its tag and its compressed forms.

Requests are answered from a table, so no part of an address ever becomes a path.
Vite puts a hash into the names below `assets/`, and we a version into those of libraries;
both are kept for ever by browsers. A large library is there in its packed form only.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from gptchat.errors import NotBuilt
from gptchat.guard.headers import IMMUTABLE

STATIC = Path(__file__).parents[1] / "static"
INDEX = "index.html"

NOT_BUILT = "The page is not built. Run `make client`."

WORTH_PACKING = 1024
"""Bytes; below this a compressed answer is hardly smaller, and later."""

_HASHED = re.compile(r"assets/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+|frame-lib/.+-[0-9]+(\.[0-9]+)+\.js")
_PACKED = {".br": "br", ".gz": "gzip"}
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".txt": "text/plain; charset=utf-8",
}
"""Ours, not the machine's: a Windows registry may call JavaScript plain text."""

_SQUEEZED_ALREADY = ("image/png", "image/jpeg", "image/webp", "font/", "audio/", "video/")


@dataclass(frozen=True)
class Asset:
    """One file of the page."""

    name: str
    whole: bytes | None
    packed: dict[str, bytes] = field(default_factory=dict)

    @property
    def plain(self) -> bytes:
        """Its bytes. Unpacked for the rare one who asks, and not kept."""
        return gzip.decompress(self.packed["gzip"]) if self.whole is None else self.whole

    @cached_property
    def type(self) -> str:
        """What browsers are told it is."""
        ending = Path(self.name).suffix
        return (
            _TYPES.get(ending) or mimetypes.guess_type(self.name)[0] or "application/octet-stream"
        )

    @cached_property
    def tag(self) -> str:
        """The same for the same bytes."""
        kept = self.packed["gzip"] if self.whole is None else self.whole
        return f'"{hashlib.sha256(kept).hexdigest()[:32]}"'

    @cached_property
    def caching(self) -> str:
        """For ever, if the name changes with the bytes."""
        return IMMUTABLE if _HASHED.fullmatch(self.name) else "no-store"

    def form(self, accepted: str) -> tuple[str | None, bytes]:
        """The smallest form a browser accepts: the encoding's name and the bytes."""
        small = self.whole is not None and len(self.whole) < WORTH_PACKING
        if small or self.type.startswith(_SQUEEZED_ALREADY):
            return None, self.plain
        if "br" in self.packed and accepts(accepted, "br"):
            return "br", self.packed["br"]
        if accepts(accepted, "gzip"):
            if "gzip" not in self.packed:
                self.packed["gzip"] = gzip.compress(self.plain, 9, mtime=0)
            return "gzip", self.packed["gzip"]
        return None, self.plain


def load_assets(folder: Path = STATIC) -> Mapping[str, Asset]:
    """Every file below the folder, by its address. Raises NotBuilt when there is no page."""
    if not (folder / INDEX).is_file():
        raise NotBuilt(f"There is no {INDEX} in {folder}. {NOT_BUILT}")
    files = {
        path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()
    }
    names = {name for name, path in files.items() if path.suffix not in _PACKED}
    names |= {name.removesuffix(".gz") for name in files if name.endswith(".js.gz")}
    return {
        name: Asset(name, files[name].read_bytes() if name in files else None, _packed(name, files))
        for name in sorted(names)
    }


def accepts(header: str, encoding: str) -> bool:
    """Whether an Accept-Encoding header takes this encoding."""
    for each in header.lower().split(","):
        name, _, weight = each.partition(";")
        if name.strip() in (encoding, "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _packed(name: str, files: Mapping[str, Path]) -> dict[str, bytes]:
    return {
        encoding: files[name + ending].read_bytes()
        for ending, encoding in _PACKED.items()
        if name + ending in files
    }
