"""Opening a database, and transactions in it.

A fresh database is created and stamped. One of an older version is brought up to this
one; a newer one is refused, untouched. What SQLite and PostgreSQL do each in their own
way is said in `sqlite.py` and `postgresql.py`; what the transactions say, in `store.py`.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from gptchat.errors import StoreError
from gptchat.store import versions
from gptchat.store.kinds import kind_of
from gptchat.store.place import locate
from gptchat.store.schema import VERSION, Tables, make_tables

if TYPE_CHECKING:
    from sqlalchemy import Connection

logger = logging.getLogger("gptchat")

TO_MAKE_TABLES = "to make tables"
"""By this name whoever makes or changes them is alone."""


class Database:
    """One database: its tables, and `read()` and `write()` transactions."""

    def __init__(self, place: str | Path | None, *, synchronous: str = "normal") -> None:
        self.tables: Tables = make_tables()
        self._kind = kind_of(locate(place), synchronous=synchronous)
        self._closed = False
        with self._opening():
            self._engine = self._kind.connect()
        try:
            with self._opening():
                self._prepare()
        except StoreError:
            self.close()
            raise

    @property
    def in_memory(self) -> bool:
        """Whether everything is forgotten when the process ends."""
        return self._kind.in_memory

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`, for what only one of them can do."""
        return self._engine.dialect.name

    @property
    def file(self) -> str | None:
        """The file it is, if it is one."""
        return self._engine.url.database if self.dialect == "sqlite" else None

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view: whatever is written meanwhile is not seen.

        Raises StoreError, as `write` does, where trying again may help.
        """
        with self.told_if_unavailable("read"), self._kind.turn, self._connect() as connection:
            connection = self._kind.for_reading(connection)
            with connection.begin():
                yield connection

    @contextlib.contextmanager
    def write(self, *, alone: str | None = None) -> Iterator[Connection]:
        """One transaction, committed at the end of the block or not at all.

        Others may write at the same time, but for those who are `alone` by the same name.
        """
        with self.told_if_unavailable(), self._begin(alone) as connection:
            yield connection

    @contextlib.contextmanager
    def told_if_unavailable(self, done: str = "written") -> Iterator[None]:
        """Raise StoreError for what may pass: a full disk, a lock, a lost connection."""
        import sqlalchemy as sa

        try:
            yield
        except (sa.exc.DataError, sa.exc.IntegrityError):
            raise
        except (sa.exc.SQLAlchemyError, OSError) as error:
            if not self._kind.may_pass(error):
                raise
            raise StoreError(f"{self._shown} cannot be {done}: {_cause(error)}.") from error

    def checkpoint(self) -> None:
        """Spare the next writer a wait for the disk."""
        with self.told_if_unavailable():
            self._kind.checkpoint(self._engine)

    def close(self) -> None:
        """Let go of every connection, once whoever uses the one in memory is done with it."""
        with self._kind.turn:
            self._closed = True
            self._engine.dispose()

    @contextlib.contextmanager
    def _begin(self, alone: str | None) -> Iterator[Connection]:
        with self._kind.turn, self._kind.writing, self._connect() as connection:
            connection = self._kind.for_writing(connection)
            with connection.begin():
                if alone is not None:
                    self._kind.be_alone(connection, alone)
                yield connection

    def _connect(self) -> Connection:
        if self._closed:
            raise StoreError(f"{self._shown} has been closed.")
        return self._engine.connect()

    def _prepare(self) -> None:
        import sqlalchemy as sa

        with self._begin(TO_MAKE_TABLES) as connection:
            self._kind.check(connection)
            there = set(sa.inspect(connection).get_table_names())
            missing = [t for name, t in self.tables.metadata.tables.items() if name not in there]
            if self.tables.version not in missing:
                self._bring_up(connection)
            elif taken := sorted(there & set(self.tables.metadata.tables)):
                raise StoreError(
                    f"The database {self._shown} has a table {taken[0]!r} of another program. "
                    "Nothing was changed. Pass store=… a place for gptchat alone."
                )
            self.tables.metadata.create_all(connection, missing, checkfirst=False)
            if self.tables.version in missing:
                connection.execute(sa.insert(self.tables.version).values(version_num=VERSION))

    @contextlib.contextmanager
    def _opening(self) -> Iterator[None]:
        """Say in our words why a database cannot be opened."""
        import sqlalchemy as sa

        try:
            yield
        except (sa.exc.SQLAlchemyError, ImportError) as error:
            raise StoreError(
                f"The conversations in {self._shown} cannot be opened: {_cause(error)}. "
                f"{self._kind.hint}"
            ) from error

    @property
    def _shown(self) -> str:
        return repr(self._kind.shown)

    def _bring_up(self, connection: Connection) -> None:
        import sqlalchemy as sa

        found = connection.execute(sa.select(self.tables.version.c.version_num)).scalar()
        if found == VERSION:
            return
        if found not in versions.known():
            raise StoreError(
                f"The database {self._shown} is of version {found!r}; this gptchat knows "
                f"{VERSION!r}. Nothing was changed. Use the gptchat that wrote it, or pass "
                "store=… another place."
            )
        logger.info("Bringing %s from version %s to %s.", self._shown, found, VERSION)
        try:
            versions.bring_up(connection)
        except (ValueError, LookupError, TypeError) as error:  # What is in it is not ours.
            raise StoreError(
                f"The conversations in {self._shown} cannot be brought up to this version: "
                f"{_cause(error)}. Nothing was changed. Pass store=… another place."
            ) from error


def _cause(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0].rstrip(".")
