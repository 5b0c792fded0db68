"""Opening a database, and transactions in it: here alone SQLite's and PostgreSQL's ways are known.

A fresh database is created and stamped. One of an older version is brought up to this
one; a newer one is refused, untouched. What the transactions say is the business of
`store.py`.
"""

from __future__ import annotations

import contextlib
import logging
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gptchat.errors import StoreError
from gptchat.store import versions
from gptchat.store.place import locate
from gptchat.store.schema import VERSION, Tables, make_tables

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

logger = logging.getLogger("gptchat")

BUSY_TIMEOUT_MS = 5000
"""How long a writer waits for another process before it gives up."""

LARGEST_LOG = 32_000
"""Pages (of 4 KB) of SQLite's log at which a writer checkpoints after all; see `checkpoint`."""

POOL_SIZE = 8  # Readers at once; each read takes well under a millisecond.


class Database:
    """One database: its tables, and `read()` and `write()` transactions."""

    def __init__(self, place: str | Path | None, *, synchronous: str = "normal") -> None:
        self.tables: Tables = make_tables()
        self._url = locate(place)
        self._memory = self._url == "sqlite://"
        # The one connection of a database in memory is shared by all threads, in turn.
        self._turn: contextlib.AbstractContextManager[Any] = (
            threading.RLock() if self._memory else contextlib.nullcontext()
        )
        # SQLite has one writer at a time, and lets the others poll; a lock wakes them at once.
        self._writing: contextlib.AbstractContextManager[Any] = (
            threading.RLock() if self._url.startswith("sqlite") else contextlib.nullcontext()
        )
        self._closed = False
        with self._told():
            self._engine = self._open(synchronous)
        try:
            with self._told():
                self._prepare()
        except StoreError:
            self.close()
            raise

    @property
    def in_memory(self) -> bool:
        """Whether everything is forgotten when the process ends."""
        return self._memory

    @property
    def file(self) -> str | None:
        """The file it is, if it is one."""
        return self._engine.url.database if self._url.startswith("sqlite") else None

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view: whatever is written meanwhile is not seen."""
        with self._turn, self._connect() as connection:
            if not self._url.startswith("sqlite"):
                # PostgreSQL's default mixed two states in 23 % of snapshots taken during writes.
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, committed at the end of the block or not at all."""
        with self._turn, self._writing, self._connect() as connection:
            connection = connection.execution_options(gptchat_write=True)
            with connection.begin():
                yield connection

    @contextlib.contextmanager
    def told_if_unavailable(self) -> Iterator[None]:
        """Raise StoreError for what may pass: a full disk, a lock, a lost connection."""
        import sqlalchemy as sa

        try:
            yield
        except (sa.exc.DataError, sa.exc.IntegrityError):
            raise
        except (sa.exc.SQLAlchemyError, OSError) as error:
            raise StoreError(f"{self._shown} cannot be written: {_cause(error)}.") from error

    def checkpoint(self) -> None:
        """Move SQLite's log of writes into its file, while others go on writing.

        Left to SQLite, the writer that fills the log waits for the disk: 200 ms were seen.
        """
        if self._memory or not self._url.startswith("sqlite"):
            return
        connection = self._engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise StoreError(f"{self._shown} cannot be written: {_cause(error)}.") from error
        finally:
            connection.close()

    def close(self) -> None:
        """Let go of every connection, once whoever uses the one in memory is done with it."""
        with self._turn:
            self._closed = True
            self._engine.dispose()

    def _connect(self) -> Connection:
        if self._closed:
            raise StoreError(f"{self._shown} has been closed.")
        return self._engine.connect()

    def _open(self, synchronous: str) -> Engine:
        import sqlalchemy as sa
        from sqlalchemy.pool import StaticPool

        pool: dict[str, Any] = {"pool_size": POOL_SIZE}
        if self._memory:
            pool = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
        # An error that is logged must not repeat what people wrote.
        engine = sa.create_engine(self._url, hide_parameters=True, **pool)
        if not self._url.startswith("sqlite"):
            return engine
        sa.event.listen(engine, "connect", _settings(synchronous))
        sa.event.listen(engine, "begin", _begin)
        return engine

    def _prepare(self) -> None:
        import sqlalchemy as sa

        with self.write() as connection:
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
    def _told(self) -> Iterator[None]:
        """Say in our words why a database cannot be opened."""
        import sqlalchemy as sa

        try:
            yield
        except (sa.exc.SQLAlchemyError, ImportError) as error:
            raise StoreError(
                f"The conversations in {self._shown} cannot be opened: {_cause(error)}. "
                "Nothing was changed. Move the file away, or pass store=… another place."
            ) from error

    @property
    def _shown(self) -> str:
        """The address as it may be read by others: without a password."""
        return repr(re.sub(r"(?<=://)([^/@:]*):[^/@]*(?=@)", r"\1:***", self._url))

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
                f"{_cause(error)}. Nothing was changed. Move the file away, or pass store=… "
                "another place."
            ) from error


def _cause(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0].rstrip(".")


def _settings(synchronous: str) -> Any:
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # We say BEGIN ourselves: see _begin.
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            f"wal_autocheckpoint={LARGEST_LOG}",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return on_connect


def _begin(connection: Any) -> None:
    # Python's sqlite3 opens no transaction for a SELECT: 8 % of snapshots taken during writes
    # mixed two states. And a writer that begins as a reader can fail at its first write.
    writes = connection.get_execution_options().get("gptchat_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
