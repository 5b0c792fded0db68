"""Every fragment of a tool call finds its call. Whole streams are told in the shared cases."""

from __future__ import annotations

from typing import Any

from gptchat.deltas.calls import Calls, index_of, slot_of


def fragment(
    index: int | None = None, id: str = "", name: str = "", arguments: str = ""
) -> dict[str, Any]:
    return {"index": index, "id": id, "function": {"name": name, "arguments": arguments}}


def slots(*fragments: dict[str, Any]) -> list[str]:
    """The slots of fragments that arrive one delta each."""
    calls = Calls([], None)
    found = []
    for each in fragments:
        calls.begin_delta()
        found.append(calls.of(each).slot)
    return found


def test_an_index_says_it_all() -> None:
    assert slots(fragment(1), fragment(0), fragment(1), fragment(0)) == ["0", "1", "0", "1"]


def test_another_id_and_a_name_at_the_same_index_begin_a_call() -> None:
    a, b = fragment(0, "a", "f"), fragment(0, "b", "f")
    assert slots(a, b, fragment(0), a) == ["0", "1", "1", "0"]


def test_another_id_alone_or_a_name_alone_begins_none() -> None:
    assert slots(fragment(0, "a", "f"), fragment(0, "b"), fragment(0, "", "f")) == ["0"] * 3


def test_an_id_that_comes_late_belongs_to_the_call_that_has_none() -> None:
    assert slots(fragment(0, "", "f"), fragment(0, "a", "f")) == ["0", "0"]
    assert slots(fragment(None, "", "f"), fragment(None, "a")) == ["0", "0"]


def test_without_an_index_a_new_id_or_a_new_name_begins_a_call() -> None:
    f, g = fragment(None, "", "f"), fragment(None, "", "g")
    assert slots(f, fragment(), g, fragment(None, "a", "g"), fragment()) == [
        *("0", "0", "1", "2", "2")
    ]


def test_without_an_index_an_id_finds_its_call_again() -> None:
    a, b = fragment(None, "a", "f"), fragment(None, "b", "f")
    assert slots(a, b, fragment(None, "a"), fragment()) == ["0", "1", "0", "1"]


def test_without_anything_whole_arguments_end_a_call() -> None:
    whole, half = fragment(None, "", "f", "{}"), fragment(None, "", "f", '{"a"')
    assert slots(whole, whole) == ["0", "1"]
    assert slots(half, fragment(None, "", "f", ": 1}"), half) == ["0", "0", "1"]


def test_calls_that_stand_in_the_message_are_known() -> None:
    standing: list[dict[str, Any]] = [
        {"id": "a", "function": {"name": "f"}},
        {"slot": 7, "index": 3, "id": "b"},
    ]
    calls = Calls(standing, None)
    assert calls.of(fragment(None, "a")).slot == "0"
    assert calls.of(fragment(3)).slot == "7"
    assert calls.of(fragment(9)).slot == "8"


def test_what_providers_write_for_numbers_is_understood() -> None:
    odd: list[Any] = [2, "2", True, 1.5, None, "x", "²"]
    assert [index_of({"index": index}, 9) for index in odd] == [2, 2, 9, 9, 9, 9, 9]
    assert slot_of({}, 4) == 4
