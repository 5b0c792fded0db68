"""Tells every page of an owner how the list of conversations changed, in whichever process.

What is told is read when it is told, by one thread at a time: the last word a page
hears of a conversation is the latest.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from gptchat.bus import Bus
from gptchat.protocol import ConversationsFrame
from gptchat.store import Store

AT_ONCE = 250
"""Conversations in one frame: with the longest titles they fit into a socket message."""


class Lists:
    """The lists on all open pages of this process."""

    def __init__(self, store: Store, socketio: Any, bus: Bus) -> None:
        self._store, self._socketio, self._bus = store, socketio, bus
        self._turn = threading.Lock()

    def announce(self, conversations: Iterable[str]) -> None:
        """Tell how these are listed now. Nobody goes on hearing what is said in a deleted one."""
        if self._socketio.server is None:
            return
        for some in _parts(list(conversations)):
            with self._turn:
                for owner, frame in self._store.listing.frames(some).items():
                    self._emit(owner, frame)
                    self._bus.call(room_of_owner(owner), _named(frame))

    def tell(self, owner: str, conversations: Sequence[str]) -> None:
        """Another process says that these have changed on the list of this owner."""
        for some in _parts(conversations):
            with self._turn:
                frame = self._store.listing.frames(some).get(owner)
                if frame is not None:
                    self._emit(owner, frame)

    def _emit(self, owner: str, frame: ConversationsFrame) -> None:
        self._socketio.emit("conversations", frame, to=room_of_owner(owner))
        for conversation in frame["removed"]:
            self._socketio.close_room(room_of(conversation))


def room_of(conversation: str) -> str:
    """Where the pages are that show a conversation."""
    return f"c:{conversation}"


def room_of_owner(owner: str) -> str:
    """Where all pages of an owner are. Only the server says who is in it."""
    return f"u:{owner}"


def conversation_of(room: str) -> str | None:
    """The conversation that the pages in a room show."""
    return room[2:] if room.startswith("c:") else None


def owner_of(room: str) -> str | None:
    """The owner whose pages are in a room."""
    return room[2:] if room.startswith("u:") else None


def _named(frame: ConversationsFrame) -> list[str]:
    return [*(each["id"] for each in frame["changed"]), *frame["removed"]]


def _parts(conversations: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(conversations), AT_ONCE):
        yield conversations[start : start + AT_ONCE]
