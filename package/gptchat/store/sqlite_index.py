"""The index of words in SQLite: an FTS5 table.

It splits at spaces; the words were folded before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gptchat.store.index import Index
from gptchat.words import Term

if TYPE_CHECKING:
    from sqlalchemy import ColumnClause


class SQLiteIndex(Index):
    """One FTS5 table."""

    def __init__(self, name: str) -> None:
        import sqlalchemy as sa

        super().__init__(name)
        self.make = (
            f"CREATE VIRTUAL TABLE {name} USING fts5(owner, words, "
            """tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* Co'", """
            "prefix = '2 3')",
        )
        # FTS5 names the whole row like the table.
        table = sa.table(name, *map(_column, ("rowid", "owner", "words", name)))
        self.insert = sa.insert(table).values(
            rowid=sa.bindparam("row"), owner=sa.bindparam("owner"), words=sa.bindparam("words")
        )
        self.delete = sa.delete(table).where(table.c.rowid == sa.bindparam("row"))
        # By number, not by rank: a rank would be worked out for every row that matches.
        self.select = (
            sa.select(table.c.rowid)
            .where(table.c[name].op("MATCH")(sa.bindparam("asked")))
            .order_by(table.c.rowid.desc())
            .limit(sa.bindparam("limit"))
        )

    def stored(self, owner: str, words: str) -> dict[str, str]:
        """A row, as it is given."""
        return {"owner": owner, "words": words}

    def asked(self, owner: str, terms: Sequence[Term]) -> dict[str, Any]:
        """The query in FTS5's language. Words are letters and digits, never syntax."""
        said = (f'"{" ".join(term.words)}"{" *" * term.is_beginning}' for term in terms)
        return {"asked": f'owner : "{owner}" AND words : ({" AND ".join(said)})'}


def _column(name: str) -> ColumnClause[Any]:
    import sqlalchemy as sa

    return sa.column(name)
