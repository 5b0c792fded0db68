"""`gptchat chat`: an application that hands everything on to a model's server.

Owns what is said in the terminal and which trouble ends the command: what can never
work. A server that is not there yet gets a warning, and is answered for once it is.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gptchat import workers
from gptchat.endpoint import sentences
from gptchat.endpoint.addresses import OLLAMA, OPENAI, read_address
from gptchat.endpoint.endpoint import KEY_ENV, Endpoint, Found
from gptchat.endpoint.listing import Listing
from gptchat.errors import AnswerFailed, NoEndpoint
from gptchat.server import GPTChat

if TYPE_CHECKING:
    from gptchat.chat import Chat
    from gptchat.protocol import Message

BASE_URL = "OPENAI_BASE_URL"

NOWHERE = (
    "Say where the model is: gptchat chat --base-url http://…/v1. "
    f"Neither {BASE_URL} nor {KEY_ENV} is set, and no Ollama answers at {OLLAMA}."
)


@dataclass(frozen=True)
class Asked:
    """What was typed."""

    base_url: str | None = None
    model: str | None = None
    system: str | None = None
    key_env: str | None = None


def run_chat(asked: Asked, *, host: str, port: int, open_browser: bool = False, **who: Any) -> None:
    """Serve the page until it is interrupted. `who` are the options of who may come in.

    Raises NoEndpoint for what can never work.
    """
    endpoint = find_endpoint(asked, os.environ)
    app, listing = make_chat(endpoint, asked, **who)
    _tell(listing.look(), endpoint, asked)
    listing.follow()
    try:
        app.run_app(host=host, port=port, open_browser=open_browser)
    finally:
        listing.close()


def find_endpoint(asked: Asked, env: Mapping[str, str]) -> Endpoint:
    """The server that is meant: the typed one, the environment's, OpenAI, or Ollama here."""
    if asked.key_env and not env.get(asked.key_env):
        raise NoEndpoint(f"The environment variable {asked.key_env} is not set. Put the key there.")
    name = asked.key_env or KEY_ENV
    key = env.get(name) or None
    if typed := asked.base_url or env.get(BASE_URL):
        return Endpoint(read_address(typed), key, name)
    if key is not None:
        return Endpoint(OPENAI, key, name)
    ollama = Endpoint(OLLAMA, None)
    if not ollama.look().is_up:
        raise NoEndpoint(NOWHERE)
    return ollama


def make_chat(endpoint: Endpoint, asked: Asked, **options: Any) -> tuple[GPTChat, Listing]:
    """The application, and the list of models it follows."""
    options = {"store": ".gptchat/chat.db", "max_run_seconds": 3600.0, **options}
    app = GPTChat(system=asked.system, **options)

    async def answer(messages: list[Message], ctx: Chat) -> None:
        model = ctx.model
        if model is None:
            model = await workers.on_thread(_first)
        try:
            said = endpoint.ask(model, messages)
            await ctx.astream(_some(said, endpoint))
        except Exception as error:
            listing.wake()
            told = sentences.why(error, endpoint, model)
            # Strangers who were let in are not told what stands behind the page.
            if told is None or app.config.allow_anonymous:
                raise
            raise AnswerFailed(told) from error

    def _first() -> str:
        if not listing.names:
            listing.look()
        if not listing.names:
            error = listing.found.error if listing.found else None
            raise AnswerFailed(sentences.nobody(endpoint, error))
        return listing.names[0]

    def offer(names: Sequence[str]) -> None:
        app.handle_send_message(answer, name=names)

    listing = Listing(endpoint, asked.model, offer)
    app.handle_send_message(answer, name=listing.names or None)
    app.handle_connect(listing.wake)
    return app, listing


async def _some(chunks: AsyncIterator[Any], endpoint: Endpoint) -> AsyncIterator[Any]:
    """The chunks, of which there must be one: a page of HTML has none."""
    none = True
    async for chunk in chunks:
        none = False
        yield chunk
    if none:
        raise AnswerFailed(sentences.no_answer(endpoint))


def _tell(found: Found, endpoint: Endpoint, asked: Asked) -> None:
    """Say in one line what is there. Raises NoEndpoint for what can never work."""
    place, names = endpoint.name, list(found.models)
    if found.status == 401:
        raise NoEndpoint(sentences.key_refused(endpoint))
    if sentences.is_unknown_host(found.error):
        _warn(
            f"{sentences.unknown_host(endpoint)} Check the address. "
            "The page starts, and answers once the host is there."
        )
    elif not found.is_up:
        _warn(f"nothing answers at {place} yet. The page starts, and answers once it does.")
    elif asked.model is None and not names and found.lists:
        raise NoEndpoint(
            f"{place} lists no models. Pull one, or name one: gptchat chat --model NAME."
        )
    elif asked.model is None and not names:
        raise NoEndpoint(
            f"{place} lists no models. Check the address, which usually ends in /v1; "
            "or name a model: gptchat chat --model NAME."
        )
    elif asked.model and names and asked.model not in names:
        _warn(f"{place} does not list {asked.model!r}. It is tried all the same.")
    else:
        print(f"{_count(names)} at {place}", flush=True)


def _count(names: Sequence[str]) -> str:
    return "1 model" if len(names) == 1 else f"{len(names)} models" if names else "A model"


def _warn(sentence: str) -> None:
    print(f"gptchat: {sentence}", file=sys.stderr, flush=True)
