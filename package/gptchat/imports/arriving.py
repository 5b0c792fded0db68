"""A conversation that was read from a file, and one that could not be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gptchat.messages.text import clean
from gptchat.protocol import Node

MOST_MESSAGES = 20_000
"""Messages of one conversation: it is held in memory while it is read, and shown whole."""

MOST_TEXT = 4 * 1024 * 1024
"""Characters of one message: twice what an answer may have."""

LONGEST_LINE = 500
"""Characters of a title, a name or a sentence."""

YEAR_3000 = 32_503_680_000.0


class NotTaken(Exception):
    """Why something is not imported: one sentence, to be followed by where it stands."""

    def __init__(self, sentence: str, *, line: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence, self.line = sentence, line

    def __str__(self) -> str:
        return self.sentence if self.line is None else f"Line {self.line}: {self.sentence}"


@dataclass(frozen=True)
class BroughtFile:
    """A file that came with a conversation; without `body` it was only named."""

    name: str
    body: bytes | None


@dataclass(frozen=True)
class Arriving:
    """A conversation with the ids it had in its file. Every message stands after its parent.

    A message nobody knows the time of has `created` 0.
    """

    title: str | None
    nodes: Sequence[Node]
    leaf: str | None
    files: Mapping[str, BroughtFile] = field(default_factory=dict)


def line_of_text(value: Any) -> str:
    """A short text, on one line; empty if it is none."""
    if not isinstance(value, str):
        return ""
    return " ".join(clean(value[: 4 * LONGEST_LINE]).split())[:LONGEST_LINE]


def moment(value: Any) -> float:
    """A time in seconds since 1970; 0 if it is none."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 < value < YEAR_3000 else 0.0
