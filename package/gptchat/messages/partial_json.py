"""The value of a JSON text that may be cut anywhere, as arguments are while they stream.

Owns only the reading. Which calls of a stopped answer are kept is decided in repair.py.
"""

from __future__ import annotations

import json
import re
from typing import Any

from gptchat.messages.text import ends_in_half

DEEPEST = 200
"""Levels of nesting that are read; json itself gives up at about five times that."""

_TOKEN = re.compile(
    r"""[ \t\r\n]*(?:
        (?P<mark>[{}\[\],:])
      | (?P<string>"[^"\\]*(?:\\.[^"\\]*)*")
      | (?P<half>"[^"\\]*(?:\\.[^"\\]*)*\\?\Z)
      | (?P<word>[^\s{}\[\],:"]+)
    )""",
    re.VERBOSE | re.DOTALL,
)
_WHOLE_CHARACTERS = re.compile(r'"[^"\\]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\]*)*', re.DOTALL)
_CUT_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")


def read_cut_json(text: str) -> Any:
    """What the text says so far; None as long as it says nothing.

    A string that is cut counts as far as it goes, a key without a value not at all.
    Whatever follows a mistake is left out. Never raises for a string.
    """
    return _Reader().read(text)


def parse_incomplete_json(text: str, end_bracket: str = "}") -> Any:
    """The keys whose values have come whole, or the items of an array; `{}` if there are none.

    `end_bracket` is accepted because gptchat 0.0.12 needed to be told. A number at the
    very end may still grow, so it does not count. Never raises for a string.
    """
    reader = _Reader()
    value = reader.read(text)
    if not reader.open:
        return {} if value is None or reader.cut_short else value
    if len(reader.open) > 1 or reader.cut_short:
        if isinstance(value, dict):
            del value[reader.keys[0]]
        else:
            value.pop()
    return value


class _Reader:
    """Builds the value token by token, with a list of open containers and no recursion."""

    def __init__(self) -> None:
        self.value: Any = None
        self.open: list[Any] = []
        self.keys: list[str] = []
        """The key each open object waits with for a value; empty while it waits for a key."""
        self.wants = "value"
        self.cut_short = False
        """Whether the value read last may still grow."""

    def read(self, text: str) -> Any:
        place = 0
        while match := _TOKEN.match(text, place):
            place = match.end()
            kind, token = str(match.lastgroup), match[str(match.lastgroup)]
            try:
                if not self._take(kind, token, at_end=place == len(text)):
                    break
            except ValueError:  # A number or escape that JSON does not know.
                break
        return self.value

    def _take(self, kind: str, token: str, *, at_end: bool) -> bool:
        """Take one token. False when nothing after it can be understood."""
        if kind == "mark":
            return self._take_mark(token)
        if self.wants in ("key", "key or end"):
            return kind == "string" and self._take_key(token)
        if self.wants not in ("value", "value or end"):
            return False
        if kind == "string":
            return self._put(json.loads(token, strict=False))
        self.cut_short = at_end and (kind == "half" or bool(self.open))
        if kind == "half":
            return self._put(_half_string(token))
        return self._put(_word(token, at_end))

    def _take_mark(self, mark: str) -> bool:
        may_begin = self.wants in ("value", "value or end")
        if mark in "{[" and may_begin and len(self.open) < DEEPEST:
            return self._begin({} if mark == "{" else [])
        if mark in "}]" and self.open and isinstance(self.open[-1], dict) == (mark == "}"):
            return self.wants in ("key or end", "value or end", "next") and self._end()
        if mark == "," and self.wants == "next":
            self.wants = "key" if isinstance(self.open[-1], dict) else "value"
            return True
        if mark == ":" and self.wants == "colon":
            self.wants = "value"
            return True
        return False

    def _begin(self, container: Any) -> bool:
        self._put(container)
        self.open.append(container)
        self.keys.append("")
        self.wants = "key or end" if isinstance(container, dict) else "value or end"
        return True

    def _end(self) -> bool:
        self.open.pop()
        self.keys.pop()
        self.wants = "next"
        return bool(self.open)

    def _take_key(self, token: str) -> bool:
        self.keys[-1] = json.loads(token, strict=False)
        self.wants = "colon"
        return True

    def _put(self, value: Any) -> bool:
        self.wants = "next"
        if not self.open:
            self.value = value
        elif isinstance(self.open[-1], dict):
            self.open[-1][self.keys[-1]] = value
        else:
            self.open[-1].append(value)
        return bool(self.open)


def _half_string(token: str) -> str:
    """A string without its end, up to the last character that has come whole."""
    whole = _WHOLE_CHARACTERS.match(token)
    text: str = json.loads(f'{whole[0] if whole else ""}"', strict=False)
    return text[:-1] if ends_in_half(text) else text


def _word(word: str, at_end: bool) -> Any:
    """A number, true, false or null; at the end of the text also the beginning of one."""
    for whole, value in (("true", True), ("false", False), ("null", None)):
        if word == whole or (at_end and whole.startswith(word)):
            return value
    match = _CUT_NUMBER.match(word)
    if match and (at_end or match.end() == len(word)):
        return json.loads(match[0])
    raise ValueError(word)
