"""What providers really send, turned into the normal form. Lives on the server only.

A Normaliser follows one message and remembers what has already been said of it: whether
its role is known, what calls there are (calls.py), which half of an emoji waits for the
other. What the normal form means is the business of changes.py and deltas.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gptchat.deltas import changes
from gptchat.deltas.calls import LEGACY, Call, Calls
from gptchat.errors import BadReply
from gptchat.messages import ROLES, as_parts
from gptchat.messages.plain import as_text, plain
from gptchat.messages.text import REPLACEMENT, clean, ends_in_half
from gptchat.protocol import Change, Message, NormalDelta

TEXTS = frozenset({
    "refusal", "reasoning_content", "reasoning", "audio.data", "audio.transcript",
    "function.arguments", "custom.input",
})  # fmt: skip
LISTS = frozenset({"annotations", "reasoning_details", "logprobs.content", "logprobs.refusal"})
ONCE = frozenset({"id", "type", "function.name", "custom.name"})
ARGUMENTS = frozenset({"function.arguments", "custom.input"})


class Normaliser:
    """Turns the raw deltas of one message, in order, into normal ones."""

    def __init__(self, message: Message | None = None) -> None:
        """Begin with nothing, or go on with a message that is partly there."""
        message = message or {}
        self._role_known = bool(message.get("role"))
        self._in_parts = isinstance(message.get("content"), list)
        self._calls = Calls(message.get("tool_calls") or [], message.get(LEGACY))
        self._begun: set[tuple[str, str]] = set()
        self._halves: dict[tuple[str, str], str] = {}

    def normalise(self, raw_delta: Mapping[str, Any]) -> NormalDelta:
        """The normal form of the next delta. It may be empty; the input is never changed."""
        delta: NormalDelta = {}
        for key, value in _said(raw_delta):
            match key:
                case "role":
                    self._take_role(delta, value)
                case "content":
                    self._take_content(delta, value)
                case "tool_calls":
                    self._take_calls(delta, value)
                case "function_call":
                    self._take_legacy(delta, value)
                case "audio" | "logprobs":
                    for inner, item in _inside(value):
                        self._take(delta, "", changes.inner_path(key, inner), item)
                case "finish_reason":
                    if value:
                        changes.put(delta, key, plain(value))
                case _:
                    self._take(delta, "", changes.key_path(key), value)
        return delta

    def flush(self) -> NormalDelta | None:
        """What waited for another half, once nothing more will come."""
        if not self._halves:
            return None
        delta: NormalDelta = {}
        for slot, path in self._halves:
            changes.append(_target(delta, slot), path, REPLACEMENT)
        self._halves.clear()
        return delta

    def _take_role(self, delta: NormalDelta, value: Any) -> None:
        # A role nobody knows is some provider's own word for its assistant.
        if value in ROLES and not self._role_known:
            self._role_known = True
            changes.put(delta, "role", value)

    def _take_content(self, delta: NormalDelta, value: Any) -> None:
        if not isinstance(value, str | list | Mapping):
            raise BadReply(
                "The content of a delta must be text or a list of parts, "
                f"not {type(value).__name__}. Turn it into text before sending it."
            )
        if self._in_parts:
            changes.extend(delta, "content", plain(as_parts(value)))
        elif isinstance(value, str):
            self._append(delta, "", "content", value)
        else:
            for part in as_parts(value):
                self._take_part(delta, part)

    def _take_part(self, delta: NormalDelta, part: Any) -> None:
        """Parts that are text join the text they belong to; others are kept beside it."""
        match part:
            case {"type": "text" | "output_text" | "input_text", "text": str(text)}:
                self._append(delta, "", "content", text)
            case {"type": "refusal", "refusal": str(text)}:
                self._append(delta, "", "refusal", text)
            case {"type": "thinking", "thinking": str(text)}:
                self._append(delta, "", "reasoning_content", text)
            case {"type": "thinking", "thinking": [*parts]}:  # Mistral
                text = "".join(str(p.get("text") or "") for p in parts if isinstance(p, Mapping))
                self._append(delta, "", "reasoning_content", text)
            case _:
                changes.extend(delta, "content_parts", [plain(part)])

    def _take_calls(self, delta: NormalDelta, value: Any) -> None:
        self._calls.begin_delta()
        for fragment in value if isinstance(value, list) else [value]:
            if not isinstance(fragment, Mapping):
                raise BadReply(
                    f"A tool call must be an object, not {type(fragment).__name__}. "
                    'Send {"index": 0, "id": …, "function": {"name": …, "arguments": …}}.'
                )
            said = {k: v for k, v in _said(fragment) if k not in ("index", "slot") and v != {}}
            if said:
                self._take_call(delta, self._calls.of(fragment), said)

    def _take_call(self, delta: NormalDelta, call: Call, said: dict[str, Any]) -> None:
        if "index" not in call.said:
            call.said.add("index")
            changes.put(_target(delta, call.slot), "index", call.index)
        for key, value in said.items():
            if key in ("function", "custom"):
                for inner, item in _inside(value):
                    self._take_of_call(delta, call, changes.inner_path(key, inner), item)
            else:
                self._take_of_call(delta, call, changes.key_path(key), value)

    def _take_legacy(self, delta: NormalDelta, value: Any) -> None:
        legacy = self._calls.legacy
        for key, item in _inside(value):
            if key == "arguments":
                self._append(delta, LEGACY, key, as_text(item))
            elif key == "name":
                self._take_once(delta, legacy, key, item)
            else:
                self._take(delta, LEGACY, changes.key_path(key), item)

    def _take_of_call(self, delta: NormalDelta, call: Call, path: str, value: Any) -> None:
        if path in ONCE:
            self._take_once(delta, call, path, value)
        elif path in ARGUMENTS:
            self._append(delta, call.slot, path, as_text(value))
        else:
            changes.put(_target(delta, call.slot), path, plain(value))

    def _take_once(self, delta: NormalDelta, call: Call, path: str, value: Any) -> None:
        """Providers repeat these on every chunk: the first that says something counts."""
        if path in call.said or not value or (path == "id" and value == "null"):
            return
        call.said.add(path)
        changes.put(_target(delta, call.slot), path, clean(as_text(value)))

    def _take(self, delta: NormalDelta, slot: str, path: str, value: Any) -> None:
        if slot == "" and path in TEXTS and isinstance(value, str):
            self._append(delta, slot, path, value)
        elif slot == "" and path in LISTS and isinstance(value, list):
            changes.extend(delta, path, plain(value))
        else:
            changes.put(_target(delta, slot), path, plain(value))

    def _append(self, delta: NormalDelta, slot: str, path: str, text: str) -> None:
        place = (slot, path)
        text = self._halves.pop(place, "") + text
        if ends_in_half(text):
            self._halves[place], text = text[-1], text[:-1]
        if text or place not in self._begun:
            self._begun.add(place)
            changes.append(_target(delta, slot), path, clean(text))


def _said(value: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """What is neither missing, nor null, nor an empty list."""
    return ((clean(str(k)), v) for k, v in value.items() if v is not None and v != [])


def _inside(value: Any) -> Iterable[tuple[str, Any]]:
    """The entries of a container; what should be one and is not is kept as its `value`."""
    return _said(value) if isinstance(value, Mapping) else [("value", value)]


def _target(delta: NormalDelta, slot: str) -> Change:
    return delta.setdefault("calls", {}).setdefault(slot, {}) if slot else delta
