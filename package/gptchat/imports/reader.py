"""What a file holds: one conversation or many, of whichever kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gptchat.errors import BadReply
from gptchat.exports.tree import FORMAT
from gptchat.imports import chatgpt, messages, tree
from gptchat.imports.arriving import MOST_MESSAGES, Arriving, NotTaken
from gptchat.imports.values import Found, values

KNOWN = "OpenAI messages, a gptchat tree, or ChatGPT's conversations.json"


def read(chunks: Iterable[str]) -> Iterator[Arriving | NotTaken]:
    """The conversations in a file, and in their place the reasons why one cannot be taken.

    Raises NotTaken where the file cannot be read any further.
    """
    said: list[Found] = []
    for found in values(chunks):
        if _is_message(found.value):
            said.append(found)
            if len(said) > MOST_MESSAGES:
                raise NotTaken(f"A conversation has {MOST_MESSAGES:,} messages at most.")
            continue
        if said:
            yield _taken(said)
            said = []
        yield _conversation(found)
    if said:
        yield _taken(said)


def _taken(said: list[Found]) -> Arriving | NotTaken:
    try:
        return messages.conversation([(each.value, each.line) for each in said])
    except NotTaken as no:
        return no


def _conversation(found: Found) -> Arriving | NotTaken:
    try:
        return _by_kind(found.value)
    except NotTaken as no:
        return NotTaken(no.sentence, line=no.line or found.line)
    except BadReply as no:
        return NotTaken(str(no), line=found.line)


def _by_kind(value: Any) -> Arriving:
    if isinstance(value, Mapping):
        if "mapping" in value:
            return chatgpt.conversation(value)
        if value.get("format") == FORMAT:
            return tree.conversation(value)
        if isinstance(value.get("messages"), list):
            return messages.conversation([(each, None) for each in value["messages"]])
        seen = ", ".join(repr(key)[:40] for key in list(value)[:5]) or "nothing"
        raise NotTaken(f"An object with {seen} is no conversation. What is known is {KNOWN}.")
    if isinstance(value, list):
        return messages.conversation([(each, None) for each in value])
    raise NotTaken(f"{str(value)[:40]!r} is no conversation. What is known is {KNOWN}.")


def _is_message(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and ("role" in value or "choices" in value)
        and not ("mapping" in value or "format" in value)
    )
