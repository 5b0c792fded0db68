"""Whose conversation is it? A foreign one is answered exactly like an unknown one.

An owner never changes, so what was read once is not read again. A new
conversation is written together with the first that is said in it.
"""

from __future__ import annotations

from collections.abc import Iterable

from gptchat.errors import NotFound
from gptchat.store.database import Database

REMEMBERED = 10_000
"""Conversations whose owner is kept in memory."""


class Owners:
    """The owners of all conversations, those not yet written included."""

    def __init__(self, database: Database) -> None:
        import sqlalchemy as sa

        self._sa, self._db, self._table = sa, database, database.tables.conversations
        self._known: dict[str, str] = {}
        self._unborn: dict[str, str] = {}

    def check(self, owner: str, conversation: str) -> None:
        """Raise NotFound unless the conversation is the owner's."""
        if self.owner_of(conversation) != owner:
            raise NotFound("There is no such conversation here.")

    def create(self, owner: str, conversation: str) -> bool:
        """Give a conversation that does not exist to the owner. False if it is theirs already."""
        is_new = self.owner_of(conversation) is None
        if is_new:
            self._unborn.setdefault(conversation, owner)
        self.check(owner, conversation)
        return is_new

    def unborn(self, conversations: Iterable[str]) -> dict[str, str]:
        """The owners of those that are not written yet."""
        return {id: self._unborn[id] for id in conversations if id in self._unborn}

    def born(self, owners: dict[str, str]) -> None:
        """These are written now."""
        for conversation, owner in owners.items():
            self._remember(conversation, owner)
            self._unborn.pop(conversation, None)

    def owner_of(self, conversation: str) -> str | None:
        """Whose it is; None if there is no such conversation."""
        found = self._unborn.get(conversation) or self._known.get(conversation)
        if found is None:
            query = self._sa.select(self._table.c.owner).where(self._table.c.id == conversation)
            with self._db.read() as connection:
                found = connection.execute(query).scalar()
            if found is not None:
                self._remember(conversation, found)
        return found

    def _remember(self, conversation: str, owner: str) -> None:
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[conversation] = owner
