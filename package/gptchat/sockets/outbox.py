"""What waits to be written to one browser, and never more than a bound.

A browser that reads slower than its conversations grow loses the frames that
wait for it and is told to `resync` once it has caught up: the log in the store
is the truth, so nothing is lost. Answers and farewells are never dropped.
Who writes them is the business of `transport.py`.
"""

from __future__ import annotations

import threading
from collections import deque

ANSWERS_FACTOR = 4
"""Answers cannot be dropped; a browser that lets this many times the bound pile up is given up."""


class Outbox:
    """A queue of texts for one writer. Never blocks whoever puts something in."""

    def __init__(self, *, max_bytes: int, max_events: int, resync: str) -> None:
        self._max_bytes = max_bytes
        self._max_events = max_events
        self._resync = resync
        self._waiting: deque[tuple[str, int, bool]] = deque()
        self._bytes = 0
        self._lossy = False
        self._closed = False
        self._resting = False
        self._claimed = False
        self._behind = False
        self._changed = threading.Condition()
        self.overflowing = False

    @property
    def waiting_bytes(self) -> int:
        """How much waits, in bytes."""
        return self._bytes

    def put(self, text: str, *, droppable: bool) -> None:
        """Add a text at the end. A droppable one may be replaced by one `resync`."""
        size = len(text) if text.isascii() else len(text.encode(errors="replace"))
        with self._changed:
            if self._closed or self.overflowing or (droppable and self._lossy):
                return
            self._waiting.append((text, size, droppable))
            self._bytes += size
            if self._bytes > self._max_bytes or len(self._waiting) > self._max_events:
                self._shed()
            self._changed.notify()

    def put_first(self, text: str) -> None:
        """Add a short text before all others: a heartbeat must not wait behind a megabyte."""
        with self._changed:
            if not self._closed:
                self._waiting.appendleft((text, 0, False))
                self._changed.notify()

    def claim(self) -> bool:
        """Take the writer's place for one text, if it rests and nothing waits; then `give_back`.

        Waking the writer for each frame cost more than writing it: six switches of threads.
        """
        with self._changed:
            busy = self._waiting or self._lossy or self._behind or self._closed
            if busy or self._claimed or not self._resting:
                return False
            self._claimed = True
            return True

    def give_back(self, *, behind: bool) -> None:
        """Let the writer go on. `behind`: something of the text is still to be written."""
        with self._changed:
            self._claimed = False
            self._behind = behind
            if behind or self._waiting or self._closed:
                self._changed.notify()

    def take(self) -> str | None:
        """The next text to write; waits for one. Empty: go on with what was begun.

        `None` once closed and empty.
        """
        with self._changed:
            self._resting = True
            while self._claimed or not (
                self._waiting or self._lossy or self._closed or self._behind
            ):
                self._changed.wait()
            self._resting = False
            if self._behind:
                self._behind = False
                return ""
            if self._waiting:
                text, size, _ = self._waiting.popleft()
                self._bytes -= size
                return text
            if self._lossy and not self._closed:
                self._lossy = False
                return self._resync
            return None

    def close(self) -> None:
        """Take nothing more. What waits may still be taken out."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _shed(self) -> None:
        kept = [entry for entry in self._waiting if not entry[2]]
        self._lossy = self._lossy or len(kept) < len(self._waiting)
        self._waiting = deque(kept)
        self._bytes = sum(size for _, size, _ in kept)
        self.overflowing = (
            self._bytes > ANSWERS_FACTOR * self._max_bytes
            or len(kept) > ANSWERS_FACTOR * self._max_events
        )
