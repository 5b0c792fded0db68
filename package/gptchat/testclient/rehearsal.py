"""The engine as a test needs it: watched, and the same twice.

`Rehearsal` is the hub of a test client. On their way to the log, ids and times made by
chance are replaced, so that two runs of one test write the same events; what reaches the
pages is kept as a page keeps it. `Watched` tells when a handler is done, and what it raised.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

from gptchat.conversation import Conversation
from gptchat.hub import Announce, Emit, Hub, Ticket
from gptchat.protocol import Event, RunInfo
from gptchat.runs.work import Work
from gptchat.store import Store
from gptchat.store.log import Numbered
from gptchat.store.turns import Beginning

BEGINNING = 1_700_000_000.0
"""When every rehearsal begins. Time stands still while handlers work."""

MADE = re.compile(r"m_[A-Za-z0-9_-]{16}")
"""An id as `new_message_id` makes it."""

SILENT = {"role", "finish_reason", "usage"}
"""Keys of a message that show nothing."""


class Watch:
    """One handler at work: where it is, and what it raised."""

    def __init__(self) -> None:
        self.thread = threading.get_ident()
        self.task: asyncio.Task[Any] | None = None
        with contextlib.suppress(RuntimeError):  # Raised in a thread that has no loop.
            self.task = asyncio.current_task()
        self.is_at_work = True
        self.error: BaseException | None = None


class Rehearsal(Hub):
    """A hub that remembers what was said, piece by piece, and what the pages made of it."""

    def __init__(self, store: Store, _emit: Emit, _announce: Announce) -> None:
        super().__init__(store, self._show)
        self.now = BEGINNING
        self.said: dict[str, list[Event]] = defaultdict(list)
        self.pages: dict[str, Conversation] = defaultdict(Conversation)
        self.seqs: dict[str, int] = defaultdict(int)
        """The number of the newest event each page has."""
        self.watches: dict[str, Watch] = {}
        self.ended: dict[str, RunInfo] = {}
        self.pieces: dict[str, int] = defaultdict(int)
        """How many pieces each run has said."""
        self.stop_after: int | None = None
        """So many pieces are said of a run before Stop is pressed."""
        self.press_stop: Callable[[str], object] = lambda _conversation: None
        self._changed = threading.Condition(threading.RLock())
        self._runs: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._errors = itertools.count(1)

    def append(
        self, conversation: str, *events: Event, urgent: bool = False,
        begins: Beginning | None = None,
    ) -> Ticket:  # fmt: skip
        """Take events as any hub does, and press Stop if it is time."""
        with self._changed:
            told = [self._without_chance(event) for event in events]
            self.said[conversation] += told
            ticket = super().append(conversation, *told, urgent=urgent, begins=begins)
            is_time = True in [self._count(event) for event in told]
            self._changed.notify_all()
        if is_time:
            self.press_stop(conversation)
        return ticket

    def _count(self, event: Event) -> bool:
        """Take note of an event; whether Stop is to be pressed after it."""
        run = self.run_of(event)
        if event["type"] == "run" and event["run"]["state"] == "ended":
            self.ended[event["run"]["id"]] = event["run"]
        elif run is not None and _shows(event):
            self.pieces[run] += 1
            return self.pieces[run] == self.stop_after
        return False

    def run_of(self, event: Event) -> str | None:
        """The run that tells the event, if any does."""
        match event["type"]:
            case "run":
                return event["run"]["id"]
            case "message" if "run" in event["node"]:
                self._runs[event["node"]["id"]] = event["node"]["run"]
                return event["node"]["run"]
            case "delta" | "finish":
                return self._runs.get(event["id"])
        return None

    def wait(self, claim: Callable[[], bool], timeout: float) -> bool:
        """Wait until something is so; False if it takes too long."""
        with self._changed:
            return self._changed.wait_for(claim, timeout)

    def is_done(self, run: str) -> bool:
        """Whether the run has had its end, and its handler has let go."""
        watch = self.watches.get(run)
        return run in self.ended and (watch is None or not watch.is_at_work)

    @contextlib.contextmanager
    def watching(self, run: str) -> Iterator[None]:
        """A handler is at work in this block, in this thread or task."""
        watch = self.watches[run] = Watch()
        try:
            yield
        finally:
            with self._changed:
                watch.is_at_work = False
                self._changed.notify_all()

    def _show(self, conversation: str, place: Numbered, events: Sequence[Event]) -> None:
        """Committed events arrive at a page, as JSON."""
        with self._changed:
            for event in json.loads(json.dumps(events)):
                self.pages[conversation].apply(event)
            self.seqs[conversation] = place.seq + len(events) - 1
            self._changed.notify_all()

    # -------------------------------------------------------------- without chance

    def _without_chance(self, event: Event) -> Event:
        event = cast(Event, self._renamed(event))
        match event["type"]:
            case "message":
                self._timed(event["node"])
            case "finish":
                event["at"] = self.now
                self._timed(event)
            case "run":
                event["run"]["created"] = self.now
                if "message" in event["run"]:
                    self._timed(event["run"]["message"])
        return event

    def _timed(self, told: Any) -> None:
        for key in ("created", "finished"):
            if key in told:
                told[key] = self.now
        if "id" in told.get("error", {}):
            told["error"]["id"] = f"e{next(self._errors)}"

    def _renamed(self, value: Any, key: str = "") -> Any:
        """A copy of the event in which every id made by chance is a numbered one."""
        if isinstance(value, dict):
            return {k: self._renamed(item, k) for k, item in value.items()}
        if isinstance(value, list):
            return [self._renamed(item) for item in value]
        if isinstance(value, str) and key in ("id", "parent", "leaf", "tool_call_id"):
            # A call without an id has one made of its message's: call_<message>_<slot>.
            return MADE.sub(self._number, value)
        return value

    def _number(self, found: re.Match[str]) -> str:
        return self._ids.setdefault(found[0], f"m{len(self._ids) + 1}")


class Watched(Work):
    """A run being worked, with the rehearsal told of the handler's comings and goings."""

    def _on_thread(self) -> None:
        with self._watched():
            super()._on_thread()

    async def _on_loop(self) -> None:
        with self._watched():
            await super()._on_loop()

    def _failed(self, error: BaseException) -> None:
        if not self._run.ended:
            self._rehearsal.watches[self._run.info["id"]].error = error
        super()._failed(error)

    @property
    def _rehearsal(self) -> Rehearsal:
        return cast(Rehearsal, self._hub)

    def _watched(self) -> contextlib.AbstractContextManager[None]:
        rehearsal, run, function = self._rehearsal, self._run, self._handler.function

        def stopped_at_once(*given: Any, **named: Any) -> Any:
            rehearsal.press_stop(run.conversation)
            return function(*given, **named)

        if rehearsal.stop_after == 0:
            self._handler = replace(self._handler, function=stopped_at_once)
        return rehearsal.watching(run.info["id"])


def _shows(event: Event) -> bool:
    """Whether the event makes an answer longer."""
    if event["type"] == "message":
        message = event["node"]["message"]
        return any(value for key, value in message.items() if key not in SILENT)
    if event["type"] != "delta":
        return False
    delta = event["delta"]
    grows = any(delta.get("append", {}).values()) or delta.get("extend") or delta.get("calls")
    return bool(grows) or not delta.get("set", {}).keys() <= SILENT
