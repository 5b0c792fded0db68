"""A scripted reply is data: a Reply, its text, or a dict that could have come from a file."""

from __future__ import annotations

import dataclasses
import inspect
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gptchat.testing.replies import FITS, Reply, error_answer, pieces


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


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("text", 3, r"be 3 \(int\)\. What fits is a text\."),
        ("tool_calls", [{"nmae": "add"}], 'a list of {"name": …'),
        ("function_call", {"arguments": {}}, 'a dict such as {"name"'),
        ("deltas", {"content": "a"}, "a list of dicts"),
        ("chunks", "data", "a list of dicts and texts"),
        ("chunk", "letters", "'words', 'characters', 'whole', or a number of characters"),
        ("chunk", 0, "a number of characters"),
        ("delay", "1s", "a number of seconds"),
        ("rate", "fast", r"be 'fast' \(str\)\. What fits is a number of chunks per second"),
        ("rate", 0, "above 0"),
        ("silence", "for ever", "or 'forever'"),
        ("cut", "50%", "a share of them"),
        ("error_after", 1.5, "from 0.0 to 1.0"),
        ("cut_inside", "yes", "True or False"),
        ("error", "429", "a status such as 429"),
        ("error", {"stauts": 429}, "a dict with status, message"),
        ("usage", 12, "a dict"),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_what_would(
    field: str, value: Any, told: str
) -> None:
    with pytest.raises(ValueError, match=f"The '{field}' of a scripted reply cannot .*{told}"):
        Reply.of({field: value})


def test_every_field_is_explained_in_its_own_line() -> None:
    lines = {line.split()[0] for line in inspect.cleandoc(Reply.__doc__ or "").split("\n") if line}
    names = {field.name for field in dataclasses.fields(Reply)}
    assert names <= lines
    assert names == FITS.keys()


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
