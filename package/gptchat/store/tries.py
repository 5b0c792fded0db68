"""How often somebody may try a password or a token: counted in the database, for all processes.

A try is counted before it is looked at, so a hundred at once are a hundred; the
right one is taken back. What is tried is the business of `guard/`.
"""

from __future__ import annotations

import math
import threading
import time

from gptchat.store.database import Database

MINUTE, HOUR = 60.0, 3600.0

BY_ONE = 5
"""Tries an address has in a minute."""

BY_ALL = 50
"""Tries all addresses together have in an hour: many machines guess no faster than one."""


class Tries:
    """The tries of the last hour."""

    def __init__(self, database: Database) -> None:
        import sqlalchemy as sa

        self._sa, self._db, self._table = sa, database, database.tables.tries
        self._lock = threading.Lock()

    def take(self, address: str) -> int:
        """Count a try. The answer is how many seconds to wait, if there are too many: then none."""
        sa, table, now = self._sa, self._table, time.time()
        alone = self._db.write(alone="to try")
        with self._lock, alone as connection:
            # Also those a clock that was wrong has put into the future.
            passed = (table.c.at < now - HOUR) | (table.c.at > now + MINUTE)
            connection.execute(sa.delete(table).where(passed))
            recent = sa.select(table.c.at).order_by(table.c.at.desc())
            everybody = list(connection.execute(recent.limit(BY_ALL)).scalars())
            lately = (table.c.address == address) & (table.c.at > now - MINUTE)
            theirs = list(connection.execute(recent.where(lately).limit(BY_ONE)).scalars())
            wait = max(_wait(theirs, BY_ONE, MINUTE, now), _wait(everybody, BY_ALL, HOUR, now))
            if wait == 0:
                connection.execute(sa.insert(table).values(address=address, at=now))
        return wait

    def forgive(self, address: str) -> None:
        """The last try of this address was right."""
        sa, table = self._sa, self._table
        last = sa.select(sa.func.max(table.c.row)).where(table.c.address == address)
        with self._lock, self._db.write() as connection:
            connection.execute(sa.delete(table).where(table.c.row == last.scalar_subquery()))


def _wait(newest_first: list[float], most: int, within: float, now: float) -> int:
    """Seconds until the oldest of as many as there may be is out of the time."""
    if len(newest_first) < most:
        return 0
    return max(1, math.ceil(newest_first[most - 1] + within - now))
