"""What a handler may say by hand: messages, pieces of them, whole streams.

`GPTChat` is one of these. Which run or conversation a message belongs to is
found out in `house.py`; how messages grow is the business of `runs/`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from gptchat import streams
from gptchat.errors import BadReply, NoConversation
from gptchat.house import House
from gptchat.messages import kind_of
from gptchat.runs.run import Run, home_run
from gptchat.utils import concat_stream

if TYPE_CHECKING:
    from openai.types.chat.chat_completion import Choice

T = TypeVar("T")


class Updates:
    """The part of `GPTChat` that a handler talks with."""

    @property
    def _rooms(self) -> House:
        raise NotImplementedError

    def new_id(self) -> str:
        """An id that joins deltas into one message, from any thread the handler starts."""
        return self._rooms.new_id()

    def update_message(self, delta: Any, id: str | None = None, *, to: str | None = None) -> str:
        """Show a message, or a piece of one; returns its id.

        OpenAI's objects act by their class: a message is whole, a delta or a
        chunk joins the message `id`. A dict with an id (this argument, or its
        own `id` key) is a delta; a dict or str without one is a whole message.
        `to` names a conversation for messages from outside its run.

        Raises RunStopped after Stop, RunEnded after the end of the run,
        NoConversation where it cannot be told whose message it is, and
        BadReply for what cannot become a message.
        """
        if id is None:
            id = _own_id(delta)
        kind = kind_of(delta)
        whole = kind == "message" and not (isinstance(delta, Mapping) and id is not None)
        whole = whole or (kind == "text" and id is None)
        return self._rooms.say(delta, id, to, whole=whole)

    def set_message(self, message: Any, id: str | None = None, *, to: str | None = None) -> str:
        """Show a whole message, in place of what `id` was; returns its id."""
        return self._rooms.say(message, id, to, whole=True)

    def set_all_messages(self, messages: Iterable[Any]) -> None:
        """Show exactly these messages; what the handler says next follows them.

        Those the conversation begins with already stay as they are. Where something
        else stood it is kept as another branch, so nothing anybody said is lost.
        Each is a dict, a str or an OpenAI object; an `id` key names it for updates.
        Raises as `update_message` does, and then changes nothing.
        """
        self._rooms.show([(_own_id(message), message) for message in messages])

    def stream_updates(
        self, stream: Iterable[Any], delay: float = 0.0, id: str | None = None
    ) -> Choice:
        """Show a stream as it comes, and return the one choice its chunks add up to.

        `stream` is what `client.chat.completions.create(…, stream=True)` returned, or
        anything that yields chunks, choices, deltas or strings. `delay` is how many
        seconds to wait after each. Stop closes the stream's connection and raises
        RunStopped here. In an async handler, `await ctx.astream(…)` instead.
        """
        if not streams.is_stream(stream):
            raise BadReply(
                f"stream_updates reads a stream, and was given a {type(stream).__name__}. Pass "
                "what client.chat.completions.create(…, stream=True) returned; in an async "
                "handler, say await ctx.astream(stream)."
            )
        run, chunks = home_run(), list[Any]()
        id = self.new_id() if id is None else id
        with run.hold(stream):
            try:
                for chunk in stream:
                    self.update_message(chunk, id)
                    chunks.append(chunk)
                    if delay:
                        self.sleep(delay)
            except Exception:
                run.check()  # Stop broke the connection: that is the reason.
                raise
            finally:
                streams.close(stream)
        return concat_stream(chunks, id=_finished(run, id, said=bool(chunks)))

    def sleep(self, seconds: float) -> None:
        """Wait in a handler; Stop ends the wait by raising RunStopped.

        Outside a handler it is `time.sleep`. An async handler awaits
        `asyncio.sleep`: this would hold up everybody else's.
        """
        if _in_a_loop():
            raise RuntimeError(
                "app.sleep blocks, and an async handler must not: the others wait for it. "
                "Write `await asyncio.sleep(seconds)`."
            )
        try:
            run = home_run()
        except NoConversation:
            time.sleep(seconds)
        else:
            run.stopped.wait(seconds)
            run.check()

    def track(self, stream: T) -> T:
        """Let Stop close the connection of a stream the handler reads by itself; returns it."""
        home_run().track(stream)
        return stream


def _own_id(message: Any) -> str | None:
    id = message.get("id") if isinstance(message, Mapping) else None
    return id if isinstance(id, str) else None


def _finished(run: Run, name: str, *, said: bool) -> str:
    """Say that the message is whole, if there is one; its id in the conversation."""
    if said:
        run.complete(name)
    return run.branch.id_of(name)[1]


def _in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
