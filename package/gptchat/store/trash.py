"""What is deleted: hidden at once, restorable for a while, then gone for good.

With a conversation go its messages, its log, its runs, what is searched of it, and the
files that nothing else refers to. A run that is still at work in it is stopped by `runs.py`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gptchat.errors import NotFound
from gptchat.store.database import Database
from gptchat.store.files import Files
from gptchat.store.search import Search

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

KEEP_DELETED_SECONDS = 60
"""How long a deleted conversation can be restored."""

AT_ONCE = 100
"""Conversations purged in one transaction: whoever writes a word waits for its end."""


class Trash:
    """The deleted conversations of all owners."""

    def __init__(self, database: Database, files: Files, search: Search) -> None:
        import sqlalchemy as sa

        self._sa, self._db, self._files, self._search = sa, database, files, search
        self._t, self._table = database.tables, database.tables.conversations

    def delete(self, owner: str, conversation: str) -> None:
        """Hide it. Done again it changes nothing. Raises NotFound."""
        since = self._sa.func.coalesce(self._table.c.deleted, time.time())
        self._mark(self._theirs(owner, conversation), since)

    def restore(self, owner: str, conversation: str) -> None:
        """Show it again, if it is not gone for good. Raises NotFound."""
        self._mark(self._theirs(owner, conversation), None)

    def delete_all(self, owner: str) -> Sequence[str]:
        """Hide everything the owner has; which conversations."""
        return self._hide((self._table.c.owner == owner) & self._table.c.deleted.is_(None))

    def expire(self, silent_since: float) -> Sequence[str]:
        """Hide every conversation in which nothing was said since then; which ones."""
        table, runs = self._table, self._t.runs
        running = self._sa.exists().where(runs.c.conversation == table.c.id)
        old = (table.c.said < silent_since) & table.c.deleted.is_(None) & ~running
        return self._hide(old)

    def purge(self, deleted_before: float) -> int:
        """Let go for good of what was deleted before then; how many conversations."""
        count = 0
        while some := self._purge_some(deleted_before):
            count += some
        return count

    def _purge_some(self, deleted_before: float) -> int:
        sa, table, uses = self._sa, self._table, self._t.uses
        with self._db.write() as connection:
            old = sa.select(table.c.id).where(table.c.deleted < deleted_before)
            # Whoever restores one, or speaks in it, waits for this and finds it gone.
            some = old.order_by(table.c.id).limit(AT_ONCE).with_for_update()
            gone = list(connection.execute(some).scalars())
            if not gone:
                return 0
            used = sa.select(uses.c.file).where(uses.c.conversation.in_(gone)).distinct()
            files = list(connection.execute(used).scalars())
            for part in (self._t.messages, self._t.events, self._t.runs, self._t.begun, uses):
                connection.execute(sa.delete(part).where(part.c.conversation.in_(gone)))
            connection.execute(sa.delete(table).where(table.c.id.in_(gone)))
            self._search.forget_all(connection, gone)
            self._files.forget_unused(connection, files, deleted_before)
        return len(gone)

    def _theirs(self, owner: str, conversation: str) -> ColumnElement[bool]:
        return (self._table.c.id == conversation) & (self._table.c.owner == owner)

    def _hide(self, which: ColumnElement[bool]) -> Sequence[str]:
        hide = self._sa.update(self._table).where(which).values(deleted=time.time())
        with self._db.write() as connection:
            return list(connection.execute(hide.returning(self._table.c.id)).scalars())

    def _mark(self, which: ColumnElement[bool], deleted: object) -> None:
        mark = self._sa.update(self._table).where(which).values(deleted=deleted)
        with self._db.write() as connection:
            if connection.execute(mark).rowcount == 0:
                raise NotFound("There is no such conversation here.")
