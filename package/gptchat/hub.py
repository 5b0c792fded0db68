"""The one writer: events wait here for a moment, are merged, committed, then emitted.

One flusher per process. Committed first and emitted second: whatever anybody
saw is in the database. What is committed is the business of `store.py`, whom
it is emitted to that of `sockets.py`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeAlias

from gptchat.deltas import compose
from gptchat.errors import StoreError
from gptchat.protocol import Event
from gptchat.store import Store
from gptchat.store.log import Numbered
from gptchat.store.turns import Batch, Beginning, Said
from gptchat.workers import start_thread

logger = logging.getLogger("gptchat")

TICK = 0.033
"""Seconds between flushes: about two screen frames, so nobody sees the difference."""

SHARE = 2
"""The flusher rests this many times as long as it worked: at most a third of a core.

Not while somebody waits for a first word, a receipt or an end.
"""

RETRY_SECONDS = (0.05, 0.2, 0.5, 1.0)
"""Pauses after what failed; the last one repeats. Nothing is dropped meanwhile."""

SAVE_TIMEOUT = 5.0
"""How long a ticket waits to be committed: SQLite's busy timeout."""

Emit: TypeAlias = Callable[[str, Numbered, Sequence[Event]], None]

Announce: TypeAlias = Callable[[Sequence[str]], None]
"""Told which conversations are listed otherwise now."""

Placed: TypeAlias = tuple[str, Numbered, Sequence[Event]]
"""Committed events: their conversation, and where they begin in its log."""


class Ticket:
    """A promise that events will be committed."""

    def __init__(self) -> None:
        self._done = threading.Event()

    def wait(self, timeout: float = SAVE_TIMEOUT) -> None:
        """Return once committed. Raises StoreError if that takes longer than `timeout` seconds."""
        if not self._done.wait(timeout):
            raise StoreError(
                f"Nothing could be saved for {timeout:g} seconds: see the log for the reason. "
                "Saving is tried again until it works."
            )

    def settle(self) -> None:
        """Let everybody who waits go on."""
        self._done.set()


SETTLED = Ticket()
"""For whom nothing is left to be committed."""

SETTLED.settle()


class Hub:
    """Collects events of all conversations, and flushes them in order."""

    def __init__(
        self, store: Store, emit: Emit, announce: Announce = lambda _conversations: None
    ) -> None:
        self._store, self._emit, self._announce = store, emit, announce
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._pending: dict[str, list[Said]] = {}
        self._flushing: dict[str, list[Said]] = {}
        self._next = Ticket()
        self._last = Ticket()
        self._urgent = False
        self._asleep = False
        self._thread: threading.Thread | None = None  # noqa: TID251 – made by workers.py
        self._closed = False

    @property
    def is_closed(self) -> bool:
        """Whether the process ends."""
        return self._closed

    def append(
        self, conversation: str, *events: Event, urgent: bool = False,
        begins: Beginning | None = None,
    ) -> Ticket:  # fmt: skip
        """Add events in order. Urgent ones do not wait for the tick: a person is waiting.

        Where a run `begins` with them they are written together, if it may.
        """
        with self._wake:
            waiting = self._pending.setdefault(conversation, [])
            if begins is not None:
                begins.events = events
                waiting.append(begins)
            else:
                for event in events:
                    _add(waiting, event)
            self._start()
            self._hurry(urgent)
            return self._next

    def settled(self, conversation: str) -> Ticket:
        """A ticket for everything appended to the conversation so far."""
        with self._wake:
            if conversation in self._pending:
                self._hurry(True)
                return self._next
            return self._last if conversation in self._flushing else SETTLED

    def _hurry(self, urgent: bool) -> None:
        # A flusher at rest is left alone: waking it for each delta cost more than the delta.
        if self._asleep or (urgent and not self._urgent):
            self._wake.notify()
        self._urgent = self._urgent or urgent

    def close(self) -> None:
        """Flush what is left and end the flusher."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(SAVE_TIMEOUT)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = start_thread(self._run, name="gptchat-hub")

    def _run(self) -> None:
        rest = 0.0
        while self._wait(rest):
            began = time.monotonic()
            self._flush()
            rest = (time.monotonic() - began) * SHARE
        self._flush()

    def _wait(self, rest: float) -> bool:
        """Rest, then wait for something to flush. False once closed."""
        began = time.monotonic()
        with self._wake:
            while not self._closed:
                rested = time.monotonic() - began
                due = 0 if self._urgent else max(TICK, rest)
                if self._pending and rested >= due:
                    return True
                self._asleep = not self._pending
                self._wake.wait(None if self._asleep else due - rested)
                self._asleep = False
            return False

    def _flush(self) -> None:
        with self._lock:
            if not self._pending:
                return
            self._flushing = batch = self._pending
            self._pending, self._urgent = {}, False
            self._last, self._next = self._next, Ticket()
        placed = self._commit(batch)
        for begun in _beginnings(batch):
            begun.then(begun.verdict)
        with self._lock:
            self._flushing = {}
        self._last.settle()
        for conversation, place, events in placed:
            try:
                self._emit(conversation, place, events)
            except Exception:  # Nobody may keep the others from their words.
                logger.exception("Emitting to %s failed; its pages will sync.", conversation)
        self.tell_lists([conversation for conversation, place, _ in placed if place.listed])

    def tell_lists(self, conversations: Sequence[str]) -> None:
        """Let the pages of their owners know how these conversations are listed now."""
        try:
            if conversations:
                self._announce(conversations)
        except StoreError as error:
            logger.error("Lists of conversations were not told; they will be read again: %s", error)
        except Exception:  # The same.
            logger.exception("Lists of conversations were not told; they will be read again.")

    def _commit(self, batch: Batch) -> list[Placed]:
        tries = 0
        while True:
            try:
                placed = self._store.append(batch)
                return [(id, place, place.events) for id, place in placed.items()]
            except StoreError as error:
                pause = RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)]
                if tries == 0 or tries % 60 == 0:
                    logger.error("Saving failed and will be tried again: %s", error)
                if self._closed and tries >= len(RETRY_SECONDS):
                    logger.error("The server ends, and its last words could not be saved.")
                    return []
                tries += 1
                time.sleep(pause)
            except Exception:  # noqa: BLE001 – told below, by the one event that is the reason
                return self._commit_apart(batch)

    def _commit_apart(self, batch: Batch) -> list[Placed]:
        """Commit in ever smaller parts: what cannot be written must not hold up the rest."""
        parts = [{id: events} for id, events in batch.items()]
        if len(parts) == 1:
            [(conversation, said)] = batch.items()
            parts = [{conversation: [each]} for each in said]
        if len(parts) > 1:
            return [placed for part in parts for placed in self._commit(part)]
        kind = "run" if isinstance(said[0], Beginning) else said[0]["type"]
        if isinstance(said[0], Beginning):
            said[0].verdict = "void"
        logger.exception("A %s event of %s cannot be written; it is dropped.", kind, conversation)
        return []


def _add(waiting: list[Said], event: Event) -> None:
    """Append, merging with the event before it where the two are about one message."""
    before = waiting[-1] if waiting else None
    if event["type"] == "delta" and before is not None and not isinstance(before, Beginning):
        if before["type"] != "delta" or before["id"] != event["id"]:
            waiting.append(event)
            return
        waiting.pop()
        event = {**event, "delta": compose(before["delta"], event["delta"])}
    waiting.append(event)


def _beginnings(batch: Batch) -> list[Beginning]:
    return [each for said in batch.values() for each in said if isinstance(each, Beginning)]
