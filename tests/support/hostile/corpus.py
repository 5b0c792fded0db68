"""Texts that mean harm: by class, one JSON file each in `payloads/`, which says what the class is.

A payload is a text, or a list of its parts, of which one may be `[text, times]`.
What it would run is `alert(…)`, whom it would ask is `evil.example`: see wary.js.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

PLACE = Path(__file__).parent / "payloads"
CLASSES = sorted(path.stem for path in PLACE.glob("*.json"))
SIZES = ("lengths", "nesting")
"""Of these classes it is the size that hurts."""

Part = str | list[str | int]


def payloads(*classes: str, longest: int | None = None) -> list[str]:
    """The texts of these classes, or of all; where parts repeat, no longer than about `longest`."""
    return [_text(each, longest) for name in classes or CLASSES for each in _read(name)]


def short_payloads() -> list[str]:
    """Those that do their harm in a line or two."""
    names = [name for name in CLASSES if name not in SIZES]
    return [text for text in payloads(*names) if len(text) <= 1_000]


def _read(name: str) -> list[str | list[Part]]:
    written = json.loads((PLACE / f"{name}.json").read_text("utf-8"))
    given: list[str | list[Part]] = written["payloads"]
    return given


def _text(payload: str | list[Part], longest: int | None) -> str:
    if isinstance(payload, str):
        return payload
    whole = sum(_length(part) for part in payload)
    share = 1.0 if longest is None else min(1.0, longest / whole)
    return "".join(_written(payload, share))


def _length(part: Part) -> int:
    return len(part) if isinstance(part, str) else len(str(part[0])) * int(part[1])


def _written(parts: Iterable[Part], share: float) -> Iterable[str]:
    for part in parts:
        yield part if isinstance(part, str) else str(part[0]) * max(1, int(int(part[1]) * share))
