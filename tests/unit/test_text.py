"""Every text of a message can be stored, sent and measured alike by everybody."""

from __future__ import annotations

import json

from hypothesis import given

from gptchat.messages.text import clean, ends_in_half, utf16_length
from support.growing import TEXTS


@given(TEXTS)
def test_clean_text_is_utf8_without_nul_and_stays_clean(text: str) -> None:
    cleaned = clean(text)
    assert "\0" not in cleaned.encode().decode()
    assert clean(cleaned) == cleaned


@given(TEXTS)
def test_cleaning_keeps_the_length_the_page_counts(text: str) -> None:
    assert utf16_length(clean(text)) == utf16_length(text)


def test_two_halves_are_one_character_and_a_lone_half_is_none() -> None:
    assert clean("\ud83d\ude00") == "\U0001f600"
    assert clean("\ude00\ud83d") == "\ufffd\ufffd"
    assert json.loads(json.dumps(clean("a\0b"))) == "a\ufffdb"


def test_only_a_first_half_waits_for_another() -> None:
    assert ends_in_half("a\ud83d")
    assert not any(map(ends_in_half, ["", "a", "\ude00", "\U0001f600", "\ud83da"]))
