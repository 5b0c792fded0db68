"""What a person may do to a conversation: send, edit, regenerate, select, stop.

Each is checked against the owner, committed, and safe to repeat: the ids made
by the page decide whether it was done before. Where the words came from is the
business of `sockets.py`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from gptchat.chat import Request
from gptchat.config import Config
from gptchat.contents import Content, Contents
from gptchat.conversation import Conversation
from gptchat.errors import NotFound
from gptchat.handlers import Handler, Handlers
from gptchat.hub import Hub
from gptchat.ids import checked, conversation_id, run_id
from gptchat.protocol import Edit, Event, Message, Node, Regenerate, Select, Send, Stop
from gptchat.refusals import refuse
from gptchat.runs.runs import Runs
from gptchat.runs.work import Order
from gptchat.store import Store
from gptchat.store.turns import ANYWHERE

STRIPES = 64
"""Locks shared by all conversations: enough that strangers seldom wait for each other."""


LEASES_TO_END = 2
"""How long another process may take to end a run: it may be gone, and is then found out."""

LOOK_AGAIN = 0.03


class Actions:
    """Everything a person can do, on behalf of one owner at a time."""

    def __init__(
        self, store: Store, hub: Hub, runs: Runs, config: Config, handlers: Handlers
    ) -> None:
        self._store, self._hub, self._runs = store, hub, runs
        self._config, self._handlers = config, handlers
        self._contents = Contents(store, config)
        self._turns = [threading.RLock() for _ in range(STRIPES)]

    def send(
        self,
        owner: str,
        asked: Send,
        request: Request,
        greeting: Sequence[Message] | None = None,
    ) -> str:
        """Add a person's message and answer it; the conversation's id.

        `greeting` is what the page was shown instead of the configured messages.
        """
        presets = self._config.messages if greeting is None else greeting
        content = self._contents.of(owner, asked)
        handler = self._handlers.chosen(asked.get("model"))
        conversation = asked["conversation"] or conversation_id(owner, asked["id"])
        with self._turn(conversation):
            is_new = asked["conversation"] is None and self._store.create(owner, conversation)
            state = Conversation() if is_new else self._state(owner, conversation)
            run = run_id(conversation, asked["id"])
            begun = run in state.runs or self._runs.has_begun(conversation, run)
            if asked["id"] not in state.nodes and not begun:
                first = [] if state.nodes else preset_events(presets)
                self._begin_answer(state, conversation, asked, content, handler, request, first)
        self._saved(conversation)  # Outside the turn: others need not wait for it.
        return conversation

    def _begin_answer(
        self, state: Conversation, conversation: str, asked: Send, content: Content,
        handler: Handler, request: Request, first: list[Event],
    ) -> None:  # fmt: skip
        leaf = first[-1]["node"]["id"] if first else state.leaf  # type: ignore[typeddict-item]
        parent = asked["parent"] or leaf
        if asked["parent"] is not None and parent not in state.nodes and parent != leaf:
            raise refuse("not_found", "The message this one answers is not here.")
        node = user_node(checked(asked["id"]), parent, content)
        before = (
            state.path(parent)
            if parent in state.nodes
            else [event["node"] for event in first if event["type"] == "message"]
        )
        is_behind = self._runs.foreign(conversation, state.runs)
        busy = is_behind or self._runs.is_busy(conversation)
        if not busy and parent != leaf:
            first.append({"type": "select", "leaf": parent})
        if not busy:
            first.append({"type": "message", "node": node})
        self._runs.begin(
            Order(
                conversation, run_id(conversation, node["id"]), node["id"], "new", request,
                handler, first=first, waiting=node if busy else None, is_behind=is_behind,
                leaf=ANYWHERE if busy else state.leaf,
                path=[*before, node],
            )
        )  # fmt: skip

    def edit(self, owner: str, asked: Edit, request: Request) -> str:
        """Say something else in place of an earlier message; the old branch stays."""
        handler = self._handlers.chosen(asked.get("model"))
        conversation = asked["conversation"]
        with self._turn(conversation):
            state = self._state(owner, conversation)
            if asked["id"] not in state.nodes:
                edited = _user_message(state, asked["message"])
                content = self._contents.of(owner, asked, edited["message"])
                state = self._idle(owner, conversation)
                parent = edited["parent"]
                node = user_node(checked(asked["id"]), parent, content)
                self._runs.begin(
                    Order(
                        conversation, run_id(conversation, node["id"]), node["id"], "edit", request,
                        handler, first=[
                            {"type": "select", "leaf": parent},
                            {"type": "message", "node": node},
                        ],
                        path=[*(state.path(parent) if parent else ()), node],
                    )
                )  # fmt: skip
        self._saved(conversation)
        return conversation

    def regenerate(self, owner: str, asked: Regenerate, request: Request) -> str:
        """Answer again. An answer without words is replaced, any other gets a sibling."""
        conversation, handler = asked["conversation"], self._handlers.chosen(asked.get("model"))
        run = run_id(conversation, asked["id"])
        with self._turn(conversation):
            state = self._state(owner, conversation)
            answered = any(node.get("run") == run for node in state.nodes.values())
            if not (answered or run in state.runs or self._runs.has_begun(conversation, run)):
                state = self._idle(owner, conversation)
                question = _question_above(state, asked["message"])
                gone = _wordless(state, asked["message"])
                first: list[Event] = [{"type": "remove", "id": id} for id in gone]
                first.append({"type": "select", "leaf": question})
                self._runs.begin(
                    Order(
                        conversation, run, question, "regenerate", request,
                        handler, first, path=state.path(question),
                    )
                )  # fmt: skip
        self._saved(conversation)
        return conversation

    def select(self, owner: str, asked: Select) -> str:
        """Show another branch."""
        conversation = asked["conversation"]
        with self._turn(conversation):
            state = self._state(owner, conversation)
            if asked["message"] not in state.nodes:
                raise NotFound("There is no such message here.")
            leaf = state.newest_below(asked["message"])
            self._hub.append(conversation, {"type": "select", "leaf": leaf}, urgent=True).wait()
        return conversation

    def stop(self, owner: str, asked: Stop) -> str:
        """Stop what runs and what waits, in whichever process."""
        conversation = asked["conversation"]
        self._store.check(owner, conversation)
        self._runs.stop_everywhere(conversation)
        self._hub.settled(conversation).wait()
        return conversation

    def is_busy(self, conversation: str) -> bool:
        """Whether somebody is being answered in it, or waits for that, in this process."""
        return self._runs.is_busy(conversation)

    # ----------------------------------------------------------------- internals

    def _turn(self, conversation: str) -> threading.RLock:
        return self._turns[hash(conversation) % STRIPES]

    def _state(self, owner: str, conversation: str) -> Conversation:
        self._store.check(owner, conversation)
        self._hub.settled(conversation).wait()
        return self._store.load(conversation)

    def _saved(self, conversation: str) -> None:
        for _ in range(2):  # A run that is told to wait is written once more.
            self._hub.settled(conversation).wait()

    def _idle(self, owner: str, conversation: str) -> Conversation:
        """The conversation once nothing runs in it: an edit or a retry ends what was going on."""
        self._runs.stop(conversation)
        state = self._state(owner, conversation)
        patience = time.monotonic() + LEASES_TO_END * self._config.lease_seconds
        while self._runs.foreign(conversation, state.runs):
            if time.monotonic() > patience:
                raise refuse("busy", "This chat is still being answered. Try again in a moment.")
            self._runs.elsewhere.stop(conversation)
            time.sleep(LOOK_AGAIN)
            state = self._state(owner, conversation)
        return state


def user_node(id: str, parent: str | None, content: Content) -> Node:
    """A person's message, as it stands in the tree."""
    now = time.time()
    message: Message = {"role": "user", "content": content}
    return {"id": id, "parent": parent, "message": message, "status": "done",
            "created": now, "finished": now}  # fmt: skip


