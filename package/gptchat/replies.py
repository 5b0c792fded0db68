"""Whatever a handler returns, yields or sends, turned into messages of its run.

A string returned is a message; strings yielded are pieces of one. OpenAI's
objects act by their class: a message is whole, a chunk or a delta joins.
Streams are read here, and closed when nobody will read on.
"""

from __future__ import annotations

import inspect
import logging
from contextlib import AbstractContextManager
from typing import Any, Protocol

from gptchat import streams, workers
from gptchat.errors import BadReply
from gptchat.handlers import Yields
from gptchat.messages import kind_of, to_delta, to_message
from gptchat.messages.plain import get
from gptchat.protocol import Message

logger = logging.getLogger("gptchat")


HOLDS_MORE = ("list", "stream", "async stream")
"""Kinds that are looked into rather than shown."""


class Sink(Protocol):
    """What replies ask of a run."""

    def enter(self) -> None:
        """The caller speaks for the run, in its own thread or task."""

    def check(self) -> None:
        """Raise if nothing more may be said."""

    def whole(self, message: Message, id: str | None = None) -> str:
        """Write or replace a message."""

    def grow(self, delta: dict[str, Any], id: str | None = None) -> str:
        """Join a raw delta to a message."""

    def complete(self, id: str) -> Message:
        """The message is whole."""

    def hold(self, stream: object) -> AbstractContextManager[None]:
        """Stop closes the stream's connection meanwhile."""


class Replies:
    """What one handler, or one stream, says: which pieces belong to which message."""

    def __init__(
        self, sink: Sink, *, yields: Yields = "delta", id: str | None = None, warn: bool = False
    ) -> None:
        self._sink, self._yields, self._first_id, self._warn = sink, yields, id, warn
        self._open: str | None = None
        self._source: object = None
        self._text = ""

    @property
    def last(self) -> str | None:
        """The id of the message that is being joined."""
        return self._open

    def returned(self, value: Any) -> None:
        """Show what a handler returned: a string is a whole message, an iterator is read."""
        kind = kind_of(value)
        if kind == "async stream" or inspect.isawaitable(value):
            self._await(value)
        elif kind == "stream":
            self.read(value)
        elif kind == "list":
            for item in value:
                self.returned(item)
        elif kind == "text":
            self._whole(value)
        else:
            self.said(value)

    async def areturned(self, value: Any) -> None:
        """The same for an async handler: nothing here blocks its loop."""
        while inspect.isawaitable(value):
            value = await value
        kind = kind_of(value)
        if kind == "async stream":
            await self.aread(value)
        elif kind == "stream":
            await workers.on_thread(lambda: self._read_here(value))
        elif kind == "list":
            for item in value:
                await self.areturned(item)
        elif kind == "text":
            self._whole(value)
        else:
            self.said(value)

    def read(self, source: Any) -> None:
        """Say each thing a stream or generator yields. It is closed by the thread that reads it."""
        iterator = None
        with self._sink.hold(source):
            try:
                self._sink.check()  # Stopped before it came: nobody reads it, so it is closed.
                iterator = iter(source)
                while True:
                    try:
                        item = next(iterator)
                    except StopIteration as end:
                        self.returned(end.value)
                        break
                    except Exception:
                        self._sink.check()  # Stop broke the connection: that is the reason.
                        raise
                    self._sink.check()
                    self.said(item)
            finally:
                streams.close(iterator)
                streams.close(source)
        self._finish_open()

    async def aread(self, source: Any) -> None:
        """The same for what is iterated with `async for`."""
        with self._sink.hold(source):
            try:
                self._sink.check()
                async for item in source:
                    self._sink.check()
                    await self._asaid(item)
            except Exception:
                self._sink.check()  # The same.
                raise
            finally:
                await streams.aclose(source)
        self._finish_open()

    def said(self, value: Any) -> None:
        """Say one thing that was yielded: a string is a piece, a dict with an id is a delta."""
        match kind_of(value):
            case "nothing":
                return
            case "text":
                self._piece(value)
            case "delta":
                self._join(value)
            case "message" if isinstance(value, dict) and isinstance(value.get("id"), str):
                self._sink.grow(to_delta(value), value["id"])
            case "message":
                self._whole(value)
            case "unknown" if not inspect.isawaitable(value):
                raise BadReply(
                    f"A handler said something of type {type(value).__name__!r}, which cannot "
                    "become a message. Return or yield a str, an OpenAI message, chunk or delta "
                    "(object or dict), a stream of these, a list of these, or None."
                )
            case _:
                self._finish_open()
                self.returned(value)

    async def _asaid(self, value: Any) -> None:
        """The same on the loop, where what must be waited for is awaited."""
        if kind_of(value) in HOLDS_MORE or inspect.isawaitable(value):
            self._finish_open()
            await self.areturned(value)
        else:
            self.said(value)

    def _await(self, value: Any) -> None:
        """Show something async from a handler that is not: Stop cancels it meanwhile."""
        work = workers.Awaited(self._areturned_here(value))
        with self._sink.hold(work):
            work.result()

    async def _areturned_here(self, value: Any) -> None:
        self._sink.enter()
        await self.areturned(value)

    def _read_here(self, source: Any) -> None:
        self._sink.enter()
        self.read(source)

    def _piece(self, text: str) -> None:
        if self._yields == "cumulative":
            self._cumulative(text)
            return
        if self._warn and len(self._text) >= 8 and text.startswith(self._text):
            logger.warning(
                "The strings this handler yields repeat their beginning. If each is the whole "
                "text so far, say @app.handle_send_message(yields='cumulative')."
            )
            self._warn = False
        self._text = text if not self._text else self._text[:64]
        self._grow({"content": text}, source="text")

    def _cumulative(self, text: str) -> None:
        if self._open is None or text.startswith(self._text):
            self._grow({"content": text[len(self._text) :]}, source="text")
        else:
            self._sink.whole({"role": "assistant", "content": text}, self._open)
        self._text = text

    def _join(self, value: Any) -> None:
        delta = to_delta(value)
        if get(value, "choices") != []:
            # A stream's chunks share an id: another id is another message, and none is the same.
            same = self._source if isinstance(self._source, tuple) else ("chunks", None)
            id = get(value, "id")
            self._grow(delta, source=("chunks", id) if id else same)
        elif delta:  # It has no choices, and often another id: it tells of the others.
            self._grow(delta, source=self._source)

    def _grow(self, delta: dict[str, Any], *, source: object) -> None:
        if self._open is not None and self._source not in (None, source):
            self._finish_open()
        self._source = source
        self._open = self._sink.grow(delta, self._open or self._take_id())

    def _whole(self, value: Any) -> None:
        message = to_message(value)
        self._finish_open()
        self._open = self._sink.whole(message, self._take_id())
        self._source = object()  # Whatever joins next is another message.

    def _take_id(self) -> str | None:
        id, self._first_id = self._first_id, None
        return id

    def _finish_open(self) -> None:
        if self._open is not None:
            self._sink.complete(self._open)
        self._open, self._source, self._text = None, None, ""
