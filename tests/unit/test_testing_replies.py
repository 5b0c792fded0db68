"""A scripted reply is data: a Reply, its text, or a dict that could have come from a file."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gptchat.testing.replies import Reply, error_answer, pieces


def test_a_reply_may_be_its_text_or_a_dict() -> None:
    assert Reply.of("Hello") == Reply("Hello")
    assert Reply.of({"text": "Hello", "rate": 20}) == Reply("Hello", rate=20)
    assert Reply.of(Reply("Hello")) == Reply("Hello")


def test_a_dict_from_a_json_file_says_everything_a_reply_can() -> None:
    written = '{"text": "a", "silence": "forever", "error": {"status": 500}, "cut": 0.5}'

    reply = Reply.of(json.loads(written))

    assert (reply.silence, reply.error, reply.cut) == ("forever", {"status": 500}, 0.5)


def test_a_misspelt_field_names_the_known_ones() -> None:
    with pytest.raises(TypeError, match=r"no 'txet'. It knows text, tool_calls, function_call"):
        Reply.of({"txet": "Hello"})


def test_something_else_is_shown_how_to_write_a_reply() -> None:
    nonsense: Any = 42
    with pytest.raises(TypeError, match=r"this one is 42. Write for example Reply\('Hello'\)"):
        Reply.of(nonsense)


@given(st.text(), st.sampled_from(["words", "characters", "whole", 1, 3, 10]))
def test_the_pieces_of_a_text_are_the_text(text: str, cut: Any) -> None:
    said = pieces(text, cut)

    assert "".join(said) == text
    assert "" not in said


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        ("words", ["ab", " cd", "\n"]),
        ("characters", ["a", "b", " ", "c", "d", "\n"]),
        (4, ["ab c", "d\n"]),
        ("whole", ["ab cd\n"]),
    ],
)
def test_a_text_is_cut_as_scripted(cut: Any, said: list[str]) -> None:
    assert pieces("ab cd\n", cut) == said


def test_a_long_word_takes_several_tokens() -> None:
    assert pieces("unforgettable", "words") == ["unforget", "table"]


def test_an_error_needs_no_more_than_a_status() -> None:
    status, headers, body = error_answer(429)

    assert (status, headers) == (429, {"x-should-retry": "false"})
    assert body["error"]["code"] == "rate_limit_exceeded"
    assert set(body["error"]) == {"message", "type", "param", "code"}
