"""Which messages must stand together for OpenAI to accept a request, and how to mend it.

A stopped answer leaves calls without results, results without calls, and arguments cut
in the middle. What a single message may hold is the business of requesting.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from gptchat.messages.messages import to_message
from gptchat.messages.partial_json import read_cut_json
from gptchat.messages.plain import get
from gptchat.protocol import Message

NO_RESULT = "This call was stopped before it gave a result."


def repair_messages(messages: Iterable[Any]) -> list[Message]:
    """The messages as OpenAI accepts them in the next request. Those given are not changed.

    Every call is followed by its result, or by a sentence saying there is none; results
    without a call vanish, as do calls whose arguments were cut before they were made, and
    answers with nothing in them.
    """
    given = [to_message(message) for message in messages if not _is_nobodys_result(message)]
    repaired: list[Message] = []
    for place, message in enumerate(given):
        if message["role"] in ("tool", "function"):
            continue  # Follows its call, or has none.
        if message["role"] != "assistant":
            repaired.append(message)
            continue
        mended, results = _mended(message, place, given)
        if not _is_silent(mended):
            repaired += [mended, *results]
    return repaired


def _is_nobodys_result(message: Any) -> bool:
    return get(message, "role") == "tool" and not get(message, "tool_call_id")


def _mended(message: Message, place: int, given: list[Message]) -> tuple[Message, list[Message]]:
    """The answer with the calls that count, and the results that belong to them."""
    mended = {k: v for k, v in message.items() if k not in ("tool_calls", "function_call")}
    calls: list[dict[str, Any]] = []
    results: list[Message] = []
    for call in _named_calls(message, place):
        if any(call["id"] == other["id"] for other in calls):
            continue
        result = _result_of(call["id"], place, given)
        if result or _is_complete(call):
            calls.append(_with_whole_arguments(call))
            results.append(result or _no_result(tool_call_id=call["id"], role="tool"))
    if calls:
        return {**mended, "tool_calls": calls}, results
    legacy = message.get("function_call")
    # llama-cpp-python says the same call in both ways; OpenAI takes one of them.
    if legacy and legacy.get("name") and not message.get("tool_calls"):
        return _mended_legacy(mended, legacy, place, given)
    return mended, []


def _mended_legacy(
    mended: Message, legacy: dict[str, Any], place: int, given: list[Message]
) -> tuple[Message, list[Message]]:
    name = legacy["name"]
    result = None
    for later in given[place + 1 :]:
        if later["role"] == "assistant":
            break
        if later["role"] == "function" and later.get("name") == name:
            result = _with_content(later)
            break
    if not result and not _is_json(legacy.get("arguments")):
        return mended, []
    mended["function_call"] = {**legacy, "arguments": _whole(legacy.get("arguments"))}
    return mended, [result or _no_result(name=name, role="function")]


def _named_calls(message: Message, place: int) -> list[dict[str, Any]]:
    """The calls that have a name, each with an id."""
    calls = message.get("tool_calls") or []
    return [
        call if call.get("id") else {**call, "id": f"call_{place}_{number}"}
        for number, call in enumerate(calls)
        if _inner(call).get("name")
    ]


def _result_of(call_id: str, place: int, given: list[Message]) -> Message | None:
    """The result of a call, wherever it came in: but not that of a later call of the same id."""
    for message in given[place + 1 :]:
        if any(call.get("id") == call_id for call in message.get("tool_calls") or []):
            return None
        if message.get("tool_call_id") == call_id:
            return _with_content(message)
    return None


def _no_result(**who: str) -> Message:
    return {**who, "content": NO_RESULT}


def _with_content(message: Message) -> Message:
    return message if message.get("content") is not None else {**message, "content": ""}


def _inner(call: dict[str, Any]) -> dict[str, Any]:
    return call.get("function") or call.get("custom") or {}


def _is_complete(call: dict[str, Any]) -> bool:
    """Whether the model had said all of the call. The input of a custom tool is free text."""
    return not call.get("function") or _is_json(call["function"].get("arguments"))


def _with_whole_arguments(call: dict[str, Any]) -> dict[str, Any]:
    function = call.get("function")
    if not function:
        return call
    return {**call, "function": {**function, "arguments": _whole(function.get("arguments"))}}


def _whole(arguments: str | None) -> str:
    if arguments and _is_json(arguments):
        return arguments
    value = read_cut_json(arguments or "")
    return json.dumps(value if isinstance(value, dict) else {})


def _is_json(text: str | None) -> bool:
    try:
        json.loads(text or "")
    except (ValueError, RecursionError):
        return False
    return True


def _is_silent(message: Message) -> bool:
    said = ("content", "refusal", "audio", "tool_calls", "function_call")
    return not any(message.get(key) for key in said)
