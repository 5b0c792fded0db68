"""Who may speak in a conversation, where several processes write: decided as events are written.

A request begins one run, to whichever process it was sent, however often. One process at a time
answers in a conversation. And a process whose run another has ended says nothing more in it: it
may have stood still for longer than a lease, and does not know. All of it is judged inside the
transaction that writes the events, with the conversation's row locked.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from gptchat.protocol import Event
from gptchat.store.statements import Statements

if TYPE_CHECKING:
    from sqlalchemy import Connection

Verdict = Literal["begun", "busy", "moved", "void"]
"""`busy`: another process is at work there. `moved`: it was, since this was asked for.
`void`: it has begun before, or is not ours to begin."""


ANYWHERE: Final = "*"
"""No leaf: wherever the conversation stands."""


@dataclass(eq=False)
class Beginning:
    """The events a run begins with: written all or, unless it is `begun`, none of them."""

    run: str
    then: Callable[[Verdict], object]
    """Told the verdict, once it stands."""
    needs_turn: bool = True
    """Whether it may only begin where no other process is at work."""
    leaf: str | None = ANYWHERE
    """Where the conversation stood when it was asked for. It must stand there still."""
    events: Sequence[Event] = ()
    verdict: Verdict = "void"


Said: TypeAlias = Event | Beginning
Batch: TypeAlias = Mapping[str, Sequence[Said]]
"""What is to be written, by conversation."""


@dataclass
class _Scene:
    """What one transaction finds, and what has begun in it so far."""

    mine: set[str]
    """The runs of this process that the store has as working or waiting."""
    others: Sequence[Any]
    """The rows of other processes' runs."""
    known: set[str]
    """Of the runs that are asked for, those that have begun before."""
    leaves: Mapping[str, str | None]
    closed: Collection[str]
    fresh: list[dict[str, object]] = field(default_factory=list)

    def begin(self, run: str, conversation: str) -> None:
        if run not in self.known:
            self.fresh.append({"id": run, "conversation": conversation, "at": time.time()})
        self.known.add(run)
        self.mine.add(run)


class Turns:
    """What this process may write."""

    def __init__(self, statements: Statements, worker: str) -> None:
        self._say, self._worker = statements, worker
        self._runs = set[str]()
        """The runs that this process has begun and not ended."""
        self._messages: dict[tuple[str, str], str] = {}
        """The runs of their messages: a delta names the message alone."""

    def admit(
        self, connection: Connection, batch: Batch, leaves: Mapping[str, str | None],
        closed: Collection[str],
    ) -> dict[str, list[Event]]:  # fmt: skip
        """The events that may be written, with the conversations standing at these `leaves`.

        In those that are `closed` none may.
        """
        here = self._say.runs_here.rows(connection, list(batch))
        mine = {row.id for row in here if row.worker == self._worker}
        others = [row for row in here if row.worker != self._worker]
        scene = _Scene(mine, others, self._known(connection, batch), leaves, closed)
        admitted = {id: self._admitted(id, said, scene) for id, said in batch.items()}
        if scene.fresh:
            connection.execute(self._say.insert_known, scene.fresh)
        return admitted

    def committed(self, batch: Batch) -> None:
        """It is written. What has ended is forgotten."""
        for _, event in _events(batch):
            if event["type"] == "run" and event["run"]["state"] == "ended":
                id = event["run"]["id"]
                self._runs.discard(id)
                self._messages = {at: run for at, run in self._messages.items() if run != id}

    def _admitted(self, conversation: str, said: Sequence[Said], scene: _Scene) -> list[Event]:
        events: list[Event] = []
        for each in said:
            if isinstance(each, Beginning):
                each.verdict = _judged(each, conversation, events, scene)
                if each.verdict == "begun":
                    self._runs.add(each.run)
                    scene.begin(each.run, conversation)
                    events += each.events
            elif conversation not in scene.closed and self._may_say(conversation, each, scene.mine):
                events.append(each)
        return events

    def _may_say(self, conversation: str, event: Event, mine: set[str]) -> bool:
        run = self._run_of(conversation, event)
        if event["type"] == "run":
            if event["run"]["state"] == "ended":
                return run in mine
            if event["run"]["id"] not in self._runs:
                mine.add(event["run"]["id"])
        return run is None or run in mine or run not in self._runs

    def _run_of(self, conversation: str, event: Event) -> str | None:
        match event["type"]:
            case "run":
                return event["run"]["id"]
            case "message":
                run = event["node"].get("run")
                if run in self._runs and run is not None:
                    self._messages[conversation, event["node"]["id"]] = run
                return run
            case "select":
                return event.get("run")
            case "delta" | "finish":
                return self._messages.get((conversation, event["id"]))
            case _:
                return None

    def _known(self, connection: Connection, batch: Batch) -> set[str]:
        asked = [each.run for _, each in _beginnings(batch)]
        if not asked:
            return set()
        return set(connection.execute(self._say.known_runs, {"at_runs": asked}).scalars())


def _judged(asked: Beginning, conversation: str, before: Sequence[Event], scene: _Scene) -> Verdict:
    is_ours = asked.run in scene.mine
    if conversation in scene.closed or (asked.run in scene.known and not is_ours):
        return "void"
    others = [row for row in scene.others if row.conversation == conversation]
    if is_ours:  # It waited, and those who came later wait for it.
        others = [row for row in others if json.loads(row.body)["state"] == "running"]
    if asked.needs_turn and others:
        return "busy"
    now_at = _leaf_after(before, scene.leaves.get(conversation))
    return "begun" if asked.leaf in (ANYWHERE, now_at) else "moved"


def _leaf_after(events: Iterable[Event], leaf: str | None) -> str | None:
    """Where these events lead, by the rules of `conversation.py`."""
    for event in events:
        if event["type"] == "select":
            leaf = event["leaf"]
        elif event["type"] == "message" and event["node"]["parent"] == leaf:
            leaf = event["node"]["id"]
    return leaf


def _beginnings(batch: Batch) -> Iterable[tuple[str, Beginning]]:
    return (
        (id, each) for id, said in batch.items() for each in said if isinstance(each, Beginning)
    )


def _events(batch: Batch) -> Iterable[tuple[str, Event]]:
    for conversation, said in batch.items():
        for each in said:
            for event in each.events if isinstance(each, Beginning) else (each,):
                yield conversation, event
