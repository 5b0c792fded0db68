"""Asking a model as programs do, through the real `openai` client."""

from __future__ import annotations

from typing import Any

from openai import OpenAI


def ask(client: OpenAI, text: str = "Hello?", **more: Any) -> Any:
    """One request, for a completion or, with `stream=True`, a stream of one."""
    usual = {"model": "gpt-4o", "messages": [{"role": "user", "content": text}]}
    return client.chat.completions.create(**(usual | more))


def deltas(client: OpenAI, **more: Any) -> list[dict[str, Any]]:
    """The deltas of a streamed answer, as they came."""
    chunks = list(ask(client, stream=True, **more))
    return [chunk.choices[0].delta.model_dump(exclude_unset=True) for chunk in chunks]


def hear(stream: Any, into: list[str]) -> None:
    """Read a stream's words into a list, which keeps them if the stream breaks off."""
    into.extend(chunk.choices[0].delta.content or "" for chunk in stream)
