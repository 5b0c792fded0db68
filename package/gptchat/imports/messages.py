"""OpenAI messages, one after the other, as a conversation without branches.

Files they carry in themselves become files beside the conversation.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from gptchat.deltas import settle
from gptchat.errors import BadReply
from gptchat.files.attachments import PART, is_reference
from gptchat.files.kinds import AUDIO, PICTURES
from gptchat.imports.arriving import (
    MOST_MESSAGES,
    MOST_TEXT,
    Arriving,
    BroughtFile,
    NotTaken,
    line_of_text,
)
from gptchat.messages import text_length, to_message
from gptchat.protocol import Message, Node

_ENDINGS = {kind: "." + kind.partition("/")[2] for kind in PICTURES}


def conversation(given: Sequence[tuple[Any, int | None]]) -> Arriving:
    """The conversation of these messages, each with the line it stands in, if that is known."""
    if not given:
        raise NotTaken("There are no messages in it.")
    if len(given) > MOST_MESSAGES:
        raise NotTaken(f"A conversation has {MOST_MESSAGES:,} messages at most.")
    files: dict[str, BroughtFile] = {}
    nodes: list[Node] = []
    for place, (value, line) in enumerate(given, 1):
        id, parent = str(place), str(place - 1) if place > 1 else None
        try:
            message, beside = settle(checked(value), id)
        except BadReply as no:
            raise NotTaken(f"Message {place}: {no}", line=line) from None
        node: Node = {
            "id": id, "parent": parent, "message": _unpacked(message, files),
            "status": "done", "created": 0.0,
        }  # fmt: skip
        nodes.append({**node, **beside})
    return Arriving(None, nodes, nodes[-1]["id"], files)


def checked(value: Any) -> Message:
    """A message as it may be kept. Raises BadReply."""
    if not isinstance(value, Mapping):
        raise BadReply(f"{str(value)[:40]!r} is no message: one is an object with a role.")
    message = to_message(value)
    if text_length(message) > MOST_TEXT:
        raise BadReply(f"It is longer than {MOST_TEXT:,} characters.")
    return message


def _unpacked(message: Message, files: dict[str, BroughtFile]) -> Message:
    """A person's message that refers to the files it held."""
    content = message.get("content")
    if message["role"] != "user" or not isinstance(content, list):
        return message
    return {**message, "content": [_reference(part, files) for part in content]}


def _reference(part: Any, files: dict[str, BroughtFile]) -> Any:
    if is_reference(part):  # Named by somebody else's server: it is not here.
        return reference(line_of_text(part["attachment"]["name"]), None, files)
    held = _held(part) if isinstance(part, Mapping) else None
    if held is None:
        return part
    name, body = held
    return reference(name, body, files)


def reference(name: str, body: bytes | None, files: dict[str, BroughtFile]) -> dict[str, Any]:
    """A part that refers to a file, which is put among the files."""
    id = f"f{len(files) + 1}"
    files[id] = BroughtFile(name, body)
    size = len(body or b"")
    return {"type": PART, "attachment": {"id": id, "name": name, "type": "", "size": size}}


def _held(part: Mapping[str, Any]) -> tuple[str, bytes] | None:
    """The name and the bytes of a file that is in the part, and nothing is beside it."""
    inner = part.get(str(part.get("type")))
    if not isinstance(inner, Mapping) or set(part) != {"type", part["type"]}:
        return None
    match part["type"], dict(inner):
        case "image_url", {"url": str(url), **rest} if not rest:
            kind, data = _of_data_url(url)
            return _decoded("picture" + _ENDINGS[kind], data) if kind in _ENDINGS else None
        case "file", {"filename": str(name), "file_data": str(url), **rest} if not rest:
            return _decoded(line_of_text(name), _of_data_url(url)[1])
        case "input_audio", {"data": str(data), "format": str(format), **rest} if not rest:
            return _decoded(f"audio.{format}", data) if format in AUDIO.values() else None
    return None


def _of_data_url(url: str) -> tuple[str, str]:
    head, _, data = url.partition(",")
    is_base64 = head.startswith("data:") and head.endswith(";base64")
    return (head[5:-7], data) if is_base64 else ("", "")


def _decoded(name: str, data: str) -> tuple[str, bytes] | None:
    try:
        body = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None
    return (name, body) if body else None
