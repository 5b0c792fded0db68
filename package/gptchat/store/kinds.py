"""What the kinds of databases do in ways of their own, and which of them an address means."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Protocol

from gptchat.errors import StoreError
from gptchat.store.postgresql import PostgreSQL
from gptchat.store.sqlite import SQLite

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


class Kind(Protocol):
    """What kinds of databases do in ways of their own."""

    @property
    def shown(self) -> str:
        """The address as it may be read by others: without a password."""

    @property
    def hint(self) -> str:
        """What to do where it cannot be opened."""

    @property
    def in_memory(self) -> bool:
        """Whether everything is forgotten when the process ends."""

    @property
    def turn(self) -> contextlib.AbstractContextManager[Any]:
        """Held by whoever uses it, where one thread must wait for another."""

    @property
    def writing(self) -> contextlib.AbstractContextManager[Any]:
        """Held by whoever writes."""

    def connect(self) -> Engine:
        """The engine; nothing is opened before it is used."""

    def for_reading(self, connection: Connection) -> Connection:
        """Let its transactions be one consistent view each."""

    def for_writing(self, connection: Connection) -> Connection:
        """Let its transactions write."""

    def be_alone(self, connection: Connection, name: str) -> None:
        """Wait for whoever is alone by this name, and be it until the transaction ends."""

    def check(self, connection: Connection) -> None:
        """Raise StoreError where it cannot hold what people write."""

    def may_pass(self, error: Exception) -> bool:
        """Whether it helps to try again."""

    def checkpoint(self, engine: Engine) -> None:
        """Spare the next writer a wait for the disk."""


def kind_of(address: str, *, synchronous: str) -> Kind:
    """The kind an address means. Raises StoreError for one that is none of ours."""
    scheme = address.partition("://")[0].partition("+")[0]
    if scheme == "sqlite":
        return SQLite(address, synchronous)
    if scheme in ("postgresql", "postgres"):
        return PostgreSQL(address)
    raise StoreError(
        f"gptchat keeps nothing in {scheme}://…: pass store=… the name of a file, "
        "sqlite:///… or postgresql://…"
    )
