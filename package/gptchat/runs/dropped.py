"""Runs that were stopped while they waited: what they would have answered stays, and says so.

Until their messages stand in the tree, whatever comes in the conversation must wait. That is
soon, unless the database cannot be read: then it is tried until it can.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from gptchat.config import Config
from gptchat.errors import AnswerFailed, NotFound, StoreError
from gptchat.hub import Hub
from gptchat.runs.naming import Titler
from gptchat.runs.run import Run
from gptchat.runs.work import Order, Work
from gptchat.store import Store
from gptchat.workers import start_thread

logger = logging.getLogger("gptchat")

PATIENCE = 5.0
"""Seconds that Stop waits for them."""


class Dropped:
    """Those of one process, by conversation."""

    def __init__(
        self, store: Store, hub: Hub, config: Config, titler: Titler, lock: threading.RLock,
        gone: Callable[[Run], object],
    ) -> None:  # fmt: skip
        self._store, self._hub, self._config, self._titler = store, hub, config, titler
        self._lock, self._gone = lock, gone
        self._orders: dict[str, list[Order]] = {}

    def __contains__(self, conversation: str) -> bool:
        return conversation in self._orders

    def here(self, conversation: str) -> Sequence[Order]:
        """What was stopped in this conversation and has not yet taken its place."""
        return self._orders.get(conversation, ())

    def add(self, conversation: str, orders: Sequence[Order]) -> None:
        """From now on they are stopped."""
        if orders:
            self._orders[conversation] = [*self.here(conversation), *orders]

    def place(self, orders: Sequence[Order]) -> None:
        """Let them take their places. Raises StoreError if that takes long; it is gone on with."""

        def work() -> None:
            for order in orders:
                self._place(order)

        if not orders:
            return
        try:
            placing = start_thread(work, name="gptchat-stop")
        except AnswerFailed:  # No room for a thread.
            work()
            return
        placing.join(PATIENCE)
        if placing.is_alive():
            raise StoreError(
                "What waited is being stopped, and could not be saved yet: see the log for the "
                "reason. It is tried again until it works."
            )

    def _place(self, order: Order) -> None:
        run = Run(
            order.info("running"), order.conversation, self._hub.append,
            self._config.max_reply_chars,
        )  # fmt: skip
        try:
            work = Work(run, order, self._store, self._hub, self._config, self._titler)
            work.needs_turn = False
            work.place()
            run.stop()
        except NotFound:  # The conversation is gone, and they with it.
            pass
        except Exception:  # The others must not wait for ever.
            logger.exception("A message that waited could not take its place.")
        finally:
            with self._lock:
                left = [each for each in self.here(order.conversation) if each is not order]
                self._orders[order.conversation] = left
                if not left:
                    del self._orders[order.conversation]
                self._gone(run)
