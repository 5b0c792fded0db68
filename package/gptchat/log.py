"""Appending events to the log, and what each one changes in the rows beside it.

One `Appender` works inside one transaction. The columns follow the rules of
`conversation.py`, so that a snapshot read from the rows equals the log replayed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from gptchat.conversation import finish
from gptchat.deltas import apply as grow
from gptchat.leases import Lease
from gptchat.protocol import Event, FinishEvent, Node, RunInfo
from gptchat.schema import Tables

if TYPE_CHECKING:
    from sqlalchemy import Connection

Batch: TypeAlias = Mapping[str, Sequence[Event]]
"""Events to append, by conversation."""


@dataclass(frozen=True)
class Numbered:
    """Where a batch landed in a conversation's log: its epoch and the first number."""

    epoch: str
    seq: int


def dumps(value: object) -> str:
    """JSON as it is stored and sent: compact, and readable in any language."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Appender:
    """Appends one batch inside one transaction."""

    def __init__(self, sa: Any, tables: Tables, connection: Connection, lease: Lease) -> None:
        self._sa, self._t, self._connection, self._lease = sa, tables, connection, lease
        self._now = time.time()

    def append(self, batch: Batch) -> dict[str, Numbered]:
        """Number the events, write them, and keep the rows beside the log in step."""
        numbered = {id: self._number(id, len(events)) for id, events in batch.items()}
        placed = {id: place for id, place in numbered.items() if place is not None}
        batch = {id: batch[id] for id in placed}
        if not batch:
            return {}
        self._connection.execute(
            self._sa.insert(self._t.events),
            [
                {"conversation": id, "seq": placed[id].seq + i, "body": dumps(event)}
                for id, events in batch.items()
                for i, event in enumerate(events)
            ],
        )
        for id, events in batch.items():
            for i, event in enumerate(events):
                if event["type"] != "delta":
                    self._keep_rows(id, placed[id].seq + i, event)
        return placed

    def _number(self, conversation: str, count: int) -> Numbered | None:
        """The place of the next events; None for a conversation that is gone."""
        table = self._t.conversations
        row = self._connection.execute(
            self._sa.update(table)
            .where(table.c.id == conversation)
            .values(seq=table.c.seq + count, updated=self._now)
            .returning(table.c.seq, table.c.epoch)
        ).one_or_none()
        return None if row is None else Numbered(row.epoch, row.seq - count + 1)

    def _keep_rows(self, conversation: str, seq: int, event: Event) -> None:
        match event["type"]:
            case "message":
                self._message(conversation, seq, event["node"])
            case "finish":
                self._finish(conversation, seq, event)
            case "run":
                self._run(conversation, event["run"])
            case "select":
                self._select(conversation, event["leaf"])
            case "remove":
                self._remove(conversation, event["id"])
            case _:
                pass

    def _message(self, conversation: str, seq: int, node: Node) -> None:
        known = self._node(conversation, node["id"])
        if known is not None:
            self._write(conversation, seq, {**node, "parent": known[1]["parent"]})
            return
        self._connection.execute(
            self._sa.insert(self._t.messages).values(
                conversation=conversation, id=node["id"], place=seq, seq=seq, body=dumps(node)
            )
        )
        table = self._t.conversations
        follows = table.c.leaf.is_not_distinct_from(node["parent"])
        self._connection.execute(
            self._sa.update(table)
            .where(table.c.id == conversation, follows)
            .values(leaf=node["id"])
        )

    def _finish(self, conversation: str, seq: int, event: FinishEvent) -> None:
        found = self._node(conversation, event["id"])
        if found is None:
            return
        since, node = found
        events = self._t.events
        log = self._connection.execute(
            self._sa.select(events.c.body)
            .where(
                events.c.conversation == conversation,
                events.c.seq > since,
                events.c.seq < seq,
            )
            .order_by(events.c.seq)
        )
        for body in log.scalars():
            grown = json.loads(body)
            if grown["type"] == "delta" and grown["id"] == event["id"]:
                node["message"] = grow(node["message"], grown["delta"])
        finish(node, dict(event))
        self._write(conversation, seq, node)

    def _run(self, conversation: str, run: RunInfo) -> None:
        table = self._t.runs
        self._connection.execute(self._sa.delete(table).where(table.c.id == run["id"]))
        if run["state"] != "ended":
            self._connection.execute(
                self._sa.insert(table).values(
                    id=run["id"], conversation=conversation, worker=self._lease.worker,
                    lease=self._lease.until, stop=False, body=dumps(run),
                )
            )  # fmt: skip

    def _select(self, conversation: str, leaf: str | None) -> None:
        table = self._t.conversations
        self._connection.execute(
            self._sa.update(table).where(table.c.id == conversation).values(leaf=leaf)
        )

    def _remove(self, conversation: str, id: str) -> None:
        found = self._node(conversation, id)
        if found is None:
            return
        messages, table = self._t.messages, self._t.conversations
        row = (messages.c.conversation == conversation) & (messages.c.id == id)
        self._connection.execute(self._sa.delete(messages).where(row))
        self._connection.execute(
            self._sa.update(table)
            .where(table.c.id == conversation, table.c.leaf == id)
            .values(leaf=found[1]["parent"])
        )

    def _node(self, conversation: str, id: str) -> tuple[int, Node] | None:
        table = self._t.messages
        row = self._connection.execute(
            self._sa.select(table.c.seq, table.c.body).where(
                table.c.conversation == conversation, table.c.id == id
            )
        ).one_or_none()
        return None if row is None else (row.seq, json.loads(row.body))

    def _write(self, conversation: str, seq: int, node: Node) -> None:
        table = self._t.messages
        self._connection.execute(
            self._sa.update(table)
            .where(table.c.conversation == conversation, table.c.id == node["id"])
            .values(seq=seq, body=dumps(node))
        )
