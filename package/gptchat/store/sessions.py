"""Who has signed in: one row for each session, found by a hash of its id.

Whoever reads the table learns no id that a browser would have to say. All processes
of an application share it, so a session that ends in one has ended in all of them.
How a person comes by a session is the business of `guard/`.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from gptchat.errors import StoreError
from gptchat.store.database import Database

IDLE_SECONDS = 14 * 86400
"""A session that nobody used for this long has ended."""

LONGEST_SECONDS = 90 * 86400
"""However much it is used, a session ends after this long."""

KEEP_SECONDS = 2 * LONGEST_SECONDS
"""An ended session is remembered this long: who signs in again in that browser is the same."""

NOTED_EVERY = 3600.0
"""Seconds between two notes that a session is in use: not every request is worth a write."""


@dataclass(frozen=True, slots=True)
class Session:
    """One browser of one person, as long as they are signed in there."""

    key: str
    owner: str
    user: str
    way: str
    """By which way in, and by which password: another one ends the sessions of the last."""
    bound: str
    """What else the browser must say, where a function of the developer's lets people in."""
    asked: float
    seen: float


class Sessions:
    """Every session of one store."""

    def __init__(self, database: Database) -> None:
        import sqlalchemy as sa

        self._sa, self._db, self._table = sa, database, database.tables.sessions

    def begin(
        self, owner: str, user: str, way: str, *, bound: str = "", instead_of: str | None = None
    ) -> tuple[str, Session]:
        """A new session under a new id, which is told this once. The one it replaces ends."""
        id, now = secrets.token_urlsafe(32), time.time()
        session = Session(key_of(id), owner, user, way, bound, now, now)
        row = {name: getattr(session, name) for name in Session.__slots__}
        with self._db.write() as connection:
            self._delete(connection, self._table.c.created < now - KEEP_SECONDS)
            if instead_of is not None:
                self._delete(connection, self._table.c.key == key_of(instead_of))
            connection.execute(self._sa.insert(self._table).values(row | {"created": now}))
        return id, session

    def find(self, id: str, way: str) -> Session | None:
        """The session of this id, if it has not ended and began by this way in."""
        now = time.time()
        session = self._read(self._table.c.key == key_of(id), self._lives(now))
        if session is None or session.way != way:
            return None
        if session.seen < now - NOTED_EVERY:
            # A full disk signs nobody out.
            with contextlib.suppress(StoreError):
                self._change(session.key, seen=now)
        return session

    def remembered(self, id: str) -> Session | None:
        """The session of this id, even if it has ended of itself."""
        return self._read(self._table.c.key == key_of(id))

    def confirm(self, key: str, bound: str) -> None:
        """Whoever knows the person was asked again, and said the same."""
        now = time.time()
        self._change(key, bound=bound, asked=now, seen=now)

    def alive(self, keys: Collection[str]) -> set[str]:
        """Those of these sessions that have not ended."""
        if not keys:
            return set()
        key = self._table.c.key
        query = self._sa.select(key).where(key.in_(keys), self._lives(time.time()))
        with self._db.read() as connection:
            return set(connection.execute(query).scalars())

    def end(self, key: str) -> None:
        """End one session, and forget whose it was."""
        with self._db.write() as connection:
            self._delete(connection, self._table.c.key == key)

    def end_all(self, user: str | None = None) -> set[str]:
        """End all sessions of a person, or of everybody; their keys.

        Who signs in again in the same browser is still the same.
        """
        sa, table = self._sa, self._table
        theirs = sa.true() if user is None else table.c.user == user
        with self._db.write() as connection:
            ended = set(connection.execute(sa.select(table.c.key).where(theirs)).scalars())
            connection.execute(sa.update(table).where(theirs).values(seen=0.0))
        return ended

    def _lives(self, now: float) -> Any:
        table = self._table.c
        return (table.seen > now - IDLE_SECONDS) & (table.created > now - LONGEST_SECONDS)

    def _read(self, *which: Any) -> Session | None:
        columns = [self._table.c[name] for name in Session.__slots__]
        with self._db.read() as connection:
            row = connection.execute(self._sa.select(*columns).where(*which)).one_or_none()
        return None if row is None else Session(*row)

    def _change(self, key: str, **values: Any) -> None:
        change = self._sa.update(self._table).where(self._table.c.key == key).values(values)
        with self._db.write() as connection:
            connection.execute(change)

    def _delete(self, connection: Any, which: Any) -> None:
        connection.execute(self._sa.delete(self._table).where(which))


def key_of(id: str) -> str:
    """What is kept of a session's id. The id is random, so a quick hash hides it well."""
    return hashlib.sha256(id.encode("utf-8", "replace")).hexdigest()
