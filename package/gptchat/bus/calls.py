"""A call from one process to the others, and how it is written and read.

It carries no word that anybody said: those are in the database, committed before the call.
So a call that is lost costs time and nothing else, and one that is forged makes us look,
and believe nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

MOST_BYTES = 64 * 1024
"""Bytes of one call; it names `MOST_NAMED` conversations in a fifth of it."""

MOST_NAMED = 250

_WORKER = re.compile(r"[0-9a-f]{16}\Z")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


@dataclass(frozen=True)
class Call:
    """Something to look at: the topic, and where that is a list, what in it has changed."""

    topic: str
    conversations: tuple[str, ...] = ()
    is_back: bool = False
    """Nobody called: calls about this were lost for a while, and are heard again."""


Heard: TypeAlias = Callable[[Call], None]
"""Told of a call. Returns at once."""


def written(worker: str, conversations: Iterable[str]) -> str:
    """A call as it travels."""
    return json.dumps([worker, *conversations], separators=(",", ":"))


def read(data: object, *, me: str) -> tuple[str, ...] | None:
    """The conversations a call names. None if it is our own, or none of ours."""
    if not isinstance(data, bytes) or len(data) > MOST_BYTES:
        return None
    try:
        told: Any = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, list) or not 1 <= len(told) <= 1 + MOST_NAMED:
        return None
    if not all(isinstance(each, str) for each in told) or not _WORKER.match(told[0]):
        return None
    worker, *conversations = told
    if worker == me or not all(_ID.match(each) for each in conversations):
        return None
    return tuple(conversations)


def worker_topic(worker: str) -> str:
    """What one process alone listens to: something was asked of its runs."""
    return f"w:{worker}"


SESSIONS = "sessions"
"""Sessions have ended."""
