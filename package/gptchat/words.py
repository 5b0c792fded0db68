"""Words as a search compares them, and where in a text they are.

A word is folded: without case and accents, `ß` as `ss`. Scripts that write no spaces between
words (Chinese, Japanese, Thai, …) are read sign by sign, so that any part of a sentence is
found; so is Hangul. What is indexed and what is asked for go through the same fold, whatever
the database, so whoever indexes them needs to split at spaces and no more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from gptchat.messages.text import utf16_length

MOST_INDEXED = 200_000
"""Characters of one message that are searched."""

MOST_ASKED = 300
"""Characters of a query that count."""

MOST_TERMS = 16

SHORTEST_BEGINNING = 2
"""Letters of a last word that may be the beginning of a longer one."""

AROUND = 60
"""Characters of an excerpt before and after the match: about 120 in all."""

_BY_SIGN = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF),  # Thai, Lao, Burmese, Khmer
    (0x3040, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F),  # kana
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),  # Han
    (0xAC00, 0xD7A3),  # Hangul
)  # fmt: skip


class _Folds(dict[int, str]):
    """What each character is folded to: letters, or a space between words."""

    def __missing__(self, code: int) -> str:
        found = _fold(chr(code))
        if len(self) < 20_000:  # Nobody writes with more; somebody might try.
            self[code] = found
        return found


def _fold(character: str) -> str:
    if any(first <= ord(character) <= last for first, last in _BY_SIGN):
        return f" {character} " if unicodedata.category(character)[0] in "LMN" else " "
    if unicodedata.category(character)[0] not in "LMN":
        return " "
    letters = unicodedata.normalize("NFD", character.casefold())
    bare = "".join(c for c in letters if unicodedata.category(c) != "Mn")
    # A sign that is nothing but a mark (a vowel of Hindi) belongs to its word.
    return unicodedata.normalize("NFC", bare) or character


_FOLDS = _Folds()
_NO_LETTER = re.compile("[^a-z0-9]")


@dataclass(frozen=True)
class Term:
    """One word that is asked for; several where it is written with signs in between."""

    words: Sequence[str]
    is_beginning: bool
    """Whether it may go on: it is still being typed."""

    @property
    def pattern(self) -> str:
        """It, in a folded text."""
        end = "" if self.is_beginning else r"(?!\S)"
        return r"(?<!\S)" + r"\s+".join(map(re.escape, self.words)) + end


def words_of(text: str) -> str:
    """The words of a text, folded, with a space between each two."""
    return " ".join(_folded(text[:MOST_INDEXED]).split())


def terms_of(query: str) -> list[Term]:
    """What a person asks for: all of these words, the last of which may go on."""
    asked = [_folded(part).split() for part in query[:MOST_ASKED].split()]
    found = [words for words in asked if words][:MOST_TERMS]
    last = len(found) - 1
    return [
        Term(tuple(words), i == last and len(words[-1]) >= SHORTEST_BEGINNING)
        for i, words in enumerate(found)
    ]


def marks_in(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Where the terms are in a text, in UTF-16 units, each from its first to the one after."""
    spans = _spans(text, terms)
    return [(utf16_length(text[:start]), utf16_length(text[:end])) for start, end in spans]


def excerpt_of(text: str, terms: Sequence[Term]) -> str:
    """About 120 characters of the text around the first place where a term is, in one line."""
    text = unicodedata.normalize("NFC", " ".join(text[:MOST_INDEXED].split()))
    first = next(iter(_spans(text, terms)), (0, 0))[0]
    start, end = max(0, first - AROUND), min(len(text), first + AROUND)
    if start > 0:
        start = text.find(" ", start, first) + 1 or start
    if end < len(text):
        end = max(text.rfind(" ", first + 1, end), first + 1) if " " in text[first:end] else end
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def _folded(text: str) -> str:
    if text.isascii():
        return _NO_LETTER.sub(" ", text.lower())
    return unicodedata.normalize("NFC", text).translate(_FOLDS)


def _spans(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Where the terms are, in characters, from left to right and without overlap."""
    if not terms:
        return []
    pattern = re.compile("|".join(f"(?:{term.pattern})" for term in terms))
    if text.isascii():
        folded = _NO_LETTER.sub(" ", text.lower())
        return [match.span() for match in pattern.finditer(folded)]
    pieces = [_FOLDS[ord(character)] for character in text]
    at = [i for i, piece in enumerate(pieces) for _ in piece]
    matches = pattern.finditer("".join(pieces))
    return [(at[match.start()], at[match.end() - 1] + 1) for match in matches]
