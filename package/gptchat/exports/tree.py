"""A whole conversation, losslessly: every branch, every end, and the bytes of its files.

    {
      "format": "gptchat/conversation", "version": 1,
      "title": "…", "leaf": "3",
      "messages": [{"id": "1", "parent": null, "message": {…}, "status": "done", "created": …}, …],
      "files": [{"id": "f1", "name": "cat.png", "type": "image/png", "size": 1024, "data": "…"}]
    }

Messages stand in the order in which they were said, each after the one it follows, and are
`Node` of `protocol.py`. Ids count from one: they mean nothing outside of the file, and are made
anew by whoever reads it. `data` is base64; without it the file is named only. The way back is
`imports/tree.py`, and what it gives is written exactly like this again.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from gptchat.exports.transcript import Files, Transcript, at_rest
from gptchat.files.attachments import is_reference
from gptchat.protocol import Node

FORMAT, VERSION = "gptchat/conversation", 1

ENVELOPE = tuple(Node.__annotations__)
"""What stands beside a message always stands in this order."""


def write(transcript: Transcript) -> str:
    """The conversation as JSON."""
    return json.dumps(as_tree(transcript), ensure_ascii=False, indent=1) + "\n"


def as_tree(transcript: Transcript) -> dict[str, Any]:
    """The conversation as a value of JSON."""
    numbers = Numbers(Files(transcript.read))
    messages = [numbers.node(node) for node in transcript.nodes]
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": transcript.title,
        "leaf": numbers.of(transcript.leaf),
        "messages": messages,
        "files": numbers.files,
    }


class Numbers:
    """Gives messages, runs and files the numbers they have in the file."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._known: dict[tuple[str, str], str] = {}
        self._counts: Counter[str] = Counter()
        self.files: list[dict[str, Any]] = []

    def of(self, id: str | None, kind: str = "") -> str | None:
        """The number of a message, or of another kind of thing, counted from one."""
        if id is None:
            return None
        if (kind, id) not in self._known:
            self._counts[kind] += 1
            self._known[kind, id] = f"{kind}{self._counts[kind]}"
        return self._known[kind, id]

    def node(self, node: Node) -> dict[str, Any]:
        """The message with numbers instead of ids."""
        written: dict[str, Any] = {**at_rest(node)}
        written["id"], written["parent"] = self.of(node["id"]), self.of(node["parent"])
        if "run" in node:
            written["run"] = self.of(node["run"], "r")
        content = written["message"].get("content")
        if isinstance(content, list):
            written["message"] = {**written["message"], "content": self._parts(content)}
        return {key: written[key] for key in (*ENVELOPE, *written) if key in written}

    def _parts(self, parts: Sequence[Any]) -> list[Any]:
        return [self._part(part) if is_reference(part) else part for part in parts]

    def _part(self, part: Any) -> dict[str, Any]:
        file = part["attachment"]
        is_new = ("f", file["id"]) not in self._known
        named = {**file, "id": self.of(file["id"], "f")}
        if is_new:
            body = self._files.get(file)
            held = {} if body is None else {"data": base64.b64encode(body).decode("ascii")}
            self.files.append({**named, **held})
        return {**part, "attachment": named}
