"""Whatever a provider sends, the rest of the house sees the normal form alone."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gptchat.deltas import Normaliser, apply, compose, compose_all, settle
from gptchat.deltas.changes import CONTAINERS
from gptchat.errors import BadReply
from gptchat.messages import to_delta, to_message
from gptchat.protocol import Change, Message, NormalDelta
from support.growing import RAW_DELTAS, TEXTS, messages

RAW_STREAMS = st.lists(RAW_DELTAS, max_size=5)


def normal(raw: list[dict[str, Any]], message: Message | None = None) -> list[NormalDelta]:
    normaliser = Normaliser(message)
    deltas = [normaliser.normalise(delta) for delta in raw]
    rest = normaliser.flush()
    return [*deltas, rest] if rest else deltas


def merged(raw: list[dict[str, Any]]) -> Message:
    return apply({}, compose_all(normal(raw)))


def is_well_formed(change: Change) -> bool:
    paths = [*change.get("append", {}), *change.get("extend", {}), *change.get("set", {})]
    reserved = CONTAINERS | {"tool_calls", "slot"}
    return len(paths) == len(set(paths)) and not reserved & set(paths)


@given(RAW_STREAMS)
def test_the_normal_form_is_well_formed_whatever_comes(raw: list[dict[str, Any]]) -> None:
    for delta in normal(raw):
        assert is_well_formed(delta)
        assert "function_call" not in delta.get("set", {})
        assert all(is_well_formed(change) for change in delta.get("calls", {}).values())


@given(RAW_STREAMS)
def test_what_was_sent_is_never_changed(raw: list[dict[str, Any]]) -> None:
    before = copy.deepcopy(raw)
    merged(raw)
    assert raw == before


@given(RAW_STREAMS, RAW_STREAMS)
def test_the_law_holds_for_whatever_providers_send(
    first: list[dict[str, Any]], second: list[dict[str, Any]]
) -> None:
    deltas = normal([*first, *second])
    one_by_one: Message = {}
    for delta in deltas:
        one_by_one = apply(one_by_one, delta)
    half = len(first)
    assert one_by_one == apply({}, compose(compose_all(deltas[:half]), compose_all(deltas[half:])))


@given(RAW_STREAMS)
def test_the_message_can_be_stored_and_sent_as_utf8(raw: list[dict[str, Any]]) -> None:
    text = json.dumps(settle(merged(raw), "m")[0], ensure_ascii=False, allow_nan=False)
    assert "\0" not in text.encode().decode()
    assert "\\u0000" not in text


@given(messages(), RAW_STREAMS)
def test_a_stream_may_go_on_with_any_message(message: Message, raw: list[dict[str, Any]]) -> None:
    before = copy.deepcopy(message)
    for delta in normal(raw, message):
        apply(copy.deepcopy(message), delta)
    assert message == before


@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_text_cut_anywhere_reads_as_if_it_was_not_cut(pieces: list[str]) -> None:
    whole = to_message("".join(pieces))["content"]
    assert merged([{"content": piece} for piece in pieces])["content"] == whole
    arguments = [{"tool_calls": [{"index": 0, "function": {"arguments": p}}]} for p in pieces]
    assert merged(arguments)["tool_calls"][0]["function"]["arguments"] == whole


@given(RAW_STREAMS)
def test_slots_are_never_reused(raw: list[dict[str, Any]]) -> None:
    begun = []
    for delta in normal(raw):
        for slot, change in delta.get("calls", {}).items():
            if "index" in change.get("set", {}):
                begun.append(slot)
    assert begun == [str(number) for number in range(len(begun))]


def test_a_restarted_normaliser_goes_on_where_the_first_one_was() -> None:
    raw: list[dict[str, Any]] = [
        {"role": "assistant", "tool_calls": [{"index": 4, "id": "a", "function": {"name": "f"}}]},
        {"role": "user", "tool_calls": [{"index": 4, "id": "a", "function": {"name": "f"}}]},
        {"tool_calls": [{"index": 4, "function": {"arguments": "{}"}}]},
    ]
    message = merged(raw[:1])
    for delta in normal(raw[1:], message):
        message = apply(message, delta)
    assert message == merged(raw)


@pytest.mark.parametrize("content", [5, 1.5, True, b"words"])
def test_content_that_is_no_text_is_refused_by_the_name_of_its_type(content: object) -> None:
    with pytest.raises(BadReply, match=type(content).__name__):
        Normaliser().normalise(to_delta({"content": content}))


def test_a_tool_call_that_is_no_object_is_refused() -> None:
    with pytest.raises(BadReply, match="str"):
        Normaliser().normalise({"tool_calls": ["f()"]})
