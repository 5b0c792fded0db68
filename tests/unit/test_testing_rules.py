"""What OpenAI refuses, FakeOpenAI refuses with the same words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gptchat.testing.refusals import Refused
from gptchat.testing.rules import check

USER = {"role": "user", "content": "Hi"}


def call(**more: Any) -> dict[str, Any]:
    return {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}} | more


def assistant(**more: Any) -> dict[str, Any]:
    return {"role": "assistant"} | more


def tool(call_id: str = "c1", **more: Any) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call_id, "content": "done"} | more


@pytest.mark.parametrize(
    "messages",
    [
        [USER],
        [{"role": "system", "content": "Be calm."}, {"role": "developer", "content": "x"}, USER],
        [USER, assistant(content="Hello", refusal=None, annotations=[], name="anna"), USER],
        [USER, assistant(content=None, refusal="No.")],
        [USER, assistant(tool_calls=[call()]), tool(), USER],
        [USER, assistant(content="", tool_calls=[call(), call(id="c2")]), tool("c2"), tool("c1")],
        [USER, assistant(content=None, function_call={"name": "f", "arguments": "{}"})],
        [USER, {"role": "function", "name": "f", "content": None}],
        [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}],
        [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:x"}}]}],
        [{"role": "user", "content": ""}],
    ],
)
def test_what_openai_takes_is_taken(messages: list[dict[str, Any]]) -> None:
    assert check({"model": "m", "messages": messages})


@pytest.mark.parametrize(
    ("messages", "sentence"),
    [
        ([], "Invalid 'messages': empty array."),
        ("Hi", "Invalid type for 'messages': expected an array of objects, but got a string"),
        (["Hi"], r"Invalid type for 'messages\[0\]': expected an object, but got a string"),
        ([{"content": "Hi"}], r"Missing required parameter: 'messages\[0\].role'"),
        ([{"role": "parrot", "content": "Hi"}], "Invalid value: 'parrot'. Supported values are:"),
        ([USER | {"id": "m1"}], r"Unknown parameter: 'messages\[0\].id'"),
        (
            [USER, assistant(content="Hi", reasoning_content="Hm")],
            r"Unknown parameter: 'messages\[1\].reasoning_content'",
        ),
        ([{"role": "user"}], r"Missing required parameter: 'messages\[0\].content'"),
        ([{"role": "user", "content": None}], "expected a string, got null"),
        ([assistant(content=None)], "expected a string, got null"),
        ([assistant()], "expected a string, got null"),
        ([{"role": "user", "content": 7}], "expected one of a string or array of objects, but got"),
        ([{"role": "user", "content": []}], r"Invalid 'messages\[0\].content': empty array"),
        ([{"role": "user", "content": [{"type": "picture"}]}], "Invalid value: 'picture'"),
        ([{"role": "user", "content": [{"type": "text"}]}], r"Missing .*content\[0\].text'"),
        ([USER | {"name": None}], r"Invalid type for 'messages\[0\].name': expected a string"),
        ([assistant(content="Hi", tool_calls=[])], "tool_calls': empty array"),
        ([assistant(content="Hi", tool_calls=None)], "expected an array of objects, but got null"),
        ([assistant(content="Hi", function_call=None)], "expected an object, but got null"),
        ([assistant(tool_calls=[call(id="x" * 41)])], "maximum length 40, but got .* length 41"),
        ([assistant(tool_calls=[call(slot=0)])], r"Unknown parameter: .*tool_calls\[0\].slot'"),
        ([assistant(tool_calls=[call(type="tool")])], "Invalid value: 'tool'"),
        (
            [assistant(tool_calls=[call(function={"name": "f", "arguments": {}})]), tool()],
            r"'messages\[0\].tool_calls\[0\].function.arguments': expected a string, but got an ob",
        ),
        (
            [assistant(tool_calls=[call(function={"name": "a b", "arguments": ""})]), tool()],
            "string does not match pattern",
        ),
        ([assistant(tool_calls=[call()]), USER], "did not have response messages: c1"),
        ([USER, assistant(tool_calls=[call()])], "did not have response messages: c1"),
        (
            [assistant(tool_calls=[call(), call(id="c2")]), tool("c1"), USER, tool("c2")],
            "did not have response messages: c2",
        ),
        ([USER, tool()], "must be a response to a preceeding message with 'tool_calls'"),
        (
            [assistant(tool_calls=[call()]), tool("c1"), tool("c9")],
            "must be a response to a preceeding message",
        ),
        ([{"role": "tool", "content": "x"}], r"Missing .*'messages\[0\].tool_call_id'"),
        ([{"role": "function", "content": "x"}], r"Missing .*'messages\[0\].name'"),
    ],
)
def test_messages_openai_refuses_are_refused(messages: Any, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        check({"model": "m", "messages": messages})


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"model": ""}, "you must provide a model parameter"),
        ({"mesages": []}, "Unrecognized request argument supplied: mesages"),
        ({"stream_options": {"include_usage": True}}, "only allowed when 'stream' is enabled"),
        ({"temperature": 3}, "Expected a value <= 2, but got 3 instead"),
        ({"top_p": -1}, "Expected a value >= 0, but got -1 instead"),
        ({"temperature": "hot"}, "'temperature': expected a decimal, but got a string"),
        ({"tools": []}, "Invalid 'tools': empty array"),
        ({"tools": [{"type": "magic"}]}, "Invalid value: 'magic'"),
        ({"tools": [{"type": "function", "function": {}}]}, r"'tools\[0\].function.name'"),
        ({"tool_choice": "auto"}, "only allowed when 'tools' are specified"),
    ],
)
def test_requests_openai_refuses_are_refused(more: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        check({"model": "m", "messages": [USER]} | more)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
roles = st.sampled_from(["system", "user", "assistant", "tool", "function", "developer"])
keys = st.sampled_from(["content", "name", "tool_calls", "function_call", "tool_call_id"])


@given(
    st.lists(st.fixed_dictionaries({"role": roles | json_values}) | json_values, max_size=3),
    st.dictionaries(keys, json_values, max_size=3),
)
def test_no_request_is_too_odd_for_a_proper_refusal(messages: list[Any], more: Any) -> None:
    odd = [message | more if isinstance(message, dict) else message for message in messages]

    refused = refusal({"model": "m", "messages": odd})

    assert refused is None or (refused.status == 400 and str(refused))


def refusal(request: dict[str, Any]) -> Refused | None:
    try:
        check(request)
    except Refused as refused:
        return refused
    return None
