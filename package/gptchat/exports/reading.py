"""A branch as a person reads it: who spoke, and in what order words, thoughts, calls and files.

Pictures are told by their bytes alone. How a part is written is the business of `markdown.py`
and `webpage.py`; the page shows the same parts (`client/src/state/parts.ts`).
"""

from __future__ import annotations

import base64
import binascii
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from gptchat.exports.transcript import Files
from gptchat.files.attachments import is_reference
from gptchat.files.kinds import PICTURES, kind_of
from gptchat.protocol import Message, Node

Kind = Literal["words", "thought", "refusal", "call", "picture", "file", "link", "note", "error"]

LOST = "The connection to the model was lost. The answer may be incomplete."
"""What the page says of an answer whose process was lost."""

ENDS = {"length": "Reached the length limit", "content_filter": "Ended by the content filter"}

RESULTS = ("tool", "function")


@dataclass
class Part:
    """One thing that was said, done or shown. `name` is what it is called, `body` its bytes."""

    kind: Kind
    text: str
    name: str = ""
    result: str | None = None
    type: str = ""
    body: bytes = b""


@dataclass
class Turn:
    """What one side said before the other spoke again."""

    role: str
    created: float
    model: str | None = None
    parts: list[Part] = field(default_factory=list)


def turns_of(path: Sequence[Node], files: Files) -> list[Turn]:
    """The branch, turn by turn. The results of calls stand with their calls."""
    turns: list[Turn] = []
    open_calls: list[tuple[str, Part]] = []
    for node in path:
        role = str(node["message"].get("role", "assistant"))
        side = "assistant" if role in RESULTS else role
        if side != "assistant" or not turns or turns[-1].role != "assistant":
            turns.append(Turn(side, node["created"], node.get("model")))
        if side != "assistant":
            open_calls = []
        parts = turns[-1].parts
        if role in RESULTS:
            parts += _answered(node["message"], open_calls)
        else:
            parts += _said(node["message"], files)
            made = [(id, Part("call", text, name)) for id, name, text in _calls(node["message"])]
            open_calls += made
            parts += [part for _, part in made]
        parts += _end(node)
    return turns


def words_of(message: Message) -> str:
    """The words of a message, whether it holds a text or a list of parts."""
    content = message.get("content")
    if isinstance(content, list):
        texts = [part.get("text") for part in content if isinstance(part, Mapping)]
        return "\n\n".join(text for text in texts if isinstance(text, str) and text)
    if isinstance(content, str) or content is None:
        return content or ""
    return json.dumps(content, ensure_ascii=False)


def _said(message: Message, files: Files) -> Iterator[Part]:
    content = message.get("content")
    for part in content if isinstance(content, list) else ():
        if isinstance(part, Mapping):
            yield from _shown(part, files)
    thought = message.get("reasoning_content") or message.get("reasoning")
    for kind, text in (
        ("thought", thought),
        ("words", words_of(message)),
        ("refusal", message.get("refusal")),
    ):
        if isinstance(text, str) and text.strip():
            yield Part(kind, text)  # type: ignore[arg-type]


def _shown(part: Mapping[str, Any], files: Files) -> Iterator[Part]:
    """What a part of content shows beside words."""
    kind = part.get("type")
    if is_reference(part):
        named = part["attachment"]
        yield _file(named["name"], files.get(named), str(named.get("type", "")))
    elif kind == "image_url":
        image = part.get("image_url")
        yield _picture(str(image.get("url", "")) if isinstance(image, Mapping) else "")
    elif kind == "file":
        file = part.get("file")
        name = file.get("filename") if isinstance(file, Mapping) else None
        yield Part("file", "File", name if isinstance(name, str) and name else "File")
    elif kind == "input_audio":
        yield Part("file", "Audio", "Audio")
    elif kind not in ("text", "refusal") and "text" not in part:
        yield Part("note", json.dumps(part, ensure_ascii=False, default=str)[:2000])


def _picture(url: str) -> Part:
    if url.startswith(("https://", "http://")):
        return Part("link", url, url)
    head, _, data = url.partition(",")
    try:
        body = base64.b64decode(data, validate=True) if head.endswith(";base64") else b""
    except (binascii.Error, ValueError):
        body = b""
    return _file("Picture", body or None, "")


def _file(name: str, body: bytes | None, said: str) -> Part:
    type = kind_of(io.BytesIO(body), name) if body else said
    if body and type in PICTURES:
        return Part("picture", name, name, type=type, body=body)
    return Part("file", type, name)


def _calls(message: Message) -> Iterator[tuple[str, str, str]]:
    """The id, name and input of each call of the message."""
    calls = message.get("tool_calls")
    listed = (
        [call for call in calls if isinstance(call, Mapping)] if isinstance(calls, list) else []
    )
    if isinstance(message.get("function_call"), Mapping):
        listed.append({"function": message["function_call"]})
    for call in listed:
        bodies = (call.get("function"), call.get("custom"))
        body = next((each for each in bodies if isinstance(each, Mapping)), {})
        given = body.get("arguments") or body.get("input") or ""
        text = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
        yield str(call.get("id") or ""), str(body.get("name") or ""), text


def _answered(message: Message, open_calls: Sequence[tuple[str, Part]]) -> Iterator[Part]:
    """Put a result to the call it belongs to; one without a call is shown by itself."""
    id, name = str(message.get("tool_call_id") or ""), str(message.get("name") or "")
    for call, part in open_calls:
        if part.result is None and (call == id if id else name in ("", part.name)):
            part.result = words_of(message)
            return
    yield Part("call", "", name or "Result", result=words_of(message))


def _end(node: Node) -> Iterator[Part]:
    error, status = node.get("error"), node["status"]
    if status == "failed":
        yield Part("error", error["sentence"] if error else "Something went wrong.")
    elif status == "stopped":
        yield Part("note", "Stopped")
    elif status == "interrupted":
        yield Part("note", error["sentence"] if error else LOST)
    elif (reason := node.get("finish_reason")) in ENDS:
        yield Part("note", ENDS[str(reason)])
