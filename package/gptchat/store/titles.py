"""Who names a conversation: its first words, then the program; its owner has the last word.

A title is searched, so its text goes where it goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from gptchat.errors import NotFound
from gptchat.store.database import Database
from gptchat.store.owners import Owners
from gptchat.store.search import TITLE, Search, Text

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

By = Literal["words", "program", "person"]


class Titles:
    """The titles of all conversations."""

    def __init__(self, database: Database, owners: Owners, search: Search) -> None:
        import sqlalchemy as sa

        self._sa, self._db, self._owners, self._search = sa, database, owners, search
        self._table = database.tables.conversations

    def rename(self, owner: str, conversation: str, title: str) -> None:
        """A person names it, for good. Raises NotFound."""
        if not self._give(self._owners.theirs(owner, conversation), title, "person"):
            raise NotFound("There is no such conversation here.")

    def name(self, conversation: str, title: str) -> bool:
        """The program names it. False if a person did before, or it is not there."""
        table = self._table.c
        return self._give(
            (table.id == conversation) & (table.titled_by != "person"), title, "program"
        )

    def arrived(
        self, owner: str, conversation: str, *, title: str, created: float, said: float
    ) -> None:
        """It was made elsewhere, and keeps its times, and its title if it has one."""
        table, here = self._table, self._owners.theirs(owner, conversation)
        times = self._sa.update(table).where(here).values(created=created, said=said, unread=False)
        with self._db.write() as connection:
            if connection.execute(times).rowcount == 0:
                raise NotFound("There is no such conversation here.")
        if title:
            self.rename(owner, conversation, title)

    def titled_by(self, conversation: str) -> By | None:
        """Who gave it its title."""
        query = self._sa.select(self._table.c.titled_by).where(self._table.c.id == conversation)
        with self._db.read() as connection:
            found: By | None = connection.execute(query).scalar()
            return found

    def _give(self, which: ColumnElement[Any], title: str, by: By) -> bool:
        table = self._table
        change = self._sa.update(table).where(which).values(title=title, titled_by=by)
        with self._db.write() as connection:
            rows = connection.execute(change.returning(table.c.owner, table.c.id)).all()
            self._search.write(connection, [Text(row.owner, row.id, TITLE, title) for row in rows])
        return bool(rows)
