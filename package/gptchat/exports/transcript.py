"""What is exported: the messages of a conversation at rest, and the bytes of its files.

How they are written is the business of the forms beside this.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gptchat.conversation import Conversation, openai_messages
from gptchat.deltas import settle
from gptchat.errors import NotFound
from gptchat.files.attachments import ReadFile, is_reference
from gptchat.messages.requesting import no_files
from gptchat.protocol import Attachment, Message, Node

MOST_EMBEDDED = 32 * 1024 * 1024
"""Bytes of files in one export; those beyond are named. It is made in memory, and so read."""


@dataclass(frozen=True)
class Transcript:
    """A conversation as of `made`. `read` gets the bytes of its files."""

    title: str
    nodes: Sequence[Node]
    leaf: str | None
    made: float
    read: ReadFile = no_files

    def path(self) -> list[Node]:
        """The branch that is shown."""
        return self._tree().path()

    def branches(self) -> list[list[Node]]:
        """Every branch, from the first message to its last."""
        tree = self._tree()
        return [tree.path(id) for id in tree.nodes if not tree.children.get(id)]

    def messages(self, path: Iterable[Node]) -> list[Message]:
        """A branch as the OpenAI API takes it, files included."""
        files = Files(self.read)
        return openai_messages([_named(node, files) for node in path], read=files.held)

    def _tree(self) -> Conversation:
        return Conversation.restore([at_rest(node) for node in self.nodes], self.leaf, [])


class Files:
    """The bytes of files, as many as one export holds."""

    def __init__(self, read: ReadFile, most: int = MOST_EMBEDDED) -> None:
        self._read, self._left = read, most
        self._held: dict[str, bytes | None] = {}

    def get(self, file: Attachment) -> bytes | None:
        """What is in it; None if it is gone, or would be too much."""
        id = file["id"]
        if id not in self._held:
            self._held[id] = self._fetch(file)
        return self._held[id]

    def held(self, id: str) -> bytes:
        """What is in one that `get` was asked for. Raises NotFound."""
        found = self._held.get(id)
        if found is None:
            raise NotFound("There is no such file here.")
        return found

    def _fetch(self, file: Attachment) -> bytes | None:
        size = file.get("size", 0)
        if not isinstance(size, int) or size > self._left:
            return None
        try:
            body = self._read(file["id"])
        except NotFound:
            return None
        self._left -= len(body)
        return body


def at_rest(node: Node) -> Node:
    """The message as it would stand if its answer ended now: what was said so far is kept."""
    if node["status"] != "streaming":
        return node
    message, beside = settle(node["message"], node["id"])
    return {**node, "message": message, **beside, "status": "interrupted"}


def _named(node: Node, files: Files) -> Node:
    """The message with a sentence in the place of each file whose bytes are not at hand."""
    content = node["message"].get("content")
    if not isinstance(content, list):
        return node
    parts = [_held_or_named(part, files) for part in content]
    return {**node, "message": {**node["message"], "content": parts}}


def _held_or_named(part: Any, files: Files) -> Any:
    if not is_reference(part) or files.get(part["attachment"]) is not None:
        return part
    name = part["attachment"]["name"]
    return {"type": "text", "text": f"[The file {name!r} was attached here.]"}
