"""Whatever the OpenAI API or a person's own code calls a message is read as one."""

from __future__ import annotations

import copy
import dataclasses
import datetime
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from openai.types.chat import ChatCompletion, ChatCompletionChunk, ChatCompletionMessage
from openai.types.chat.chat_completion_chunk import ChoiceDelta

from gptchat.errors import BadReply
from gptchat.messages import kind_of, text_length, to_delta, to_message
from gptchat.protocol import Message
from support.growing import messages

CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
CHUNK: dict[str, Any] = {
    "id": "x",
    "object": "chat.completion.chunk",
    "created": 1,
    "model": "m",
    "choices": [{"index": 0, "delta": {"content": "hi"}, "finish_reason": "stop"}],
}
COMPLETION: dict[str, Any] = {
    "id": "x",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "hi", "refusal": None},
            "finish_reason": "length",
            "logprobs": None,
        }
    ],
}
chunk = ChatCompletionChunk.model_validate(CHUNK)
completion = ChatCompletion.model_validate(COMPLETION)
no_choices = ChatCompletionChunk.model_validate({**CHUNK, "choices": []})


async def _words() -> AsyncIterator[str]:
    yield "word"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (None, "nothing"),
        ("hi", "text"),
        ("", "text"),
        ({"role": "user", "content": "hi"}, "message"),
        ({"content": "hi"}, "message"),
        (completion, "message"),
        (completion.choices[0], "message"),
        (completion.choices[0].message, "message"),
        (COMPLETION, "message"),
        (COMPLETION["choices"][0], "message"),
        (SimpleNamespace(role="assistant", content="hi"), "message"),
        (chunk, "delta"),
        (chunk.choices[0], "delta"),
        (chunk.choices[0].delta, "delta"),
        (no_choices, "delta"),
        (CHUNK, "delta"),
        (CHUNK["choices"][0], "delta"),
        ({**CHUNK, "choices": []}, "delta"),
        (["hi"], "list"),
        (("hi",), "list"),
        (iter(["hi"]), "stream"),
        (_words(), "async stream"),
        (b"hi", "unknown"),
        (5, "unknown"),
        (SimpleNamespace(type="response.output_text.delta", delta="hi"), "unknown"),
    ],
)
def test_everything_a_handler_says_is_recognised(said: object, kind: str) -> None:
    assert kind_of(said) == kind


@pytest.mark.parametrize(
    "said",
    ["hi", completion.choices[0].message, {"content": "hi"}, SimpleNamespace(content="hi")],
)
def test_a_message_in_any_shape_is_the_same_message(said: object) -> None:
    assert to_message(said) == {"role": "assistant", "content": "hi"}


@pytest.mark.parametrize("said", [completion, completion.choices[0], COMPLETION])
def test_why_the_model_stopped_comes_along_with_a_choice(said: object) -> None:
    expected = {"role": "assistant", "content": "hi", "finish_reason": "length"}
    assert to_message(said) == expected


@pytest.mark.parametrize("said", [chunk, chunk.choices[0], CHUNK, CHUNK["choices"][0]])
def test_a_delta_in_any_shape_is_the_same_delta(said: object) -> None:
    assert to_delta(said) == {"content": "hi", "finish_reason": "stop"}


def test_a_chunk_without_choices_says_nothing() -> None:
    assert to_delta(no_choices) == {}
    assert to_delta({"choices": [{"index": 0, "delta": None, "finish_reason": None}]}) == {}


def test_of_several_streamed_choices_the_first_is_shown() -> None:
    other = {"index": 1, "delta": {"content": "other"}, "finish_reason": None}
    assert to_delta({**CHUNK, "choices": [other]}) == {}


def test_fields_openai_does_not_know_are_kept() -> None:
    message = ChatCompletionMessage.model_validate(
        {"role": "assistant", "content": None, "reasoning_content": "Hm", "tool_calls": [CALL]}
    )
    expected = {"role": "assistant", "reasoning_content": "Hm", "tool_calls": [CALL]}
    assert to_message(message) == expected
    assert to_delta(ChoiceDelta.model_validate({"reasoning": "Hm"})) == {"reasoning": "Hm"}


