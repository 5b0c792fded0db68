"""JSON, value by value: a list, or one value after the other, however long the file.

A value is read once it is there; the text before it is forgotten. What the values mean is
the business of `reader.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from gptchat.imports.arriving import NotTaken

AT_LEAST = 1 << 16
"""Characters that are read ahead at a time."""

NEAR_END = 16
"""A mistake so close to the end of what was read may only be a word that was cut."""

BLANK = " \t\r\n"


@dataclass(frozen=True)
class Found:
    """A value and the line it begins in."""

    value: Any
    line: int


def values(chunks: Iterable[str]) -> Iterator[Found]:
    """The elements of a list, or the values that follow each other. Raises NotTaken."""
    text = _Text(chunks)
    first = text.next()
    if first == "":
        raise NotTaken("The file is empty.")
    if first != "[":
        while text.next():
            yield text.value()
        return
    text.skip()
    if text.next() == "]":
        return
    yield text.value()
    while (mark := text.next()) == ",":
        text.skip()
        text.next()
        yield text.value()
    if mark != "]":
        raise NotTaken("The list is cut off or broken here.", line=text.line())
    text.skip()
    if text.next():
        raise NotTaken("Something follows the end of the list.", line=text.line())


class _Text:
    """The part of the text that is looked at, and how many lines went before."""

    def __init__(self, chunks: Iterable[str]) -> None:
        self._chunks = iter(chunks)
        self._text, self._at, self._lines = "", 0, 1
        self._ended = False
        self._decoder = json.JSONDecoder(parse_constant=_no_number)

    def next(self) -> str:
        """The next character that is no blank, still to be read; nothing at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in BLANK:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                return ""
            self._more(AT_LEAST)

    def skip(self) -> None:
        """Go past the next character."""
        self._at += 1

    def line(self, at: int | None = None) -> int:
        """The line of a place, by default the one that is read next."""
        return self._lines + self._text.count("\n", 0, self._at if at is None else at)

    def value(self) -> Found:
        """The next value."""
        while True:
            found = self._try()
            if found is not None:
                return found
            # Twice as much: a long value is not read again and again from its beginning.
            self._more(max(AT_LEAST, 2 * (len(self._text) - self._at)))

    def _try(self) -> Found | None:
        """The next value, if all of it is here."""
        line = self.line()
        try:
            value, end = self._decoder.raw_decode(self._text, self._at)
        except json.JSONDecodeError as error:
            cut = error.msg.startswith("Unterminated") or error.pos >= len(self._text) - NEAR_END
            if self._ended or not cut:
                raise NotTaken(
                    f"This is no JSON: {error.msg}.", line=self.line(error.pos)
                ) from None
            return None
        except ValueError:
            raise NotTaken("A number in it cannot be read.", line=line) from None
        except RecursionError:
            raise NotTaken("It is nested too deeply.", line=line) from None
        if end == len(self._text) and not self._ended:
            return None  # A number may go on.
        self._at = end
        return Found(value, line)

    def _more(self, wanted: int) -> None:
        """Have at least so many characters ahead, if there are so many."""
        self._lines += self._text.count("\n", 0, self._at)
        pieces, length = [self._text[self._at :]], len(self._text) - self._at
        self._at = 0
        while length < wanted and not self._ended:
            chunk = next(self._chunks, None)
            self._ended = chunk is None
            pieces.append(chunk or "")
            length += len(chunk or "")
        self._text = "".join(pieces)


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)
