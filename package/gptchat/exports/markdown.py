"""A branch as Markdown: the words as they were written, everything else in a frame of its own."""

from __future__ import annotations

import json
import re

from gptchat.exports.reading import Part, Turn, turns_of
from gptchat.exports.transcript import Files, Transcript
from gptchat.files.names import clean_name

WHO = {"user": "You", "assistant": "Assistant"}


def write(transcript: Transcript) -> str:
    """The branch that is shown. Files are named."""
    turns = turns_of(transcript.path(), Files(transcript.read, most=0))
    return "\n\n".join([f"# {_plain(transcript.title)}", *map(_turn, turns)]) + "\n"


def _turn(turn: Turn) -> str:
    who = WHO.get(turn.role, turn.role.capitalize())
    model = f" ({_plain(turn.model)})" if turn.model else ""
    return "\n\n".join([f"## {who}{model}", *map(_part, turn.parts)])


def _part(part: Part) -> str:
    match part.kind:
        case "words":
            return part.text.strip("\n")
        case "thought":
            return _quoted(f"**Thought**\n\n{part.text.strip()}")
        case "call":
            return _call(part)
        case "picture" | "file":
            return f"*Attached:* {_code(clean_name(part.name))}"
        case "link":
            return f"*Picture:* {_code(part.text)}"
        case "error":
            return _quoted(f"**Error:** {_plain(part.text)}")
        case "refusal":
            return _quoted(part.text.strip())
        case _:
            return f"*{_plain(part.text)}*"


def _call(part: Part) -> str:
    name = _code(part.name) if part.name else "a function"
    said = [f"**Called {name}**"]
    if part.text.strip():
        said.append(_fenced(part.text, "json" if _is_json(part.text) else ""))
    if part.result is not None:
        said += ["Result:", _fenced(part.result, "json" if _is_json(part.result) else "")]
    return "\n\n".join(said)


def _fenced(text: str, language: str) -> str:
    """A block of code that nothing in it can end."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def _code(text: str) -> str:
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    ticks, blank = "`" * (longest + 1), " " if longest else ""
    return f"{ticks}{blank}{text}{blank}{ticks}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _plain(text: str) -> str:
    """A line of text that means itself."""
    return re.sub(r"([\\`*_\[\]<>#&|~])", r"\\\1", " ".join(text.split()))


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except ValueError:
        return False
