"""Conversations, messages, events, runs and long contents in the database, owners included.

The log of events is the truth; a message's row is the log folded up to the
row's `seq`. `hub.py` alone appends. Every read on behalf of a person passes
`load_owned`: a foreign id is answered exactly like an unknown one.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gptchat.conversation import Conversation, in_turn
from gptchat.errors import NotFound
from gptchat.protocol import (
    MAX_SOCKET_MESSAGE,
    Event,
    NodeAnswer,
    ResetAnswer,
    RunInfo,
    Snapshot,
    SyncAnswer,
)
from gptchat.store.contents import Contents
from gptchat.store.copies import Copies
from gptchat.store.database import Database
from gptchat.store.files import Files
from gptchat.store.leases import Lease, Leases
from gptchat.store.listing import Listing
from gptchat.store.log import Appender, Numbered
from gptchat.store.owners import Owners
from gptchat.store.place import BY_SCRIPT
from gptchat.store.postgresql_index import PostgreSQLIndex
from gptchat.store.pruning import Pruning
from gptchat.store.search import Search
from gptchat.store.sessions import Sessions
from gptchat.store.sqlite_index import SQLiteIndex
from gptchat.store.statements import Statements
from gptchat.store.tail import Tail
from gptchat.store.titles import Titles
from gptchat.store.trash import Trash
from gptchat.store.tries import Tries
from gptchat.store.turns import Batch, Turns

ENVELOPE = 1024
"""Bytes of a sync answer that are not events."""


class Store:
    """Everything that outlives the process."""

    def __init__(
        self,
        place: str | Path | None = BY_SCRIPT,
        *,
        synchronous: str = "normal",
        lease_seconds: float = 5.0,
    ) -> None:
        import sqlalchemy as sa

        self.worker = secrets.token_hex(8)
        self.lease_seconds = lease_seconds
        self._sa = sa
        self._db = Database(place, synchronous=synchronous)
        self._t = self._db.tables
        self._statements = Statements(self._t)
        self._owners, self._written = Owners(self._db), False
        self._contents = Contents(self._db)
        self._turns = Turns(self._statements, self.worker)
        self._tried: tuple[Batch, Mapping[str, Numbered]] | None = None
        self.leases = Leases(self._db, self.worker)
        self.pruning = Pruning(self._db, self._state)
        self.files = Files(self._db, self._owners)
        self.listing = Listing(self._db, self._owners)
        index = SQLiteIndex if self._db.dialect == "sqlite" else PostgreSQLIndex
        self.search = Search(self._db, self.listing, index)
        self.titles = Titles(self._db, self._owners, self.search)
        self.trash = Trash(self._db, self.files, self.search)
        self.copies = Copies(self._db, self._owners, self.search, self._state)
        self.tail = Tail(self._db)
        self.sessions, self.tries = Sessions(self._db), Tries(self._db)

    @property
    def in_memory(self) -> bool:
        """Whether conversations are forgotten when the process ends."""
        return self._db.in_memory

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()

    def secret(self, name: str) -> str:
        """A random text of 256 bits, made once and kept: it signs the cookies of this store."""
        sa, table = self._sa, self._t.secrets
        with self._db.write(alone="to make a secret") as connection:
            found = connection.execute(sa.select(table.c.value).where(table.c.name == name))
            value = found.scalar()
            if value is None:
                value = secrets.token_urlsafe(32)
                connection.execute(sa.insert(table).values(name=name, value=value))
        return str(value)

    # ------------------------------------------------------------------ owners

    def load_owned(self, connection: Any, owner: str, conversation: str) -> Any:
        """Its row, if it is the owner's. Raises NotFound, the same for foreign and unknown."""
        query = self._sa.select(self._t.conversations).where(
            self._owners.theirs(owner, conversation)
        )
        row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound("There is no such conversation here.")
        return row

    def check(self, owner: str, conversation: str) -> None:
        """Raise NotFound unless the conversation is the owner's."""
        self._owners.check(owner, conversation)

    def is_there(self, conversation: str) -> bool:
        """Whether somebody has this conversation."""
        return self._owners.owner_of(conversation) is not None

    def create(self, owner: str, conversation: str) -> bool:
        """Make an empty conversation, written with its first events. False if there is one."""
        return self._owners.create(owner, conversation)

    # ----------------------------------------------------------------- writing

    def append(self, batch: Batch) -> Mapping[str, Numbered]:
        """Commit the events of many conversations in one transaction. Called by the hub alone.

        Raises StoreError where the same batch may be tried again: it is not written twice.
        Anything else means that these events can never be written.
        """
        tried = self._tried[1] if self._tried and self._tried[0] is batch else None
        lease = Lease(self.worker, time.time() + self.lease_seconds)
        with self._db.write() as connection:
            log = Appender(self._statements, connection, lease, self.search, self._turns)
            placed = log.append(batch, births := self._owners.unborn(batch), tried)
            self._tried = batch, placed  # A server may commit and be gone before it says so.
        self._owners.born(births)
        self._turns.committed(batch)
        self._written, self._tried = True, None
        return placed

    def checkpoint(self) -> None:
        """Spare the next writer a wait for the disk, if anything was written."""
        if self._written:
            self._written = False
            self._db.checkpoint()

    def save_content(self, owner: str, text: str) -> str:
        """Keep content posted ahead of a `send` that is too long for the socket; its id."""
        return self._contents.save(owner, text)

    # ----------------------------------------------------------------- reading

    def content(self, owner: str, id: str) -> str:
        """Content that was posted ahead."""
        return self._contents.text(owner, id)

    def sync(
        self, owner: str, conversation: str, epoch: str | None, seq: int
    ) -> SyncAnswer | ResetAnswer:
        """The events after `seq`, or a reset if the log cannot tell them."""
        reset: ResetAnswer = {"conversation": conversation, "reset": True}
        with self._db.read() as connection:
            row = self.load_owned(connection, owner, conversation)
            is_new_page = epoch is None and seq == 0  # It has nothing: any epoch will do.
            if not (is_new_page or epoch == row.epoch) or not row.pruned <= seq <= row.seq:
                return reset
            bodies = [body for _, body in self._log(connection, conversation, seq)]
        if ENVELOPE + sum(len(body.encode()) + 1 for body in bodies) > MAX_SOCKET_MESSAGE:
            return reset
        return {
            "conversation": conversation,
            "epoch": row.epoch,
            "seq": row.seq,
            "events": [json.loads(body) for body in bodies],
        }

    def snapshot(self, owner: str, conversation: str) -> Snapshot:
        """The whole conversation, in one consistent view."""
        with self._db.read() as connection:
            row = self.load_owned(connection, owner, conversation)
            state = self._state(connection, row)
        return {
            "conversation": conversation,
            "epoch": row.epoch,
            "seq": row.seq,
            "leaf": state.leaf,
            "nodes": list(state.nodes.values()),
            "runs": list(state.runs.values()),
        }

    def node(self, owner: str, conversation: str, message: str) -> NodeAnswer:
        """One message as of now."""
        answer = self.snapshot(owner, conversation)
        for node in answer["nodes"]:
            if node["id"] == message:
                return {"seq": answer["seq"], "node": node}
        raise NotFound("There is no such message here.")

    def load(self, conversation: str) -> Conversation:
        """The conversation as it is, for the runs below: no owner is asked."""
        sa, table = self._sa, self._t.conversations
        here = sa.select(table).where(table.c.id == conversation)
        with self._db.read() as connection:
            if (row := connection.execute(here).one_or_none()) is not None:
                return self._state(connection, row)
        if self._owners.unborn([conversation]):
            return Conversation()
        raise NotFound("There is no such conversation here.")

    def _state(self, connection: Any, row: Any) -> Conversation:
        sa, messages, runs = self._sa, self._t.messages, self._t.runs
        rows = connection.execute(
            sa.select(messages.c.seq, messages.c.body)
            .where(messages.c.conversation == row.id)
            .order_by(messages.c.place)
        ).all()
        running = connection.execute(sa.select(runs.c.body).where(runs.c.conversation == row.id))
        infos: list[RunInfo] = [json.loads(body) for body in running.scalars()]
        infos.sort(key=in_turn)  # A table has no order of its own.
        nodes = [json.loads(found.body) for found in rows]
        state = Conversation.restore(nodes, row.leaf, infos)
        folded = {node["id"]: found.seq for node, found in zip(nodes, rows, strict=True)}
        since = min((found.seq for found in rows if _streams(found.body)), default=row.seq)
        for seq, body in self._log(connection, row.id, max(since, row.pruned)):
            event: Event = json.loads(body)
            if event["type"] == "delta" and seq > folded.get(event["id"], seq):
                state.apply(event)
        return state

    def _log(self, connection: Any, conversation: str, since: int) -> Sequence[tuple[int, str]]:
        sa, events = self._sa, self._t.events
        rows = connection.execute(
            sa.select(events.c.seq, events.c.body)
            .where(events.c.conversation == conversation, events.c.seq > since)
            .order_by(events.c.seq)
        )
        return [(seq, body) for seq, body in rows]


def _streams(body: str) -> bool:
    return '"status":"streaming"' in body
