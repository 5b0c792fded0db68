"""What is deleted: hidden at once, restorable for a while, then gone for good.

With a conversation go its messages, its log, its runs, and the files that nothing else
refers to. A run that is still at work in it is stopped by `runs.py`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gptchat.errors import NotFound
from gptchat.store.database import Database

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

KEEP_DELETED_SECONDS = 60
"""How long a deleted conversation can be restored."""


class Trash:
    """The deleted conversations of all owners."""

    def __init__(self, database: Database) -> None:
        import sqlalchemy as sa

        self._sa, self._db = sa, database
        self._table = database.tables.conversations

    def delete(self, owner: str, conversation: str) -> None:
        """Hide it. Done again it changes nothing. Raises NotFound."""
        since = self._sa.func.coalesce(self._table.c.deleted, time.time())
        self._mark(self._theirs(owner, conversation), since)

    def restore(self, owner: str, conversation: str) -> None:
        """Show it again, if it is not gone for good. Raises NotFound."""
        self._mark(self._theirs(owner, conversation), None)

    def delete_all(self, owner: str) -> Sequence[str]:
        """Hide everything the owner has; which conversations."""
        table = self._table
        mine = (table.c.owner == owner) & table.c.deleted.is_(None)
        hide = self._sa.update(table).where(mine).values(deleted=time.time())
        with self._db.told_if_unavailable(), self._db.write() as connection:
            return list(connection.execute(hide.returning(table.c.id)).scalars())

    def _theirs(self, owner: str, conversation: str) -> ColumnElement[bool]:
        return (self._table.c.id == conversation) & (self._table.c.owner == owner)

    def _mark(self, which: ColumnElement[bool], deleted: object) -> None:
        mark = self._sa.update(self._table).where(which).values(deleted=deleted)
        with self._db.told_if_unavailable(), self._db.write() as connection:
            if connection.execute(mark).rowcount == 0:
                raise NotFound("There is no such conversation here.")
