"""One handler at work: what it writes, its stop, and its one end.

A run writes messages below the message it answers, one below the other. It
ends exactly once: `done`, `stopped`, `failed` or `interrupted`. Who starts
runs and which must wait is the business of `runs.py`; what a handler's words
mean is that of `replies.py`.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any

from gptchat import streams
from gptchat.deltas import is_empty
from gptchat.errors import BadReply, NoConversation, RunEnded, RunStopped
from gptchat.protocol import ErrorInfo, Event, Message, NormalDelta, RunEnd, RunInfo
from gptchat.runs.branch import Branch
from gptchat.runs.drafts import Draft, new_node, stub, weight_added

current_run: ContextVar[tuple[Run, int] | None] = ContextVar("gptchat_run", default=None)
"""The run whose handler is executing, and its thread: other threads may inherit the context."""


OPENING_PATIENCE = 2.0
"""Seconds that Stop waits for a run to take its place before it ends it."""


class Run:
    """One answer being written."""

    def __init__(
        self, info: RunInfo, conversation: str, publish: Callable[..., Any], max_chars: int
    ) -> None:
        self.info, self.conversation = info, conversation
        self.began = time.monotonic()  # `info` has the time of the wall, which may be set anew.
        self.sid = ""
        """The connection of the page that asked for it."""
        self.is_kept = False  # Once it is written that it began, a lease says whose it is.
        self.stopped = threading.Event()
        self._opened = threading.Event()
        self.cancel: Callable[[], None] = lambda: None
        self._publish, self._max_chars = publish, max_chars
        self._lock = threading.RLock()
        self.branch = Branch(info["parent"])
        self._held: list[object] = []
        self._chars = 0
        self._end: RunEnd | None = None

    # -------------------------------------------------------------- where we are

    @property
    def ended(self) -> bool:
        """Whether the run has had its one end."""
        return self._end is not None

    def enter(self) -> None:
        """Called in the handler's own thread or task, before the handler."""
        current_run.set((self, threading.get_ident()))

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
        return self.branch.new_id()

    def whole(self, message: Message, id: str | None = None) -> str:
        """Write or replace a whole message; its id."""
        with self._lock:
            self.check()
            name, id = self.branch.id_of(id)
            draft = Draft.whole(id, self.branch.parent(id), self.info, message)
            known = self.branch.get(id)
            self._count(draft.weight - (known.weight if known else 0))
            self.branch.put(draft)
            self._say(draft.told(), urgent=len(self.branch) == 1)
            return name

    def show(self, messages: Sequence[tuple[str | None, Message]]) -> None:
        """Show exactly these messages, each with its name if it has one.

        Those the conversation begins with already stay; the others follow them, on a
        branch of their own where something else stood. What the run says next comes below.
        """
        with self._lock:
            self.check()
            for draft in self.branch.open_drafts():
                self._say(*draft.finish("done"))
            before = self.branch.tip
            kept = self.branch.follow(message for _, message in messages)
            if self.branch.tip != before:
                self._say({"type": "select", "leaf": self.branch.tip, "run": self.info["id"]})
            for name, message in messages[kept:]:
                if name is not None:
                    self.branch.forget(name)
                self.whole(message, name)

    def grow(self, delta: dict[str, Any], id: str | None = None) -> str:
        """Join a raw OpenAI delta to a message, beginning it if need be; its id."""
        with self._lock:
            self.check()
            name, id = self.branch.id_of(id)
            draft = self.branch.get(id)
            if draft is None:
                self._begin(id, delta)
            else:
                self._join(draft, delta)
            return name

    def complete(self, id: str) -> Message:
        """The message is whole; what it has become."""
        with self._lock:
            draft = self.branch.named(id)
            if draft.open and not self.ended:
                self._say(*draft.finish("done"))
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

    def open(self, append: Callable[..., object], begins: object, *first: Event) -> None:
        """Say what comes before the run, and that it `begins`, unless it has ended meanwhile."""
        with self._lock:
            if self.ended:
                append(self.conversation, *first, urgent=True)
            else:
                runs: Event = {"type": "run", "run": self.info}
                append(self.conversation, *first, runs, urgent=True, begins=begins)
        self._opened.set()

    def stop(self) -> bool:
        """End as stopped, now. The handler is freed where it can be; its late words are refused."""
        self._opened.wait(OPENING_PATIENCE)
        return self._end_and_free("stopped")

    def interrupt(self, sentence: str) -> bool:
        """End from outside, for a reason the person is told. The handler is freed as by Stop."""
        return self._end_and_free("interrupted", {"sentence": sentence})

    def lose(self) -> bool:
        """Another process has it: say nothing more. The handler is freed. False if it has ended."""
        with self._lock:
            if not self.ended:
                self._publish = lambda *_said, **_how: None
        return self._end_and_free("interrupted")

    def end(self, end: RunEnd, error: ErrorInfo | None = None) -> bool:
        """Have the one end: complete every open message, then say so. False if it was had."""
        with self._lock:
            if self.ended:
                return False
            self._end = end
            open_drafts = self.branch.open_drafts()
            events = [e for draft in open_drafts[:-1] for e in draft.finish(end)]
            if open_drafts:
                events += open_drafts[-1].finish(end, error)
            elif end != "done":
                events.append(stub(self.branch.tip, self.info, end, error))
            self.info = {**self.info, "state": "ended", "end": end}
            self._say(*events, {"type": "run", "run": self.info}, urgent=True)
            return True

    # ----------------------------------------------------------------- internals

    def _end_and_free(self, end: RunEnd, error: ErrorInfo | None = None) -> bool:
        with self._lock:
            if self.ended:
                return False
            self.stopped.set()
            self.end(end, error)
            held = list(self._held)
        for stream in held:
            streams.shut(stream)
        self.cancel()
        return True

    def _say(self, *events: Event, urgent: bool = False) -> None:
        self._publish(self.conversation, *events, urgent=urgent)

    def _begin(self, id: str, raw: dict[str, Any]) -> None:
        draft = Draft(new_node(id, self.branch.tip, self.info, {}, "streaming"))
        self._take(draft, draft.normalise(raw))
        draft.node["message"].setdefault("role", "assistant")
        self.branch.put(draft)
        self._say(draft.told(), urgent=len(self.branch) == 1)

    def _join(self, draft: Draft, raw: dict[str, Any]) -> None:
        if not draft.open:
            draft.reopen()
            self._say(draft.told())
        delta = draft.normalise(raw)
        self._take(draft, delta)
        if not is_empty(delta):
            self._say({"type": "delta", "id": draft.node["id"], "delta": delta})

    def _take(self, draft: Draft, delta: NormalDelta) -> None:
        weight = weight_added(delta)
        self._count(weight)
        draft.grow(delta, weight)

    def _count(self, chars: int) -> None:
        if self._chars + chars > self._max_chars:
            raise BadReply(
                f"The answer would grow past {self._max_chars:,} characters, the limit of one run. "
                "Send less, or raise it with set_config({'max_reply_chars': …})."
            )
        self._chars += chars


def home_run() -> Run:
    """The run of the handler that is calling. Raises NoConversation where there is none."""
    run, thread = current_run.get() or (None, 0)
    if run is not None and thread == threading.get_ident():
        return run
    raise NoConversation(
        "It cannot be told which conversation this message is for: the call was made outside a "
        "handler, or in a thread the handler started. Make the id with app.new_id() inside the "
        "handler and pass it (id=…), or name the conversation (to=ctx.conversation_id)."
    )
