"""Paths are unambiguous, and changes of one object join into one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gptchat.deltas.changes import CONTAINERS, inner_path, join, key_path, split_path

KEYS = st.text(st.sampled_from("=.ax")) | st.sampled_from(
    [*CONTAINERS, *(f"{name}.x" for name in CONTAINERS), "=audio.x", "a.b"]
)


@given(KEYS)
def test_every_key_has_a_path_that_leads_back_to_it(key: str) -> None:
    assert split_path(key_path(key)) == (None, key)


@given(st.sampled_from(sorted(CONTAINERS)), KEYS)
def test_every_key_inside_a_container_has_one_too(container: str, key: str) -> None:
    assert split_path(inner_path(container, key)) == (container, key)


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        ({"append": {"x": "a"}}, {"append": {"x": "b"}}, {"append": {"x": "ab"}}),
        ({"extend": {"x": [1]}}, {"extend": {"x": [2]}}, {"extend": {"x": [1, 2]}}),
        ({"set": {"x": "a"}}, {"append": {"x": "b"}}, {"set": {"x": "ab"}}),
        ({"set": {"x": [1]}}, {"extend": {"x": [2]}}, {"set": {"x": [1, 2]}}),
        ({"set": {"x": 1}}, {"append": {"x": "b"}}, {"set": {"x": "b"}}),
        ({"append": {"x": "a"}}, {"set": {"x": 1}}, {"set": {"x": 1}}),
        ({"append": {"x": "a"}}, {"extend": {"x": [1]}}, {"set": {"x": [1]}}),
        ({"extend": {"x": [1]}}, {"append": {"x": "a"}}, {"set": {"x": "a"}}),
        ({"append": {"x": ""}}, {"set": {"y": 1}}, {"append": {"x": ""}, "set": {"y": 1}}),
        ({}, {}, {}),
    ],
)
def test_two_changes_join_into_one(first: object, second: object, both: object) -> None:
    assert join(first, second) == both  # type: ignore[arg-type]
