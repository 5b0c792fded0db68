"""A scripted reply as OpenAI would send it: chunk by chunk, or whole.

Owns the shape of both. When they reach the client, and whether they do, is the
business of `http.py`.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator

from gptchat.testing.replies import At, Cut, Json, Reply, pieces

FINGERPRINT = "fp_scripted"


class Completion:
    """A `Reply` on its way to one request: its chunks, or its whole."""

    def __init__(self, reply: Reply, request: Json) -> None:
        self.reply = reply
        self.deltas = list(_deltas(reply))
        self._count = request.get("n") or 1
        self._id = f"chatcmpl-{secrets.token_hex(14)}"
        self._created = int(time.time())
        self._request = request

    def place(self, at: At | None) -> int | None:
        """How many deltas come before a place in the stream. Past the end is the end."""
        if at is None:
            return None
        most = len(self.deltas if self.reply.chunks is None else self.reply.chunks)
        return min(at if isinstance(at, int) else round(at * most), most)

    def numbered_chunks(self) -> Iterator[tuple[int, Json | str]]:
        """Every chunk with the number of deltas before it; the role, which says nothing, has -1."""
        if self.reply.chunks is None:
            yield from self._usual_chunks()
            return
        envelope = self._envelope("chat.completion.chunk")
        for said, chunk in enumerate(self.reply.chunks):
            yield said, chunk if isinstance(chunk, str) else envelope | chunk

    def _usual_chunks(self) -> Iterator[tuple[int, Json]]:
        with_usage = bool((self._request.get("stream_options") or {}).get("include_usage"))
        no_usage_yet = {"usage": None} if with_usage else {}
        said = len(self.deltas)
        told = [(place, delta, None) for place, delta in enumerate(self.deltas)]
        first = [(-1, self._first_delta(), None)] if self.reply.deltas is None else []
        for place, delta, reason in [*first, *told, (said, {}, self.finish_reason())]:
            for index in range(self._count):
                yield place, self._chunk(index, delta, reason) | no_usage_yet
        if with_usage:
            last = self._envelope("chat.completion.chunk")
            yield said + 1, last | {"choices": [], "usage": self.usage()}

    def whole(self) -> Json:
        """The same answer to a request without `stream`."""
        choices = [
            {
                "index": index,
                "message": self._message(),
                "logprobs": None,
                "finish_reason": self.finish_reason(),
            }
            for index in range(self._count)
        ]
        usage = {"usage": self.usage()}
        return self._envelope("chat.completion") | {"choices": choices} | usage

    def finish_reason(self) -> str:
        """Why the model stopped, unless the script says otherwise."""
        if self.reply.finish_reason is not None:
            return self.reply.finish_reason
        if any("tool_calls" in delta for delta in self.deltas):
            return "tool_calls"
        if any("function_call" in delta for delta in self.deltas):
            return "function_call"
        return "stop"

    def usage(self) -> Json:
        """Tokens, counted as one a chunk: steady enough to assert on."""
        if self.reply.usage is not None:
            return dict(self.reply.usage)
        said = len(self.deltas)
        asked = sum(
            len(pieces(message["content"], "words"))
            for message in self._request["messages"]
            if isinstance(message.get("content"), str)
        )
        return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}

    def _first_delta(self) -> Json:
        calls = self.reply.tool_calls or self.reply.function_call
        content = None if calls and not self.reply.text else ""
        return {"role": "assistant", "content": content, "refusal": None}

    def _message(self) -> Json:
        """The chunks put together, by the little this module needs to know of merging."""
        message: Json = {"role": "assistant", "content": None, "refusal": None, "annotations": []}
        calls: dict[int, Json] = {}
        for delta in self.deltas:
            for key, value in delta.items():
                if key == "tool_calls":
                    for place, piece in enumerate(value or []):
                        _join_call(calls.setdefault(piece.get("index", place), {}), piece)
                elif key == "function_call":
                    _join(message.setdefault(key, {}), value or {})
                elif value is not None:
                    _join(message, {key: value})
        if calls:
            message["tool_calls"] = [calls[index] for index in sorted(calls)]
        if message["content"] is None and not calls and self.reply.text == "":
            message["content"] = ""
        return message

    def _chunk(self, index: int, delta: Json, finish_reason: str | None) -> Json:
        choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return self._envelope("chat.completion.chunk") | {"choices": [choice]}

    def _envelope(self, kind: str) -> Json:
        return {
            "id": self._id,
            "object": kind,
            "created": self._created,
            "model": self._request["model"],
            "service_tier": "default",
            "system_fingerprint": FINGERPRINT,
        }


def _deltas(reply: Reply) -> Iterator[Json]:
    if reply.deltas is not None:
        yield from reply.deltas
        return
    for key, text in (
        ("reasoning_content", reply.reasoning),
        ("content", reply.text),
        ("refusal", reply.refusal),
    ):
        yield from ({key: piece} for piece in pieces(text or "", reply.chunk))
    if reply.function_call is not None:
        name, arguments = _call(reply.function_call)
        yield {"function_call": {"name": name, "arguments": ""}}
        for piece in pieces(arguments, reply.chunk):
            yield {"function_call": {"arguments": piece}}
    for index, call in enumerate(reply.tool_calls):
        yield from _call_deltas(index, call, reply.chunk)


def _call_deltas(index: int, call: Json, cut: Cut) -> Iterator[Json]:
    name, arguments = _call(call)
    # Random, as OpenAI's are: a counter would repeat ids after a restart, in one conversation.
    call_id = call.get("id") or f"call_{secrets.token_hex(12)}"
    head = {"name": name, "arguments": ""}
    yield {"tool_calls": [{"index": index, "id": call_id, "type": "function", "function": head}]}
    for piece in pieces(arguments, cut):
        yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


def _call(call: Json) -> tuple[str, str]:
    arguments = call.get("arguments", {})
    return call["name"], arguments if isinstance(arguments, str) else json.dumps(arguments)


def _join_call(call: Json, piece: Json) -> None:
    _join(call, {key: piece[key] for key in ("id", "type") if key not in call and key in piece})
    _join(call.setdefault("function", {}), piece.get("function") or {})


def _join(into: Json, more: Json) -> None:
    for key, value in more.items():
        grows = isinstance(value, str) and isinstance(into.get(key), str) and key != "role"
        into[key] = into[key] + value if grows else value
