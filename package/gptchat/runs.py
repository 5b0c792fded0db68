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
from gptchat.handlers import Handler
from gptchat.hub import Hub
from gptchat.protocol import Event
from gptchat.run import Run, home_run
from gptchat.store import Store
from gptchat.work import Order, Work

REMEMBERED = 256
"""Ended runs kept for a while, so that a late `update_message` is told that its run has ended."""


class Runs:
    """All runs of this process."""

    def __init__(
        self, store: Store, hub: Hub, config: Config, handler: Callable[[], Handler]
    ) -> None:
        self._store, self._hub, self._config, self._handler = store, hub, config, handler
        self._lock = threading.RLock()
        self._active: dict[str, Run] = {}
        self._queues: dict[str, deque[Order]] = {}
        self._by_message: weakref.WeakValueDictionary[str, Run] = weakref.WeakValueDictionary()
        self._ended: deque[Run] = deque(maxlen=REMEMBERED)

    # ---------------------------------------------------------------- beginning

    def is_busy(self, conversation: str) -> bool:
        """Whether a run works or waits in this conversation, in this process."""
        return conversation in self._active or bool(self._queues.get(conversation))

    def is_waiting(self, conversation: str, run: str) -> bool:
        """Whether this run was asked for and has not started."""
        return any(order.id == run for order in self._queues.get(conversation, ()))

    def begin(self, order: Order) -> None:
        """Start the run, or let it wait its turn. Whoever wants it saved waits for the hub."""
        with self._lock:
            full = len(self._active) >= self._config.max_concurrent_runs
            if full or self.is_busy(order.conversation):
                self._queue(order)
            else:
                self._start(order, waited=False)

    def _queue(self, order: Order) -> None:
        self._queues.setdefault(order.conversation, deque()).append(order)
        event: Event = {"type": "run", "run": order.info("queued")}
        first = () if order.waiting else order.first
        self._hub.append(order.conversation, *first, event, urgent=True)

    def _start(self, order: Order, *, waited: bool) -> None:
        run = Run(
            order.info("running"), order.conversation, self._publish, self._config.max_reply_chars
        )
        self._active[order.conversation] = run
        work = Work(run, order, self._store, self._hub, self._config, self._handler())
        if waited:
            work.waited = True
        else:
            work.announce()
        work.start()

    def _publish(self, conversation: str, *events: Event, urgent: bool = False) -> None:
        self._hub.append(conversation, *events, urgent=urgent)
        if any(event["type"] == "run" for event in events):
            self._ends(conversation)

    def _ends(self, conversation: str) -> None:
        """A run has had its end: forget it, and start whoever waits."""
        with self._lock:
            run = self._active.pop(conversation, None)
            if run is not None:
                self._ended.append(run)
            for waiting in [conversation, *self._queues]:
                room = len(self._active) < self._config.max_concurrent_runs
                queue = self._queues.get(waiting)
                if room and queue and waiting not in self._active:
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
                "app.new_id() inside this handler: an id kept in a global belongs to whoever made it."
            )
        return owner

    # ----------------------------------------------------------------- stopping

    def stop(self, conversation: str) -> bool:
        """Stop what runs and what waits in a conversation. False if nothing did, here."""
        with self._lock:
            waiting = self._queues.pop(conversation, deque())
            run = self._active.get(conversation)
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
        Work(run, order, self._store, self._hub, self._config, self._handler()).place()
        run.stop()

    # --------------------------------------------------------------- heartbeat

    def beat(self) -> None:
        """Renew the leases of this process, and do what others asked of its runs."""
        with self._lock:
            active = list(self._active.values())
        if not active and not self._queues:
            return
        now = time.time()
        asked = set(self._store.leases.renew(now + self._config.lease_seconds))
        for run in active:
            too_long = now - run.info["created"] > self._config.max_run_seconds
            if run.info["id"] in asked:
                self.stop(run.conversation)
            elif too_long:
                run.interrupt("The answer took longer than this server allows.")

    def sweep(self) -> None:
        """Call runs interrupted whose process is gone; the words they wrote stay."""
        now = time.time()
        until = now + self._config.lease_seconds
        for conversation, info in self._store.leases.claim_lapsed(now, until):
            state = self._store.load(conversation)
            run = Run(info, conversation, self._hub.append, self._config.max_reply_chars)
            run.resume(state)
            run.end("interrupted")
