"""Who is in which room, kept right while pages come and go on many threads.

python-socketio's manager looks whether a room is empty and then takes it away: a page that
entered in between was told nothing from then on. Here one page at a time enters or leaves.
Which rooms there are is the business of `sockets.py` and `listing.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from socketio import Manager


class Rooms(Manager):
    """python-socketio's manager, for servers with a thread for each page."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.RLock()

    def pre_connect(self, eio_sid: str, namespace: str) -> Any:
        """Let a page into the rooms, before it is known whether it may stay."""
        with self._lock:
            return super().pre_connect(eio_sid, namespace)

    def connect(self, sid: str, namespace: str) -> Any:
        """It may stay."""
        with self._lock:
            return super().connect(sid, namespace)

    def pre_disconnect(self, sid: str, namespace: str) -> Any:
        """It is going away."""
        with self._lock:
            return super().pre_disconnect(sid, namespace)

    def basic_disconnect(self, sid: str, namespace: str, **options: Any) -> Any:
        """It is gone."""
        with self._lock:
            return super().basic_disconnect(sid, namespace, **options)

    def basic_enter_room(
        self, sid: str, namespace: str, room: str | None, eio_sid: str | None = None
    ) -> None:
        """Let a page into a room."""
        with self._lock:
            super().basic_enter_room(sid, namespace, room, eio_sid)

    def basic_leave_room(self, sid: str, namespace: str, room: str | None) -> None:
        """Let it out."""
        with self._lock:
            super().basic_leave_room(sid, namespace, room)

    def get_participants(self, namespace: str, room: Any) -> Iterator[tuple[str, str]]:
        """Who is in a room now."""
        with self._lock:
            return iter(list(super().get_participants(namespace, room)))
