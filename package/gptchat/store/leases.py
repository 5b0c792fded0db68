"""Which process runs what: a run whose lease lapses has lost its process.

A process renews the leases of its runs while it lives; what to do about a
lapsed one, or one that somebody asked to stop, is the business of `runs.py`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass

from gptchat.conversation import in_turn
from gptchat.protocol import RunInfo
from gptchat.store.database import Database


@dataclass(frozen=True)
class Lease:
    """Whose run it is, and until when (seconds since 1970) without a renewal."""

    worker: str
    until: float


@dataclass(frozen=True)
class Renewed:
    """What a process learns as it renews its leases."""

    held: Set[str]
    """Its runs. One that is missing was taken over, or has ended."""
    to_stop: Sequence[str]
    """Conversations where they shall stop: somebody asked for it, or deleted them, anywhere."""


class Leases:
    """The leases of all processes that share a database."""

    def __init__(self, database: Database, worker: str) -> None:
        import sqlalchemy as sa

        self._sa, self._db, self._worker = sa, database, worker
        self._runs, self._chats = database.tables.runs, database.tables.conversations

    def renew(self, until: float) -> Renewed:
        """Keep this process's runs from lapsing."""
        runs, mine = self._runs.c, self._runs.c.worker == self._worker
        gone = self._sa.exists().where(
            self._chats.c.id == runs.conversation, self._chats.c.deleted.is_not(None)
        )
        with self._db.write() as connection:
            connection.execute(self._sa.update(self._runs).where(mine).values(lease=until))
            rows = connection.execute(
                self._sa.select(runs.id, runs.conversation, (runs.stop | gone).label("stop"))
                .where(mine)
            ).all()  # fmt: skip
        return Renewed(
            held={row.id for row in rows},
            to_stop=sorted({str(row.conversation) for row in rows if row.stop}),
        )

    def request_stop(self, conversation: str) -> set[str]:
        """Ask other processes to stop what they run in this conversation; which ones."""
        runs = self._runs.c
        theirs = (runs.conversation == conversation) & (runs.worker != self._worker)
        with self._db.read() as connection:
            query = self._sa.select(runs.worker).where(theirs).distinct()
            workers = set(connection.execute(query).scalars())
        if workers:
            with self._db.write() as connection:
                connection.execute(self._sa.update(self._runs).where(theirs).values(stop=True))
        return workers

    def whose_turn(self, conversations: Collection[str]) -> dict[str, bool]:
        """Whether the first run that has not ended in each of these is this process's."""
        runs = self._runs.c
        query = self._sa.select(runs.conversation, runs.worker, runs.body)
        with self._db.read() as connection:
            rows = connection.execute(query.where(runs.conversation.in_(conversations))).all()
        first: dict[str, tuple[tuple[bool, float, str], bool]] = {}
        for conversation, worker, body in rows:
            info: RunInfo = json.loads(body)
            at = in_turn(info)
            if conversation not in first or at < first[conversation][0]:
                first[conversation] = at, worker == self._worker
        return {id: first[id][1] if id in first else True for id in conversations}

    def claim_lapsed(self, now: float, until: float) -> list[tuple[str, RunInfo]]:
        """Take over runs whose process is gone, each by one process: (conversation, run)."""
        runs = self._runs
        lapsed = (runs.c.lease < now) & (runs.c.worker != self._worker)
        with self._db.read() as connection:  # Nearly always there are none: spare the writers.
            if (
                connection.execute(self._sa.select(runs.c.id).where(lapsed).limit(1)).scalar()
                is None
            ):
                return []
        with self._db.write() as connection:
            rows = connection.execute(
                self._sa.update(runs)
                .where(lapsed)
                .values(worker=self._worker, lease=until)
                .returning(runs.c.conversation, runs.c.body)
            )
            return [(conversation, json.loads(body)) for conversation, body in rows]
