"""Starting runs, letting them wait, and stopping them.

One run at a time works in a conversation; later ones wait their turn, and all
wait while too many are at work. A run belongs to the server: nobody watching
changes nothing. What other processes run is the business of `elsewhere.py`, what
lost ones ran that of `lost.py`, what never began that of `dropped.py`.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from gptchat.config import Config
from gptchat.hub import Hub
from gptchat.protocol import Event
from gptchat.runs.dropped import Dropped
from gptchat.runs.elsewhere import Elsewhere
from gptchat.runs.naming import Titler
from gptchat.runs.run import Run
from gptchat.runs.work import Order, Work
from gptchat.store import Store
from gptchat.store.turns import ANYWHERE, Beginning, Verdict

REMEMBERED = 256
"""Ended runs kept for a while, so that a late `update_message` is told that its run has ended."""


class Runs:
    """All runs of this process."""

    def __init__(self, store: Store, hub: Hub, config: Config, titler: Titler) -> None:
        self._store, self._hub, self._config, self._titler = store, hub, config, titler
        self._lock = threading.RLock()
        self._active: dict[str, Run] = {}
        self._queues: dict[str, deque[Order]] = {}
        self._dropped = Dropped(store, hub, config, titler, self._lock, self._forget)
        self._ended: deque[Run] = deque(maxlen=REMEMBERED)
        self.is_closing = False
        self.elsewhere = Elsewhere(store)
        self.work: Callable[..., Work] = Work
        """Who works a run. A test client watches."""

    def is_busy(self, conversation: str) -> bool:
        """Whether a run works or waits in this conversation, in this process."""
        at_work = conversation in self._active or conversation in self._dropped
        return at_work or bool(self._queues.get(conversation))

    def has_begun(self, conversation: str, run: str) -> bool:
        """Whether this run was asked for before: it waits, works, or ended a while ago."""
        with self._lock:
            active = self._active.get(conversation)
            waiting = [*self._queues.get(conversation, ()), *self._dropped.here(conversation)]
            known = [each.info["id"] for each in (active, *self._ended) if each is not None]
            return run in known or any(order.id == run for order in waiting)

    def foreign(self, conversation: str, runs: Iterable[str]) -> bool:
        """Whether any of these runs, none of which has ended, is another process's."""
        return any(not self.has_begun(conversation, run) for run in runs)

    @property
    def at_work(self) -> Sequence[str]:
        """The conversations in which somebody is being answered."""
        return list(self._active)

    def working(self, conversation: str) -> Run | None:
        """The run at work in this conversation, in this process."""
        return self._active.get(conversation)

    def begin(self, order: Order) -> None:
        """Start the run, or let it wait its turn. Whoever wants it saved waits for the hub."""
        with self._lock:
            full = self.is_closing or len(self._active) >= self._config.max_concurrent_runs
            if order.is_behind:
                self.elsewhere.wait(order.conversation)
            if order.is_behind or self.is_busy(order.conversation):
                order.put_off()
                self._queue(order)
            elif full:
                self._queue(order)
            else:
                # What was going on when the message came may have ended since.
                self._start(order, waited=order.waiting is not None)

    def _queue(self, order: Order) -> None:
        self._queues.setdefault(order.conversation, deque()).append(order)
        self._tell(order)

    def _tell(self, order: Order) -> None:
        """Let everybody know that it waits."""
        event: Event = {"type": "run", "run": order.info("queued")}
        begins = Beginning(order.id, partial(self._told, order), needs_turn=False, leaf=order.leaf)
        self._hub.append(order.conversation, *order.first, event, urgent=True, begins=begins)
        order.first = ()  # Said again when the run starts, it would undo what came since.
        order.is_told, order.leaf = True, ANYWHERE

    def _told(self, order: Order, verdict: Verdict) -> None:
        """Whether one that waits may: another process may have begun it, or been quicker."""
        with self._lock:
            if verdict == "moved":
                order.put_off()
                self._tell(order)
            elif verdict == "void":
                with contextlib.suppress(KeyError, ValueError):  # It may have been stopped.
                    self._queues[order.conversation].remove(order)

    def _start(self, order: Order, *, waited: bool) -> None:
        run = Run(
            order.info("running"), order.conversation, self._publish, self._config.max_reply_chars
        )
        self._active[order.conversation] = run
        work = self.work(run, order, self._store, self._hub, self._config, self._titler)
        work.then = partial(self._judged, order, run)
        if waited:
            work.waited = True
        else:
            work.announce()
        work.start()

    def _judged(self, order: Order, run: Run, verdict: Verdict) -> None:
        """Whether a run that was started here may go on."""
        if verdict == "begun":
            run.is_kept = True
            return
        run.lose()
        conversation = order.conversation
        with self._lock:
            if self._active.get(conversation) is run:
                del self._active[conversation]
            if verdict != "void":
                self._queues.setdefault(conversation, deque()).appendleft(order)
                if not order.is_told:
                    order.put_off()
                    self._tell(order)
            if verdict == "busy":
                self.elsewhere.wait(conversation)
            self._start_next(conversation)

    def _publish(self, conversation: str, *events: Event, urgent: bool = False) -> None:
        self._hub.append(conversation, *events, urgent=urgent)
        if events[-1]["type"] == "run":  # Its end, which a run says last.
            self._ends(conversation)

    def _ends(self, conversation: str) -> None:
        """A run has had its end: forget it, and start whoever waits."""
        with self._lock:
            run = self._active.pop(conversation, None)
            if run is not None:
                self._ended.append(run)
            self._start_next(conversation)

    def _start_next(self, first: str) -> None:
        for waiting in [first, *self._queues]:
            room = not self.is_closing and len(self._active) < self._config.max_concurrent_runs
            queue = self._queues.get(waiting)
            busy = waiting in self._active or waiting in self._dropped
            if room and queue and not busy and not self.elsewhere.is_ahead(waiting):
                order = queue.popleft()
                if not queue:
                    del self._queues[waiting]
                self._start(order, waited=True)

    def moved(self, conversation: str, tip: str | None) -> None:
        """The conversation goes on elsewhere: what waits takes its place below `tip`."""
        with self._lock:
            for order in self._queues.get(conversation, ()):
                if order.waiting is not None:
                    order.waiting["parent"] = tip

    # ----------------------------------------------------------------- stopping

    def stop(self, conversation: str) -> bool:
        """Stop what runs and what waits in a conversation. False if nothing did, here.

        Raises StoreError if that could not be saved yet.
        """
        with self._lock:
            run = self._active.get(conversation)
            waiting = list(self._queues.pop(conversation, ()))
            self._dropped.add(conversation, waiting)
        stopped = run.stop() if run is not None else False
        self._dropped.place(waiting)
        return stopped or bool(waiting)

    def stop_everywhere(self, conversation: str) -> None:
        """Stop what runs and what waits in a conversation, in whichever process."""
        self.stop(conversation)
        self.elsewhere.stop(conversation)

    def _forget(self, run: Run) -> None:
        """One that waited is stopped: it has ended, and whoever waits may start."""
        self._ended.append(run)
        self._start_next(run.conversation)

    # --------------------------------------------------------------- heartbeat

    def beat(self) -> None:
        """Renew the leases of this process, and do what others asked of its runs."""
        with self._lock:
            active = list(self._active.values())
        if not active and not self._queues:
            return
        # One that is written from now on is not among them.
        kept = {run.info["id"] for run in active if run.is_kept}
        renewed = self._store.leases.renew(time.time() + self._config.lease_seconds)
        for conversation in renewed.to_stop:
            self.stop(conversation)
        for conversation in self.elsewhere.freed([run.conversation for run in active]):
            with self._lock:
                self._start_next(conversation)
        lost = kept.difference(renewed.held)
        for run in active:
            if run.info["id"] in lost:
                self._lost(run)
            elif time.monotonic() - run.began > self._config.max_run_seconds:
                run.interrupt("The answer took longer than this server allows.")

    def _lost(self, run: Run) -> None:
        """This process stood still for so long that another has ended the run."""
        if run.lose():  # Else it has ended by itself, and said so.
            self._ends(run.conversation)

    def close(self) -> None:
        """Interrupt what works, keeping its words, and start nothing more."""
        with self._lock:
            self.is_closing = True
            active = list(self._active.values())
        for run in active:
            run.interrupt("The server was stopped while this was being answered.")
