"""Statements rendered once, for what every flush says: SQLAlchemy would look at each value anew.

Values pass as they are: a text that is written must be clean already, and what SQLite keeps
for False comes back as 0. All other statements go through SQLAlchemy, which minds both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from gptchat.messages.text import clean

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select
    from sqlalchemy.sql.dml import UpdateBase


class Many:
    """A statement said of many rows, each with a value for each of these names."""

    def __init__(self, statement: UpdateBase, *names: str) -> None:
        self._statement, self._names = statement, names
        self._text = ""
        self._in_order: Callable[[tuple[Any, ...]], Any] = tuple

    def write(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Say it of these rows."""
        if not self._text:
            self._render(connection)
        if rows:
            connection.exec_driver_sql(self._text, list(map(self._in_order, rows)))

    def _render(self, connection: Connection) -> None:
        rendered: Any = self._statement.compile(
            dialect=connection.dialect, column_keys=self._names, for_executemany=True
        )
        self._text = str(rendered)
        if rendered.positional:  # By its own order, which is the table's.
            self._in_order = itemgetter(*map(self._names.index, rendered.positiontup))
        else:
            self._in_order = lambda row: dict(zip(self._names, row, strict=True))


class Lookup:
    """A query for rows by any number of ids."""

    def __init__(self, query: Select[Any], name: str) -> None:
        self._query, self._name = query, name
        self._texts: dict[int, tuple[str, bool]] = {}

    def rows(self, connection: Connection, ids: Sequence[str]) -> Sequence[Row[Any]]:
        """The rows of these ids."""
        if not ids:
            return []
        length = 1 << (len(ids) - 1).bit_length()  # So that few texts do for any number.
        text, is_positional = self._texts.get(length) or self._render(connection, length)
        asked = [clean(id) for id in ids]
        asked += asked[-1:] * (length - len(asked))
        if is_positional:
            return connection.exec_driver_sql(text, tuple(asked)).all()
        named = {f"{self._name}_{place}": id for place, id in enumerate(asked, 1)}
        return connection.exec_driver_sql(text, named).all()

    def _render(self, connection: Connection, length: int) -> tuple[str, bool]:
        rendered: Any = self._query.params({self._name: [""] * length}).compile(
            dialect=connection.dialect, compile_kwargs={"render_postcompile": True}
        )
        self._texts[length] = said = (str(rendered), rendered.positional)
        return said
