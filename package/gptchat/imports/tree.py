"""Our own tree, read back. `exports/tree.py` says what it looks like."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from gptchat.errors import BadReply
from gptchat.exports.tree import VERSION
from gptchat.files.attachments import is_reference
from gptchat.imports.arriving import (
    MOST_MESSAGES,
    Arriving,
    BroughtFile,
    NotTaken,
    line_of_text,
    moment,
)
from gptchat.imports.messages import checked
from gptchat.messages.plain import plain
from gptchat.protocol import ErrorInfo, MessageStatus, Node

STATUSES = get_args(MessageStatus)


def conversation(value: Mapping[str, Any]) -> Arriving:
    """The conversation as it was written."""
    if value.get("version") != VERSION:
        raise NotTaken(
            f"This tree is of version {str(value.get('version'))[:20]}; here {VERSION} is known. "
            "Bring it to the gptchat that wrote it, or a newer one."
        )
    given = value.get("messages")
    if not isinstance(given, list):
        raise NotTaken("A tree has a list of messages.")
    if len(given) > MOST_MESSAGES:
        raise NotTaken(f"A conversation has {MOST_MESSAGES:,} messages at most.")
    files = _files(value.get("files"))
    nodes: dict[str, Node] = {}
    for place, each in enumerate(given, 1):
        try:
            node = _node(each, nodes, files)
        except BadReply as no:
            raise NotTaken(f"Message {place}: {no}") from None
        nodes[node["id"]] = node
    leaf = value.get("leaf")
    if leaf is not None and not (isinstance(leaf, str) and leaf in nodes):
        raise NotTaken(f"The leaf {str(leaf)[:40]!r} is none of the messages.")
    return Arriving(line_of_text(value.get("title")) or None, list(nodes.values()), leaf, files)


def _node(given: Any, before: Mapping[str, Node], files: Mapping[str, BroughtFile]) -> Node:
    if not isinstance(given, Mapping) or not isinstance(given.get("id"), str):
        raise BadReply("It is no object with an id.")
    id, parent = given["id"], given.get("parent")
    if not 0 < len(id) <= 64 or id in before:
        raise BadReply(f"The id {id[:64]!r} is empty, too long or taken.")
    if parent is not None and not (isinstance(parent, str) and parent in before):
        raise BadReply(f"It follows {str(parent)[:64]!r}, which does not stand before it.")
    node: Node = {
        "id": id, "parent": parent, "message": _message(given.get("message"), files),
        "status": _status(given.get("status")), "created": moment(given.get("created")),
    }  # fmt: skip
    return {**node, **_beside(given)}  # type: ignore[typeddict-item]


def _message(given: Any, files: Mapping[str, BroughtFile]) -> dict[str, Any]:
    message = checked(given)
    for part in message["content"] if isinstance(message.get("content"), list) else ():
        if is_reference(part) and part["attachment"]["id"] not in files:
            raise BadReply(f"The file {part['attachment']['id'][:64]!r} is not among the files.")
    # As it was written, so that it is written like this again.
    return {key: message[key] for key in (*given, *message) if key in message}


def _status(given: Any) -> MessageStatus:
    found: MessageStatus | None = next((each for each in STATUSES if each == given), None)
    if found is None:
        known = ", ".join(STATUSES)
        raise BadReply(f"{str(given)[:40]!r} is no status. Known are {known}.")
    return "interrupted" if found == "streaming" else found


def _beside(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a message may have in its envelope."""
    beside: dict[str, Any] = {}
    for key in ("run", "model", "finish_reason"):
        if text := line_of_text(given.get(key)):
            beside[key] = text
    if finished := moment(given.get("finished")):
        beside["finished"] = finished
    if isinstance(given.get("usage"), Mapping):
        beside["usage"] = plain(given["usage"])
    if isinstance(given.get("error"), Mapping):
        beside["error"] = _error(given["error"])
    return beside


def _error(given: Mapping[str, Any]) -> ErrorInfo:
    told = plain(given)
    error: ErrorInfo = {"sentence": line_of_text(told.get("sentence")) or "Something went wrong."}
    if isinstance(told.get("id"), str):
        error["id"] = line_of_text(told["id"])
    if isinstance(told.get("details"), str):
        error["details"] = told["details"][:100_000]
    return error


def _files(given: Any) -> dict[str, BroughtFile]:
    files: dict[str, BroughtFile] = {}
    for place, each in enumerate(given if isinstance(given, Sequence) else (), 1):
        if not isinstance(each, Mapping) or not isinstance(each.get("id"), str):
            raise NotTaken(f"File {place} is no object with an id.")
        files[each["id"]] = BroughtFile(line_of_text(each.get("name")), _bytes(each, place))
    return files


def _bytes(file: Mapping[str, Any], place: int) -> bytes | None:
    data = file.get("data")
    if data is None:
        return None
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise NotTaken(f"The data of file {place} is not base64.") from None
