"""What OpenAI refuses, refused alike: the checks a request passes before it is answered.

The sentences, `param` and `code` follow OpenAI's own, so that a program which
works against the fake works against the real thing, and one which fails says
the same words. Answering is the business of `replies.py`.
"""

from __future__ import annotations

from gptchat.testing.options import check_options, check_tools
from gptchat.testing.refusals import (
    Json,
    Refused,
    need,
    need_array,
    need_name,
    need_object,
    need_pattern,
    need_short,
    need_string,
    refuse_unknown,
    wrong_type,
    wrong_value,
)

ROLES = ("system", "assistant", "user", "function", "tool", "developer")

# `annotations` is in every answer, and people append answers as they came.
MESSAGE_KEYS = {
    "system": {"role", "content", "name"},
    "developer": {"role", "content", "name"},
    "user": {"role", "content", "name"},
    "assistant": {
        *("role", "content", "name", "refusal", "audio", "function_call", "tool_calls"),
        "annotations",
    },
    "tool": {"role", "content", "tool_call_id"},
    "function": {"role", "content", "name"},
}

PART_TYPES = {
    "user": ("text", "image_url", "input_audio", "file"),
    "assistant": ("text", "refusal"),
}

REQUEST_KEYS = {
    *("audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs"),
    *("max_completion_tokens", "max_tokens", "messages", "metadata", "modalities", "model"),
    *("moderation", "n", "parallel_tool_calls", "prediction", "presence_penalty"),
    *("prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "reasoning_effort"),
    *("response_format", "safety_identifier", "seed", "service_tier", "stop", "store", "stream"),
    *("stream_options", "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "user"),
    *("verbosity", "web_search_options"),
}

LONGEST_CALL_ID = 40
SPEAKER = r"^[^\s<|\\/>]+$"
"""What a message may call whoever says it."""


def check(request: object) -> Json:
    """The request, if OpenAI would take it. Raises `Refused` with OpenAI's reason otherwise."""
    if not isinstance(request, dict):
        raise Refused("We could not parse the JSON body of your request: it is not a JSON object.")
    if unknown := sorted(request.keys() - REQUEST_KEYS):
        raise Refused(f"Unrecognized request argument supplied: {', '.join(unknown)}")
    if not isinstance(request.get("model"), str) or not request["model"]:
        raise Refused("you must provide a model parameter")
    check_options(request)
    check_tools(request)
    _check_messages(request)
    return request


def _check_messages(request: Json) -> None:
    if "messages" not in request:
        raise Refused(
            "Missing required parameter: 'messages'.",
            param="messages",
            code="missing_required_parameter",
        )
    messages = request["messages"]
    need_array(messages, "messages", "an array of objects")
    for place, message in enumerate(messages):
        _check_message(message, f"messages[{place}]")
    _check_answers(messages)


def _check_message(message: object, where: str) -> None:
    need_object(message, where)
    assert isinstance(message, dict)
    role = need(message, "role", where)
    if role not in ROLES:
        raise wrong_value(f"{where}.role", role, ROLES)
    refuse_unknown(message, MESSAGE_KEYS[role], where)
    if "name" in message:
        need_pattern(need_string(message, "name", where), SPEAKER, f"{where}.name")
    if role == "tool":
        need_string(message, "tool_call_id", where)
    if role == "function":
        need_string(message, "name", where)
    if role == "assistant":
        _check_calls(message, where)
    _check_content(message, role, where)


def _check_content(message: Json, role: str, where: str) -> None:
    content = message.get("content")
    if content is None:
        stands_in = ("tool_calls", "function_call", "refusal", "audio")
        if role == "assistant" and any(message.get(key) for key in stands_in):
            return
        if role == "function" and "content" in message:
            return
        if "content" not in message and role != "assistant":
            need(message, "content", where)
        raise Refused(
            "Invalid value for 'content': expected a string, got null.", param=f"{where}.content"
        )
    if isinstance(content, str):
        return
    if not isinstance(content, list):
        raise wrong_type(f"{where}.content", "one of a string or array of objects", content)
    need_array(content, f"{where}.content", "an array of objects")
    for place, part in enumerate(content):
        _check_part(part, role, f"{where}.content[{place}]")


def _check_part(part: object, role: str, where: str) -> None:
    need_object(part, where)
    assert isinstance(part, dict)
    kind = need(part, "type", where)
    known = PART_TYPES.get(role, ("text",))
    if kind not in known:
        raise wrong_value(f"{where}.type", kind, known)
    if kind in ("text", "refusal"):
        need_string(part, kind, where)
    else:
        need_object(need(part, kind, where), f"{where}.{kind}")


def _check_calls(message: Json, where: str) -> None:
    if "function_call" in message:
        need_object(message["function_call"], f"{where}.function_call")
        _check_function(message["function_call"], f"{where}.function_call")
    if "tool_calls" not in message:
        return
    need_array(message["tool_calls"], f"{where}.tool_calls", "an array of objects")
    for place, call in enumerate(message["tool_calls"]):
        at = f"{where}.tool_calls[{place}]"
        need_object(call, at)
        refuse_unknown(call, ("id", "type", "function", "custom"), at)
        need_short(need_string(call, "id", at), LONGEST_CALL_ID, f"{at}.id")
        if need(call, "type", at) not in ("function", "custom"):
            raise wrong_value(f"{at}.type", call["type"], ("function", "custom"))
        if call["type"] == "function":
            need_object(need(call, "function", at), f"{at}.function")
            _check_function(call["function"], f"{at}.function")


def _check_function(function: Json, where: str) -> None:
    need_name(function, where)
    need_string(function, "arguments", where)


def _check_answers(messages: list[Json]) -> None:
    """Every call is answered at once, and every answer has its call."""
    awaited: dict[str, None] = {}
    asked: set[str] = set()
    for place, message in enumerate(messages):
        if message["role"] == "tool":
            if message["tool_call_id"] not in asked:
                raise Refused(
                    "Invalid parameter: messages with role 'tool' must be a response to a "
                    "preceeding message with 'tool_calls'.",
                    param=f"messages.[{place}].role",
                )
            awaited.pop(message["tool_call_id"], None)
            continue
        _need_answered(awaited, place)
        awaited = {call["id"]: None for call in message.get("tool_calls", ())}
        asked = set(awaited)
    _need_answered(awaited, len(messages))


def _need_answered(awaited: dict[str, None], place: int) -> None:
    if awaited:
        raise Refused(
            "An assistant message with 'tool_calls' must be followed by tool messages responding "
            "to each 'tool_call_id'. The following tool_call_ids did not have response messages: "
            + ", ".join(awaited),
            param=f"messages.[{place}].role",
        )
