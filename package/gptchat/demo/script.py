"""The demonstration's assistant: which written answer fits what a person said.

The answers themselves are the Markdown files in `answers/`, pleasant to
edit: between lines of `+++` first what they are asked by, in TOML, then what is
said, and where functions are called, what is said once they have answered.
Running those functions is the business of `tools.py`.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Any

from gptchat.testing.replies import Json, Reply

SHORT = 6
"""Words. In a message of more, `code` or `long` is probably not meant as a request."""

LONGEST_ECHO = 2000
"""Letters of a person's message that are said back."""

LONGEST_BYTES = 60
"""Letters of a file's bytes that are said back: enough to see what kind of thing it is."""

FALLBACK = "90_anything"


@dataclass(frozen=True)
class Answer:
    """One written answer."""

    name: str
    text: str
    """What is said, or said before the functions are called."""
    ask: Sequence[str]
    """What it answers."""
    about: str | None = None
    """Its line in the menu; None keeps it out."""
    calls: Sequence[Json] = ()
    afterwards: str = ""
    """What is said when the functions have answered."""
    reasoning: str | None = None
    delay: float = 0.0
    rate: float = 80.0
    first_try: Json = field(default_factory=dict)
    """What goes wrong the first time, as fields of a `Reply`."""


@cache
def answers() -> tuple[Answer, ...]:
    """Every written answer, in the order of the menu."""
    folder = files("gptchat.demo").joinpath("answers")
    written = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".md")), key=lambda file: file.name
    )
    return tuple(
        _read(file.name.removesuffix(".md"), file.read_text(encoding="utf-8")) for file in written
    )


def menu() -> str:
    """What can be asked, as a Markdown list."""
    return "\n".join(
        f"- `{answer.ask[0]}` — {answer.about}" for answer in answers() if answer.about
    )


class Assistant:
    """The scripted model: called with a request as OpenAI would get it, it says a `Reply`."""

    def __init__(self) -> None:
        self._tries: Counter[tuple[str, int]] = Counter()
        self._lock = Lock()

    def __call__(self, request: Json) -> Reply:
        messages = request["messages"]
        answer = choose(_words_of_the_person(messages))
        if answer.calls and messages[-1]["role"] == "tool":
            return Reply(fill(answer.afterwards, _results(messages)), rate=answer.rate)
        mishap = answer.first_try if self._is_first_try(request) else {}
        return Reply(
            fill(answer.text, _about(messages)),
            reasoning=answer.reasoning,
            tool_calls=answer.calls,
            delay=answer.delay,
            rate=answer.rate,
            **mishap,
        )

    def _is_first_try(self, request: Json) -> bool:
        """Whether this conversation asks this for the first, third, fifth … time."""
        key = (str(request.get("user")), len(request["messages"]))
        with self._lock:
            self._tries[key] += 1
            return self._tries[key] % 2 == 1


def choose(text: str) -> Answer:
    """The answer that fits best: asked for exactly, or by a word in a short message."""
    said = " ".join(re.findall(r"[\w'-]+", text.lower()))
    for answer in answers():
        if said in answer.ask:
            return answer
    words = said.split()
    if len(words) <= SHORT:
        for answer in answers():
            if any(ask in words for ask in answer.ask):
                return answer
    return next(answer for answer in answers() if answer.name == FALLBACK)


def fill(text: str, values: Mapping[str, str]) -> str:
    """`{{name}}` becomes what the name stands for."""
    return re.sub(r"\{\{([\w.]+)\}\}", lambda found: values[found[1]], text)


def _read(name: str, file: str) -> Answer:
    _, about, text, *afterwards = re.split(r"^\+\+\+\n", file, flags=re.MULTILINE)
    fields = tomllib.loads(about)
    for call in fields.get("calls", ()):
        call["arguments"] = {
            key: value.strip("\n") if isinstance(value, str) else value
            for key, value in call["arguments"].items()
        }
    if "reasoning" in fields:
        fields["reasoning"] = fields["reasoning"].strip()
    return Answer(name=name, text=text.strip(), afterwards="".join(afterwards).strip(), **fields)


def _said_last(messages: Sequence[Json]) -> Any:
    said = (message["content"] for message in reversed(messages) if message["role"] == "user")
    return next(said, "")


def _words_of_the_person(messages: Sequence[Json]) -> str:
    content = _said_last(messages)
    if isinstance(content, str):
        return content
    return " ".join(part["text"] for part in content if part["type"] == "text")


def _shortened(content: Any, most: int = LONGEST_ECHO) -> Any:
    """The content as it came, its long texts cut; the bytes of a file are but hinted at."""
    if isinstance(content, list):
        return [_shortened(part) for part in content]
    if isinstance(content, dict):
        most = LONGEST_ECHO if content.get("type") == "text" else LONGEST_BYTES
        return {key: _shortened(value, most) for key, value in content.items()}
    return content if len(content) <= most else f"{content[:most]}…"


def _about(messages: Sequence[Json]) -> dict[str, str]:
    """What the texts may say of the conversation."""
    text = _words_of_the_person(messages)
    count, earlier = len(text.split()), len(messages) - 1
    shown = _shortened(_said_last(messages))
    suggestions = [f"`{answer.ask[0]}`" for answer in answers() if answer.about]
    offset = earlier % len(suggestions)
    first, second, third = (suggestions * 2)[offset : offset + 3]
    return {
        "menu": menu(),
        "message": json.dumps(
            {"role": "user", "content": shown},
            ensure_ascii=False,
            indent=None if isinstance(shown, str) else 2,
        ),
        "words": "one word" if count == 1 else f"{count} words",
        "earlier": (
            "it opened our conversation"
            if earlier == 0
            else f"before it came the {_plural(earlier, 'message')} of our conversation so far"
        ),
        "suggestions": f"{first}, {second} or {third}",
    }


def _plural(count: int, word: str) -> str:
    return f"one {word}" if count == 1 else f"{count} {word}s"


def _results(messages: Sequence[Json]) -> dict[str, str]:
    """What the functions said: `0` is the first call's whole result, `0.sky` a part of it."""
    asked: Any = next(message for message in reversed(messages) if message.get("tool_calls"))
    said = {
        message["tool_call_id"]: message["content"]
        for message in messages
        if message["role"] == "tool"
    }
    values: dict[str, str] = {}
    for place, call in enumerate(asked["tool_calls"]):
        result = values[str(place)] = said[call["id"]].strip()
        try:
            parts = json.loads(result)
        except ValueError:
            continue
        if isinstance(parts, dict):
            values |= {f"{place}.{key}": str(value) for key, value in parts.items()}
    return values
