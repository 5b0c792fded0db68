"""The index of words in PostgreSQL: a table of `tsvector`s with a GIN index.

The words were folded and split before, so none of PostgreSQL's dictionaries is asked, and
both kinds of databases find the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from gptchat.words import Term

if TYPE_CHECKING:
    from sqlalchemy import Connection

LONGEST_WORD: Final = 300
"""Characters of a word that count: more than anybody asks for, fewer than a `tsvector` holds."""


class PostgreSQLIndex:
    """One table. The owner is a lexeme beside the words, with a sign that no word has."""

    def __init__(self, name: str) -> None:
        import sqlalchemy as sa

        self._name = name  # Ours, never a person's.
        self._make = (
            f'CREATE TABLE {name} ("row" BIGINT PRIMARY KEY, words TEXT NOT NULL, '
            "lexemes TSVECTOR NOT NULL)",
            f"CREATE INDEX ix_{name} ON {name} USING GIN (lexemes)",
        )
        self._add = sa.text(
            f'INSERT INTO {name} ("row", words, lexemes) VALUES (:row, :words, '  # noqa: S608
            "array_to_tsvector(string_to_array(:owner || ' ' || :words, ' ')))"
        )
        self._remove = sa.text(f'DELETE FROM {name} WHERE "row" = :row')  # noqa: S608
        # A tsvector forgets where in a long text its words are, so phrases are looked for in
        # the words themselves.
        self._newest = sa.text(
            f'SELECT "row" FROM {name} '  # noqa: S608
            "WHERE lexemes @@ CAST(:asked AS tsquery) "
            "AND ' ' || words || ' ' LIKE ALL (CAST(:phrases AS text[])) "
            'ORDER BY "row" DESC LIMIT :limit'
        )

    def create(self, connection: Connection) -> bool:
        """Make it where it is missing. True if it is new, and to be filled."""
        import sqlalchemy as sa

        if sa.inspect(connection).has_table(self._name):
            return False
        for statement in self._make:
            connection.exec_driver_sql(statement)
        return True

    def add(self, connection: Connection, rows: Mapping[int, tuple[str, str]]) -> None:
        """Put in new rows: owner and words by number."""
        given = [
            {"row": row, "owner": f":{owner}", "words": _short(words)}
            for row, (owner, words) in rows.items()
        ]
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
        asked = {"asked": _asked(owner, terms), "phrases": _phrases(terms), "limit": limit}
        return list(connection.execute(self._newest, asked).scalars())


def _short(words: str) -> str:
    return " ".join(word[:LONGEST_WORD] for word in words.split(" "))


def _asked(owner: str, terms: Sequence[Term]) -> str:
    """The query in PostgreSQL's language. Words are letters and digits: none of it is syntax."""
    lexemes = [f"':{owner}'"]
    for term in terms:
        lexemes += [f"'{word}'" for word in term.words]
        lexemes[-1] += ":*" * term.is_beginning
    return " & ".join(lexemes)


def _phrases(terms: Sequence[Term]) -> list[str]:
    """What is written with signs in between stands side by side."""
    several = (term for term in terms if len(term.words) > 1)
    return [f"% {' '.join(term.words)}{'' if term.is_beginning else ' '}%" for term in several]
