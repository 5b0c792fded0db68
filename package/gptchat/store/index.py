"""An index of words: finds rows by the words in them.

An index knows rows by number, each with its owner (as one word) and its folded words. What
both kinds of databases do is here; `sqlite_index` and `postgresql_index` say it in their own
statements.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gptchat.words import Term

if TYPE_CHECKING:
    from sqlalchemy import Connection, Executable


class Index(ABC):
    """One table, named by us and never by a person."""

    make: Sequence[str]
    """The statements that make it."""
    learn: Sequence[str] = ()
    """The statements that tell the database what is in it, once it has been filled."""
    insert: Executable
    """Puts in a row; takes what `stored` gives, and `row`."""
    delete: Executable
    """Takes out `row`."""
    select: Executable
    """The highest numbers of rows, at most `limit`; takes what `asked` gives."""

    def __init__(self, name: str) -> None:
        self._name = name

    @abstractmethod
    def stored(self, owner: str, words: str) -> dict[str, str]:
        """A row, as `insert` takes it."""

    @abstractmethod
    def asked(self, owner: str, terms: Sequence[Term]) -> dict[str, Any]:
        """What rows must hold, as `select` takes it."""

    def create(self, connection: Connection) -> bool:
        """Make it where it is missing. True if it is new, and to be filled."""
        import sqlalchemy as sa

        if sa.inspect(connection).has_table(self._name):
            return False
        for statement in self.make:
            connection.exec_driver_sql(statement)
        return True

    def filled(self, connection: Connection) -> None:
        """What was said before there was an index is in it now."""
        for statement in self.learn:
            connection.exec_driver_sql(statement)

    def add(self, connection: Connection, rows: Mapping[int, tuple[str, str]]) -> None:
        """Put in new rows: owner and words by number."""
        given = [{"row": row, **self.stored(*each)} for row, each in rows.items()]
        if given:
            connection.execute(self.insert, given)

    def remove(self, connection: Connection, rows: Sequence[int]) -> None:
        """Take rows out, where they are in."""
        if rows:
            connection.execute(self.delete, [{"row": row} for row in rows])

    def newest(
        self, connection: Connection, owner: str, terms: Sequence[Term], limit: int
    ) -> list[int]:
        """The highest numbers of rows of this owner that hold all the terms."""
        asked = {**self.asked(owner, terms), "limit": limit}
        return list(connection.execute(self.select, asked).scalars())
