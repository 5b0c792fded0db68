"""One handler at work: what it writes, its stop, and its one end.

A run writes messages below the message it answers, one below the other. It
ends exactly once: `done`, `stopped`, `failed` or `interrupted`. Who starts
runs and which must wait is the business of `runs.py`; what a handler's words
mean is that of `replies.py`.
"""

from __future__ import annotations

import contextlib
import copy
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from gptchat import streams
from gptchat.conversation import Conversation
from gptchat.deltas import Normaliser, apply, is_empty, settle
from gptchat.errors import BadReply, NoConversation, RunEnded, RunStopped
from gptchat.messages import text_length
from gptchat.protocol import (
    ErrorInfo,
    Event,
    FinishEvent,
    Message,
    Node,
    NormalDelta,
    RunEnd,
    RunInfo,
)

current_run: ContextVar[Run | None] = ContextVar("gptchat_run", default=None)
"""The run whose handler is executing here; carried into its thread or task."""


def new_message_id() -> str:
    """An id nobody has used: 96 random bits."""
    return "m_" + secrets.token_urlsafe(12)


class Draft:
    """A message this run has written, as far as it is known."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.normaliser = Normaliser(node["message"])
        self.open = node["status"] == "streaming"


class Run:
    """One answer being written."""

    def __init__(
        self, info: RunInfo, conversation: str, publish: Callable[..., Any], max_chars: int
    ) -> None:
        self.info, self.conversation = info, conversation
        self.stopped = threading.Event()
        self.cancel: Callable[[], None] = lambda: None
        self._publish, self._max_chars = publish, max_chars
        self._lock = threading.RLock()
        self._drafts: dict[str, Draft] = {}
        self._names: dict[str, str] = {}
        self._held: list[object] = []
        self._chars = 0
        self._thread = 0
        self._end: RunEnd | None = None

    # -------------------------------------------------------------- where we are

    @property
    def ended(self) -> bool:
        """Whether the run has had its one end."""
        return self._end is not None

    def enter(self) -> None:
        """Called in the handler's own thread or task, before the handler."""
        self._thread = threading.get_ident()
        current_run.set(self)

    def is_home(self) -> bool:
        """Whether the caller is the handler itself and not a thread that inherited its context."""
        return threading.get_ident() == self._thread

    def check(self) -> None:
        """Raise RunStopped after Stop, RunEnded after the end."""
        if self.stopped.is_set():
            raise RunStopped
        if self.ended:
            raise RunEnded(
                "This run has ended, so nothing more can be said in it. Keep the handler alive "
                "until its threads are done, or push with update_message(…, to=conversation_id)."
            )

    # ------------------------------------------------------------------- writing

    def new_id(self) -> str:
        """An id for a message of this run, usable from any thread."""
        id = new_message_id()
        self._names[id] = id
        return id

    def knows(self, id: str) -> bool:
        """Whether the id was made for, or used in, this run."""
        return id in self._names

    def whole(self, message: Message, id: str | None = None) -> str:
        """Write or replace a whole message; its id."""
        with self._lock:
            self.check()
            self._count(text_length(message))
            name, id = self._resolve(id)
            message, reason = settle(message, id)
            node = self._node(id, message, "done")
            node["finished"] = time.time()
            if reason is not None:
                node["finish_reason"] = reason
            self._put(node)
            return name

    def grow(self, delta: dict[str, Any], id: str | None = None) -> str:
        """Join a raw OpenAI delta to a message, beginning it if need be; its id."""
        with self._lock:
            self.check()
            name, id = self._resolve(id)
            draft = self._drafts.get(id)
            if draft is None:
                draft = self._drafts[id] = Draft(self._node(id, {"role": "assistant"}, "streaming"))
                self._take(draft, draft.normaliser.normalise(delta), first=True)
            else:
                self._reopen(draft)
                self._take(draft, draft.normaliser.normalise(delta))
            return name

    def complete(self, id: str) -> Message:
        """The message is whole; what it has become."""
        with self._lock:
            draft = self._drafts[self._names.get(id, id)]
            if draft.open and not self.ended:
                self._say(*self._finish(draft, "done"))
            return draft.node["message"]

    @contextlib.contextmanager
    def hold(self, stream: object) -> Iterator[None]:
        """Stop closes the stream's connection while this block runs."""
        self.track(stream)
        try:
            yield
        finally:
            with self._lock:
                self._held = [held for held in self._held if held is not stream]

    def track(self, stream: object) -> None:
        """Stop closes the stream's connection, from now on until the run ends."""
        with self._lock:
            self._held.append(stream)
            late = self.stopped.is_set()
        if late:
            streams.shut(stream)

    # -------------------------------------------------------------------- ending

    def stop(self) -> bool:
        """End as stopped, now. The handler is freed where it can be; its late words are refused."""
        with self._lock:
            if self.ended:
                return False
            self.stopped.set()
            self.end("stopped")
            held = list(self._held)
        self._free(held)
        return True

    def interrupt(self, sentence: str) -> bool:
        """End from outside, for a reason the person is told. The handler is freed as by Stop."""
        with self._lock:
            if self.ended:
                return False
            self.stopped.set()
            self.end("interrupted", {"sentence": sentence})
            held = list(self._held)
        self._free(held)
        return True

    def resume(self, state: Conversation) -> None:
        """Take over what a lost process wrote, to end it."""
        if waiting := self.info.get("message"):
            parent = waiting["parent"]
            waiting["parent"] = state.newest_below(parent) if parent else parent
            self._say({"type": "message", "node": waiting})
            return
        for node in state.nodes.values():
            if node.get("run") == self.info["id"]:
                self._drafts[node["id"]] = Draft(node)

    def end(self, end: RunEnd, error: ErrorInfo | None = None) -> bool:
        """Have the one end: complete every open message, then say so. False if it was had."""
        with self._lock:
            if self.ended:
                return False
            self._end = end
            open_drafts = [draft for draft in self._drafts.values() if draft.open]
            events = [e for draft in open_drafts[:-1] for e in self._finish(draft, end)]
            if open_drafts:
                events += self._finish(open_drafts[-1], end, error)
            elif end != "done":
                events.append(self._stub(end, error))
            self.info = {**self.info, "state": "ended", "end": end}
            self._say(*events, {"type": "run", "run": self.info}, urgent=True)
            return True

    # ----------------------------------------------------------------- internals

    def _free(self, held: list[object]) -> None:
        for stream in held:
            streams.shut(stream)
        self.cancel()

    def _say(self, *events: Event, urgent: bool = False) -> None:
        self._publish(self.conversation, *events, urgent=urgent)

    def _resolve(self, name: str | None) -> tuple[str, str]:
        """The developer's name of a message, and its id. An invented name is local to the run."""
        if name is None:
            name = self.new_id()
        return name, self._names.setdefault(name, f"{self.info['id']}.{name}")

    def _node(self, id: str, message: Message, status: Any) -> Node:
        parent = self.info["parent"]
        if known := self._drafts.get(id):
            parent = known.node["parent"] or parent
        elif self._drafts:
            parent = next(reversed(self._drafts))
        return {
            "id": id, "parent": parent, "message": message, "status": status,
            "created": time.time(), "run": self.info["id"],
        }  # fmt: skip

    def _put(self, node: Node) -> None:
        first = not self._drafts
        self._drafts[node["id"]] = Draft(node)
        self._say({"type": "message", "node": _copy(node)}, urgent=first)

    def _take(self, draft: Draft, delta: NormalDelta, *, first: bool = False) -> None:
        self._count(_units(delta))
        draft.node["message"] = apply(draft.node["message"], delta)
        if first:
            urgent = len(self._drafts) == 1
            self._say({"type": "message", "node": _copy(draft.node)}, urgent=urgent)
        elif not is_empty(delta):
            self._say({"type": "delta", "id": draft.node["id"], "delta": delta})

    def _reopen(self, draft: Draft) -> None:
        """A delta for a message that was whole: it streams again."""
        if draft.open:
            return
        draft.open, draft.node["status"] = True, "streaming"
        self._say({"type": "message", "node": _copy(draft.node)})

    def _finish(self, draft: Draft, status: RunEnd, error: ErrorInfo | None = None) -> list[Event]:
        events: list[Event] = []
        node = draft.node
        if rest := draft.normaliser.flush():
            node["message"] = apply(node["message"], rest)
            events.append({"type": "delta", "id": node["id"], "delta": rest})
        node["message"], _ = settle(node["message"], node["id"])
        node["status"], draft.open = status, False
        done: FinishEvent = {
            "type": "finish", "id": node["id"], "status": status, "at": time.time(),
            "length": text_length(node["message"]),
        }  # fmt: skip
        if error is not None:
            done["error"] = error
        return [*events, done]

    def _stub(self, status: RunEnd, error: ErrorInfo | None) -> Event:
        """An answer without words, to carry its status and its error."""
        node = self._node(new_message_id(), {"role": "assistant", "content": ""}, status)
        node["finished"] = node["created"]
        if error is not None:
            node["error"] = error
        return {"type": "message", "node": node}

    def _count(self, chars: int) -> None:
        if self._chars + chars > self._max_chars:
            raise BadReply(
                f"The answer would grow past {self._max_chars:,} characters, the limit of one run. "
                "Send less, or raise it with set_config({'max_reply_chars': …})."
            )
        self._chars += chars


def _units(delta: NormalDelta) -> int:
    """How many characters a delta adds."""
    changes = [delta, *delta.get("calls", {}).values()]
    return sum(len(text) for change in changes for text in change.get("append", {}).values())


def _copy(node: Node) -> Node:
    """The node as of now: the draft goes on growing while the event waits to be written."""
    return copy.deepcopy(node)


def home_run() -> Run:
    """The run of the handler that is calling. Raises NoConversation where there is none."""
    run = current_run.get()
    if run is not None and run.is_home():
        return run
    raise NoConversation(
        "It cannot be told which conversation this message is for: the call was made outside a "
        "handler, or in a thread the handler started. Make the id with app.new_id() inside the "
        "handler and pass it (id=…), or name the conversation (to=ctx.conversation_id)."
    )
