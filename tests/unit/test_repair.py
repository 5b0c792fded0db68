"""After any stop, the next request is one OpenAI accepts."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat import ChatCompletionMessage

from gptchat.errors import BadReply
from gptchat.messages import for_openai
from gptchat.messages.repair import NO_RESULT, repair_messages
from gptchat.testing.rules import check

USER = {"role": "user", "content": "hi"}


def call(id: str, arguments: str = "{}", name: str = "f") -> dict[str, Any]:
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def calling(*calls: dict[str, Any], content: str | None = None) -> dict[str, Any]:
    return {"role": "assistant", "content": content, "tool_calls": list(calls)}


def result(id: str, content: str = "42") -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": id, "content": content}


def test_a_valid_conversation_stays_as_it_is() -> None:
    said = [USER, calling(call("a"), call("b")), result("a"), result("b"), USER]
    assert repair_messages(said) == said


def test_a_call_without_a_result_gets_a_sentence_instead() -> None:
    said = [USER, calling(call("a"), call("b")), result("b"), USER]
    mended = [USER, calling(call("a"), call("b")), result("a", NO_RESULT), result("b"), USER]
    assert repair_messages(said) == mended


def test_a_result_that_came_late_stands_behind_its_call() -> None:
    said = [calling(call("a")), USER, result("a")]
    assert repair_messages(said) == [calling(call("a")), result("a"), USER]


def test_results_come_in_the_order_of_the_calls_and_once() -> None:
    said = [calling(call("a"), call("b")), result("b"), result("a"), result("a", "again")]
    assert repair_messages(said) == [calling(call("a"), call("b")), result("a"), result("b")]


def test_ids_a_provider_uses_again_take_no_result_from_a_later_turn() -> None:
    said = [calling(call("call_0")), USER, calling(call("call_0")), result("call_0")]
    assert repair_messages(said) == [
        calling(call("call_0")),
        result("call_0", NO_RESULT),
        USER,
        calling(call("call_0")),
        result("call_0"),
    ]


def test_a_call_cut_before_it_was_made_vanishes() -> None:
    said = [USER, calling(call("a", '{"city": "Pa'), content="Let me look"), USER]
    assert repair_messages(said) == [USER, {"role": "assistant", "content": "Let me look"}, USER]


def test_a_call_cut_but_answered_keeps_what_was_said() -> None:
    said = [calling(call("a", '{"city": "Pa'), call("b", "")), result("a"), result("b")]
    mended = calling(call("a", '{"city": "Pa"}'), call("b", "{}"))
    assert repair_messages(said)[0] == mended


@pytest.mark.parametrize(
    "silent",
    [
        {"role": "assistant", "content": ""},
        {"role": "assistant", "content": None},
        {"role": "assistant", "content": None, "reasoning_content": "Hm"},
        calling(call("a", "{")),
        calling(call("a", name="")),
        result("nobody"),
        {"role": "tool", "content": "no id"},
        {"role": "function", "name": "f", "content": "1"},
        {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": "{"}},
    ],
)
def test_what_says_nothing_and_answers_nothing_vanishes(silent: dict[str, Any]) -> None:
    assert repair_messages([USER, silent]) == [USER]


def test_a_refusal_and_spoken_words_are_no_silence() -> None:
    said = [
        {"role": "assistant", "content": None, "refusal": "No."},
        {"role": "assistant", "content": None, "audio": {"id": "audio_1"}},
    ]
    assert repair_messages(said) == said


def test_the_call_of_an_older_model_is_answered_likewise() -> None:
    calls = {
        "role": "assistant",
        "content": None,
        "function_call": {"name": "f", "arguments": '{"a": 1}'},
    }
    answer = {"role": "function", "name": "f", "content": "1"}
    assert repair_messages([calls, answer, answer]) == [calls, answer]
    assert repair_messages([calls, USER]) == [calls, {**answer, "content": NO_RESULT}, USER]


def test_a_call_said_in_both_ways_is_sent_in_one() -> None:
    both = {**calling(call("a")), "function_call": {"name": "f", "arguments": "{}"}}
    assert repair_messages([both, result("a")]) == [calling(call("a")), result("a")]


def test_objects_of_the_openai_package_are_messages_too() -> None:
    message = ChatCompletionMessage.model_validate(calling(call("a")))
    assert repair_messages([message]) == [
        {"role": "assistant", "tool_calls": [call("a")]},
        result("a", NO_RESULT),
    ]


def test_what_is_no_message_is_told_and_not_dropped() -> None:
    with pytest.raises(BadReply):
        repair_messages([{"role": "user", "content": b"bytes"}])


IDS = st.sampled_from(["a", "b", "c", ""])
ARGUMENTS = st.sampled_from(["{}", "", '{"a": 1}', '{"a": "x', "}", "3"])
TOOL_CALLS = st.lists(st.builds(call, IDS, ARGUMENTS, st.sampled_from(["f", "g", ""])), max_size=3)
CONTENT = st.sampled_from([None, "", "words"])
SAID = st.one_of(
    st.just(USER),
    st.builds(lambda calls, content: calling(*calls, content=content), TOOL_CALLS, CONTENT),
    st.builds(
        lambda name, arguments, content: {
            "role": "assistant",
            "content": content,
            "function_call": {"name": name, "arguments": arguments},
        },
        st.sampled_from(["f", "g", ""]),
        ARGUMENTS,
        CONTENT,
    ),
    st.builds(result, IDS),
    st.builds(lambda name: {"role": "function", "name": name, "content": "1"}, IDS),
)


@given(st.lists(SAID, max_size=8))
def test_openai_accepts_whatever_was_cut(said: list[dict[str, Any]]) -> None:
    before = copy.deepcopy(said)
    repaired = repair_messages(for_openai(message) for message in said)
    check({"model": "m", "messages": [*repaired, USER]})
    assert repair_messages(repaired) == repaired
    assert said == before
    for message in repaired:
        for made in message.get("tool_calls", []):
            json.loads(made["function"]["arguments"])
