"""SQLite's ways: a file on this machine, or a database in memory; one writer at a time."""

from __future__ import annotations

import contextlib
import os
import re
import threading
from typing import TYPE_CHECKING, Any, Final

from gptchat.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

IN_MEMORY: Final = "sqlite://"

BUSY_TIMEOUT_MS = 5000
"""How long a writer waits for another process before it gives up."""

LARGEST_LOG = 32_000
"""Pages (of 4 KB) of the log at which a writer checkpoints after all; see `checkpoint`."""

POOL_SIZE = 8  # Readers at once; each read takes well under a millisecond.


class SQLite:
    """One file, or one database in memory."""

    hint: Final = "Nothing was changed. Move the file away, or pass store=… another place."

    def __init__(self, address: str, synchronous: str) -> None:
        self._address, self._synchronous = address, synchronous
        self.shown = re.sub(r"://[^/]*@", "://***@", address)  # A file has no password; who knows.
        self.in_memory = address == IN_MEMORY
        # The one connection of a database in memory is shared by all threads, in turn.
        self.turn: contextlib.AbstractContextManager[Any] = (
            threading.RLock() if self.in_memory else contextlib.nullcontext()
        )
        # The others would poll while one writes; a lock wakes them at once.
        self.writing: contextlib.AbstractContextManager[Any] = threading.RLock()

    def connect(self) -> Engine:
        """The engine; the file is opened when it is first used."""
        import sqlalchemy as sa
        from sqlalchemy.pool import StaticPool

        pool: dict[str, Any] = {"pool_size": POOL_SIZE}
        if self.in_memory:
            pool = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
        # An error that is logged must not repeat what people wrote.
        engine = sa.create_engine(self._address, hide_parameters=True, **pool)
        sa.event.listen(engine, "connect", self._on_connect)
        sa.event.listen(engine, "begin", _begin)
        return engine

    def for_reading(self, connection: Connection) -> Connection:
        """Every transaction here is one consistent view."""
        return connection

    def for_writing(self, connection: Connection) -> Connection:
        """A writer that begins as a reader can fail at its first write."""
        return connection.execution_options(gptchat_begin="BEGIN IMMEDIATE")

    def be_alone(self, connection: Connection, name: str) -> None:
        """Whoever writes is alone."""

    def check(self, connection: Connection) -> None:
        """Raise StoreError for a file that may only be read: SQLite opens it, and says nothing."""
        file = connection.engine.url.database
        if file and not os.access(file, os.W_OK):
            raise StoreError(
                f"The conversations in {self.shown!r} may be read and not written by this user. "
                f"{self.hint}"
            )

    def may_pass(self, error: Exception) -> bool:
        """Whether it helps to try again: a disk that is full, a lock of another process."""
        return True

    def checkpoint(self, engine: Engine) -> None:
        """Move the log of writes into the file, while others go on writing.

        Left to SQLite, the writer that fills the log waits for the disk: 200 ms were seen.
        """
        if self.in_memory:
            return
        with engine.connect().execution_options(gptchat_begin=None) as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")

    def _on_connect(self, connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # We say BEGIN ourselves: see _begin.
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            f"synchronous={self._synchronous}",
            f"wal_autocheckpoint={LARGEST_LOG}",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Any) -> None:
    # Python's sqlite3 opens no transaction for a SELECT: 8 % of snapshots taken during writes
    # mixed two states.
    if begin := connection.get_execution_options().get("gptchat_begin", "BEGIN"):
        connection.exec_driver_sql(begin)
