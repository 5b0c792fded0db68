"""A message while it is being written: how it grows, what it weighs, and how it ends.

Which message a word belongs to, and whether it may still be said, is the business of
`run.py`; what a delta does to a message is that of `deltas.py`.
"""

from __future__ import annotations

import copy
import secrets
import time
from typing import Any

from gptchat.deltas import Normaliser, apply, settle
from gptchat.messages import text_length
from gptchat.protocol import (
    DeltaEvent,
    ErrorInfo,
    Event,
    FinishEvent,
    Message,
    MessageEvent,
    MessageStatus,
    Node,
    NormalDelta,
    RunEnd,
    RunInfo,
)


def new_message_id() -> str:
    """An id nobody has used: 96 random bits."""
    return "m_" + secrets.token_urlsafe(12)


def new_node(
    id: str, parent: str | None, run: RunInfo, message: Message, status: MessageStatus
) -> Node:
    """A message of a run, as it takes its place in the tree."""
    node: Node = {
        "id": id, "parent": parent, "message": message, "status": status,
        "created": time.time(), "run": run["id"],
    }  # fmt: skip
    if "model" in run:
        node["model"] = run["model"]
    return node


def stub(parent: str | None, run: RunInfo, status: RunEnd, error: ErrorInfo | None) -> MessageEvent:
    """An answer without words, to carry its status and its error."""
    message: Message = {"role": "assistant", "content": ""}
    node = new_node(new_message_id(), parent, run, message, status)
    node["finished"] = node["created"]
    if error is not None:
        node["error"] = error
    return {"type": "message", "node": node}


class Draft:
    """One message of a run, as far as it is known."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.weight = weight_of(node["message"])
        self.open = node["status"] == "streaming"
        self._normaliser = Normaliser(node["message"])

    @classmethod
    def whole(cls, id: str, parent: str | None, run: RunInfo, message: Message) -> Draft:
        """A message that was given whole."""
        message, beside = settle(message, id)
        node = new_node(id, parent, run, message, "done")
        node.update(beside)  # type: ignore[typeddict-item]
        node["finished"] = time.time()
        return cls(node)

    def normalise(self, raw: dict[str, Any]) -> NormalDelta:
        """What a raw delta means after those before it."""
        return self._normaliser.normalise(raw)

    def grow(self, delta: NormalDelta, weight: int) -> None:
        """Join a normal delta that adds this weight."""
        self.node["message"] = apply(self.node["message"], delta)
        self.weight += weight

    def reopen(self) -> None:
        """It was whole, and goes on."""
        self.open, self.node["status"] = True, "streaming"

    def told(self) -> MessageEvent:
        """The message as of now: it goes on growing while the event waits to be written."""
        return {"type": "message", "node": copy.deepcopy(self.node)}

    def finish(self, status: RunEnd, error: ErrorInfo | None = None) -> list[Event]:
        """End it, and say so."""
        node, events = self.node, list[Event]()
        if rest := self._normaliser.flush():
            node["message"] = apply(node["message"], rest)
            grown: DeltaEvent = {"type": "delta", "id": node["id"], "delta": rest}
            events.append(grown)
        node["message"], _ = settle(node["message"], node["id"])
        node["status"], self.open = status, False
        done: FinishEvent = {
            "type": "finish", "id": node["id"], "status": status, "at": time.time(),
            "length": text_length(node["message"]),
        }  # fmt: skip
        if error is not None:
            done["error"] = error
        return [*events, done]


def weight_of(value: Any) -> int:
    """How many characters there are in a value, wherever in it: what a limit counts."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(len(key) + weight_of(item) for key, item in value.items())
    return sum(map(weight_of, value)) if isinstance(value, list) else 1


def weight_added(delta: NormalDelta) -> int:
    """How many characters a delta adds; the text that streams is all it holds, nearly always."""
    if delta.keys() == {"append"}:
        return sum(map(len, delta["append"].values()))
    return weight_of(delta)
