"""One conversation of ChatGPT's `conversations.json`: a mapping of nodes, each with its parent.

Branches stay branches. A call and its result become OpenAI's; what is of no known kind is
shown as it stands in the file. Pictures are not in the file, only their names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from gptchat.errors import BadReply
from gptchat.imports.arriving import MOST_MESSAGES, Arriving, NotTaken, line_of_text, moment
from gptchat.imports.messages import checked
from gptchat.messages.plain import plain
from gptchat.protocol import Message, Node

SPEAKERS = ("user", "assistant", "system", "tool")

SILENT = ("model_editable_context", "reasoning_recap")
"""What ChatGPT itself does not show."""


def conversation(value: Mapping[str, Any]) -> Arriving:
    """The conversation with all its branches."""
    title = line_of_text(value.get("title"))
    mapping = value["mapping"]
    if not isinstance(mapping, Mapping):
        raise NotTaken(f"The mapping of {title or 'a chat'!r} is no object.")
    if len(mapping) > MOST_MESSAGES:
        raise NotTaken(f"{title!r} has more than {MOST_MESSAGES:,} messages.")
    tree = _Tree(mapping)
    for id in tree.in_order():
        try:
            tree.take(id)
        except BadReply as no:
            raise NotTaken(f"{title or 'A chat'!r}, message {id[:64]!r}: {no}") from None
    if not tree.nodes:
        raise NotTaken(f"There are no messages in {title or 'a chat'!r}.")
    nodes = list(tree.nodes.values())
    current = tree.place.get(str(value.get("current_node"))) or nodes[-1]["id"]
    return Arriving(title or None, nodes, current)


class _Tree:
    """The nodes of a mapping, and what became of them."""

    def __init__(self, mapping: Mapping[str, Any]) -> None:
        self._mapping = {
            str(id): entry for id, entry in mapping.items() if isinstance(entry, Mapping)
        }
        self.nodes: dict[str, Node] = {}
        self.place: dict[str, str | None] = {}
        """Where what follows an entry goes: the entry itself, or the one above it that is kept."""
        self._calls: dict[str, tuple[str, str]] = {}

    def in_order(self) -> Iterator[str]:
        """Every entry after its parent. Those that follow each other in a circle never come."""
        below: dict[str | None, list[str]] = {}
        for id in self._mapping:
            below.setdefault(self._parent(id), []).append(id)
        waiting = list(reversed(below.get(None, [])))
        while waiting:
            id = waiting.pop()
            yield id
            waiting += reversed(self._sorted(id, below.get(id, [])))

    def take(self, id: str) -> None:
        """Keep what the entry says, if it says something that is shown."""
        parent = self._parent(id)
        above = self.place[parent] if parent is not None else None
        said = self._mapping[id].get("message")
        message = self._message(id, above, said) if isinstance(said, Mapping) else None
        if message is None or not isinstance(said, Mapping):
            self.place[id] = above
            return
        node: Node = {
            "id": id, "parent": above, "message": checked(message),
            "status": "interrupted" if said.get("status") == "in_progress" else "done",
            "created": moment(said.get("create_time")),
        }  # fmt: skip
        metadata = said.get("metadata")
        model = metadata.get("model_slug") if isinstance(metadata, Mapping) else None
        if message["role"] == "assistant" and line_of_text(model):
            node["model"] = line_of_text(model)
        self.nodes[id] = node
        self.place[id] = id

    def _parent(self, id: str) -> str | None:
        parent = self._mapping[id].get("parent")
        return parent if isinstance(parent, str) and parent in self._mapping else None

    def _sorted(self, id: str, below: list[str]) -> list[str]:
        """Answers in the order in which ChatGPT shows them."""
        listed = self._mapping[id].get("children")
        order = (
            {str(child): i for i, child in enumerate(listed)} if isinstance(listed, list) else {}
        )
        return sorted(below, key=lambda child: order.get(child, len(order)))

    def _message(self, id: str, above: str | None, said: Mapping[str, Any]) -> Message | None:
        content, metadata = said.get("content"), said.get("metadata")
        hidden = isinstance(metadata, Mapping) and metadata.get(
            "is_visually_hidden_from_conversation"
        )
        if not isinstance(content, Mapping) or hidden or content.get("content_type") in SILENT:
            return None
        author = said.get("author")
        role = author.get("role") if isinstance(author, Mapping) else None
        name = line_of_text(author.get("name")) if isinstance(author, Mapping) else ""
        text = _text(content)
        if content.get("content_type") == "thoughts":
            return {"role": "assistant", "content": "", "reasoning_content": text} if text else None
        recipient = line_of_text(said.get("recipient")) or "all"
        if role == "assistant" and recipient != "all":
            return self._call(id, recipient, text)
        if role == "tool":
            return self._result(above, name, text)
        if not text.strip():
            return None
        return {"role": role if role in SPEAKERS else "assistant", "content": text}

    def _call(self, id: str, recipient: str, text: str) -> Message:
        call = f"call_{len(self._calls) + 1}"
        self._calls[id] = call, recipient
        function = {"name": recipient, "arguments": _arguments(text)}
        calls = [{"id": call, "type": "function", "function": function}]
        return {"role": "assistant", "content": None, "tool_calls": calls}

    def _result(self, above: str | None, name: str, text: str) -> Message:
        """A result belongs to the call above it; without one it is shown as words."""
        id = above
        while id is not None and id not in self._calls and self._is_result(id):
            id = self.nodes[id]["parent"]
        if id is None or id not in self._calls:
            return {"role": "assistant", "content": _fenced(text, name or "result")}
        return {"role": "tool", "tool_call_id": self._calls[id][0], "content": text}

    def _is_result(self, id: str) -> bool:
        return bool(self.nodes[id]["message"]["role"] == "tool")


def _text(content: Mapping[str, Any]) -> str:
    match content.get("content_type"):
        case "text" | "multimodal_text":
            return _joined(content.get("parts"))
        case "code" | "execution_output":
            return str(plain(content.get("text") or ""))
        case "thoughts":
            return _joined(content.get("thoughts"))
        case _:
            return _raw(content)


def _joined(parts: Any) -> str:
    return "\n\n".join(
        text for text in map(_part, parts if isinstance(parts, list) else ()) if text
    )


def _part(part: Any) -> str:
    if isinstance(part, str):
        return str(plain(part))
    if not isinstance(part, Mapping):
        return ""
    if isinstance(part.get("summary"), str) and isinstance(part.get("content"), str):
        return str(plain(f"**{part['summary']}**\n\n{part['content']}"))
    if part.get("content_type") == "audio_transcription" and isinstance(part.get("text"), str):
        return str(plain(part["text"]))
    return _raw(part)


def _raw(value: Mapping[str, Any]) -> str:
    """What nobody here knows, as it stands in the file."""
    return _fenced(json.dumps(plain(value), ensure_ascii=False, indent=2), "json")


def _fenced(text: str, language: str) -> str:
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _arguments(text: str) -> str:
    """The input of a call as JSON: code is no JSON by itself."""
    try:
        is_object = isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        is_object = False
    return text if is_object else json.dumps({"input": text}, ensure_ascii=False)
