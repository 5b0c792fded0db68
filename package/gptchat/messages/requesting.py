"""What a message becomes on its way back to a model: only what OpenAI takes in a request.

Owns the list of accepted keys by role, and alone puts bytes in place of the files a
message refers to. Which messages must stand together for a request
to be valid at all is the business of repair.py.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from gptchat.errors import NotFound
from gptchat.files.attachments import ReadFile, for_model, is_reference
from gptchat.messages.plain import as_text
from gptchat.protocol import Message

ACCEPTED = {
    "developer": ("name",),
    "system": ("name",),
    "user": ("name",),
    "assistant": ("name", "refusal"),
    "tool": ("tool_call_id",),
    "function": ("name",),
}
PARTS = {
    "developer": {"text"},
    "system": {"text"},
    "assistant": {"text", "refusal"},
    "tool": {"text"},
    "function": {"text"},
}
"""Parts of content the role may have. A user's are handed on as they are: providers differ."""


def no_files(id: str) -> bytes:
    """For messages that refer to no files."""
    raise NotFound(f"There is no file {id!r} here.")


def for_openai(message: Message, read: ReadFile = no_files) -> Message:
    """A copy of the message as a request may hold it. `read` gets the bytes of a file.

    `content` is always there, None where the model only made calls: handlers read it.
    """
    role = message.get("role", "assistant")
    calls = _calls(message) if role == "assistant" else {}
    request = {"role": role, "content": _content(role, message.get("content"), bool(calls), read)}
    for key in ACCEPTED.get(role, ()):
        if message.get(key):
            request[key] = copy.deepcopy(message[key])
    return {**request, **calls}


def _content(role: str, content: Any, is_call: bool, read: ReadFile) -> Any:
    if isinstance(content, list):
        kinds = PARTS.get(role)
        parts = [part for part in content if kinds is None or part.get("type") in kinds]
        return [
            for_model(part, read) if is_reference(part) else _without_none(part) for part in parts
        ] or ""
    if content is None:
        return None if is_call else ""
    return content


def _calls(message: Message) -> dict[str, Any]:
    """What an assistant may say instead of words: calls, or the audio it has spoken."""
    said: dict[str, Any] = {}
    if message.get("tool_calls"):
        said["tool_calls"] = [_call(call) for call in message["tool_calls"]]
    if message.get("function_call"):
        said["function_call"] = _function(message["function_call"])
    audio = message.get("audio")
    if isinstance(audio, Mapping) and audio.get("id"):
        said["audio"] = {"id": audio["id"]}
    return said


def _call(call: Mapping[str, Any]) -> dict[str, Any]:
    known = {"id": call.get("id", "")}
    if isinstance(call.get("custom"), Mapping) and "function" not in call:
        custom = call["custom"]
        inner = {"name": custom.get("name", ""), "input": as_text(custom.get("input", ""))}
        return {**known, "type": "custom", "custom": inner}
    return {**known, "type": "function", "function": _function(call.get("function") or {})}


def _function(function: Mapping[str, Any]) -> dict[str, Any]:
    arguments = function.get("arguments")
    return {
        "name": function.get("name", ""),
        "arguments": "" if arguments is None else as_text(arguments),
    }


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_none(item) for item in value]
    return copy.deepcopy(value)
