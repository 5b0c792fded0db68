"""The index of words in PostgreSQL: a table of `tsvector`s with a GIN index.

The words were folded and split before, so none of PostgreSQL's dictionaries is asked, and
both kinds of databases find the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from gptchat.store.index import Index
from gptchat.words import Term

LONGEST_WORD: Final = 300
"""Characters of a word that count: more than anybody asks for, fewer than a `tsvector` holds."""


class PostgreSQLIndex(Index):
    """One table. The owner is a lexeme beside the words, with a sign that no word has."""

    def __init__(self, name: str) -> None:
        import sqlalchemy as sa

        super().__init__(name)
        self.make = (
            f'CREATE TABLE {name} ("row" BIGINT PRIMARY KEY, words TEXT NOT NULL, '
            "lexemes TSVECTOR NOT NULL)",
            f"CREATE INDEX ix_{name} ON {name} USING GIN (lexemes)",
            # How common the commonest thousand words are: for those the newest rows are gone
            # through, instead of finding and sorting nearly all.
            f"ALTER TABLE {name} ALTER COLUMN lexemes SET STATISTICS 1000",
        )
        self.learn = (f"ANALYZE {name}",)
        self.insert = sa.text(
            f'INSERT INTO {name} ("row", words, lexemes) VALUES (:row, :words, '  # noqa: S608
            "array_to_tsvector(string_to_array(:owner || ' ' || :words, ' ')))"
        )
        self.delete = sa.text(f'DELETE FROM {name} WHERE "row" = :row')  # noqa: S608
        # A tsvector forgets where in a long text its words are, so phrases are looked for in
        # the words themselves.
        self.select = sa.text(
            f'SELECT "row" FROM {name} '  # noqa: S608
            "WHERE lexemes @@ CAST(:asked AS tsquery) "
            "AND ' ' || words || ' ' LIKE ALL (CAST(:phrases AS text[])) "
            'ORDER BY "row" DESC LIMIT :limit'
        )

    def stored(self, owner: str, words: str) -> dict[str, str]:
        """A row with no word that is too long."""
        short = " ".join(word[:LONGEST_WORD] for word in words.split(" "))
        return {"owner": f":{owner}", "words": short}

    def asked(self, owner: str, terms: Sequence[Term]) -> dict[str, Any]:
        """The query in PostgreSQL's language. Words are letters and digits, never syntax."""
        lexemes = [f"':{owner}'"]
        for term in terms:
            lexemes += [f"'{word}'" for word in term.words]
            lexemes[-1] += ":*" * term.is_beginning
        return {"asked": " & ".join(lexemes), "phrases": _phrases(terms)}


def _phrases(terms: Sequence[Term]) -> list[str]:
    """What is written with signs in between stands side by side."""
    several = (term for term in terms if len(term.words) > 1)
    return [f"% {' '.join(term.words)}{'' if term.is_beginning else ' '}%" for term in several]
