"""`ctx`: one run as its handler sees it.

Everything a handler may read is a copy: the conversation belongs to the
server. Later features (status, tools, files, questions) add methods here.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gptchat.conversation import openai_messages
from gptchat.errors import BadReply
from gptchat.files import Attached, references
from gptchat.files.attachments import ReadFile
from gptchat.handlers import Yields
from gptchat.messages import to_message
from gptchat.messages.requesting import for_openai, no_files
from gptchat.messages.text import text_of
from gptchat.protocol import Message, Node, Trigger
from gptchat.replies import Replies
from gptchat.runs.naming import checked
from gptchat.runs.run import Run


@dataclass(frozen=True)
class Request:
    """Who asked: the browser's request that began the connection.

    `session` tells one browser from another; on a server for one person it is "local".
    While a handler runs, `flask.request` tells of the same request.
    """

    session: str = "local"
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    remote_addr: str | None = None
    sid: str = ""
    """Socket.IO's name of the connection; empty where there is none."""
    user: str = "local"
    """Who signed in; on a server for one person "local"."""
    context: Callable[[], AbstractContextManager[Any]] = field(default=nullcontext, repr=False)
    """What lets Flask's own `request` and `current_app` be found meanwhile."""


class Chat:
    """One run, in one conversation."""

    def __init__(
        self,
        run: Run,
        path: Sequence[Node],
        request: Request,
        system: str | None,
        read: ReadFile = no_files,
        name: Callable[[str], None] = lambda _title: None,
    ) -> None:
        self._run, self._path, self._system, self._read = run, path, system, read
        self._name = name
        self.request = request

    @property
    def conversation_id(self) -> str:
        """The conversation, for `update_message(…, to=…)` at any later time."""
        return self._run.conversation

    @property
    def run_id(self) -> str:
        """This one answer."""
        return self._run.info["id"]

    @property
    def trigger(self) -> Trigger:
        """Why the handler runs: "new", "edit" or "regenerate"."""
        return self._run.info["trigger"]

    @property
    def model(self) -> str | None:
        """The name the person chose, where there are several to choose from."""
        return self._run.info.get("model")

    @property
    def user(self) -> str:
        """Who asked: the name they signed in with; on a server for one person "local"."""
        return self.request.user

    @property
    def stopped(self) -> threading.Event:
        """Set when the person presses stop. Poll it, or wait on it, in code that takes long."""
        return self._run.stopped

    @cached_property
    def messages(self) -> list[Message]:
        """The conversation up to here, as OpenAI messages that OpenAI accepts."""
        return openai_messages(self._path, self._system, self._read)

    @property
    def raw_messages(self) -> list[Message]:
        """The same as they were written: without the system text, and with nothing repaired."""
        return [copy.deepcopy(node["message"]) for node in self._path]

    @property
    def message(self) -> str:
        """The text of the person's last message, without its files."""
        last = self._last_said()
        return text_of(last) if last is not None else ""

    @property
    def attachments(self) -> list[Attached]:
        """The files of the person's last message: each has `name`, `type`, `size` and `read()`."""
        last = self._last_said()
        return [
            Attached(file["id"], file["name"], file["type"], file["size"], self._read)
            for file in (references(last) if last is not None else ())
        ]

    @property
    def history(self) -> list[Message]:
        """Everything before the person's last message."""
        return copy.deepcopy(self.messages[: self._last_user()])

    def send(self, message: Any, id: str | None = None) -> str:
        """Show a whole message (a str, a dict or an OpenAI object); its id."""
        return self._run.whole(to_message(message), id)

    def set_title(self, text: str) -> None:
        """Call the conversation so in the list of chats, unless the person has named it.

        One line; what is longer than 120 characters is cut. Raises BadReply for a text
        without a word.
        """
        self._name(checked(text))

    def stream(self, source: Any, *, id: str | None = None, yields: Yields = "delta") -> Message:
        """Show any stream as it comes; the merged message, calls included, as an OpenAI dict.

        Stop closes the stream's connection. Raises RunStopped then, and
        BadReply for a stream of something that is no message.
        """
        last = _Last(self._run)
        Replies(last, yields=yields, id=id).returned(source)
        return last.message()

    async def astream(
        self, source: Any, *, id: str | None = None, yields: Yields = "delta"
    ) -> Message:
        """`stream` for an async handler: takes async streams too, and blocks nobody."""
        last = _Last(self._run)
        await Replies(last, yields=yields, id=id).areturned(source)
        return last.message()

    def arguments(self) -> dict[str, Callable[[], Any]]:
        """What a handler may ask for, by name; each is made when asked."""
        return {
            "messages": lambda: copy.deepcopy(self.messages),
            "message": lambda: self.message,
            "history": lambda: self.history,
            "ctx": lambda: self,
            "request": lambda: self.request,
        }

    def _last_said(self) -> Message | None:
        """The person's last message, as it is kept: the text of it needs no bytes of a file."""
        said = (node["message"] for node in reversed(self._path))
        return next((message for message in said if message.get("role") == "user"), None)

    def _last_user(self) -> int:
        for i in range(len(self.messages) - 1, -1, -1):
            if self.messages[i]["role"] == "user":
                return i
        return len(self.messages)


class _Last:
    """A run, remembering what the last message written through here became."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._id: str | None = None
        self.enter, self.check, self.hold = run.enter, run.check, run.hold

    def whole(self, message: Message, id: str | None = None) -> str:
        self._id = self._run.whole(message, id)
        return self._id

    def grow(self, delta: dict[str, Any], id: str | None = None) -> str:
        self._id = self._run.grow(delta, id)
        return self._id

    def complete(self, id: str) -> Message:
        return self._run.complete(id)

    def message(self) -> Message:
        if self._id is None:
            raise BadReply(
                "The stream ended without a single piece of a message. Pass what "
                "client.chat.completions.create(…, stream=True) returned, or any iterator of text."
            )
        return for_openai(self._run.complete(self._id))
