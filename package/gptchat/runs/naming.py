"""What the developer's program calls a conversation: by `@app.title`, or by `ctx.set_title`.

A person's own name for it wins over both, for good.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable, Sequence
from typing import Any

from gptchat import workers
from gptchat.errors import BadReply, UnknownArgument
from gptchat.hub import Hub
from gptchat.messages import to_message
from gptchat.messages.text import text_of
from gptchat.protocol import Message, Node
from gptchat.store import Store
from gptchat.titles import LONGEST, one_line


class Titler:
    """The developer's function that names a chat once its first answer is done."""

    def __init__(self) -> None:
        self._function: Callable[[Sequence[Message]], Any] | None = None

    def use(self, function: Callable[..., Any]) -> None:
        """Register the function. Raises UnknownArgument if it asks for anything but `messages`."""
        needed = [
            parameter.name
            for parameter in inspect.signature(function).parameters.values()
            if parameter.default is parameter.empty
            and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        ]
        if needed != ["messages"]:
            raise UnknownArgument(
                f"{getattr(function, '__name__', function)}({', '.join(needed)}) cannot be called. "
                "A function of app.title asks for `messages` and nothing else."
            )
        self._function = function

    def wants(self, path: Sequence[Node]) -> bool:
        """Whether there is a function, and this path is a chat's first question and its answer."""
        asked = [node for node in path if _is_question(node)]
        return self._function is not None and len(asked) == 1

    def title(self, messages: Sequence[Message]) -> str:
        """What the function calls this chat; empty if it does not say."""
        assert self._function is not None
        said = self._function(messages)
        if inspect.iscoroutine(said):
            said = workers.Awaited(said).result()
        return "" if said is None else shown(text_of(to_message(said)))


class Naming:
    """Names one conversation."""

    def __init__(self, store: Store, hub: Hub, conversation: str) -> None:
        self._store, self._hub, self._conversation = store, hub, conversation
        self._title = self._written = ""
        self._lock = threading.Lock()

    def name(self, title: str) -> None:
        """Call the conversation so, unless a person has named it."""
        self._title = title
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            self._write()
        else:  # The loop is everybody's: it must not wait for the disk.
            workers.start_thread(self._write, name="gptchat-title")

    def is_named(self) -> bool:
        """Whether a person or the program has named it."""
        self._hub.settled(self._conversation).wait()
        return self._store.titles.titled_by(self._conversation) != "words"

    def _write(self) -> None:
        with self._lock:  # The later of two threads may be quicker: the newest title is written.
            title = self._title
            if title == self._written:
                return
            # A chat that has just begun may not be written yet.
            if not self._store.titles.name(self._conversation, title):
                self._hub.settled(self._conversation).wait()
                self._store.titles.name(self._conversation, title)
            self._written = title
        self._hub.tell_lists([self._conversation])


def _is_question(node: Node) -> bool:
    """Whether a person asked it: every chat may begin with messages that nobody did."""
    return node["message"].get("role") == "user" and not node["id"].startswith("preset_")


def shown(title: str) -> str:
    """A program's title as it is shown: one line, cut where it is too long."""
    return one_line(title)[:LONGEST].rstrip()


def checked(title: object) -> str:
    """The same, of what a handler says. Raises BadReply if nothing is left."""
    line = shown(title) if isinstance(title, str) else ""
    if not line:
        raise BadReply(f"A title is a text with at least one word; got {title!r:.80}.")
    return line
