"""The list of conversations: a page of it, one entry of it, and what a person changes there.

Only undeleted conversations of the owner are ever read or changed. Titles from the
first words, and what happens while an answer is made, are the business of `outline.py`,
other titles that of `titles.py`.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from gptchat.errors import NotFound
from gptchat.protocol import ConversationInfo, ConversationsAnswer, ConversationsFrame
from gptchat.store.database import Database
from gptchat.store.owners import Owners
from gptchat.titles import UNNAMED

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

MOST_PINNED = 100
"""Pinned conversations of one owner: they are all on the first page."""


class BadCursor(ValueError):
    """A page was asked for that none of ours leads to."""


class Listing:
    """The lists of all owners."""

    def __init__(self, database: Database, owners: Owners) -> None:
        import sqlalchemy as sa

        self._sa, self._db, self._owners = sa, database, owners
        self._table, runs = database.tables.conversations, database.tables.runs
        running = sa.exists().where(runs.c.conversation == self._table.c.id).correlate(self._table)
        self._entries = sa.select(self._table, running.label("running"))

    # ----------------------------------------------------------------- reading

    def page(self, owner: str, after: str | None, limit: int) -> ConversationsAnswer:
        """The owner's conversations that follow the cursor `after`. Raises BadCursor."""
        sa, table = self._sa, self._table.c
        mine = self._entries.where(table.owner == owner, table.deleted.is_(None))
        rest = mine.where(table.pinned.is_(None)).order_by(table.said.desc(), table.id.desc())
        if after is not None:
            said, id = _from_cursor(after)
            rest = rest.where(sa.tuple_(table.said, table.id) < sa.tuple_(said, id))
        with self._db.read() as connection:
            pinned = [] if after is not None else self._pinned(connection, mine)
            found = connection.execute(rest.limit(limit + 1)).all()
        shown = found[:limit]
        more = len(found) > limit
        return {
            "conversations": [entry(row) for row in (*pinned, *shown)],
            "next": _cursor(shown[-1].said, shown[-1].id) if more else None,
        }

    def title(self, owner: str, conversation: str) -> str:
        """What it is called. Raises NotFound."""
        here = self._owners.theirs(owner, conversation)
        with self._db.read() as connection:
            found = connection.execute(self._sa.select(self._table.c.title).where(here)).scalar()
        if found is None:
            raise NotFound("There is no such conversation here.")
        return found or UNNAMED

    def frames(self, conversations: Iterable[str]) -> dict[str, ConversationsFrame]:
        """These conversations as their lists show them now, by owner."""
        asked = self._table.c.id.in_(list(conversations))
        frames: dict[str, ConversationsFrame] = {}
        with self._db.read() as connection:
            for row in connection.execute(self._entries.where(asked)):
                frame = frames.setdefault(row.owner, {"changed": [], "removed": []})
                if row.deleted is None:
                    frame["changed"].append(entry(row))
                else:
                    frame["removed"].append(row.id)
        return frames

    def entries(
        self, connection: Connection, owner: str, conversations: Sequence[str]
    ) -> list[ConversationInfo]:
        """Those of these conversations that are the owner's, in no order."""
        # By their ids alone: asked for the owner too, SQLite walks through all that is theirs.
        rows = connection.execute(self._entries.where(self._table.c.id.in_(conversations)))
        return [entry(row) for row in rows if row.owner == owner and row.deleted is None]

    # ---------------------------------------------------------------- changing

    def pin(self, owner: str, conversation: str, *, pinned: bool) -> bool:
        """Keep it at the top, or no longer. False if there are too many there already."""
        sa, table = self._sa, self._table
        here = self._owners.theirs(owner, conversation)
        top = table.c.pinned.is_not(None) & table.c.deleted.is_(None) & (table.c.owner == owner)
        since = sa.func.coalesce(table.c.pinned, time.time()) if pinned else None
        with self._db.write() as connection:
            others = connection.execute(
                sa.select(sa.func.count()).select_from(table).where(top, table.c.id != conversation)
            ).scalar_one()
            if pinned and others >= MOST_PINNED:
                return False
            self._found(connection.execute(sa.update(table).where(here).values(pinned=since)))
        return True

    def read(self, owner: str, conversation: str) -> bool:
        """Its owner has it on screen. False if nothing new was in it. Raises NotFound."""
        sa, table = self._sa, self._table
        here = self._owners.theirs(owner, conversation)
        with self._db.read() as connection:
            unread = connection.execute(sa.select(table.c.unread).where(here)).scalar()
        if unread is None:
            raise NotFound("There is no such conversation here.")
        if unread:
            self._change(owner, conversation, unread=False)
        return bool(unread)

    def _change(self, owner: str, conversation: str, **values: Any) -> None:
        here = self._owners.theirs(owner, conversation)
        with self._db.write() as connection:
            self._found(
                connection.execute(self._sa.update(self._table).where(here).values(**values))
            )

    def _pinned(self, connection: Connection, mine: Select[Any]) -> list[Any]:
        table = self._table.c
        pinned = mine.where(table.pinned.is_not(None))
        newest = pinned.order_by(table.pinned.desc(), table.id.desc())
        return list(connection.execute(newest.limit(MOST_PINNED)))

    @staticmethod
    def _found(result: Any) -> None:
        if result.rowcount == 0:
            raise NotFound("There is no such conversation here.")


def entry(row: Any) -> ConversationInfo:
    """A row as the list shows it."""
    info: ConversationInfo = {
        "id": row.id, "title": row.title or UNNAMED, "created": row.created, "updated": row.said,
    }  # fmt: skip
    if row.pinned is not None:
        info["pinned"] = row.pinned
    if row.running:
        info["running"] = True
    if row.unread:
        info["unread"] = True
    return info


def _cursor(said: float, id: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([said, id]).encode()).decode().rstrip("=")


def _from_cursor(cursor: str) -> tuple[float, str]:
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        said, id = json.loads(text)
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise BadCursor(cursor) from None
    if type(said) is not float or not math.isfinite(said) or type(id) is not str or "\0" in id:
        raise BadCursor(cursor)
    return said, id
