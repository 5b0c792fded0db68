"""The pictures an option names by path: read when the option is set, known by what they hold.

A picture is told by its bytes, never by the name of its file. An SVG is made fit to be
shown by `<img>`, where no script of it runs. At which address it is served, and under which
headers, is the business of `pages/`.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gptchat.config.option_values import Misfit

MOST_BYTES = 1024 * 1024
"""A logo of a few kilobytes is usual; above this somebody named the wrong file."""

_SVG = "image/svg+xml"
_SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\x00\x00\x01\x00": "image/x-icon"}
_ENDINGS = {_SVG: ".svg", "image/png": ".png", "image/x-icon": ".ico"}

# Possessive, or a file that begins with many comments and no <svg> would be tried for ever.
_PROLOGUE = r"(?>\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE\s[^\[>]*(?:\[.*?\]\s*)?>)*+"
_ROOT = re.compile(
    rf"\ufeff?{_PROLOGUE}<svg(?P<attributes>(?=[\s/>])(?>[^>\"']|\"[^\"]*\"|'[^']*')*+)>", re.S
)
_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'
_INK = "<style>:where(svg){color-scheme:light dark;color:light-dark(#0d0d0d,#ececec)}</style>"


@dataclass(frozen=True)
class Picture:
    """One picture: what browsers are told it is, and its bytes."""

    type: str
    content: bytes

    @cached_property
    def address(self) -> str:
        """Where the page finds it. It changes with the bytes, which so may be kept for ever."""
        return f"pictures/{hashlib.sha256(self.content).hexdigest()[:32]}{_ENDINGS[self.type]}"


def svg(value: object) -> Picture | None:
    """Read an option that is the path of an SVG file."""
    return _picture(value, (_SVG,), "the path of an SVG file", "It is not an SVG")


def icon(value: object) -> Picture | None:
    """Read an option that is the path of an icon."""
    wanted = "the path of an SVG, PNG or ICO file"
    return _picture(value, tuple(_ENDINGS), wanted, "It is neither an SVG nor a PNG nor an ICO")


def _picture(value: object, types: tuple[str, ...], wanted: str, wrong: str) -> Picture | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str | os.PathLike):
        raise ValueError(wanted)
    path = Path(value).expanduser().absolute()
    found = _recognised(_content(path))
    if found is None or found.type not in types:
        raise Misfit(f"{wrong}: {path}. What fits is {wanted}.")
    return found


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise Misfit(f"There is no file {path}. A relative path begins at {Path.cwd()}.") from None
    except (OSError, ValueError) as error:
        raise Misfit(f"{path} cannot be read: {getattr(error, 'strerror', error)}.") from None
    if len(content) > MOST_BYTES:
        raise Misfit(f"{path} is larger than {MOST_BYTES // 1024:,} KB. Name a smaller file.")
    return content


def _recognised(content: bytes) -> Picture | None:
    for signature, type in _SIGNATURES.items():
        if content.startswith(signature):
            return Picture(type, content)
    try:
        root = _ROOT.match(text := content.decode("utf-8"))
    except UnicodeDecodeError:
        return None
    return None if root is None else Picture(_SVG, _as_image(text, root).encode())


def _as_image(text: str, root: re.Match[str]) -> str:
    """The same SVG, fit to be an image of its own rather than a part of a page.

    Inside HTML it needs no namespace and takes the colour of the words around it; both are lost
    in an image. Browsers tell an image the page's theme, so `currentColor` still follows it.
    """
    begin, end = root.span("attributes")
    named = "" if re.search(r"\sxmlns\s*=", root["attributes"]) else _NAMESPACE
    inked = "currentcolor" in text.lower() and not root["attributes"].endswith("/")
    return text[:begin] + named + text[begin : end + 1] + (_INK if inked else "") + text[end + 1 :]
