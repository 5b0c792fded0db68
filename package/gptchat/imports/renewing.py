"""A conversation that arrives gets ids of its own: those in its file mean nothing here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gptchat.files.attachments import is_reference
from gptchat.files.names import clean_name
from gptchat.imports.arriving import Arriving, line_of_text
from gptchat.protocol import Attachment, Message, Node


def renewed(
    arriving: Arriving,
    *,
    new_id: Callable[[str], str],
    kept: Mapping[str, Attachment],
    now: float,
) -> tuple[list[Node], str | None]:
    """The messages under new ids, and the leaf. `kept` are the files that are here now.

    `new_id` makes an id that begins with a letter: `m` for a message, `r` a run, `f` a file.
    """
    ids = {node["id"]: new_id("m") for node in arriving.nodes}
    runs: dict[str, str] = {}
    nodes: list[Node] = []
    for node in arriving.nodes:
        fresh: Node = {**node, "id": ids[node["id"]], "created": node["created"] or now}
        fresh["parent"] = ids[node["parent"]] if node["parent"] is not None else None
        fresh["message"] = _message(node["message"], kept, new_id)
        if "run" in node:
            fresh["run"] = runs.setdefault(node["run"], new_id("r"))
        nodes.append(fresh)
    return nodes, ids[arriving.leaf] if arriving.leaf is not None else None


def _message(
    message: Message, kept: Mapping[str, Attachment], new_id: Callable[[str], str]
) -> Message:
    content = message.get("content")
    if not isinstance(content, list) or not any(map(is_reference, content)):
        return message
    parts = [_part(part, kept, new_id) if is_reference(part) else part for part in content]
    return {**message, "content": parts}


def _part(
    part: Mapping[str, Any], kept: Mapping[str, Attachment], new_id: Callable[[str], str]
) -> dict[str, Any]:
    named = part["attachment"]
    return {"type": "attachment", "attachment": kept.get(named["id"]) or _lost(named, new_id("f"))}


def _lost(named: Mapping[str, Any], id: str) -> Attachment:
    """A file whose bytes did not come along: its name stays."""
    lost: Attachment = {
        "id": id,
        "name": clean_name(named["name"]),
        "type": line_of_text(named.get("type")),
        "size": _count(named.get("size")),
    }
    if named.get("width") and named.get("height"):
        lost["width"], lost["height"] = _count(named["width"]), _count(named["height"])
    return lost


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
