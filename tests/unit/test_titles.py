"""A conversation is called by its first words, in one line that does not turn around."""

from __future__ import annotations

from typing import Any

import pytest

from gptchat.titles import FIRST_WORDS, first_words, one_line


def said(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Hello", "Hello"),
        ("  What is\n\n the capital\tof Norway? ", "What is the capital of Norway?"),
        ("Grüße aus Köln", "Grüße aus Köln"),
        ("日本の首都はどこですか", "日本の首都はどこですか"),
        ("x" * 41, "x" * 39 + "…"),
        ("word " * 30, "word word word word word word word…"),
        ("short " + "x" * 60, "short " + "x" * 33 + "…"),
        ("👩‍👩‍👧 family", "👩‍👩‍👧 family"),
        ("a\u202egpj.exe\u2066b\x00\x1b[31mc", "agpj.exeb [31mc"),
        (" \n\u200b\u2028 ", ""),
        ("", ""),
    ],
)
def test_the_first_words_are_one_line(text: str, title: str) -> None:
    assert first_words(said(text)) == title
    assert len(title) <= FIRST_WORDS


def test_a_message_of_parts_is_called_by_its_text_and_then_by_its_file() -> None:
    file = {"id": "f", "name": "report.pdf", "type": "application/pdf", "size": 1}
    part = {"type": "attachment", "attachment": file}
    assert first_words(said([part, {"type": "text", "text": "Sum it up"}])) == "Sum it up"
    assert first_words(said([part])) == "report.pdf"
    assert first_words(said(None)) == ""


def test_a_very_long_message_is_not_read_whole() -> None:
    assert first_words(said("a " + "b" * 50_000_000)).startswith("a bbb")


def test_one_line_keeps_what_languages_need() -> None:
    persian = "می‌خواهم"
    assert one_line(persian) == persian
