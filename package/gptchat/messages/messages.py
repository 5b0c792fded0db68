"""OpenAI objects, dicts and strings → plain message dicts, and back for a request.

Everything is recognised by its shape and the name of its class, never by import, so any
version of the openai package works, and so do the packages that imitate it. How deltas
join is the business of deltas.py; what a handler may say beyond messages, of replies.py.
"""

from __future__ import annotations

import difflib
from collections.abc import AsyncIterable, Iterable, Mapping
from typing import Any, Literal

from gptchat.config.option_values import ROLES
from gptchat.errors import BadReply
from gptchat.messages.plain import as_text, get, plain
from gptchat.messages.requesting import for_openai
from gptchat.messages.text import clean, utf16_length
from gptchat.protocol import Message

TELLING = ("role", "content", "tool_calls", "function_call", "refusal", "audio")
"""A dict with none of these is no message."""

__all__ = [
    "ROLES",
    "Kind",
    "as_parts",
    "for_openai",
    "kind_of",
    "text_length",
    "to_delta",
    "to_message",
]

Kind = Literal["nothing", "text", "message", "delta", "list", "stream", "async stream", "unknown"]


def kind_of(obj: object) -> Kind:
    """What a handler gave us: a whole message, a delta, or something to look into.

    A plain dict is a whole message here; that an id makes a delta of it is decided where
    ids are known.
    """
    if obj is None:
        return "nothing"
    if isinstance(obj, str):
        return "text"
    if isinstance(obj, bytes | bytearray | memoryview):
        return "unknown"
    if isinstance(obj, list | tuple):
        return "list"
    return _kind_by_shape(obj) or _kind_of_rest(obj)


def to_message(obj: object) -> Message:
    """The whole message in a string, dict, message, choice or completion.

    The finish reason and logprobs of a choice come along, and the completion's usage, as they
    do in deltas.
    """
    if isinstance(obj, str):
        return {"role": "assistant", "content": clean(obj)}
    choice = _choice_of(obj)
    if choice is not None:
        return _checked({**_plain_object(get(choice, "message")), **_beside(choice), **_usage(obj)})
    if isinstance(get(obj, "choices"), list):
        raise BadReply(
            "The completion has no choices, so there is no message in it. "
            "Look at its other fields for what the provider refused."
        )
    return _checked(_plain_object(obj))


def to_delta(obj: object) -> dict[str, Any]:
    """The raw OpenAI delta in a chunk, choice, delta or dict, its finish reason included.

    A chunk without choices tells its usage, if that: it is OpenAI's last. (Azure's first is
    the prompt filter's, and says nothing.)
    """
    if isinstance(obj, str):
        return {"content": obj}
    choice = _choice_of(obj)
    if choice is not None:
        said = _plain_object(get(choice, "delta") or {}, as_sent=True)
        return {**said, **_beside(choice), **_usage(obj)}
    if isinstance(get(obj, "choices"), list):
        return _usage(obj)
    delta = _plain_object(obj, as_sent=True)
    delta.pop("id", None)
    return delta


def as_parts(content: Any) -> list[Any]:
    """Content as a list of parts, whichever way it was written."""
    items = content if isinstance(content, list | tuple) else [content]
    return [{"type": "text", "text": item} if isinstance(item, str) else item for item in items]


def text_length(message: Message) -> int:
    """The length of all that streams in a message, in UTF-16 units, to verify by."""
    content = message.get("content")
    total = utf16_length(content) if isinstance(content, str) else 0
    functions = [get(call, "function") for call in message.get("tool_calls") or []]
    for function in [*functions, message.get("function_call")]:
        arguments = get(function, "arguments")
        total += utf16_length(arguments) if isinstance(arguments, str) else 0
    return total


def _kind_by_shape(obj: object) -> Literal["message", "delta"] | None:
    choices = get(obj, "choices")
    if isinstance(choices, list):
        if choices:
            return _kind_by_shape(choices[0])
        is_chunk = get(obj, "object") != "chat.completion" and _name(obj)[-10:] != "Completion"
        return "delta" if is_chunk else "message"
    if _is_choice(obj, "message"):
        return "message"
    if _is_choice(obj, "delta"):
        return "delta"
    if isinstance(obj, Mapping):
        return None
    if "Delta" in _name(obj) and (hasattr(obj, "content") or hasattr(obj, "tool_calls")):
        return "delta"
    return "message" if hasattr(obj, "role") and hasattr(obj, "content") else None


def _kind_of_rest(obj: object) -> Kind:
    if isinstance(obj, Mapping):
        return "message"
    if isinstance(obj, AsyncIterable):
        return "async stream"
    return "stream" if isinstance(obj, Iterable) else "unknown"


