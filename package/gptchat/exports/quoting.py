"""Text between quotation marks, for programs and shells that a person pastes somewhere.

Whatever cannot be seen is written as an escape: a mark that turns the text around would
let code read otherwise than it runs, and a terminal obeys control characters.
"""

from __future__ import annotations

import json
import re
from typing import Any

SEEN = "\u200d\ufe0f"
"""What joins and colours emoji is no danger, and they read badly without it."""

_MAYBE_UNSEEN = re.compile(r"[^\x20-\x7e]")


def python_text(text: str) -> str:
    """A literal of Python. Line breaks are escaped as well."""
    return _MAYBE_UNSEEN.sub(_as_python, _dumped(text))


def json_text(value: Any, indent: int | None = None) -> str:
    """JSON. With an indent, no line of it begins at the margin but those with its brackets."""
    written = json.dumps(value, ensure_ascii=False, indent=indent)
    return _MAYBE_UNSEEN.sub(_as_json, written)


def _dumped(text: str) -> str:
    # What JSON escapes, and how, is Python's way too.
    return json.dumps(text, ensure_ascii=False)


def _is_seen(character: str) -> bool:
    return character.isprintable() or character in SEEN


def _as_python(found: re.Match[str]) -> str:
    character = found[0]
    if _is_seen(character):
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _as_json(found: re.Match[str]) -> str:
    character = found[0]
    if _is_seen(character) or character == "\n":  # A bare one stands between its lines.
        return character
    return json.dumps(character)[1:-1]
