"""A copy of a conversation: its whole tree, under another id, with a log of its own.

What is being said at that moment is copied as far as it got, as interrupted. The files
are the same ones: a use of a file is copied, not its bytes.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from gptchat.conversation import Conversation, finish
from gptchat.errors import NotFound
from gptchat.protocol import Node
from gptchat.store.database import Database
from gptchat.store.owners import Owners
from gptchat.store.rows import dumps
from gptchat.store.search import TITLE, Search, Text, texts_of
from gptchat.titles import copied

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Copies:
    """Copies conversations. `state` reads one whole, from its row."""

    def __init__(
        self,
        database: Database,
        owners: Owners,
        search: Search,
        state: Callable[[Connection, Any], Conversation],
    ) -> None:
        import sqlalchemy as sa

        self._sa, self._db, self._owners, self._state = sa, database, owners, state
        self._search = search
        self._t = database.tables

    def copy(self, owner: str, conversation: str, copy: str) -> None:
        """Make the copy, unless it was made before. Raises NotFound."""
        sa, conversations = self._sa, self._t.conversations
        with self._db.write() as connection:
            row = connection.execute(
                sa.select(conversations)
                .where(self._owners.theirs(owner, conversation))
                .with_for_update()  # Nobody speaks in it while it is read.
            ).one_or_none()
            if row is None:
                raise NotFound("There is no such conversation here.")
            made = sa.select(conversations.c.id).where(conversations.c.id == copy)
            if connection.execute(made).scalar() is None:
                self._write(connection, row, copy)

    def _write(self, connection: Connection, row: Any, copy: str) -> None:
        sa, now = self._sa, time.time()
        state = self._state(connection, row)
        # As if its log had been pruned: whoever comes begins with a snapshot.
        connection.execute(
            sa.insert(self._t.conversations).values(
                id=copy, owner=row.owner, created=now, updated=now, said=now, seq=1, pruned=1,
                epoch=secrets.token_hex(6), leaf=state.leaf, title=copied(row.title),
                titled_by=row.titled_by,
            )
        )  # fmt: skip
        nodes = [_settled(node, now) for node in state.nodes.values()]
        self._many(connection, self._t.messages, [
            {"conversation": copy, "id": node["id"], "place": place, "seq": 1, "body": dumps(node)}
            for place, node in enumerate(nodes)
        ])  # fmt: skip
        title = Text(row.owner, copy, TITLE, copied(row.title))
        self._search.write(connection, [*texts_of(row.owner, copy, nodes), title])
        uses = self._t.uses
        used = sa.select(uses.c.file, uses.c.message).where(uses.c.conversation == row.id)
        self._many(connection, uses, [
            {"file": file, "conversation": copy, "message": message}
            for file, message in connection.execute(used)
        ])  # fmt: skip

    def _many(self, connection: Connection, table: Any, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            connection.execute(self._sa.insert(table), rows)


def _settled(node: Node, now: float) -> Node:
    if node["status"] != "streaming":
        return node
    ended: Node = json.loads(dumps(node))
    finish(ended, {"status": "interrupted", "at": now})
    return ended
