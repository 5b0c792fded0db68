"""Which tool call a fragment belongs to, whatever the provider calls it.

Owns the permanent numbering of the calls of one message (their slots) and what must be
remembered of each to attribute the next fragment. What a fragment says to its call is
read by normalise.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gptchat.messages.plain import as_text

LEGACY = "function_call"
"""The slot of the one call OpenAI's older models make."""


@dataclass
class Call:
    """What is known of one call so far."""

    slot: str
    index: int
    id: str = ""
    name: str = ""
    said: set[str] = field(default_factory=set)
    """Paths of which only the first value counts, and which have one."""
    arguments: list[str] = field(default_factory=list)
    """Kept only where a provider sends no index, to see where one call ends."""

    def is_whole(self) -> bool:
        """Whether the arguments can only be followed by those of another call."""
        text = "".join(self.arguments)
        self.arguments = [text]
        return text.rstrip().endswith("}") and _parses(text)


class Calls:
    """The calls of one message, by slot and by whatever else a provider names them."""

    def __init__(self, calls: list[dict[str, Any]], legacy: Any) -> None:
        self.legacy = Call(LEGACY, 0)
        if isinstance(legacy, Mapping) and legacy.get("name"):
            self.legacy.said.add("name")
        self._calls = [_known(call, place) for place, call in enumerate(calls)]
        self._touched: set[str] = set()

    def begin_delta(self) -> None:
        """A new delta begins: calls named before may be named again."""
        self._touched.clear()

    def of(self, fragment: Mapping[str, Any]) -> Call:
        """The call a fragment belongs to, made if there is none yet."""
        index, call_id, name = _index(fragment), _id(fragment), _name(fragment)
        if index is None:
            call = self._without_index(call_id, name)
        else:
            call = self._at_index(index, call_id, name)
        if call is None:
            call = self._made(index)
        call.id, call.name = call.id or call_id, call.name or name
        if index is None:
            call.arguments.append(_arguments(fragment))
        self._touched.add(call.slot)
        return call

    def _at_index(self, index: int, call_id: str, name: str) -> Call | None:
        same = [call for call in self._calls if call.index == index]
        if not same:
            return None
        if call_id:
            for call in reversed(same):
                if call.id == call_id:
                    return call
            # An id alone may be a new one on every chunk (vLLM); with a name it is a new call.
            if name and same[-1].id:
                return None
        return same[-1]

    def _without_index(self, call_id: str, name: str) -> Call | None:
        if not self._calls:
            return None
        newest = self._calls[-1]
        if call_id:
            for call in reversed(self._calls):
                if call.id == call_id:
                    return call
            return newest if not newest.id and not name else None
        if name and (name != newest.name or newest.slot in self._touched or newest.is_whole()):
            return None
        return newest

    def _made(self, index: int | None) -> Call:
        slot = 1 + max((int(call.slot) for call in self._calls), default=-1)
        if index is None:
            index = 1 + max((call.index for call in self._calls), default=-1)
        call = Call(str(slot), index)
        self._calls.append(call)
        return call


def slot_of(call: Mapping[str, Any], place: int) -> int:
    """A call's slot; in a message that was given whole, its place."""
    slot = call.get("slot")
    return slot if isinstance(slot, int) else place


def index_of(call: Mapping[str, Any], otherwise: int) -> int:
    """A call's place among the others: the provider's index, or its slot."""
    index = _index(call)
    return otherwise if index is None else index


def _index(call: Mapping[str, Any]) -> int | None:
    index = call.get("index")
    if isinstance(index, str) and index.isascii() and index.isdigit():
        index = int(index)
    return index if isinstance(index, int) and not isinstance(index, bool) else None


def _id(call: Mapping[str, Any]) -> str:
    """The provider's id, or nothing. Mistral has written "null" for none."""
    call_id = call.get("id")
    return call_id if isinstance(call_id, str) and call_id != "null" else ""


def _name(call: Mapping[str, Any]) -> str:
    """The name of the function or custom tool, or nothing."""
    name = _inner(call, "function").get("name") or _inner(call, "custom").get("name")
    return name if isinstance(name, str) else ""


def _arguments(call: Mapping[str, Any]) -> str:
    """The arguments in this fragment, as text."""
    return as_text(_inner(call, "function").get("arguments") or "")


def _inner(call: Mapping[str, Any], container: str) -> Mapping[str, Any]:
    inner = call.get(container)
    return inner if isinstance(inner, Mapping) else {}


def _known(call: Mapping[str, Any], place: int) -> Call:
    """A call that stands in the message already."""
    slot = slot_of(call, place)
    known = Call(str(slot), index_of(call, slot), _id(call), _name(call))
    known.said = {key for key in ("index", "id", "type") if call.get(key) not in (None, "")}
    for container in ("function", "custom"):
        if _inner(call, container).get("name"):
            known.said.add(f"{container}.name")
    known.arguments = [_arguments(call)]
    return known


def _parses(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
