"""Long texts on their way into a `send`: posted ahead, because a socket would not carry them."""

from __future__ import annotations

import secrets
import time

from gptchat.errors import NotFound
from gptchat.messages.text import clean
from gptchat.store.database import Database

KEEP_CONTENT_SECONDS = 3600
"""Content posted ahead of a `send` that never came is forgotten after this long."""


class Contents:
    """What was posted, each its owner's alone."""

    def __init__(self, database: Database) -> None:
        import sqlalchemy as sa

        self._sa, self._db, self._table = sa, database, database.tables.contents

    def save(self, owner: str, text: str) -> str:
        """Keep a text for a while; its id."""
        id, now, table = "t_" + secrets.token_urlsafe(16), time.time(), self._table
        with self._db.write() as connection:
            old = table.c.created < now - KEEP_CONTENT_SECONDS
            connection.execute(self._sa.delete(table).where(old))
            connection.execute(
                self._sa.insert(table).values(id=id, owner=owner, created=now, body=clean(text))
            )
        return id

    def text(self, owner: str, id: str) -> str:
        """A text that was posted. Raises NotFound, the same for foreign and unknown."""
        table = self._table.c
        query = self._sa.select(table.body).where(table.id == id, table.owner == owner)
        with self._db.read() as connection:
            body: str | None = connection.execute(query).scalar()
        if body is None:
            raise NotFound("There is no such content here.")
        return body
