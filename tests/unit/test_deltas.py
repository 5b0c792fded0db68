"""However deltas are cut and joined, they make the same message."""

from __future__ import annotations

import copy
import json
import time
from functools import reduce
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gptchat.deltas import Normaliser, apply, compose, compose_all, is_empty, settle
from gptchat.protocol import Message, NormalDelta
from support.growing import CLEAN_TEXTS, messages, normal_deltas

copied = copy.deepcopy


def grown(message: Message, *deltas: NormalDelta) -> Message:
    return reduce(apply, deltas, copied(message))


@settings(max_examples=100)
@given(messages(), normal_deltas(), normal_deltas())
def test_the_law_holds_for_every_message_and_every_two_deltas(
    message: Message, first: NormalDelta, second: NormalDelta
) -> None:
    assert grown(message, first, second) == grown(message, compose(first, second))


@given(normal_deltas(), normal_deltas(), normal_deltas())
def test_it_never_matters_which_neighbours_are_joined_first(
    first: NormalDelta, second: NormalDelta, third: NormalDelta
) -> None:
    assert compose(compose(first, second), third) == compose(first, compose(second, third))


@given(st.lists(normal_deltas(), max_size=9))
def test_joining_many_is_joining_one_by_one(deltas: list[NormalDelta]) -> None:
    assert compose_all(deltas) == reduce(compose, deltas, NormalDelta())


@given(messages(), normal_deltas(), normal_deltas(), normal_deltas())
def test_no_delta_is_ever_changed(
    message: Message, first: NormalDelta, second: NormalDelta, third: NormalDelta
) -> None:
    before = copied((first, second, third))
    joined = compose(first, second)
    joined_before = copied(joined)
    grown(message, joined, third, third)
    compose(joined, third)
    assert (first, second, third) == before
    assert joined == joined_before


@given(messages(), normal_deltas())
def test_an_empty_delta_changes_nothing(message: Message, delta: NormalDelta) -> None:
    assert grown(message, {}) == message
    assert compose({}, delta) == delta == compose(delta, {}) or not delta
    assert not is_empty(delta) or grown(message, delta) == message


@given(messages())
def test_settling_twice_is_settling_once_and_changes_nothing_given(message: Message) -> None:
    before = copied(message)
    settled, _ = settle(message, "m")
    assert message == before
    assert settle(settled, "m") == (settled, {})


CALLS = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from(["f", "g"]), "arguments": CLEAN_TEXTS}),
    max_size=3,
)


@given(st.data(), CLEAN_TEXTS, CLEAN_TEXTS, CALLS)
def test_a_message_cut_into_any_deltas_comes_back_whole(
    data: st.DataObject, content: str, reasoning: str, calls: list[dict[str, str]]
) -> None:
    raw: list[dict[str, Any]] = [{"role": "assistant", "content": "", "reasoning_content": ""}]
    pending: list[list[dict[str, Any]]] = [
        [{"content": character} for character in content],
        [{"reasoning_content": character} for character in reasoning],
    ]
    for index, call in enumerate(calls):
        first = {"name": call["name"], "arguments": ""}
        pieces: list[dict[str, Any]] = [{"index": index, "id": f"c{index}", "function": first}]
        pieces += [{"index": index, "function": {"arguments": c}} for c in call["arguments"]]
        pending.append([{"tool_calls": [piece]} for piece in pieces])
    while any(pending):
        raw.append(data.draw(st.sampled_from([line for line in pending if line])).pop(0))
    normaliser = Normaliser()
    message, _ = settle(grown({}, *map(normaliser.normalise, raw)), "m")
    whole = {"role": "assistant", "content": content, "reasoning_content": reasoning}
    settled_calls = [
        {"id": f"c{index}", "type": "function", "function": call}
        for index, call in enumerate(calls)
    ]
    assert message == ({**whole, "tool_calls": settled_calls} if calls else whole)


def test_a_delta_can_go_through_json_on_its_way() -> None:
    delta: NormalDelta = {"append": {"content": "x"}, "calls": {"0": {"set": {"index": 0}}}}
    assert grown({}, json.loads(json.dumps(delta))) == grown({}, delta)


def seconds_to_join_words(length: int) -> float:
    message: Message = {"content": "é" * length}
    delta: NormalDelta = {"append": {"content": "word "}}
    begun = time.perf_counter()
    for _ in range(2_000):
        apply(message, delta)
    return time.perf_counter() - begun


@pytest.mark.serial
def test_joining_a_word_does_not_copy_the_answer() -> None:
    short, long = (min(seconds_to_join_words(n) for _ in range(3)) for n in (10, 5_000_000))
    assert long < 30 * short, f"Joining to a long answer takes {long / short:.0f} times as long."
