"""What a handler's own code may want: streams read and merged, cut JSON, valid requests.

The rules themselves are in `deltas` and `messages`; this is the counter they are handed
over. `gptchat.util` is the same under its first name.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from gptchat.deltas import Normaliser, apply, compose_all, settle
from gptchat.messages import to_delta
from gptchat.messages.partial_json import parse_incomplete_json
from gptchat.messages.plain import get
from gptchat.messages.repair import repair_messages
from gptchat.protocol import Message, NormalDelta

if TYPE_CHECKING:
    from openai.types.chat.chat_completion import Choice

__all__ = ["concat_stream", "iter_stream_choices", "parse_incomplete_json", "repair_messages"]


def concat_stream(chunks: Iterable[Any], *, id: str | None = None) -> Choice:
    """All the updates of a stream as the one choice they add up to.

    Takes chunks, their choices, their deltas, or dicts like these. Of several choices
    streamed together, the one that speaks first is followed. The stream may be cut: its
    `finish_reason` is then None. Calls a provider gave no id get one made from `id`, the
    id of the message.
    """
    first = _FirstChoice()
    normaliser = Normaliser()
    delta = compose_all(_normal(normaliser, (first.delta(chunk) for chunk in chunks)))
    message, beside = settle(apply({}, delta), id or uuid.uuid4().hex[:12])
    return _choice(message, beside.get("finish_reason"), first.index or 0)


def iter_stream_choices(stream: Iterable[Any]) -> Iterator[Any]:
    """The first choice of every chunk that has one. Left early, it closes the stream."""
    try:
        for chunk in stream:
            for choice in get(chunk, "choices") or []:
                if not get(choice, "index"):
                    yield choice
    finally:
        close = getattr(stream, "close", None)
        if callable(close):
            close()


class _FirstChoice:
    """Follows the choice that spoke first; the others of an `n > 1` stream are not ours."""

    def __init__(self) -> None:
        self.index: int | None = None

    def delta(self, chunk: Any) -> dict[str, Any]:
        choices = get(chunk, "choices")
        for choice in choices if isinstance(choices, list) else [chunk]:
            index = get(choice, "index")
            if not isinstance(index, int):
                return to_delta(choice)
            if self.index is None:
                self.index = index
            if index == self.index:
                return to_delta(choice)
        return {}


def _normal(normaliser: Normaliser, raw: Iterable[dict[str, Any]]) -> Iterator[NormalDelta]:
    for delta in raw:
        yield normaliser.normalise(delta)
    rest = normaliser.flush()
    if rest:
        yield rest


def _choice(message: Message, reason: str | None, index: int) -> Choice:
    from openai.types.chat.chat_completion import Choice  # Late: importing openai takes a second.

    logprobs = message.pop("logprobs", None)
    whole = {"role": "assistant", "content": None, "refusal": None, **message}
    # Constructed, not validated: a cut stream has no finish reason, and providers send
    # fields of their own.
    return Choice.construct(index=index, finish_reason=reason, logprobs=logprobs, message=whole)
