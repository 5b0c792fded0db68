"""What is done again and again: leases, lost runs, pruning, the door.

One thread, while the server lives.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from gptchat.errors import StoreError
from gptchat.runs.lost import Lost
from gptchat.runs.runs import Runs
from gptchat.store import Store
from gptchat.store.files import KEEP_UNSENT_SECONDS
from gptchat.store.pruning import KEEP_BEGUN_SECONDS, KEEP_LOG_SECONDS
from gptchat.store.trash import KEEP_DELETED_SECONDS
from gptchat.workers import start_thread

logger = logging.getLogger("gptchat")

BEATS_PER_LEASE = 10
"""A lease survives nine missed beats: a busy machine is not a dead one."""

SWEEPS_PER_LEASE = 5
"""A run is called interrupted at most a fifth of a lease after its own has lapsed."""

WATCH_EVERY = 1.0
"""Seconds between looks whether everybody who is connected may still be."""

CHECKPOINT_EVERY = 5.0
"""Seconds between checkpoints: the disk is busy meanwhile, and writers can feel it."""

PRUNE_EVERY = 60.0
"""Seconds between looks for conversations that were idle, or deleted, for long enough."""


PRUNE_SELDOM = 3600.0
"""Seconds between looks for uploads that were never sent, and for requests long answered."""


class Heartbeat:
    """Keeps time for one server."""

    def __init__(
        self,
        store: Store,
        runs: Runs,
        lost: Lost,
        lease_seconds: float,
        watch: Callable[[], object] = lambda: None,
        expire: Callable[[], object] = lambda: None,
    ) -> None:
        self._store, self._runs, self._lost, self._lease = store, runs, lost, lease_seconds
        self._watch, self._expire = watch, expire
        self._closed = False
        self._hurry = threading.Event()
        self._due: dict[Callable[[], object], float] = {}
        self._failing: set[Callable[[], object]] = set()

    def start(self) -> None:
        """Sweep once, so that runs lost with an earlier process are told at once, then keep on."""
        self._try(self._lost.sweep)
        start_thread(self._run, name="gptchat-heartbeat")

    def hurry(self) -> None:
        """Another process asks for something: beat and watch now."""
        self._due.pop(self._watch, None)
        self._hurry.set()

    def close(self) -> None:
        """End the thread."""
        self._closed = True
        self._hurry.set()

    def _run(self) -> None:
        pause = self._lease / BEATS_PER_LEASE
        # The first time soon: a program may never run for an hour.
        self._due[self._prune_seldom] = time.monotonic() + PRUNE_EVERY
        while True:
            self._hurry.wait(pause)
            if self._closed:
                return
            self._hurry.clear()
            self._try(self._runs.beat)
            self._every(WATCH_EVERY, self._watch, at_once=True)
            self._every(CHECKPOINT_EVERY, self._store.checkpoint)
            self._every(self._lease / SWEEPS_PER_LEASE, self._lost.sweep)
            self._every(PRUNE_EVERY, self._prune)
            self._every(PRUNE_EVERY, self._expire)
            self._every(PRUNE_EVERY, self._purge)
            self._every(PRUNE_SELDOM, self._prune_seldom)

    def _every(self, seconds: float, work: Callable[[], object], *, at_once: bool = False) -> None:
        now = time.monotonic()
        if now >= self._due.setdefault(work, now if at_once else now + seconds):
            self._due[work] = now + seconds
            self._try(work)

    def _prune(self) -> None:
        self._store.pruning.prune(time.time() - KEEP_LOG_SECONDS)

    def _purge(self) -> None:
        self._store.trash.purge(time.time() - KEEP_DELETED_SECONDS)

    def _prune_seldom(self) -> None:
        self._store.files.prune(time.time() - KEEP_UNSENT_SECONDS)
        self._store.pruning.forget_begun(time.time() - KEEP_BEGUN_SECONDS)

    def _try(self, work: Callable[[], object]) -> None:
        try:
            work()
            self._failing.discard(work)
        except Exception as error:  # noqa: BLE001 – the next beat tries again
            if work not in self._failing:  # A full disk would say the same ten times a lease.
                self._failing.add(work)
                self._tell(error)

    def _tell(self, error: Exception) -> None:
        cause = getattr(error, "orig", None)  # What the database says tells enough.
        is_known = cause is not None or isinstance(error, StoreError)
        logger.error(
            "A heartbeat failed and is tried again: %s", cause or error, exc_info=not is_known
        )
