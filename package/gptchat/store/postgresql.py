"""PostgreSQL's ways: a server that many processes share, reached over a network that may fail."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, Any, Final

from gptchat.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

POOL = {"pool_size": 8, "max_overflow": 8, "pool_timeout": 10}
"""Connections of one process: a read takes a few milliseconds, so hundreds of threads share them.

Five processes stay below the hundred connections that PostgreSQL allows by itself.
"""

PATIENCE = {
    "connect_timeout": 10,  # Seconds until a machine that says nothing is called unreachable,
    "keepalives_idle": 10,  # and until a silent connection is asked whether it is still there.
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # Milliseconds until what was sent is called lost.
}
"""Left to itself a machine notices a pulled cable after two hours."""

LOCK_TIMEOUT = "5s"
"""How long a writer waits for another: as long as SQLite's."""

NEVER_FITS: Final = ("22", "23", "54")
"""Classes of errors that no other try mends: wrong data, a rule broken, a limit exceeded."""


class PostgreSQL:
    """One database of a server. Raises StoreError for an address that cannot be read."""

    hint: Final = (
        "Nothing was changed. See that the server runs, and that the address, the user and the "
        "password in store=… are right."
    )
    in_memory: Final = False

    def __init__(self, address: str) -> None:
        self._url = read_address(address)
        plain = self._url.set(drivername="postgresql", query={})
        self.shown = plain.render_as_string(hide_password=True)
        self.turn = self.writing = contextlib.nullcontext()

    def connect(self) -> Engine:
        """The engine; the server is asked when it is first used."""
        import sqlalchemy as sa

        given = {name: value for name, value in PATIENCE.items() if name not in self._url.query}
        try:
            # A server may have been restarted since a connection was used: it is asked first.
            # And an error that is logged must not repeat what people wrote.
            engine = sa.create_engine(
                self._url, pool_pre_ping=True, hide_parameters=True,
                connect_args={"application_name": "gptchat", **given}, **POOL,
            )  # fmt: skip
        except ImportError as error:
            raise StoreError(
                f"gptchat cannot speak to PostgreSQL ({self.shown}): {error}. "
                "Install what it needs: pip install 'gptchat[postgres]'"
            ) from error
        sa.event.listen(engine, "connect", _on_connect)
        return engine

    def for_reading(self, connection: Connection) -> Connection:
        """By default two states were mixed in 23 % of snapshots taken during writes."""
        return connection.execution_options(isolation_level="REPEATABLE READ")

    def for_writing(self, connection: Connection) -> Connection:
        """Writers meet at the rows they lock."""
        return connection

    def be_alone(self, connection: Connection, name: str) -> None:
        """Wait for whoever is alone by this name, and be it until the transaction ends."""
        digest = hashlib.sha256(f"gptchat {name}".encode()).digest()
        lock = int.from_bytes(digest[:8], signed=True)
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")  # Changing tables takes a while.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({lock})")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")

    def check(self, connection: Connection) -> None:
        """Raise StoreError where not everything people write can be kept."""
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
        if encoding != "UTF8":
            raise StoreError(
                f"The database {self.shown!r} keeps texts as {encoding}, which cannot hold all "
                "that people write. Nothing was changed. Make one that can: "
                "createdb --encoding=UTF8 --template=template0 NAME"
            )

    def may_pass(self, error: Exception) -> bool:
        """Whether it helps to try again: the server is restarted, the network gone."""
        state = getattr(getattr(error, "orig", None), "sqlstate", None)
        return not str(state or "").startswith(NEVER_FITS)

    def checkpoint(self, engine: Engine) -> None:
        """The server sees to that itself."""


def read_address(address: str) -> URL:
    """The parts of an address. Raises StoreError, repeating nothing of what may be a password."""
    import sqlalchemy as sa

    with contextlib.suppress(sa.exc.ArgumentError, ValueError):
        url = sa.make_url(address)
        if "@" not in (url.host or ""):
            # By whichever name: psycopg 3 is the one that is tested.
            return url.set(drivername="postgresql+psycopg")
    raise StoreError(
        "The address of the database in store=… cannot be read. It is written "
        "postgresql://user:password@host:5432/name; in a password %40 stands for @, %3A for :, "
        "%2F for / and %25 for %."
    )


def _on_connect(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
    connection.commit()