def preset_events(messages: Sequence[Message]) -> list[Event]:
    """The messages every new chat begins with, one below the other."""
    events: list[Event] = []
    for i, message in enumerate(messages):
        now, parent = time.time(), f"preset_{i - 1}" if i else None
        node: Node = {"id": f"preset_{i}", "parent": parent, "message": message,
                      "status": "done", "created": now, "finished": now}  # fmt: skip
        events.append({"type": "message", "node": node})
    return events


def _user_message(state: Conversation, id: str) -> Node:
    node = state.nodes.get(id)
    if node is None:
        raise NotFound("There is no such message here.")
    if node["message"].get("role") != "user":
        raise refuse("bad_request", "Only a person's own message can be edited.")
    return node


def _question_above(state: Conversation, id: str) -> str:
    """The person's message that `id` answers."""
    if id not in state.nodes:
        raise NotFound("There is no such message here.")
    for node in reversed(state.path(id)):
        if node["message"].get("role") == "user":
            return node["id"]
    raise refuse("bad_request", "There is no message of a person above this one.")


def _wordless(state: Conversation, id: str) -> list[str]:
    """The answer `id`, if it ended before its first word and nothing follows it."""
    node = state.nodes[id]
    message = node["message"]
    said = any(message.get(key) for key in ("content", "tool_calls", "function_call"))
    fits = message.get("role") == "assistant" and not said and not state.children.get(id)
    return [id] if fits else []
