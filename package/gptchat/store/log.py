"""Appending events to the log, and writing what they change in the rows beside it.

What an event changes is the business of `rows.py`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from gptchat.files import references
from gptchat.protocol import Event
from gptchat.store.leases import Lease
from gptchat.store.outline import Outline
from gptchat.store.rows import Rows, dumps
from gptchat.store.search import TITLE, Search, Text, texts_of
from gptchat.store.statements import Statements
from gptchat.store.turns import Batch, Turns

if TYPE_CHECKING:
    from sqlalchemy import Connection, Executable


class Numbered(NamedTuple):
    """Where a batch landed in a conversation's log: its epoch and the first number."""

    epoch: str
    seq: int
    listed: bool = False
    """Whether the list of conversations shows something else now."""
    events: Sequence[Event] = ()
    """What was written."""


class ConversationRow(NamedTuple):
    """As far as a flush has to do with it."""

    id: str
    owner: str
    seq: int
    epoch: str
    leaf: str | None
    title: str
    said: float
    unread: bool


class Appender:
    """Appends one batch inside one transaction, by a few statements however large it is."""

    def __init__(
        self, statements: Statements, connection: Connection, lease: Lease, search: Search,
        turns: Turns,
    ) -> None:  # fmt: skip
        self._say, self._connection, self._lease = statements, connection, lease
        self._search, self._turns = search, turns

    def append(
        self, asked: Batch, births: Mapping[str, str], tried: Mapping[str, Numbered] | None = None
    ) -> Mapping[str, Numbered]:
        """Number the events, write them, and keep the rows beside the log in step.

        `births` are the owners of conversations that begin with these events. Events of a
        conversation that is gone or another's, or that are not ours to write, are dropped.
        `tried` is where the same batch landed before: whether it was committed nobody heard.
        """
        heads = self._heads(asked)
        if tried and self._is_written(tried):
            return tried
        born = [id for id in births if id not in {head.id for head in heads}]
        if born:
            self._bear({id: births[id] for id in born})
            heads = self._heads(asked)
        foreign = {head.id for head in heads if births.get(head.id, head.owner) != head.owner}
        leaves = {head.id: head.leaf for head in heads}
        admitted = self._turns.admit(self._connection, asked, leaves, foreign)
        batch = {head.id: admitted[head.id] for head in heads if admitted[head.id]}
        heads = [head for head in heads if head.id in batch]
        numbered = [
            (head.id, seq, event)
            for head in heads
            for seq, event in enumerate(batch[head.id], head.seq + 1)
        ]
        self._say.insert_events.write(
            self._connection, [(id, seq, dumps(event)) for id, seq, event in numbered]
        )
        self._write_seqs(heads, batch)
        # Words that are being said change nothing else, until they are finished.
        telling = [each for each in numbered if each[2]["type"] != "delta"]
        listed = self._keep_in_step(heads, telling) if telling else ()
        return {
            head.id: Numbered(head.epoch, head.seq + 1, head.id in listed, batch[head.id])
            for head in heads
        }

    def _keep_in_step(
        self, heads: Sequence[ConversationRow], numbered: Sequence[tuple[str, int, Event]]
    ) -> Collection[str]:
        """Write what these events change beside the log; which conversations are listed anew."""
        touched = {id for id, _, _ in numbered}
        heads = [head for head in heads if head.id in touched]
        rows = Rows(self._say, self._connection, {head.id: head.leaf for head in heads})
        rows.read(numbered)
        outlines = {head.id: Outline.of(head) for head in heads}
        for id, seq, event in numbered:
            rows.apply(id, seq, event)
            outlines[id].apply(event)
        self._write_leaves(heads, rows.leaves)
        self._write_nodes(rows)
        self._write_runs(rows)
        self._write_listed(outlines)
        self._index(rows, heads, outlines)
        return {id for id, outline in outlines.items() if outline.changed}

    def _is_written(self, tried: Mapping[str, Numbered]) -> bool:
        """Whether the first event is where it would be: then all of them are, or none is."""
        for id, place in tried.items():
            there = {"at_conversation": id, "at_since": place.seq - 1, "at_before": place.seq + 1}
            bodies = self._connection.execute(self._say.deltas, there).scalars()
            return bodies.all() == [dumps(place.events[0])]
        return False

    def _heads(self, batch: Batch) -> Sequence[ConversationRow]:
        found = self._say.heads.rows(self._connection, list(batch))
        return [ConversationRow._make(row) for row in found]

    def _bear(self, owners: Mapping[str, str]) -> None:
        now = time.time()
        row = {"created": now, "updated": now, "said": now, "seq": 0, "pruned": 0, "leaf": None}
        self._many(
            self._say.insert_heads,
            [
                {"id": id, "owner": owner, "epoch": secrets.token_hex(6), **row}
                for id, owner in owners.items()
            ],
        )

    def _write_seqs(
        self, heads: Sequence[ConversationRow], batch: Mapping[str, Sequence[Event]]
    ) -> None:
        now = time.time()
        self._say.write_seqs.write(
            self._connection,
            [(head.seq + len(batch[head.id]), now, head.id) for head in heads],
        )

    def _write_leaves(
        self, heads: Sequence[ConversationRow], leaves: Mapping[str, str | None]
    ) -> None:
        self._many(
            self._say.write_leaves,
            [
                {"at_conversation": head.id, "leaf": leaves[head.id]}
                for head in heads
                if leaves[head.id] != head.leaf
            ],
        )

    def _write_listed(self, outlines: Mapping[str, Outline]) -> None:
        self._many(
            self._say.write_listed,
            [
                {"at_conversation": id, "title": o.title, "said": o.said, "unread": o.unread}
                for id, o in outlines.items()
                if o.changed
            ],
        )

    def _index(
        self, rows: Rows, heads: Sequence[ConversationRow], outlines: Mapping[str, Outline]
    ) -> None:
        owners = {head.id: head.owner for head in heads}
        said = [
            text
            for (conversation, _), row in rows.changed.items()
            for text in texts_of(owners[conversation], conversation, [row.node])
        ]
        titles = [
            Text(head.owner, head.id, TITLE, outlines[head.id].title)
            for head in heads
            if outlines[head.id].title != head.title
        ]
        self._search.forget(self._connection, rows.removed)
        self._search.write(self._connection, [*said, *titles])

    def _write_nodes(self, rows: Rows) -> None:
        removed = [{"at_conversation": c, "at_id": id} for c, id in rows.removed]
        self._many(self._say.remove_nodes, removed)
        fresh, changed, uses = [], [], set[tuple[str, str, str]]()
        for (conversation, id), row in rows.changed.items():
            body = {"seq": row.seq, "body": dumps(row.node)}
            if row.is_new:
                uses |= {(file["id"], conversation, id) for file in references(row.node["message"])}
                place = {"conversation": conversation, "id": id, "place": row.place}
                fresh.append({**place, **body})
            else:
                changed.append({"at_conversation": conversation, "at_id": id, **body})
        self._many(self._say.insert_nodes, fresh)
        self._many(self._say.write_nodes, changed)
        named = [{"file": file, "conversation": c, "message": id} for file, c, id in uses]
        self._many(self._say.insert_uses, named)

    def _write_runs(self, rows: Rows) -> None:
        self._many(self._say.forget_runs, [{"at_id": id} for id in rows.runs])
        held = {"worker": self._lease.worker, "lease": self._lease.until, "stop": False}
        self._many(
            self._say.insert_runs,
            [
                {"id": run["id"], "conversation": conversation, "body": dumps(run), **held}
                for conversation, run in rows.runs.values()
                if run["state"] != "ended"
            ],
        )

    def _many(self, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self._connection.execute(statement, rows)
