"""What a request may not ask for beside its messages is refused with OpenAI's words."""

from __future__ import annotations

from typing import Any

import pytest

from gptchat.testing.refusals import Refused
from gptchat.testing.rules import check

USER = {"role": "user", "content": "Hi"}
TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {}}}]
LOOK = {"type": "function", "function": {"name": "look"}}
LEAP = {"type": "function", "function": {"name": "leap"}}


@pytest.mark.parametrize(
    "options",
    [
        {"n": 2, "temperature": 1, "top_p": 0.5, "stop": ["a", "b", "c", "d"]},
        {"n": None, "temperature": None, "tools": None, "tool_choice": None},
        {"tools": TOOLS, "tool_choice": "required", "parallel_tool_calls": False},
        {"tools": TOOLS, "tool_choice": LOOK},
        {"max_tokens": 5},
        {"max_completion_tokens": 5},
    ],
)
def test_what_openai_takes_is_taken(options: dict[str, Any]) -> None:
    assert check({"model": "m", "messages": [USER], **options})


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"n": 0}, r"Invalid 'n': integer below minimum value\. Expected a value >= 1, but got 0"),
        ({"n": 1.5}, "Invalid type for 'n': expected an integer, but got a decimal instead"),
        ({"n": True}, "Invalid type for 'n': expected an integer, but got a boolean instead"),
        ({"top_p": 2}, r"Invalid 'top_p': decimal above maximum value\. Expected a value <= 1"),
        ({"temperature": "hot"}, "Invalid type for 'temperature': expected a decimal"),
        ({"stop": list("abcde")}, "Invalid 'stop': array too long.*length 4, but got .* length 5"),
        ({"max_tokens": 1, "max_completion_tokens": 1}, "at the same time is not supported"),
        ({"tool_choice": "auto"}, "'tool_choice' is only allowed when 'tools' are specified"),
        ({"parallel_tool_calls": True}, "'parallel_tool_calls' is only allowed when 'tools' are"),
        ({"tools": []}, "Invalid 'tools': empty array"),
        ({"tools": TOOLS, "tool_choice": LEAP}, "Tool choice 'leap' not found in 'tools'"),
        ({"tools": TOOLS, "tool_choice": "any"}, "Invalid value: 'any'. Supported values are"),
        ({"messages": [USER | {"name": "Ann B"}]}, r"'messages\[0\].name': string does not match"),
        (
            {"tools": [{"type": "function", "function": {"name": "x" * 65}}]},
            r"'tools\[0\].function.name': string too long\. .* maximum length 64",
        ),
    ],
)
def test_what_openai_refuses_is_refused(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        check({"model": "m", "messages": [USER], **options})
