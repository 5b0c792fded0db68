"""Brings committed events to the pages of this process, whichever process wrote them.

Our own come from the hub. Of another's we are called, and read them from the log; and every
few seconds we look how far the logs go of which our pages show the end, because a call may be
lost. What pages are told of their lists is the business of `listing.py`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from typing import Any

from gptchat.bus import Bus, Call
from gptchat.errors import StoreError
from gptchat.protocol import Event
from gptchat.sockets.frames import frames
from gptchat.sockets.listing import Lists, conversation_of, owner_of, room_of
from gptchat.store import Store
from gptchat.store.log import Numbered
from gptchat.store.tail import Head
from gptchat.workers import start_thread

logger = logging.getLogger("gptchat")

LOOK_EVERY = 2.0
"""Seconds between two looks at the logs: so late are words of other processes without Redis."""


class Relay:
    """What the pages of this process are told of conversations."""

    def __init__(self, store: Store, socketio: Any, lists: Lists, bus: Bus) -> None:
        self._store, self._socketio, self._lists, self._bus = store, socketio, lists, bus
        self._turn = threading.Lock()
        self._reached: dict[str, Head] = {}
        """How far the pages have been told, by conversation that some of them show."""
        self._changed = threading.Condition()
        self._called: list[Call] = []
        self._closed = False

    def start(self) -> None:
        """Begin to look, where there are other processes."""
        if self._bus.is_shared:
            start_thread(self._run, name="gptchat-relay")

    def close(self) -> None:
        """Look no more."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    # ------------------------------------------------------------- what is written here

    def emit(self, conversation: str, place: Numbered, events: Sequence[Event]) -> None:
        """Send events that this process has committed."""
        if self._is_shown(conversation):
            with self._turn:
                self._send(conversation, (place.epoch, place.seq - 1), events)
        self._bus.call(room_of(conversation))

    # ---------------------------------------------------------------- what is elsewhere

    def follow(self, conversation: str, epoch: str, seq: int) -> None:
        """A page shows a conversation, and has it as far as this."""
        if self._bus.is_shared:
            with self._turn:
                self._reached.setdefault(conversation, (epoch, seq))
            # It may have grown since it was read.
            self.heard(Call(room_of(conversation)))

    def heard(self, call: Call) -> None:
        """Another process called. Returns at once."""
        with self._changed:
            self._called.append(call)
            self._changed.notify()

    def _run(self) -> None:
        due = time.monotonic()
        is_away = False
        while not self._closed:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._called or self._closed, max(0.0, due - time.monotonic())
                )
                calls, self._called = self._called, []
            try:
                self._answer(calls)
                if time.monotonic() >= due:
                    due = time.monotonic() + LOOK_EVERY
                    self._look_around()
                is_away = False
            except StoreError as error:  # The next look finds what this one did not.
                if not is_away:
                    logger.error("Words of other processes come later: %s", error)
                is_away = True
            except Exception:
                logger.exception("Words of other processes come later.")

    def _answer(self, calls: Sequence[Call]) -> None:
        if grown := {id for call in calls if (id := conversation_of(call.topic))}:
            self._catch_up(grown & set(self._reached))
        for call in calls:
            owner = owner_of(call.topic)
            if owner is not None and call.is_back:
                # How the list changed meanwhile nobody says again: the pages ask.
                self._socketio.emit("resync", {"reason": "behind"}, to=call.topic)
            elif owner is not None:
                self._lists.tell(owner, call.conversations)

    def _look_around(self) -> None:
        self._bus.listen_only(self._rooms)
        with self._turn:
            # A page enters its room first: whoever is followed by now is among these.
            rooms = set(self._rooms())
            shown = {id: at for id, at in self._reached.items() if room_of(id) in rooms}
            self._reached = shown
        self._catch_up(set(shown))

    def _catch_up(self, conversations: set[str]) -> None:
        if not conversations:
            return
        for conversation, head in self._store.tail.heads(conversations).items():
            since = self._reached.get(conversation)
            if since is None or since == head or not self._is_shown(conversation):
                continue
            events = self._store.tail.after(conversation, since)
            with self._turn:
                if events is not None:
                    self._send(conversation, since, events)
                else:
                    self._reached[conversation] = head
                    room = room_of(conversation)
                    self._socketio.emit("resync", {"reason": "behind"}, to=room)

    def _send(self, conversation: str, since: Head, events: Sequence[Event]) -> None:
        """Tell the events after `since`, but those that were told. The turn is ours."""
        epoch, seq = since
        before = self._reached.get(conversation)
        if before is not None and before[0] == epoch and before[1] > seq:
            events, seq = events[before[1] - seq :], before[1]
        if events:
            for frame in frames(conversation, Numbered(epoch, seq + 1), events):
                self._socketio.emit("events", frame, to=room_of(conversation))
            if before is not None:
                self._reached[conversation] = (epoch, seq + len(events))

    def _rooms(self) -> Sequence[str]:
        server = self._socketio.server
        rooms = {} if server is None else server.manager.rooms.get("/", {})
        return [room for room in list(rooms) if room and (conversation_of(room) or owner_of(room))]

    def _is_shown(self, conversation: str) -> bool:
        server = self._socketio.server
        rooms = {} if server is None else server.manager.rooms.get("/", {})
        return bool(rooms.get(room_of(conversation)))
