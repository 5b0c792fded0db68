"""What a room asks of the bus, and the one of a process that is alone: nobody hears it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Protocol

from gptchat.bus.calls import Heard
from gptchat.bus.redis_bus import RedisBus
from gptchat.errors import BadOption
from gptchat.store import Store


class Bus(Protocol):
    """Calls to other processes, and from them. Nothing here waits, and nothing raises."""

    is_shared: bool
    """Whether there may be anybody to call."""

    def call(self, topic: str, conversations: Iterable[str] = ()) -> None:
        """Let whoever listens to the topic know that there is something to look at."""

    def listen(self, topic: str) -> None:
        """Hear calls about this, too."""

    def listen_only(self, topics: Callable[[], Iterable[str]]) -> None:
        """Hear calls about these and about what this process always hears, and no others.

        They are asked for at a moment at which nobody else begins to listen.
        """

    def start(self, heard: Heard) -> None:
        """Begin to hear."""

    def close(self) -> None:
        """Hear and call no more."""


class Alone:
    """The bus of a process that shares its database with nobody."""

    is_shared = False

    def call(self, topic: str, conversations: Iterable[str] = ()) -> None:
        """Nobody hears it."""

    def listen(self, topic: str) -> None:
        """Nobody calls."""

    def listen_only(self, topics: Callable[[], Iterable[str]]) -> None:
        """Nobody calls."""

    def start(self, heard: Heard) -> None:
        """Nothing begins."""

    def close(self) -> None:
        """Nothing ends."""


def bus_of(address: str | None, store: Store) -> Bus:
    """The bus of the processes that share this store. Raises BadOption."""
    if address is None:
        return Alone()
    if store.in_memory:
        raise BadOption(
            "message_queue is for several processes that share a database, and these "
            "conversations are in memory. Name a database: GPTChat(store=…)."
        )
    # Whoever knows this database's secret finds its channels, and two databases never meet.
    name = hashlib.sha256(store.secret("bus").encode()).hexdigest()[:24]
    return RedisBus(address, name, store.worker)
