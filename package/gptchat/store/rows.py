"""The rows beside the log: each message folded, each conversation's leaf, the runs not ended.

They follow the rules of `conversation.py`, so that a snapshot read from the
rows equals the log replayed. What is touched is read first, changed here, and
written back by `log.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gptchat.conversation import finish
from gptchat.deltas import apply as grow
from gptchat.protocol import Event, FinishEvent, Node, RunInfo
from gptchat.store.statements import Statements

if TYPE_CHECKING:
    from sqlalchemy import Connection


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
"""Made once: `json.dumps` makes one each time, which takes longer than a delta does."""


def dumps(value: object) -> str:
    """JSON as it is stored and sent: compact, and readable in any language."""
    return _encoder.encode(value)


@dataclass
class Row:
    """A message's row: folded up to the event number `seq`, in its place among all messages."""

    node: Node
    place: int
    seq: int
    is_new: bool = False


class Rows:
    """The rows one batch of events touches. `leaves` are the conversations' as they were."""

    def __init__(
        self, statements: Statements, connection: Connection, leaves: dict[str, str | None]
    ) -> None:
        self._say, self._connection = statements, connection
        self._rows: dict[tuple[str, str], Row] = {}
        self.leaves = leaves
        self.changed: dict[tuple[str, str], Row] = {}
        self.removed: list[tuple[str, str]] = []
        self.runs: dict[str, tuple[str, RunInfo]] = {}

    def read(self, events: Iterable[tuple[str, int, Event]]) -> None:
        """Read every message the events touch."""
        touched = {(id, _message_of(event)) for id, _, event in events}
        nodes = [(conversation, id) for conversation, id in touched if id is not None]
        if not nodes:
            return
        asked = {"at_nodes": nodes, "at_conversations": [conversation for conversation, _ in nodes]}
        for row in self._connection.execute(self._say.nodes, asked):
            self._rows[row.conversation, row.id] = Row(json.loads(row.body), row.place, row.seq)

    def apply(self, conversation: str, seq: int, event: Event) -> None:
        """Change what the event changes."""
        match event["type"]:
            case "delta":
                pass  # Folded into the message's row when it finishes.
            case "message":
                self._put(conversation, seq, event["node"])
            case "finish":
                self._finish(conversation, seq, event)
            case "run":
                self.runs[event["run"]["id"]] = (conversation, event["run"])
            case "select":
                self.leaves[conversation] = event["leaf"]
            case "remove":
                self._remove(conversation, event["id"])
            case _:
                pass

    def _put(self, conversation: str, seq: int, node: Node) -> None:
        key = (conversation, node["id"])
        known = self._rows.get(key)
        if known is None:
            self._rows[key] = self.changed[key] = Row({**node}, seq, seq, is_new=True)
            self._follow(conversation, since=node["parent"], to=node["id"])
        else:
            known.node, known.seq = {**node, "parent": known.node["parent"]}, seq
            self.changed[key] = known

    def _finish(self, conversation: str, seq: int, event: FinishEvent) -> None:
        row = self._rows.get((conversation, event["id"]))
        if row is None:
            return
        part = {"at_conversation": conversation, "at_since": row.seq, "at_before": seq}
        message = json.loads(dumps(row.node["message"]))  # The event's own must not grow with it.
        for body in self._connection.execute(self._say.deltas, part).scalars():
            past = json.loads(body)
            if past["type"] == "delta" and past["id"] == event["id"]:
                message = grow(message, past["delta"])
        row.node = {**row.node, "message": message}
        finish(row.node, dict(event))
        row.seq = seq
        self.changed[conversation, event["id"]] = row

    def _remove(self, conversation: str, id: str) -> None:
        row = self._rows.get((conversation, id))
        if row is None or self._has_children(conversation, id):
            return
        del self._rows[conversation, id]
        self.changed.pop((conversation, id), None)
        if not row.is_new:
            self.removed.append((conversation, id))
        self._follow(conversation, since=id, to=row.node["parent"])

    def _has_children(self, conversation: str, id: str) -> bool:
        here = (row.node for (owner, _), row in self._rows.items() if owner == conversation)
        if any(node["parent"] == id for node in here):
            return True
        stored = self._connection.execute(self._say.bodies, {"at_conversation": conversation})
        gone = {node for owner, node in self.removed if owner == conversation}
        nodes = (json.loads(body) for body in stored.scalars())
        return any(node["parent"] == id and node["id"] not in gone for node in nodes)

    def _follow(self, conversation: str, *, since: str | None, to: str | None) -> None:
        """Move the leaf, if it is where the change happened."""
        if self.leaves[conversation] == since:
            self.leaves[conversation] = to


def _message_of(event: Event) -> str | None:
    """The message whose row the event changes."""
    match event["type"]:
        case "message":
            return event["node"]["id"]
        case "finish" | "remove":
            return event["id"]
        case _:
            return None
