"""What a request may ask for beside its messages: numbers within their bounds, and tools.

The messages are checked in `rules.py`, and what is said of both is in `refusals.py`.
"""

from __future__ import annotations

from gptchat.testing.refusals import (
    Json,
    Refused,
    need,
    need_array,
    need_name,
    need_object,
    need_within,
    wrong_value,
)

NUMBERS = (
    ("temperature", 0, 2),
    ("top_p", 0, 1),
    ("presence_penalty", -2, 2),
    ("frequency_penalty", -2, 2),
)
WHOLE_NUMBERS = (("n", 1, 128), ("top_logprobs", 0, 20))
MOST_TOOLS = 128
MOST_STOPS = 4


def check_options(request: Json) -> None:
    """Raise `Refused` for an option OpenAI would not take."""
    if request.get("stream_options") is not None and not request.get("stream"):
        raise _only_when("stream_options", "'stream' is enabled", "The 'stream_options' parameter")
    for names, whole in ((NUMBERS, False), (WHOLE_NUMBERS, True)):
        for name, lowest, highest in names:
            if request.get(name) is not None:
                need_within(request[name], lowest, highest, name, whole=whole)
    if request.get("max_tokens") is not None and request.get("max_completion_tokens") is not None:
        raise Refused(
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
            param="max_tokens",
            code="invalid_parameter_combination",
        )
    if isinstance(stop := request.get("stop"), list) and len(stop) > MOST_STOPS:
        raise _too_long("stop", MOST_STOPS, len(stop))


def check_tools(request: Json) -> None:
    """Raise `Refused` for tools OpenAI would not take, and for a choice that is not among them."""
    tools = request.get("tools")
    if tools is None:
        for name in ("tool_choice", "parallel_tool_calls"):
            if request.get(name) not in (None, "none"):
                raise _only_when(name, "'tools' are specified")
        return
    need_array(tools, "tools", "an array of objects")
    if len(tools) > MOST_TOOLS:
        raise _too_long("tools", MOST_TOOLS, len(tools))
    for place, tool in enumerate(tools):
        where = f"tools[{place}]"
        need_object(tool, where)
        if need(tool, "type", where) != "function":
            raise wrong_value(f"{where}.type", tool["type"], ("function",))
        need_object(need(tool, "function", where), f"{where}.function")
        need_name(tool["function"], f"{where}.function")
    _check_choice(request.get("tool_choice"), [tool["function"]["name"] for tool in tools])


def _check_choice(choice: object, names: list[str]) -> None:
    if not isinstance(choice, dict):
        if choice not in (None, "none", "auto", "required"):
            raise wrong_value("tool_choice", choice, ("none", "auto", "required"))
        return
    function = choice.get("function")
    chosen = function.get("name") if isinstance(function, dict) else None
    if choice.get("type") == "function" and chosen not in names:
        raise Refused(
            f"Tool choice '{chosen}' not found in 'tools' parameter.", param="tool_choice"
        )


def _only_when(name: str, condition: str, whose: str | None = None) -> Refused:
    start = whose or f"Invalid value for '{name}': '{name}'"
    return Refused(f"{start} is only allowed when {condition}.", param=name)


def _too_long(name: str, most: int, count: int) -> Refused:
    return Refused(
        f"Invalid '{name}': array too long. Expected an array with maximum length {most}, "
        f"but got an array with length {count} instead.",
        param=name,
        code="array_above_max_length",
    )
