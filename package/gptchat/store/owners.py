"""Whose conversation is it? A foreign or a deleted one is answered exactly like an unknown one.

A new conversation is written together with the first that is said in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gptchat.errors import NotFound
from gptchat.store.database import Database

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


class Owners:
    """The owners of all conversations, those not yet written included."""

    def __init__(self, database: Database) -> None:
        import sqlalchemy as sa

        self._sa, self._db, self._table = sa, database, database.tables.conversations
        self._unborn: dict[str, str] = {}

    def theirs(self, owner: str, conversation: str) -> ColumnElement[bool]:
        """What a statement says to find this conversation only for its owner, and undeleted."""
        table = self._table.c
        return self._sa.and_(
            table.id == conversation, table.owner == owner, table.deleted.is_(None)
        )

    def check(self, owner: str, conversation: str) -> None:
        """Raise NotFound unless the conversation is the owner's."""
        if self.owner_of(conversation) != owner:
            raise NotFound("There is no such conversation here.")

    def create(self, owner: str, conversation: str) -> bool:
        """Give a conversation that does not exist to the owner. False if it is theirs already."""
        is_new = conversation not in self._unborn and not self._exists(conversation)
        if is_new:
            self._unborn.setdefault(conversation, owner)
        self.check(owner, conversation)
        return is_new

    def unborn(self, conversations: Iterable[str]) -> dict[str, str]:
        """The owners of those that are not written yet."""
        return {id: self._unborn[id] for id in conversations if id in self._unborn}

    def born(self, owners: dict[str, str]) -> None:
        """These are written now."""
        for conversation in owners:
            self._unborn.pop(conversation, None)

    def owner_of(self, conversation: str) -> str | None:
        """Whose it is; None if there is no such conversation.

        Read every time: another process may have deleted it.
        """
        if unborn := self._unborn.get(conversation):
            return unborn
        table = self._table.c
        query = self._sa.select(table.owner).where(
            table.id == conversation, table.deleted.is_(None)
        )
        with self._db.read() as connection:
            found: str | None = connection.execute(query).scalar()
            return found

    def _exists(self, conversation: str) -> bool:
        query = self._sa.select(self._table.c.id).where(self._table.c.id == conversation)
        with self._db.read() as connection:
            return connection.execute(query).scalar() is not None
