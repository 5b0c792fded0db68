"""How messages grow: `apply`, `compose`, and `settle` at the end.

These know the normal form alone (changes.py); what providers really send is turned into
it by normalise.py. The browser's `client/src/state/deltas.ts` does exactly the same, and
the law both are held to is `apply(apply(m, a), b) == apply(m, compose(a, b))`.

While a message streams, each of its tool calls carries `slot`, its permanent number, and
`index`, the provider's; the legacy call lives in `function_call`, its slot's name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from typing_extensions import TypedDict

from gptchat.deltas.calls import LEGACY, index_of, slot_of
from gptchat.deltas.changes import extended, join, split_path
from gptchat.deltas.normalise import Normaliser
from gptchat.protocol import Change, Message, NormalDelta

__all__ = ["Beside", "Normaliser", "apply", "compose", "compose_all", "is_empty", "settle"]


class Beside(TypedDict, total=False):
    """What was told with a message and is no part of it: it is kept in the message's node."""

    finish_reason: str
    usage: dict[str, object]


def apply(message: Message, delta: NormalDelta) -> Message:
    """The message, grown by the delta. It is changed in place; the delta never is."""
    _grow(message, delta)
    calls = delta.get("calls")
    if calls:
        for slot, change in calls.items():
            _grow(_call_at(message, slot), change)
    return message


def compose(first: NormalDelta, second: NormalDelta) -> NormalDelta:
    """The one delta that does what both do, one after the other. Neither is altered."""
    both = cast(NormalDelta, join(first, second))
    calls = dict(first.get("calls", {}))
    for slot, change in second.get("calls", {}).items():
        calls[slot] = join(calls.get(slot, {}), change)
    if calls:
        both["calls"] = calls
    return both


def compose_all(deltas: Iterable[NormalDelta]) -> NormalDelta:
    """All of them as one delta.

    Neighbours of like size are joined, as in a binary counter, so that a million
    short texts are copied twenty times each and not a million times.
    """
    heap: list[tuple[int, NormalDelta]] = []
    for delta in deltas:
        size = 1
        while heap and heap[-1][0] == size:
            size, delta = size * 2, compose(heap.pop()[1], delta)
        heap.append((size, delta))
    total: NormalDelta = {}
    while heap:
        total = compose(heap.pop()[1], total)
    return total


def is_empty(delta: NormalDelta) -> bool:
    """Whether the delta changes nothing, whatever it is applied to."""
    return not (
        delta.get("append") or delta.get("extend") or delta.get("set") or delta.get("calls")
    )


def settle(message: Message, message_id: str) -> tuple[Message, Beside]:
    """The message as it is kept once it is complete, and what was told beside it.

    Slots and indexes vanish, calls stand in order, and what no provider sent of them
    is filled in. The message given is not changed.
    """
    settled = dict(message)
    reason, usage = settled.pop("finish_reason", None), settled.pop("usage", None)
    beside: Beside = {}
    if isinstance(reason, str):
        beside["finish_reason"] = reason
    if isinstance(usage, dict):
        beside["usage"] = usage
    if isinstance(settled.get("tool_calls"), list):
        settled["tool_calls"] = _in_order(settled["tool_calls"], message_id)
    return settled, beside


def _grow(target: dict[str, Any], change: Change) -> None:
    for path, text in change.get("append", {}).items():
        holder, key = _place(target, path)
        value = holder.get(key)
        if isinstance(value, str):
            # Held by this name alone, CPython lengthens the string where it lies;
            # otherwise every token would copy the whole answer.
            holder[key] = None
            value += text
            holder[key] = value
        else:
            holder[key] = text
    for path, items in change.get("extend", {}).items():
        holder, key = _place(target, path)
        if isinstance(holder.get(key), list):
            holder[key].extend(items)
        else:
            holder[key] = list(items)
    for path, value in change.get("set", {}).items():
        holder, key = _place(target, path)
        # A list of the delta's own must not grow with the message.
        holder[key] = extended(value, []) if isinstance(value, list) else value


def _place(target: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    container, key = split_path(path)
    if container is None:
        return target, key
    holder = target.get(container)
    if not isinstance(holder, dict):
        holder = target[container] = {}
    return holder, key


def _call_at(message: Message, slot: str) -> dict[str, Any]:
    if slot == LEGACY:
        legacy = message.get(LEGACY)
        if not isinstance(legacy, dict):
            legacy = message[LEGACY] = {}
        return legacy
    calls = message.get("tool_calls")
    if not isinstance(calls, list):
        calls = message["tool_calls"] = []
    _number(calls)
    return _find_or_insert(calls, int(slot))


def _number(calls: list[dict[str, Any]]) -> None:
    """Calls of a message that was given whole have no slots yet: their places are."""
    for place, call in enumerate(calls):
        call.setdefault("slot", place)


def _find_or_insert(calls: list[dict[str, Any]], slot: int) -> dict[str, Any]:
    later = len(calls)
    for place, call in enumerate(calls):
        if call["slot"] == slot:
            return call
        if call["slot"] > slot and place < later:
            later = place
    call = {"slot": slot}
    calls.insert(later, call)
    return call


def _in_order(calls: list[dict[str, Any]], message_id: str) -> list[dict[str, Any]]:
    numbered = [(slot_of(call, place), call) for place, call in enumerate(calls)]
    numbered.sort(key=lambda pair: (index_of(pair[1], pair[0]), pair[0]))
    return [_settled_call(call, f"call_{message_id}_{slot}") for slot, call in numbered]


def _settled_call(call: dict[str, Any], made_id: str) -> dict[str, Any]:
    settled = {key: value for key, value in call.items() if key not in ("slot", "index")}
    if not settled.get("id"):
        settled["id"] = made_id
    if not settled.get("type"):
        settled["type"] = "custom" if "custom" in call and "function" not in call else "function"
    return settled
