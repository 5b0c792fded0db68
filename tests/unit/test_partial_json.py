"""Arguments can be read while they stream, wherever they are cut."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gptchat.messages.partial_json import DEEPEST, parse_incomplete_json, read_cut_json

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(JSON, st.booleans(), st.sampled_from([None, 1]))
def test_a_whole_text_means_what_json_says(value: Any, ascii_: bool, indent: int | None) -> None:
    assert read_cut_json(json.dumps(value, ensure_ascii=ascii_, indent=indent)) == value


def is_part(part: Any, whole: Any) -> bool:
    """Whether every word of `part` is in `whole`, at the same place."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(key in whole and is_part(part[key], whole[key]) for key in part)
    if isinstance(part, list) and isinstance(whole, list):
        return len(part) <= len(whole) and all(map(is_part, part, whole))
    if isinstance(part, str) and isinstance(whole, str):
        return whole.startswith(part)
    return True  # A number may still grow.


@given(st.dictionaries(st.text(), JSON), st.data(), st.booleans())
def test_a_cut_text_says_nothing_the_whole_does_not(
    value: dict[str, Any], data: st.DataObject, ascii_: bool
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_)
    cut = text[: data.draw(st.integers(1, len(text)))]
    part = read_cut_json(cut)
    assert isinstance(part, dict)
    assert is_part(part, value)


@given(st.text(st.sampled_from('{}[]",:\\u0dtrue1e-. \n\0é'), max_size=30))
def test_no_text_at_all_raises(text: str) -> None:
    try:
        whole = json.loads(text, strict=False)
    except ValueError:
        read_cut_json(text)
    else:
        assert read_cut_json(text) == whole


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("  ", None),
        ("{", {}),
        ('{"a": "hello wor', {"a": "hello wor"}),
        ('{"a": "line\\', {"a": "line"}),
        ('{"a": "\\u00e', {"a": ""}),
        ('{"a": "\\\\u12', {"a": "\\u12"}),
        ('{"a": "\\ud83d', {"a": ""}),
        ('{"a": "\\ud83d\\ude00', {"a": "\U0001f600"}),
        ('{"a": 1, "b', {"a": 1}),
        ('{"a": 1, "b"', {"a": 1}),
        ('{"a": 1, "b":', {"a": 1}),
        ('{"a": 1,', {"a": 1}),
        ('{"a": tr', {"a": True}),
        ('{"a": -', {}),
        ('{"a": 1.', {"a": 1}),
        ('{"a": 12e', {"a": 12}),
        ('[1, [2, {"x": [', [1, [2, {"x": []}]]),
        ('"half', "half"),
        ('{"a": "raw\nline', {"a": "raw\nline"}),
        ('{"a": foo, "b": 1}', {}),
        ('{"a": 1]', {"a": 1}),
        ('{"a": 1} and more', {"a": 1}),
        ("nonsense", None),
    ],
)
def test_what_is_there_counts(text: str, value: Any) -> None:
    assert read_cut_json(text) == value


def test_hostile_nesting_ends_at_a_depth_and_not_in_the_stack() -> None:
    value = read_cut_json("[" * 1_000_000)
    depth = 0
    while value:
        value, depth = value[0], depth + 1
    assert depth == DEEPEST - 1
    assert read_cut_json('{"a":' * 100_000)["a"]["a"]


@pytest.mark.timeout(10)
def test_a_long_half_string_is_read_in_linear_time() -> None:
    text = '{"a": "' + "\\n" * 1_000_000
    assert read_cut_json(text) == {"a": "\n" * 1_000_000}
    assert read_cut_json('{"a": "' + "\\" * 1_000_001)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", {}),
        ("{", {}),
        ('{"symbol": "AC', {}),
        ('{"symbol": "ACME"', {"symbol": "ACME"}),
        ('{"symbol": "ACME", "days": 3', {"symbol": "ACME"}),
        ('{"symbol": "ACME", "days": 30}', {"symbol": "ACME", "days": 30}),
        ('{"a": 1, "within": {"b": 2, "c": 3', {"a": 1}),
        ('{"a": 1, "list": [1, 2', {"a": 1}),
        ('{"a": 1, "list": [1, 2]', {"a": 1, "list": [1, 2]}),
        ('{"a": "1, 2", "b', {"a": "1, 2"}),
        ('[1, "two", "thr', [1, "two"]),
        ('"only half', {}),
        ("no json at all", {}),
    ],
)
def test_only_values_that_have_come_whole_are_handed_to_a_program(text: str, value: Any) -> None:
    assert parse_incomplete_json(text, "]" if text.startswith("[") else "}") == value
