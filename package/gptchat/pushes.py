"""Messages pushed into a conversation from outside any run: a timer, a webhook, another thread."""

from __future__ import annotations

import copy
import threading
import time
from collections import OrderedDict
from typing import Any

from gptchat.deltas import Normaliser, apply, settle
from gptchat.errors import NoConversation
from gptchat.hub import Hub
from gptchat.messages import to_delta, to_message
from gptchat.protocol import Message, Node
from gptchat.runs.drafts import new_message_id
from gptchat.store import Store

REMEMBERED = 1000
"""Messages that later deltas can still join."""


class Pushes:
    """The messages this process has pushed, so that deltas can join them."""

    def __init__(self, store: Store, hub: Hub) -> None:
        self._store, self._hub = store, hub
        self._lock = threading.Lock()
        self._pushed: OrderedDict[tuple[str, str | None], tuple[Node, Normaliser]] = OrderedDict()

    def knows(self, conversation: str, id: str | None) -> bool:
        """Whether the message was pushed there before: deltas join it where it stands."""
        return (conversation, id) in self._pushed

    def whole(self, conversation: str, value: Any, id: str | None) -> str:
        """Write or replace a whole message below the newest one; its id."""
        with self._lock:
            return self._put(conversation, id or new_message_id(), to_message(value))

    def grow(self, conversation: str, value: Any, id: str | None) -> str:
        """Join a delta to a pushed message, or begin one; its id."""
        with self._lock:
            id = id or new_message_id()
            node, normaliser = self._pushed.get((conversation, id), (None, Normaliser()))
            message: Message = copy.deepcopy(node["message"]) if node is not None else {}
            apply(message, normaliser.normalise(to_delta(value))).setdefault("role", "assistant")
            return self._put(conversation, id, message, normaliser)

    def _put(
        self, conversation: str, id: str, message: Message, normaliser: Normaliser | None = None
    ) -> str:
        known = self._pushed.get((conversation, id))
        parent = known[0]["parent"] if known else self._leaf(conversation)
        now = time.time()
        node: Node = {"id": id, "parent": parent, "message": message,
                      "status": "done", "created": now, "finished": now}  # fmt: skip
        self._pushed[conversation, id] = (node, normaliser or Normaliser(message))
        while len(self._pushed) > REMEMBERED:
            self._pushed.popitem(last=False)
        settled, beside = settle(copy.deepcopy(message), id)
        told: Node = {**node, "message": settled, **beside}
        self._hub.append(conversation, {"type": "message", "node": told})
        return id

    def _leaf(self, conversation: str) -> str | None:
        self._hub.settled(conversation).wait()
        if not self._store.is_there(conversation):
            raise NoConversation(
                f"There is no conversation {conversation!r}. Keep ctx.conversation_id of a run, "
                "and pass it as to=…"
            )
        return self._store.load(conversation).leaf
