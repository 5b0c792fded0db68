"""Words are found as people mean them, whatever the script, and marked where they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gptchat.messages.text import utf16_length
from gptchat.words import MOST_TERMS, excerpt_of, marks_in, terms_of, words_of


def marked(text: str, query: str) -> list[str]:
    """What of the text is marked."""
    units = text.encode("utf-16-le")
    return [
        units[2 * start : 2 * end].decode("utf-16-le")
        for start, end in marks_in(text, terms_of(query))
    ]


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("The capital of Norway", "norway", ["Norway"]),
        ("The capital of Norway", "CAPITAL nor", ["capital", "Nor"]),
        ("Snorway", "nor", []),
        ("nor", "nor way", ["nor"]),
        ("Köln am Rhein", "koln", ["Köln"]),
        ("Koln am Rhein", "KÖLN", ["Koln"]),
        ("Ko\u0308ln", "köln", []),  # Shown in its short form, where it is found.
        ("Eine Straße in Gießen", "strasse", ["Straße"]),
        ("Eine Strasse", "straße", ["Strasse"]),
        ("日本の首都はどこですか", "首都", ["首都"]),
        ("日本の首都はどこですか", "都首", []),
        ("東京タワー", "タワ", ["タワ"]),
        ("한국어를 배워요", "국어", ["국어"]),
        ("สวัสดีครับ", "ครับ", ["ครับ"]),
        ("हिन्दी भाषा", "हिन्दी", ["हिन्दी"]),
        ("Москва — столица", "СТОЛ", ["стол"]),
        ("I don't know", "don't", ["don't"]),
        ("👩‍👩‍👧 our family 🎉", "fam", ["fam"]),
        ("a_b snake_case", "snake", ["snake"]),
        ("x 10.5 km", "10.5", ["10.5"]),
        ("one letter a and an", "a", ["a"]),
        ("anything", "", []),
        ("anything", "  ?!\"' ", []),
    ],
)
def test_words_are_found_and_marked(text: str, query: str, found: list[str]) -> None:
    assert marked(text, query) == found


@pytest.mark.parametrize("query", ["koln", "KÖLN", "Ko\u0308ln"])
def test_both_ways_to_write_an_accent_are_one(query: str) -> None:
    assert words_of("Ko\u0308ln") == words_of("Köln") == "koln"
    text = excerpt_of("In Ko\u0308ln", terms_of(query))
    assert marked(text, query) == ["Köln"]


@given(st.text(max_size=60))
def test_what_is_written_is_found_again_and_every_mark_is_inside(text: str) -> None:
    terms = terms_of(text)
    words = words_of(text).split()
    assert len(terms) <= MOST_TERMS
    for term in terms:
        assert all(word in words for word in term.words)
        assert all(word.strip() and '"' not in word for word in term.words)
    excerpt = excerpt_of(text, terms)
    marks = marks_in(excerpt, terms)
    assert all(0 <= a < b <= utf16_length(excerpt) for a, b in marks)
    assert marks == sorted(marks)
    assert bool(marks) == bool(terms)


def test_an_excerpt_is_a_line_of_whole_words_around_the_match() -> None:
    text = "Lorem ipsum " * 40 + "the \n NEEDLE is here " + "dolor sit " * 40
    excerpt = excerpt_of(text, terms_of("needle"))
    assert excerpt.startswith("…")
    assert excerpt.endswith("…")
    assert "the NEEDLE is here" in excerpt
    assert len(excerpt) <= 122
    assert marked(excerpt, "needle") == ["NEEDLE"]
    assert excerpt_of("short", terms_of("zzz")) == "short"
    long = "あ" * 300 + "首都" + "い" * 300
    assert marked(excerpt_of(long, terms_of("首都")), "首都") == ["首都"]


def test_a_long_text_costs_a_bounded_amount() -> None:
    assert len(words_of("é" * 5_000_000)) <= 200_000
    assert len(terms_of("word " * 100_000)) == MOST_TERMS
