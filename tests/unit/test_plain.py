"""Objects become the JSON they stand for, or are refused by name."""

from __future__ import annotations

import dataclasses
import enum
import json
from types import SimpleNamespace
from typing import Any

import pydantic
import pytest
from hypothesis import given

from gptchat.errors import BadReply
from gptchat.messages.plain import DEEPEST, as_text, get, plain
from support.growing import VALUES


class Colour(enum.Enum):
    RED = "red"


class Inner(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    colour: Colour
    nothing: str | None = None


@dataclasses.dataclass
class Outer:
    inner: Inner
    _private: int = 0


def test_objects_are_read_by_their_fields_and_the_unset_left_out() -> None:
    inner = Inner.model_validate({"colour": "red", "unknown": (1, 2)})
    expected = {"inner": {"colour": "red", "unknown": [1, 2]}}
    assert plain(Outer(inner)) == expected
    assert plain(SimpleNamespace(inner=inner, gone=None)) == expected


@given(VALUES)
def test_what_is_json_stays_as_it_is(value: Any) -> None:
    assert json.dumps(plain(value)) == json.dumps(value)


def test_nothing_is_shared_with_the_original() -> None:
    value: dict[str, Any] = {"list": [{}]}
    plain(value)["list"][0]["new"] = 1
    assert value == {"list": [{}]}


def test_halves_of_characters_are_kept_only_where_more_may_come() -> None:
    assert plain(["\ud83d"], as_sent=True) == ["\ud83d"]
    assert plain(["\ud83d"]) == ["\ufffd"]


@pytest.mark.parametrize("value", [b"", {1, 2}, object(), print, Colour, Outer, {None: 1}])
def test_what_json_cannot_say_is_refused_and_never_shown_as_its_repr(value: object) -> None:
    with pytest.raises(BadReply) as refused:
        plain({"deep": [value]})
    assert "<" not in str(refused.value)


def test_a_value_that_holds_itself_is_refused() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(BadReply, match=str(DEEPEST)):
        plain(value)


def test_entries_and_attributes_are_asked_for_alike() -> None:
    assert [get(thing, "x") for thing in ({"x": 1}, SimpleNamespace(x=1), {}, None)] == [
        1,
        1,
        None,
        None,
    ]


def test_objects_where_openai_writes_text_become_their_json() -> None:
    assert as_text({"a": "é"}) == '{"a": "é"}'
    assert as_text("{}") == "{}"
