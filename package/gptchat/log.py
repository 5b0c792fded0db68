"""Appending events to the log, and what each one changes in the rows beside it.

One `Appender` works inside one transaction. The rows follow the rules of
`conversation.py`, so that a snapshot read from them equals the log replayed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from gptchat.conversation import finish
from gptchat.deltas import apply as grow
from gptchat.leases import Lease
from gptchat.protocol import Event, FinishEvent, Node, RunInfo
from gptchat.statements import Statements

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

    def __init__(self, statements: Statements, connection: Connection, lease: Lease) -> None:
        self._say, self._connection, self._lease = statements, connection, lease

    def append(self, batch: Batch) -> dict[str, Numbered]:
        """Number the events, write them, and keep the rows beside the log in step.

        Events of a conversation that is gone are dropped.
        """
        placed = self._number(batch)
        numbered = [
            (id, seq, event)
            for id, place in placed.items()
            for seq, event in enumerate(batch[id], place.seq)
        ]
        if numbered:
            self._connection.execute(
                self._say.insert_events,
                [{"conversation": id, "seq": seq, "body": dumps(e)} for id, seq, e in numbered],
            )
        for id, seq, event in numbered:
            self._keep_rows(id, seq, event)
        return placed

    def _number(self, batch: Batch) -> dict[str, Numbered]:
        """The place of each conversation's events: two statements, however many there are."""
        now = time.time()
        heads = self._connection.execute(self._say.heads, {"at_conversations": list(batch)}).all()
        if heads:
            self._connection.execute(
                self._say.advance,
                [
                    {"at_conversation": id, "seq": seq + len(batch[id]), "updated": now}
                    for id, seq, _ in heads
                ],
            )
        return {id: Numbered(epoch, seq + 1) for id, seq, epoch in heads}

    def _keep_rows(self, conversation: str, seq: int, event: Event) -> None:
        match event["type"]:
            case "delta":
                pass  # Folded into the message's row when it finishes.
            case "message":
                self._message(conversation, seq, event["node"])
            case "finish":
                self._finish(conversation, seq, event)
            case "run":
                self._run(conversation, event["run"])
            case "select":
                here = {"at_conversation": conversation, "leaf": event["leaf"]}
                self._connection.execute(self._say.select_leaf, here)
            case "remove":
                self._remove(conversation, event["id"])
            case _:
                pass

    def _message(self, conversation: str, seq: int, node: Node) -> None:
        known = self._node(conversation, node["id"])
        if known is not None:
            self._write(conversation, seq, {**node, "parent": known[1]["parent"]})
            return
        row = {"conversation": conversation, "id": node["id"], "place": seq, "seq": seq}
        self._connection.execute(self._say.insert_node, {**row, "body": dumps(node)})
        self._follow(conversation, since=node["parent"], to=node["id"])

    def _finish(self, conversation: str, seq: int, event: FinishEvent) -> None:
        found = self._node(conversation, event["id"])
        if found is None:
            return
        since, node = found
        part = {"at_conversation": conversation, "at_since": since, "at_before": seq}
        for body in self._connection.execute(self._say.deltas, part).scalars():
            past = json.loads(body)
            if past["type"] == "delta" and past["id"] == event["id"]:
                node["message"] = grow(node["message"], past["delta"])
        finish(node, dict(event))
        self._write(conversation, seq, node)

    def _run(self, conversation: str, run: RunInfo) -> None:
        self._connection.execute(self._say.forget_run, {"at_id": run["id"]})
        if run["state"] != "ended":
            row = {"id": run["id"], "conversation": conversation, "stop": False}
            held = {"worker": self._lease.worker, "lease": self._lease.until}
            self._connection.execute(self._say.insert_run, {**row, **held, "body": dumps(run)})

    def _remove(self, conversation: str, id: str) -> None:
        found = self._node(conversation, id)
        if found is not None and not self._has_children(conversation, id):
            here = {"at_conversation": conversation, "at_id": id}
            self._connection.execute(self._say.remove_node, here)
            self._follow(conversation, since=id, to=found[1]["parent"])

    def _has_children(self, conversation: str, id: str) -> bool:
        bodies = self._connection.execute(self._say.bodies, {"at_conversation": conversation})
        return any(json.loads(body)["parent"] == id for body in bodies.scalars())

    def _follow(self, conversation: str, *, since: str | None, to: str | None) -> None:
        """Move the leaf, if it is where the change happened."""
        here = {"at_conversation": conversation, "at_leaf": since, "leaf": to}
        self._connection.execute(self._say.follow_leaf, here)

    def _node(self, conversation: str, id: str) -> tuple[int, Node] | None:
        here = {"at_conversation": conversation, "at_id": id}
        row = self._connection.execute(self._say.node, here).one_or_none()
        return None if row is None else (row.seq, json.loads(row.body))

    def _write(self, conversation: str, seq: int, node: Node) -> None:
        here = {"at_conversation": conversation, "at_id": node["id"]}
        self._connection.execute(self._say.write_node, {**here, "seq": seq, "body": dumps(node)})
