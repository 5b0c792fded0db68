"""Starting runs, letting them wait, stopping them, and noticing those that were lost.

One run at a time works in a conversation; later ones wait their turn, and all
wait while too many are at work. A run belongs to the server: nobody watching
changes nothing.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections import deque
from collections.abc import Callable

from gptchat.config import Config
from gptchat.errors import NoConversation
from gptchat.hub import Hub
from gptchat.protocol import Event
from gptchat.runs.naming import Titler
from gptchat.runs.run import Run, home_run
from gptchat.runs.work import COMMIT_PATIENCE, Order, Work
from gptchat.store import Store

REMEMBERED = 256
"""Ended runs kept for a while, so that a late `update_message` is told that its run has ended."""


class Runs:
    """All runs of this process."""

    def __init__(self, store: Store, hub: Hub, config: Config, titler: Titler) -> None:
        self._store, self._hub, self._config, self._titler = store, hub, config, titler
        self._lock = threading.RLock()
        self._active: dict[str, Run] = {}
        self._queues: dict[str, deque[Order]] = {}
        self._dropped: dict[str, list[Order]] = {}
        self._by_message: weakref.WeakValueDictionary[str, Run] = weakref.WeakValueDictionary()
        self._ended: deque[Run] = deque(maxlen=REMEMBERED)
        self._closed = False
        self.work: Callable[..., Work] = Work
        """Who works a run. A test client watches."""

    # ---------------------------------------------------------------- beginning

    def is_busy(self, conversation: str) -> bool:
        """Whether a run works or waits in this conversation, in this process."""
        at_work = conversation in self._active or conversation in self._dropped
        return at_work or bool(self._queues.get(conversation))

    def has_begun(self, conversation: str, run: str) -> bool:
        """Whether this run was asked for before: it waits, works, or ended a while ago."""
        with self._lock:
            active = self._active.get(conversation)
            waiting = [*self._queues.get(conversation, ()), *self._dropped.get(conversation, ())]
            known = [each.info["id"] for each in (active, *self._ended) if each is not None]
            return run in known or any(order.id == run for order in waiting)

    def working(self, conversation: str) -> Run | None:
        """The run at work in this conversation, in this process."""
        return self._active.get(conversation)

    def begin(self, order: Order) -> None:
        """Start the run, or let it wait its turn. Whoever wants it saved waits for the hub."""
        with self._lock:
            full = self._closed or len(self._active) >= self._config.max_concurrent_runs
            if full or self.is_busy(order.conversation):
                self._queue(order)
            else:
                # What was going on when the message came may have ended since.
                self._start(order, waited=order.waiting is not None)

    def _queue(self, order: Order) -> None:
        self._queues.setdefault(order.conversation, deque()).append(order)
        event: Event = {"type": "run", "run": order.info("queued")}
        self._hub.append(order.conversation, *order.first, event, urgent=True)
        order.first = ()  # Said again when the run starts, it would undo what came since.

    def _start(self, order: Order, *, waited: bool) -> None:
        run = Run(
            order.info("running"), order.conversation, self._publish, self._config.max_reply_chars
        )
        self._active[order.conversation] = run
        work = self.work(run, order, self._store, self._hub, self._config, self._titler)
        if waited:
            work.waited = True
        else:
            work.announce()
        work.start()

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
            room = not self._closed and len(self._active) < self._config.max_concurrent_runs
            queue = self._queues.get(waiting)
            if room and queue and waiting not in self._active and waiting not in self._dropped:
                order = queue.popleft()
                if not queue:
                    del self._queues[waiting]
                self._start(order, waited=True)

    # ------------------------------------------------------------------ finding

    def new_id(self) -> str:
        """An id for a message of the calling handler's run."""
        run = home_run()
        id = run.new_id()
        self._by_message[id] = run
        return id

    def run_for(self, id: str | None) -> Run:
        """The run a message belongs to: the id's own from any thread, else the caller's."""
        owner = self._by_message.get(id) if id is not None else None
        if owner is None:
            return home_run()
        try:
            here = home_run()
        except NoConversation:
            return owner
        if here is not owner and not owner.ended:
            raise NoConversation(
                f"The id {id!r} was made in a run of another conversation. Make one with "
                "app.new_id() inside this handler; one kept in a global belongs to whoever made it."
            )
        return owner

    def moved(self, conversation: str, tip: str | None) -> None:
        """The conversation goes on elsewhere: what waits takes its place below `tip`."""
        with self._lock:
            for order in self._queues.get(conversation, ()):
                if order.waiting is not None:
                    order.waiting["parent"] = tip

    # ----------------------------------------------------------------- stopping

    def stop(self, conversation: str) -> bool:
        """Stop what runs and what waits in a conversation. False if nothing did, here."""
        with self._lock:
            run = self._active.get(conversation)
            waiting = self._queues.pop(conversation, None) or deque()
            if waiting:
                # Until their messages stand in the tree, whatever comes must wait.
                self._dropped[conversation] = [*self._dropped.get(conversation, ()), *waiting]
        stopped = run.stop() if run is not None else False
        for order in waiting:
            self._drop(order)
        return stopped or bool(waiting)

    def _drop(self, order: Order) -> None:
        """A run that never started is stopped: what it would have answered stays."""
        run = Run(
            order.info("running"),
            order.conversation,
            self._hub.append,
            self._config.max_reply_chars,
        )
        try:
            Work(run, order, self._store, self._hub, self._config, self._titler).place()
            run.stop()
        finally:
            with self._lock:
                self._ended.append(run)
                left = [each for each in self._dropped[order.conversation] if each is not order]
                self._dropped[order.conversation] = left
                if not left:
                    del self._dropped[order.conversation]
                    self._start_next(order.conversation)

    # --------------------------------------------------------------- heartbeat

    def beat(self) -> None:
        """Renew the leases of this process, and do what others asked of its runs."""
        with self._lock:
            active = list(self._active.values())
        if not active and not self._queues:
            return
        for conversation in self._store.leases.renew(time.time() + self._config.lease_seconds):
            self.stop(conversation)
        for run in active:
            if time.monotonic() - run.began > self._config.max_run_seconds:
                run.interrupt("The answer took longer than this server allows.")

    def close(self) -> None:
        """Interrupt what works, keeping its words, and start nothing more."""
        with self._lock:
            self._closed = True
            active = list(self._active.values())
        for run in active:
            run.interrupt("The server was stopped while this was being answered.")

    def sweep(self) -> None:
        """Call runs interrupted whose process is gone; the words they wrote stay."""
        now = time.time()
        until = now + self._config.lease_seconds
        lapsed = self._store.leases.claim_lapsed(now, until)
        for conversation, info in sorted(lapsed, key=lambda lost: lost[1]["created"]):
            # One that waited takes its place below what the one before it leaves.
            self._hub.settled(conversation).wait(COMMIT_PATIENCE)
            state = self._store.load(conversation)
            run = Run(info, conversation, self._hub.append, self._config.max_reply_chars)
            run.resume(state)
            run.end("interrupted")
