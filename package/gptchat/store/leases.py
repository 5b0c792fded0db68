"""Which process runs what: a run whose lease lapses has lost its process.

A process renews the leases of its runs while it lives; what to do about a
lapsed one, or one that somebody asked to stop, is the business of `runs.py`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from gptchat.protocol import RunInfo
from gptchat.store.database import Database


@dataclass(frozen=True)
class Lease:
    """Whose run it is, and until when (seconds since 1970) without a renewal."""

    worker: str
    until: float


class Leases:
    """The leases of all processes that share a database."""

    def __init__(self, database: Database, worker: str) -> None:
        import sqlalchemy as sa

        self._sa, self._db, self._worker = sa, database, worker
        self._runs, self._chats = database.tables.runs, database.tables.conversations

    def renew(self, until: float) -> list[str]:
        """Keep this process's runs from lapsing; the conversations where they shall stop.

        Somebody asked for it, or deleted them, in whichever process.
        """
        mine = self._runs.c.worker == self._worker
        with self._db.write() as connection:
            connection.execute(self._sa.update(self._runs).where(mine).values(lease=until))
            gone = self._sa.exists().where(
                self._chats.c.id == self._runs.c.conversation, self._chats.c.deleted.is_not(None)
            )
            asked = connection.execute(
                self._sa.select(self._runs.c.conversation)
                .where(mine, self._runs.c.stop | gone)
                .distinct()
            )
            return [str(id) for id in asked.scalars()]

    def request_stop(self, conversation: str) -> None:
        """Ask whichever process runs this conversation to stop."""
        here = self._runs.c.conversation == conversation
        with self._db.write() as connection:
            connection.execute(self._sa.update(self._runs).where(here).values(stop=True))

    def claim_lapsed(self, now: float, until: float) -> list[tuple[str, RunInfo]]:
        """Take over runs whose process is gone, each by one process: (conversation, run)."""
        runs = self._runs
        with self._db.write() as connection:
            rows = connection.execute(
                self._sa.update(runs)
                .where(runs.c.lease < now, runs.c.worker != self._worker)
                .values(worker=self._worker, lease=until)
                .returning(runs.c.conversation, runs.c.body)
            )
            return [(conversation, json.loads(body)) for conversation, body in rows]