def test_content_that_is_null_stays_null_as_openai_writes_it() -> None:
    assert to_message({"role": "assistant", "content": None, "tool_calls": [CALL]}) == {
        "role": "assistant",
        "content": None,
        "tool_calls": [CALL],
    }


def test_a_message_shares_nothing_with_what_it_was_made_of() -> None:
    given_ = {"role": "user", "content": [{"type": "text", "text": "hi"}], "id": "mine"}
    before = copy.deepcopy(given_)
    message = to_message(given_)
    message["content"][0]["text"] = "changed"
    assert given_ == before
    assert "id" not in message


@given(messages())
def test_messages_are_never_changed_by_being_read(message: Message) -> None:
    before = copy.deepcopy(message)
    try:
        again = to_message(to_message(message))
    except BadReply:
        again = None
    assert message == before
    assert again is None or again == to_message(message)


def test_strings_among_the_parts_of_content_are_parts() -> None:
    assert to_message({"content": ["hi"]})["content"] == [{"type": "text", "text": "hi"}]


def test_characters_nobody_can_store_are_replaced() -> None:
    assert to_message("a\ud83d b\0 \ud83d\ude00")["content"] == "a\ufffd b\ufffd \U0001f600"
    assert to_message({"content": "x", "k\0": ["\udc00"]})["k\ufffd"] == ["\ufffd"]


def test_numbers_json_cannot_write_become_null() -> None:
    assert to_message({"content": "x", "score": [float("nan"), 1]})["score"] == [None, 1]


def test_dataclasses_and_namespaces_are_read_by_their_fields() -> None:
    @dataclasses.dataclass
    class Mine:
        role: str
        content: str

    assert to_message(Mine("user", "hi")) == {"role": "user", "content": "hi"}


def test_arguments_given_as_an_object_become_json() -> None:
    function = {"name": "f", "arguments": {"city": "Zürich"}}
    message = to_message({"role": "assistant", "tool_calls": [{"id": "c", "function": function}]})
    assert message["tool_calls"][0]["function"]["arguments"] == '{"city": "Zürich"}'


def nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        (b"hi", "bytes"),
        ({"content": b"hi"}, "bytes"),
        ({"content": "x", "at": datetime.date(2024, 1, 1)}, "date"),
        ({"content": {"answer": 42}}, "json.dumps"),
        ({"content": 42}, "int"),
        ({"content": [42]}, "list of parts"),
        ({"role": "assistent", "content": "x"}, "Did you mean 'assistant'"),
        ({"role": "zebra", "content": "x"}, "Use one of developer"),
        ({"role": "tool", "content": "x"}, "tool_call_id"),
        ({"foo": 1}, "'foo'"),
        ({}, "nothing"),
        ([], "list"),
        (None, "NoneType"),
        (object(), "object"),
        ({"content": "x", "tool_calls": "f"}, "str"),
        ({"content": "x", "tool_calls": ["f"]}, "str"),
        ({"content": "x", "function_call": "auto"}, "str"),
        ({"content": "x", "deep": nested(2000)}, "deep"),
        ({"content": "x", ("a",): 1}, "tuple"),
        ({"object": "chat.completion", "choices": []}, "no choices"),
    ],
)
def test_what_is_no_message_is_refused_and_named(said: object, complaint: str) -> None:
    with pytest.raises(BadReply, match=complaint):
        to_message(said)


def test_length_counts_what_streams_as_javascript_counts_it() -> None:
    function = {"name": "not counted", "arguments": "{}"}
    message = {
        "content": "\U0001f600é",
        "reasoning_content": "not counted",
        "tool_calls": [{"function": function}, {"custom": {"input": "not counted"}}],
        "function_call": {"arguments": "\U0001f600"},
    }
    assert text_length(message) == 3 + 2 + 2
    assert text_length({"content": [{"type": "text", "text": "parts"}]}) == 0
