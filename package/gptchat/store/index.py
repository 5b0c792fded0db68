"""The index of words in SQLite: an FTS5 table, the one thing here that is not plain SQL.

An index knows rows by number, each with its owner (as one word) and its folded words.
Another kind of database needs a class with the same four methods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from gptchat.words import Term

if TYPE_CHECKING:
    from sqlalchemy import ColumnClause, Connection


class Index(Protocol):
    """Finds rows by the words in them."""

    def create(self, connection: Connection) -> bool:
        """Make it where it is missing. True if it is new, and to be filled."""

    def add(self, connection: Connection, rows: Mapping[int, tuple[str, str]]) -> None:
        """Put in new rows: owner and words by number."""

    def remove(self, connection: Connection, rows: Sequence[int]) -> None:
        """Take rows out, where they are in."""

    def newest(
        self, connection: Connection, owner: str, terms: Sequence[Term], limit: int
    ) -> list[int]:
        """The highest numbers of rows of this owner that hold all the terms."""


class SQLiteIndex:
    """One FTS5 table. It splits at spaces; the words were folded before."""

    def __init__(self, name: str) -> None:
        import sqlalchemy as sa

        self._name = name  # Ours, never a person's.
        self._make = sa.text(
            f"CREATE VIRTUAL TABLE {name} USING fts5(owner, words, "
            """tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* Co'", """
            "prefix = '2 3')"
        )
        # FTS5 names the whole row like the table.
        table = sa.table(name, *map(_column, ("rowid", "owner", "words", name)))
        self._add = sa.insert(table).values(
            rowid=sa.bindparam("row"), owner=sa.bindparam("owner"), words=sa.bindparam("words")
        )
        self._remove = sa.delete(table).where(table.c.rowid == sa.bindparam("row"))
        # By number, not by rank: a rank would be worked out for every row that matches.
        self._newest = (
            sa.select(table.c.rowid)
            .where(table.c[name].op("MATCH")(sa.bindparam("asked")))
            .order_by(table.c.rowid.desc())
            .limit(sa.bindparam("limit"))
        )

    def create(self, connection: Connection) -> bool:
        """Make it where it is missing. True if it is new, and to be filled."""
        import sqlalchemy as sa

        if sa.inspect(connection).has_table(self._name):
            return False
        connection.execute(self._make)
        return True

    def add(self, connection: Connection, rows: Mapping[int, tuple[str, str]]) -> None:
        """Put in new rows: owner and words by number."""
        given = [{"row": row, "owner": o, "words": words} for row, (o, words) in rows.items()]
        if given:
            connection.execute(self._add, given)

    def remove(self, connection: Connection, rows: Sequence[int]) -> None:
        """Take rows out, where they are in."""
        if rows:
            connection.execute(self._remove, [{"row": row} for row in rows])

    def newest(
        self, connection: Connection, owner: str, terms: Sequence[Term], limit: int
    ) -> list[int]:
        """The highest numbers of rows of this owner that hold all the terms."""
        asked = {"asked": _asked(owner, terms), "limit": limit}
        return list(connection.execute(self._newest, asked).scalars().all())


def _column(name: str) -> ColumnClause[Any]:
    import sqlalchemy as sa

    return sa.column(name)


def _asked(owner: str, terms: Sequence[Term]) -> str:
    """The query in FTS5's language. Words are letters and digits, so nothing in them is syntax."""
    said = (f'"{" ".join(term.words)}"{" *" * term.is_beginning}' for term in terms)
    return f'owner : "{owner}" AND words : ({" AND ".join(said)})'