def _name(obj: object) -> str:
    return type(obj).__name__


def _is_choice(obj: object, part: Literal["delta", "message"]) -> bool:
    """Whether this is a choice of that part. (Others have a `delta` too: Responses' events.)"""
    if not isinstance(obj, Mapping):
        return hasattr(obj, part) and hasattr(obj, "finish_reason")
    if part not in obj:  # Azure's filter results come in a choice without a delta.
        return part == "delta" and "index" in obj and "finish_reason" in obj
    return "role" not in obj and not isinstance(obj[part], str)


def _choice_of(obj: object) -> Any:
    """The choice in a completion or chunk: the first, and of several streams the one at 0."""
    choices = get(obj, "choices")
    if isinstance(choices, list):
        return next((choice for choice in choices if not get(choice, "index")), None)
    return obj if _is_choice(obj, "delta") or _is_choice(obj, "message") else None


def _beside(choice: Any) -> dict[str, Any]:
    beside = {key: get(choice, key) for key in ("finish_reason", "logprobs")}
    return {key: plain(value) for key, value in beside.items() if value is not None}


def _usage(completion: Any) -> dict[str, Any]:
    """The tokens a chunk or completion has counted. Most chunks have null there."""
    usage = get(completion, "usage")
    return {} if usage is None else {"usage": plain(usage)}


def _plain_object(obj: object, *, as_sent: bool = False) -> dict[str, Any]:
    if isinstance(obj, bytes | bytearray | memoryview | list | tuple) or obj is None:
        raise _no_message(obj)
    given = plain(obj, as_sent=as_sent)
    if not isinstance(given, dict):
        raise _no_message(obj)
    return given


def _no_message(obj: object) -> BadReply:
    return BadReply(
        f"A value of type {_name(obj)} cannot become a message. Send a string, a dict like "
        '{"role": "assistant", "content": …}, or an object of the OpenAI API.'
    )


def _checked(given: dict[str, Any]) -> Message:
    said = {key: value for key, value in given.items() if value is not None and key != "id"}
    if not any(key in given for key in TELLING):
        seen = ", ".join(map(repr, given)) or "nothing"
        raise BadReply(
            f"A dict holding {seen} is no message. "
            'Send one like {"role": "assistant", "content": …}.'
        )
    message = {**said, "role": _checked_role(said.get("role", "assistant"))}
    if "content" in given and given["content"] is None:
        message["content"] = None  # OpenAI's own way of saying that there are calls instead.
    elif "content" in message:
        message["content"] = _checked_content(message["content"])
    if "tool_calls" in message:
        message["tool_calls"] = [_checked_call(call) for call in _checked_list(message)]
    if "function_call" in message:
        message["function_call"] = _checked_call({"function": message["function_call"]})["function"]
    if message["role"] == "tool" and not message.get("tool_call_id"):
        raise BadReply("A tool message has no tool_call_id. Give it the id of the call it answers.")
    return {key: value for key, value in message.items() if value != [] or key == "content"}


def _checked_role(role: Any) -> str:
    if role in ROLES:
        return str(role)
    near = difflib.get_close_matches(str(role), ROLES, 1, 0.5)
    guess = f"Did you mean {near[0]!r}?" if near else f"Use one of {', '.join(ROLES)}."
    raise BadReply(f"{role!r} is not the role of a message. {guess}")


def _checked_content(content: Any) -> Any:
    if isinstance(content, str):
        return content
    if not isinstance(content, list) or not all(isinstance(p, str | dict) for p in content):
        raise BadReply(
            f"The content of a message must be text or a list of parts, not {_name(content)}. "
            "Turn it into text first, for example with json.dumps."
        )
    return as_parts(content)


def _checked_list(message: Message) -> list[Any]:
    calls = message["tool_calls"]
    if isinstance(calls, list):
        return calls
    raise BadReply(f"The tool_calls of a message must be a list, not {_name(calls)}.")


def _checked_call(call: Any) -> dict[str, Any]:
    function = get(call, "function") if isinstance(call, dict) else call
    if not isinstance(call, dict) or not isinstance(function, dict | None):
        raise BadReply(
            f"A call must be an object, not {_name(function)}. Send "
            '{"id": …, "type": "function", "function": {"name": …, "arguments": …}}.'
        )
    checked = {k: v for k, v in call.items() if k not in ("slot", "index") and v is not None}
    if function and not isinstance(function.get("arguments"), str | None):
        arguments = as_text(function["arguments"])
        checked["function"] = {**function, "arguments": arguments}
    return checked
