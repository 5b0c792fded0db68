"""Folding the log of idle conversations into their messages, and forgetting it.

A reader who was further behind is told to begin again from a snapshot.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gptchat.conversation import Conversation
from gptchat.store.database import Database
from gptchat.store.rows import dumps

if TYPE_CHECKING:
    from sqlalchemy import Connection

KEEP_BEGUN_SECONDS = 7 * 86400
"""How long a request that is repeated is known by its id alone; its message is known for ever."""

KEEP_LOG_SECONDS = 600
"""After a conversation has been idle this long its log is pruned."""


class Pruning:
    """What can be forgotten. `state` reads a conversation whole, from its row."""

    def __init__(
        self, database: Database, state: Callable[[Connection, Any], Conversation]
    ) -> None:
        import sqlalchemy as sa

        self._sa, self._db, self._t, self._state = sa, database, database.tables, state

    def prune(self, idle_since: float) -> int:
        """Fold and forget the log of conversations idle since then; how many."""
        conversations, runs = self._t.conversations, self._t.runs
        with self._db.read() as connection:
            idle = connection.execute(
                self._sa.select(conversations.c.id).where(
                    conversations.c.updated < idle_since,
                    conversations.c.pruned < conversations.c.seq,
                    ~self._sa.exists().where(runs.c.conversation == conversations.c.id),
                )
            ).scalars().all()  # fmt: skip
        for conversation in idle:
            self._fold(conversation)
        return len(idle)

    def forget_begun(self, before: float) -> None:
        """Forget which runs began before then."""
        begun = self._t.begun
        with self._db.write() as connection:
            connection.execute(self._sa.delete(begun).where(begun.c.at < before))

    def _fold(self, conversation: str) -> None:
        sa, conversations, messages = self._sa, self._t.conversations, self._t.messages
        events = self._t.events
        with self._db.write() as connection:
            here = conversations.c.id == conversation
            # Locked: what was said meanwhile would be forgotten with the rest.
            whole = sa.select(conversations).where(here).with_for_update()
            row = connection.execute(whole).one_or_none()
            if row is None:
                return
            for node in self._state(connection, row).nodes.values():
                message = (messages.c.conversation == conversation) & (messages.c.id == node["id"])
                connection.execute(
                    sa.update(messages).where(message).values(body=dumps(node), seq=row.seq)
                )
            connection.execute(sa.delete(events).where(events.c.conversation == conversation))
            connection.execute(sa.update(conversations).where(here).values(pruned=row.seq))
