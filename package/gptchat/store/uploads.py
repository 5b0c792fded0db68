"""How much each person brought in the last day: files, and the words of imported chats.

What is too much is said by whoever keeps it. Files are counted where they are kept, in
`files.py`; of words there is a line for each chat, for a day.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from gptchat.files import FileRefused
from gptchat.store.database import Database

if TYPE_CHECKING:
    from sqlalchemy import Connection

DAY = 86400


class Uploads:
    """The last day of every person."""

    def __init__(self, database: Database) -> None:
        import sqlalchemy as sa

        self._sa, self._db = sa, database
        self._files, self._words = database.tables.files, database.tables.brought

    def take(self, owner: str, size: int, most: int) -> None:
        """Count words that are about to be kept, in bytes. Raises FileRefused if it is too much."""
        sa, table, now = self._sa, self._words, time.time()
        with self._db.write(alone=by(owner)) as connection:
            self.check(connection, owner, size, most)
            connection.execute(sa.delete(table).where(table.c.at <= now - DAY))
            connection.execute(sa.insert(table).values(owner=owner, size=size, at=now))

    def check(self, connection: Connection, owner: str, size: int, most: int) -> None:
        """Raise FileRefused if this is too much. The transaction is to be alone `by(owner)`."""
        sa, files, words, since = self._sa, self._files.c, self._words.c, time.time() - DAY
        sums = (
            sa.select(sa.func.sum(files.size)).where(files.owner == owner, files.created > since),
            sa.select(sa.func.sum(words.size)).where(words.owner == owner, words.at > since),
        )
        if sum(connection.execute(each).scalar() or 0 for each in sums) + size > most:
            raise FileRefused(
                "rate", "That is more than one person may upload in a day. Try again tomorrow."
            )


def by(owner: str) -> str:
    """Two uploads at once of one person are counted one after the other."""
    return f"to upload as {owner}"
