"""What a conversation should be, in the simplest words: a tree, a leaf, a run and a queue.

It knows nothing of events, numbers, threads or databases. `differs` compares it with a snapshot,
learns from that the ids of answers, which the server makes, and says what is otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from support.held_program import is_answer


@dataclass(eq=False)
class Said:
    """One message: a person's `text`, or an answer to it and how that ended."""

    role: str
    text: str
    above: Said | None
    id: str | None = None
    status: str = "done"
    has_words: bool = True
    below: list[Said] = field(default_factory=list)

    @property
    def tag(self) -> str:
        """By which the answers to this message are known."""
        return self.text.split()[1]


@dataclass(eq=False)
class Waiting:
    """A message that waits its turn: below what it will stand."""

    said: Said
    above: Said | None


class Model:
    """One conversation, as a person would tell what happened in it."""

    def __init__(self) -> None:
        self.top: list[Said] = []
        self.leaf: Said | None = None
        self.running: Said | None = None
        self.queue: list[Waiting] = []

    # ------------------------------------------------------------- what is there

    def all(self) -> Iterator[Said]:
        """Every message in the tree, the older ones first."""
        rest = list(self.top)
        while rest:
            yield (said := rest.pop(0))
            rest += said.below

    def by_id(self, id: str) -> Said:
        """The message of this id."""
        return next(said for said in self.all() if said.id == id)

    def question(self, said: Said) -> Said:
        """The person's message at or above this one."""
        while said.role != "user":
            assert said.above is not None
            said = said.above
        return said

    # ----------------------------------------------------------------- what is done

    def send(self, id: str, text: str) -> None:
        """Say something below what is shown; it waits while something runs."""
        said = Said("user", text, self.leaf, id)
        if self.running is not None:
            self.queue.append(Waiting(said, self.leaf))
        else:
            self._put(said)
            self._answer(said)

    def edit(self, old: Said, id: str, text: str) -> None:
        """Say something else in place of a message."""
        self.stop()
        self.leaf = old.above
        said = Said("user", text, old.above, id)
        self._put(said)
        self._answer(said)

    def regenerate(self, said: Said) -> None:
        """Answer again; an answer that has no words gives way."""
        self.stop()
        question = self.question(said)
        if said.role == "assistant" and not said.has_words and not said.below:
            question.below.remove(said)
        self.leaf = question
        self._answer(question)

    def select(self, said: Said) -> None:
        """Show another branch."""
        self.leaf = newest_below(said)

    def stop(self, how: str = "stopped") -> None:
        """End what runs, and what waits."""
        if self.running is not None:
            self.running.status, self.running = how, None
        waiting, self.queue = self.queue, []
        for each in waiting:
            self._take_place(each)
            self._put(Said("assistant", "", each.said, None, how, has_words=False))

    def let_end(self) -> None:
        """What runs says its last word, and whoever waits has a turn."""
        assert self.running is not None
        self.running.status, self.running = "done", None
        while self.queue and self.running is None:
            each = self.queue.pop(0)
            self._take_place(each)
            self._answer(each.said)

    def _take_place(self, each: Waiting) -> None:
        each.said.above = newest_below(each.above) if each.above else self._newest()
        self._put(each.said)

    def _newest(self) -> Said | None:
        return newest_below(self.top[-1]) if self.top else None

    def _answer(self, question: Said) -> None:
        is_quick = question.text.startswith("quick")
        answer = Said("assistant", "", question, None, "done" if is_quick else "streaming")
        self._put(answer)
        self.running = None if is_quick else answer

    def _put(self, said: Said) -> None:
        (self.top if said.above is None else said.above.below).append(said)
        if self.leaf is said.above:
            self.leaf = said

    # ------------------------------------------------------------------- comparing

    def differs(self, snapshot: Any) -> str | None:
        """What of a snapshot is not as it should be; None if all is."""
        nodes = {node["id"]: node for node in snapshot["nodes"]}
        if len(nodes) != len(snapshot["nodes"]):
            return "a message is there twice"
        below: dict[str | None, list[str]] = {}
        for node in snapshot["nodes"]:
            below.setdefault(node["parent"], []).append(node["id"])
        if told := _differ(self.top, below.get(None, []), nodes, below):
            return told
        if len(nodes) != sum(1 for _ in self.all()):
            return "there is a message that hangs in the air"
        if snapshot["leaf"] != (self.leaf and self.leaf.id):
            return f"shown is {snapshot['leaf']}, not {self.leaf and self.leaf.id}"
        runs = [(run["state"], run["parent"]) for run in snapshot["runs"]]
        should = [("queued", each.said.id) for each in self.queue]
        if self.running is not None:
            assert self.running.above is not None
            should.insert(0, ("running", self.running.above.id))
        return None if runs == should else f"what runs is {runs}, not {should}"


def newest_below(said: Said) -> Said:
    """The end of the newest branch below a message."""
    while said.below:
        said = said.below[-1]
    return said


def _differ(
    should: list[Said], ids: list[str], nodes: dict[str, Any], below: dict[str | None, list[str]]
) -> str | None:
    if len(should) != len(ids):
        return f"{len(ids)} messages, not {len(should)}, below one: {[nodes[id] for id in ids]}"
    for said, id in zip(should, ids, strict=True):
        told = _one_differs(said, nodes[id])
        said.id = said.id or id
        if told := told or _differ(said.below, below.get(id, []), nodes, below):
            return told
    return None


def _one_differs(said: Said, node: Any) -> str | None:
    message, text = node["message"], node["message"].get("content") or ""
    if message["role"] != said.role or (said.id or node["id"]) != node["id"]:
        return f"{node} is in the place of {said.role} {said.id} {said.text}"
    if node["status"] != said.status:
        return f"{node['id']} is {node['status']}, not {said.status}"
    if said.role == "user":
        return None if text == said.text else f"{text!r} was {said.text!r} once"
    if not said.has_words:
        return f"{text!r} was said by nobody" if text else None
    assert said.above is not None
    if not text or not is_answer(text, said.above.tag, whole=said.status == "done"):
        return f"{text!r} is no {said.status} answer to {said.above.text!r}"
    return None
