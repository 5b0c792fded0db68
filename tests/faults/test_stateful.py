"""Whatever three clients do, in whatever order, the conversation is what a simple model says.

After each step a fresh snapshot is what the model says, and what the last snapshot and the
events since amount to. No word is lost, nothing is there twice, and each run has one end.
"""

from __future__ import annotations

import itertools
import json
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gptchat.conversation import Conversation
from support import held_program as program
from support.model import Model, Said
from support.oracle import assert_calm
from support.page import Gone, Page
from support.serving import Server, serve
from support.web import Visitor

PROGRAM = Path(program.__file__)
TABS = st.integers(0, 2)
KINDS = st.sampled_from(["quick", "slow"])
WAYS = st.sampled_from(["calmly", "cut after", "cut before the answer", "twice"])
PATIENCE = 15.0

_numbers = itertools.count(1)


class ThreeClients(RuleBasedStateMachine):
    """One person at three tabs, on a network and a machine that are not to be trusted."""

    server: Server

    def __init__(self) -> None:
        super().__init__()
        self.model, self.visitor = Model(), Visitor(self.server.port)
        self.tabs = [Page(self.visitor) for _ in range(3)]
        self.longest: dict[str, str] = {}
        self.told: Any = None
        """The last snapshot."""
        self.tabs[0].say(text := self._text("quick"), id=(id := self._id()))
        for tab in self.tabs[1:]:
            tab.show(str(self.tabs[0].conversation))
        self.model.send(id, text)

    # --------------------------------------------------------------------- the steps

    @rule(tab=TABS, kind=KINDS, how=WAYS)
    def send(self, tab: int, kind: str, how: str) -> None:
        """Say something, over a good line or a bad one."""
        id, text = self._id(), self._text(kind)
        self._ask(tab, how, "send", id=id, parent=None, content=text)
        self.model.send(id, text)

    @precondition(lambda self: self.model.running)
    @rule(tab=TABS, how=WAYS)
    def stop(self, tab: int, how: str) -> None:
        """Press Stop."""
        self._wait_for_words()
        self._ask(tab, how, "stop")
        self.model.stop()

    @precondition(lambda self: self.model.running)
    @rule()
    def let_end(self) -> None:
        """The handler comes to its end."""
        assert self.model.running is not None
        assert self.model.running.above is not None
        (self.server.folder / f"release-{self.model.running.above.tag}").touch()
        self.model.let_end()

    @rule(tab=TABS, which=st.integers(0), kind=KINDS, how=WAYS)
    def edit(self, tab: int, which: int, kind: str, how: str) -> None:
        """Say something else in place of any message, whatever runs."""
        self._wait_for_words()
        old, id, text = self._pick(which, "user"), self._id(), self._text(kind)
        self._ask(tab, how, "edit", message=old.id, id=id, content=text)
        self.model.edit(old, id, text)

    @rule(tab=TABS, which=st.integers(0), how=WAYS)
    def regenerate(self, tab: int, which: int, how: str) -> None:
        """Ask for another answer in place of any."""
        self._wait_for_words()
        old = self._pick(which, "assistant")
        self._ask(tab, how, "regenerate", message=old.id, id=self._id())
        self.model.regenerate(old)

    @rule(tab=TABS, which=st.integers(0), how=WAYS)
    def select(self, tab: int, which: int, how: str) -> None:
        """Turn to the branch of any message."""
        said = self._pick(which)
        self._ask(tab, how, "select", message=said.id)
        self.model.select(said)

    @rule(tab=TABS, how=st.sampled_from(["rst", "fin"]))
    def cut(self, tab: int, how: str) -> None:
        """The connection of one tab breaks."""
        self.tabs[tab].cut(how)

    @rule(tab=TABS, by_snapshot=st.booleans())
    def reload(self, tab: int, by_snapshot: bool) -> None:
        """A tab forgets all it has, and begins anew."""
        self.tabs[tab].reload(by_snapshot=by_snapshot)

    @rule(how=st.sampled_from(["kill", "stop"]))
    def restart(self, how: str) -> None:
        """The server ends, by `kill -9` or as told, and begins again."""
        self._wait_for_words()
        getattr(self.server, how)()
        self.server.start()
        self.model.stop("interrupted")

    # -------------------------------------------------------------------- the promises

    @invariant()
    def is_as_the_model_says(self) -> None:
        """Every message once, where it belongs, with its words and its end."""
        deadline, differs = time.monotonic() + PATIENCE, "nothing yet"
        while time.monotonic() < deadline:
            told = self.visitor.snapshot(self._conversation)
            if (differs := self.model.differs(told) or "") == "":
                break
            time.sleep(0.01)
        assert differs == "", differs
        for node in told["nodes"]:
            text, before = node["message"].get("content") or "", self.longest.get(node["id"], "")
            assert text.startswith(before), f"words are gone: {before[len(text) :]!r}"
            self.longest[node["id"]] = text
        self._events_lead_here(told)

    def _events_lead_here(self, told: Any) -> None:
        """The last snapshot and what any tab heard since are the new one."""
        for tab in self.tabs:
            tab.wait_seq(told["seq"])
            assert tab.problems == []
        if self.told is not None:
            before, since = self.told["seq"], range(self.told["seq"] + 1, told["seq"] + 1)
            for tab in self.tabs:
                events = [tab._seen.get(seq) for seq in since]
                if None in events:  # It was told by a snapshot, so it heard no events.
                    continue
                state = restored(self.told)
                for event in events:
                    state.apply(json.loads(str(event)))
                assert shape(state) == shape(restored(told)), f"events {before} to {told['seq']}"
        self.told = told

    def teardown(self) -> None:
        """Each run has ended once, or not yet; and every tab shows the same."""
        try:
            if sys.exc_info()[0] is not None:
                return  # Something was wrong already; that is what shall be told.
            self._wait_for_words()
            self._ask(0, "calmly", "stop")
            self.model.stop()
            self.is_as_the_model_says()
            self._ends_once()
            for tab in self.tabs:
                with tab._changed:
                    assert shape(tab.view) == shape(restored(self.told)), f"a tab {tab.counts}"
        finally:
            for tab in self.tabs:
                tab.close()

    def _ends_once(self) -> None:
        heard: dict[int, Any] = {}
        for tab in self.tabs:
            heard |= {seq: json.loads(event) for seq, event in tab._seen.items()}
        ended = [e["run"]["id"] for e in heard.values() if e["type"] == "run" and "end" in e["run"]]
        assert len(ended) == len(set(ended)), "a run had two ends"
        answered = [n.get("run") for n in self.told["nodes"] if n["message"]["role"] != "user"]
        assert len(answered) == len(set(answered)), "a run answered twice"

    # ----------------------------------------------------------------------- privately

    @property
    def _conversation(self) -> str:
        return str(self.tabs[0].conversation)

    def _ask(self, tab: int, how: str, name: str, **asked: Any) -> None:
        """Ask until it is answered, as a page does; the line may break, or it may ask twice."""
        page, asked = self.tabs[tab], {"conversation": self._conversation, **asked}
        page.wait_connected()
        boxes = [page.tell(name, asked) for _ in range(2 if how == "twice" else 1)]
        if how == "cut before the answer":
            page.cut("rst")
        answer = None
        for box in boxes:
            with suppress(Gone):
                answer = page.answer(box)
        while answer is None:
            with suppress(Gone):
                answer = page.ask(name, **asked)
        assert answer == {"conversation": self._conversation}, answer
        if how == "cut after":
            page.cut("rst")

    def _wait_for_words(self) -> None:
        """Whether an answer that is ended now has words would be a matter of luck."""
        if (running := self.model.running) is None:
            return
        assert running.id is not None
        tab = self.tabs[0]
        tab.wait(lambda: running.id in tab.view.nodes, "what runs has begun")

    def _pick(self, which: int, role: str | None = None) -> Said:
        known = [said for said in self.model.all() if role in (None, said.role)]
        return known[which % len(known)]

    def _id(self) -> str:
        return "u_" + secrets.token_hex(4)

    def _text(self, kind: str) -> str:
        return f"{kind} t{next(_numbers)}"


def restored(snapshot: Any) -> Conversation:
    """The conversation that a snapshot describes."""
    copy = json.loads(json.dumps(snapshot))
    return Conversation.restore(copy["nodes"], copy["leaf"], copy["runs"])


def shape(state: Conversation) -> Any:
    """All that can be seen of it."""
    return state.nodes, {k: v for k, v in state.children.items() if v}, state.leaf, state.runs


@pytest.fixture
def server(kept_in: dict[str, Any]) -> Iterator[Server]:
    with serve(PROGRAM, env={"OPTIONS": json.dumps(kept_in)}) as running:
        yield running
        assert_calm(running)


@pytest.mark.timeout(1800)
def test_three_clients_and_a_server_that_dies_agree_with_a_simple_model(
    server: Server, rounds: Callable[[int, int], int]
) -> None:
    """S3."""
    machine = type("ThreeClientsOfThisServer", (ThreeClients,), {"server": server})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=rounds(2, 20), stateful_step_count=rounds(12, 50), deadline=None,
            # What three clients do at once is not the same the next time: nothing to shrink.
            phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
