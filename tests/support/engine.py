"""The rooms below the doors, joined over a real store, without a socket.

with Engine(handler) as engine:
    chat = engine.send("Hello?")
    assert engine.words(chat) == [("user", "Hello?"), ("assistant", "Hi!")]
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from typing import Any

from gptchat.actions import Actions
from gptchat.chat import Request
from gptchat.config import Config
from gptchat.conversation import Conversation
from gptchat.handlers import Handlers, Names, Yields, make_handler
from gptchat.hub import Hub
from gptchat.listing import Listing
from gptchat.protocol import Node
from gptchat.pushes import Pushes
from gptchat.runs.lost import Lost
from gptchat.runs.naming import Titler
from gptchat.runs.runs import Runs
from gptchat.runs.whose import Whose
from gptchat.store import Store
from support.postgres import Place
from support.waiting import until

OWNER = "local"
WHO = Request()

_numbers = itertools.count(1)


def echo(message: str) -> str:
    """A handler whose answers are known."""
    return f"You said: {message}"


def new_id(kind: str = "u") -> str:
    """An id no other test has used."""
    return f"{kind}{next(_numbers)}"


def silent() -> None:
    """A handler that says nothing."""


class Engine:
    """One process's store, hub and runs. A second one on the same file is another process."""

    def __init__(
        self,
        function: Callable[..., Any] = silent,
        *,
        name: Names = None,
        place: Place | None = None,
        yields: Yields = "delta",
        **options: Any,
    ) -> None:
        self.config = Config(**options)
        self.handlers = Handlers()
        self.answer_with(function, name=name, yields=yields)
        self.store = Store(place, lease_seconds=self.config.lease_seconds)
        self.announced: list[str] = []
        """The conversations whose list entries were told anew, in order."""
        self.hub = Hub(self.store, lambda *_sent: None, self.announced.extend)
        self.titler = Titler()
        self.runs = Runs(self.store, self.hub, self.config, self.titler)
        self.lost = Lost(self.store, self.hub, self.config.lease_seconds)
        self.whose = Whose()
        self.pushes = Pushes(self.store, self.hub)
        self.actions = Actions(self.store, self.hub, self.runs, self.config, self.handlers)
        self.listing = Listing(self.store, self.hub, self.runs)

    def answer_with(
        self, function: Callable[..., Any], *, name: Names = None, yields: Yields = "delta"
    ) -> None:
        """Let this handler answer from now on, to this name or to none."""
        self.handlers.add(make_handler(function, yields=yields), name)

    # ------------------------------------------------------------------ asking

    def begin(
        self,
        content: str = "Hello?",
        chat: str | None = None,
        *,
        parent: str | None = None,
        id: str | None = None,
        owner: str = OWNER,
        **more: Any,
    ) -> str:
        """Send a message and return once it is saved; the conversation."""
        asked = {"type": "send", "conversation": chat, "id": id or new_id(), "parent": parent}
        return self.actions.send(owner, {**asked, "content": content, **more}, WHO)  # type: ignore[typeddict-item]

    def send(self, content: str = "Hello?", chat: str | None = None, **more: Any) -> str:
        """Send a message and return once it is answered; the conversation."""
        chat = self.begin(content, chat, **more)
        self.rest(chat)
        return chat

    def edit(
        self, chat: str, message: str, content: str, *, id: str | None = None, **more: Any
    ) -> str:
        """Say something else in place of `message`; the id of the new one."""
        id = id or new_id()
        self.actions.edit(
            OWNER,
            {
                "type": "edit",
                "conversation": chat,
                "message": message,
                "id": id,
                "content": content,
                **more,  # type: ignore[typeddict-item]
            },
            WHO,
        )
        return id

    def regenerate(self, chat: str, message: str, *, id: str | None = None, **more: Any) -> None:
        """Ask for another answer in place of `message`."""
        self.actions.regenerate(
            OWNER,
            {
                "type": "regenerate",
                "conversation": chat,
                "message": message,
                "id": id or new_id("g"),
                **more,  # type: ignore[typeddict-item]
            },
            WHO,
        )

    def stop(self, chat: str) -> None:
        """Press Stop."""
        self.actions.stop(OWNER, {"type": "stop", "conversation": chat})

    def change(self, kind: str, chat: str, *, owner: str = OWNER, **more: Any) -> Any:
        """Do something to the list: rename, pin, delete, …; the answer."""
        asked = {"type": kind, "conversation": chat, **more}
        return self.listing.change(owner, asked)  # type: ignore[arg-type]

    # ------------------------------------------------------------------ seeing

    def listed(self, owner: str = OWNER) -> list[Any]:
        """The first page of the list."""
        return list(self.store.listing.page(owner, None, 100)["conversations"])

    def entry(self, chat: str, owner: str = OWNER) -> Any:
        """The conversation as its owner's list shows it; None where it is not."""
        return next((each for each in self.listed(owner) if each["id"] == chat), None)

    def rest(self, chat: str) -> None:
        """Wait until nothing runs in the conversation and all of it is saved."""
        until(lambda: not self.runs.is_busy(chat), "the end of the run")
        self.hub.settled(chat).wait()

    def state(self, chat: str) -> Conversation:
        """The conversation as it is saved now."""
        self.hub.settled(chat).wait()
        return self.store.load(chat)

    def path(self, chat: str) -> list[Node]:
        """The messages on the path that is shown."""
        return self.state(chat).path()

    def words(self, chat: str) -> list[tuple[str, Any]]:
        """Role and content of the messages on the path that is shown."""
        return [(n["message"]["role"], n["message"].get("content")) for n in self.path(chat)]

    def last(self, chat: str) -> Node:
        """The newest message on the path."""
        return self.path(chat)[-1]

    def events(self, chat: str, type: str | None = None) -> list[Any]:
        """The log of the conversation, in order; of one type, or all."""
        self.hub.settled(chat).wait()
        with self.store._db.read() as connection:
            log = [json.loads(body) for _, body in self.store._log(connection, chat, 0)]
        return [event for event in log if type in (None, event["type"])]

    def ends(self, chat: str) -> list[str]:
        """How the runs of the conversation ended, in order."""
        return [e["run"]["end"] for e in self.events(chat, "run") if e["run"]["state"] == "ended"]

    # ----------------------------------------------------------------- the end

    def close(self) -> None:
        """Flush, and let go of the database."""
        self.hub.close()
        self.store.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def ask(function: Callable[..., Any], content: str = "Hello?", **options: Any) -> list[Node]:
    """What one message to a handler leads to: the answers below it."""
    with Engine(function, **options) as engine:
        return engine.path(engine.send(content))[1:]


def texts(nodes: Sequence[Node]) -> list[Any]:
    """Their contents."""
    return [node["message"].get("content") for node in nodes]
