"""The tree of a conversation, and how each event changes it.

Pure: no database, no socket, no clock. The browser runs the same rules
(`client/src/state/conversation.ts`); tests/conformance holds the two equal.
Numbering and keeping events is the business of `store.py` and `hub.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gptchat.deltas import apply as grow
from gptchat.deltas import settle
from gptchat.files.attachments import ReadFile
from gptchat.messages.repair import repair_messages
from gptchat.messages.requesting import for_openai, no_files
from gptchat.protocol import Event, Message, Node, RunInfo


class Conversation:
    """Messages as a tree, the leaf that is shown, and the runs that have not ended."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.children: dict[str | None, list[str]] = {}
        self.leaf: str | None = None
        self.runs: dict[str, RunInfo] = {}

    @classmethod
    def restore(
        cls, nodes: Iterable[Node], leaf: str | None, runs: Iterable[RunInfo]
    ) -> Conversation:
        """The conversation a snapshot describes."""
        conversation = cls()
        for node in nodes:
            conversation._insert(node)
        conversation.leaf = leaf
        conversation.runs = {run["id"]: run for run in runs}
        return conversation

    def apply(self, event: Event) -> None:
        """Change by one event. One that nobody knows, or of an unknown message, changes nothing."""
        match event["type"]:
            case "message":
                self._put(event["node"])
            case "delta":
                if node := self.nodes.get(event["id"]):
                    node["message"] = grow(node["message"], event["delta"])
            case "finish":
                if node := self.nodes.get(event["id"]):
                    finish(node, dict(event))
            case "run":
                self._run(event["run"])
            case "select":
                self.leaf = event["leaf"]
            case "remove":
                self._remove(event["id"])
            case _:
                pass

    def path(self, leaf: str | None = None) -> list[Node]:
        """The messages from the root to `leaf` (by default, the one that is shown)."""
        found: list[Node] = []
        node = self.nodes.get(leaf or self.leaf or "")
        while node is not None:
            found.append(node)
            node = self.nodes.get(node["parent"] or "")
        return found[::-1]

    def newest_below(self, id: str | None) -> str | None:
        """The leaf reached from `id` (None: the root) by the newest answer at each step."""
        while below := self.children.get(id):
            id = below[-1]
        return id

    def _put(self, node: Node) -> None:
        known = self.nodes.get(node["id"])
        if known is None:
            self._insert(node)
            if self.leaf == node["parent"]:
                self.leaf = node["id"]
        else:
            self.nodes[node["id"]] = {**node, "parent": known["parent"]}

    def _insert(self, node: Node) -> None:
        self.nodes[node["id"]] = node
        self.children.setdefault(node["parent"], []).append(node["id"])

    def _run(self, run: RunInfo) -> None:
        if run["state"] == "ended":
            self.runs.pop(run["id"], None)
        else:
            self.runs[run["id"]] = run

    def _remove(self, id: str) -> None:
        node = self.nodes.get(id)
        if node is None or self.children.get(id):
            return
        del self.nodes[id]
        self.children[node["parent"]].remove(id)
        if self.leaf == id:
            self.leaf = node["parent"]


def in_turn(run: RunInfo) -> tuple[bool, float, str]:
    """What runs are sorted by: who is at work, then who waits, the longest first."""
    return run["state"] == "queued", run["created"], run["id"]


def finish(node: Node, event: dict[str, Any]) -> None:
    """Complete a message: its status and time, and what nobody sent (ids of calls, their order)."""
    node["message"], beside = settle(node["message"], node["id"])
    node.update(beside)  # type: ignore[typeddict-item]
    node["status"] = event["status"]
    node["finished"] = event["at"]
    if "error" in event:
        node["error"] = event["error"]


def openai_messages(
    path: Iterable[Node], system: str | None = None, read: ReadFile = no_files
) -> list[Message]:
    """What a handler receives: copies with the keys OpenAI accepts, and no call unanswered."""
    messages = repair_messages(for_openai(node["message"], read) for node in path)
    return [{"role": "system", "content": system}, *messages] if system else messages
