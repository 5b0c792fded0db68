"""A server that speaks OpenAI's language: where it is, what models it has, how it is asked.

Which address was meant is the business of `addresses.py`; what a failure means for
a person, that of `sentences.py`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gptchat.endpoint.addresses import candidates, shown

if TYPE_CHECKING:
    from openai import AsyncOpenAI

    from gptchat.protocol import Message

KEY_ENV = "OPENAI_API_KEY"

NO_KEY = "none"
"""OpenAI's client wants a key; a server on this machine takes any."""

LIST_PATIENCE = 5.0
"""Seconds a list of models may take: the page waits for the first one."""

ANSWER_PATIENCE = 3600.0
"""Seconds without a word: a large model on a small machine reads for long."""


@dataclass(frozen=True)
class Found:
    """What is at an address: its models, or what came instead of a list of them."""

    address: str
    models: Sequence[str] = ()
    lists: bool = False
    error: Exception | None = None

    @property
    def status(self) -> int | None:
        """The HTTP status it refused with."""
        return getattr(self.error, "status_code", None)

    @property
    def is_up(self) -> bool:
        """Whether anybody is there. A proxy in front of nobody answers with 502 to 504."""
        return self.error is None or (self.status is not None and self.status < 500)


class Endpoint:
    """One server, by its address and the key that stands in the variable `key_env`."""

    def __init__(self, address: str, key: str | None, key_env: str = KEY_ENV) -> None:
        self.address, self.key, self.key_env = address, key, key_env
        self._may_be = candidates(address)
        self._clients: dict[str, AsyncOpenAI] = {}

    @property
    def name(self) -> str:
        """What a person calls it."""
        return shown(self.address)

    def look(self) -> Found:
        """Ask for its models, and settle which address is meant. Never raises."""
        found: list[Found] = []
        for address in self._may_be:
            here = self._list(address)
            if here.lists or here.status in (401, 403):
                self.address, self._may_be = address, [address]
                return here
            found.append(here)
            if not here.is_up:
                break
        self.address = found[0].address
        return found[0]

    def _list(self, address: str) -> Found:
        from openai import OpenAI

        try:
            with OpenAI(base_url=address, api_key=self.key or NO_KEY, max_retries=0,
                        timeout=LIST_PATIENCE) as client:  # fmt: skip
                names = _names(client.get("/models", cast_to=object))
        except Exception as error:  # noqa: BLE001 – whatever answers there may be anything
            return Found(address, error=error)
        return Found(address, names or [], lists=names is not None)

    async def ask(self, model: str, messages: list[Message]) -> AsyncIterator[Any]:
        """The chunks of an answer. Whoever stops reading hangs up."""
        stream: Any = await self._client().chat.completions.create(
            model=model,
            messages=messages,  # type: ignore[arg-type]  # Plain dicts, as OpenAI takes them.
            stream=True,
        )
        async with stream:
            async for chunk in stream:
                yield chunk

    def _client(self) -> AsyncOpenAI:
        from openai import AsyncOpenAI

        if self.address not in self._clients:
            # Retried here, a failure would look like thinking; the page has a button for it.
            self._clients[self.address] = AsyncOpenAI(
                base_url=self.address,
                api_key=self.key or NO_KEY,
                max_retries=0,
                timeout=ANSWER_PATIENCE,
            )
        return self._clients[self.address]


def _names(answer: object) -> list[str] | None:
    """The models of a list, in its order; None for something else. Ollama's empty list is null."""
    if not isinstance(answer, dict) or "data" not in answer:
        return None
    data = answer["data"] or []
    if not isinstance(data, list):
        return None
    ids = [each.get("id") for each in data if isinstance(each, dict)]
    return list(dict.fromkeys(id for id in ids if isinstance(id, str) and id.strip()))
