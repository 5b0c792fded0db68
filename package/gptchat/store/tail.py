"""The end of the log, for a process that did not write it: how far it goes, and what is new.

Whoever asks has checked that somebody may read it. What a page asks is `store.py`'s business.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from gptchat.protocol import MAX_SOCKET_MESSAGE, Event
from gptchat.store.database import Database

Head: TypeAlias = tuple[str, int]
"""How far a log goes: its epoch, and the number of its last event."""


class Tail:
    """The ends of the logs of all conversations."""

    def __init__(self, database: Database) -> None:
        import sqlalchemy as sa

        self._sa, self._db = sa, database
        self._heads, self._events = database.tables.conversations.c, database.tables.events.c

    def heads(self, conversations: Iterable[str]) -> Mapping[str, Head]:
        """How far these go, those that are there."""
        head = self._heads
        query = self._sa.select(head.id, head.epoch, head.seq).where(head.id.in_(conversations))
        with self._db.read() as connection:
            return {id: (epoch, seq) for id, epoch, seq in connection.execute(query)}

    def after(self, conversation: str, since: Head) -> Sequence[Event] | None:
        """The events that follow. None if the log cannot tell them, or not in one message."""
        sa, head, event = self._sa, self._heads, self._events
        epoch, seq = since
        known = sa.select(head.epoch, head.pruned).where(head.id == conversation)
        fresh = sa.select(event.body).where(event.conversation == conversation, event.seq > seq)
        with self._db.read() as connection:
            row = connection.execute(known).one_or_none()
            if row is None or row.epoch != epoch or row.pruned > seq:
                return None
            bodies = connection.execute(fresh.order_by(event.seq)).scalars().all()
        if sum(map(len, bodies)) > MAX_SOCKET_MESSAGE:
            return None
        return [json.loads(body) for body in bodies]
