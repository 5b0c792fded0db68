"""Whatever the network does, every tab shows what was said: all of it, once, in order."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from support import chaos_program
from support.oracle import (
    assert_calm,
    assert_exact,
    assert_stored,
    assert_threads_back,
    database,
    threads,
)
from support.page import Page
from support.serving import Server, serve
from support.web import Visitor

PROGRAM = Path(chaos_program.__file__)
SESSIONS, EVENTS = 10, 1500
FEW, MANY = 1, 6  # Rounds of chaos.


class Session:
    """One visitor with three tabs, two of them on bad connections, one late."""

    def __init__(self, server: Server, seed: int) -> None:
        self.seed, self._luck = seed, random.Random(seed)
        self.visitor = Visitor(server.port)
        self.tabs = [Page(self.visitor)]
        self.tabs[0].say(f"{seed} {EVENTS}")
        self.conversation = self.tabs[0].conversation
        self.tabs.append(Page(self.visitor, self.conversation))
        self._late = time.monotonic() + self._luck.uniform(2, 6)

    def disturb(self) -> None:
        """Let something happen to one of the tabs."""
        if len(self.tabs) == 2 and time.monotonic() > self._late:
            self.tabs.append(Page(self.visitor, self.conversation))
            return
        tab, what = self._luck.choice(self.tabs[:2]), self._luck.random()
        if what < 0.2:
            tab.reload(by_snapshot=what < 0.1)
        else:
            tab.cut("rst" if what < 0.7 else "fin")

    def is_over(self) -> bool:
        """Whether the answer is whole, in a tab."""
        return len(self.tabs) == 3 and self.tabs[2].is_idle()


@pytest.mark.timeout(900)
def test_every_tab_is_exact_however_often_its_socket_is_cut(
    rounds: Callable[[int, int], int],
) -> None:
    """F1, F10: tabs that are cut off, reload, and come late."""
    for _ in range(rounds(FEW, MANY)):
        seed = random.randrange(10**6)
        print(f"seed {seed}")
        with serve(PROGRAM, env={"ANONYMOUS": "1"}) as server:
            play_through(server, seed)
            assert_calm(server)


def play_through(server: Server, seed: int) -> None:
    warm_up(server)
    before = threads(server)
    sessions = [Session(server, seed * SESSIONS + number) for number in range(SESSIONS)]
    luck = random.Random(seed)
    with ThreadPoolExecutor(1) as aside:
        refused = aside.submit(strangers_are_refused, server, sessions)
        while not all(session.is_over() for session in sessions):
            luck.choice(sessions).disturb()
            time.sleep(luck.uniform(0.0, 0.08))
        refused.result()
    for session in sessions:
        for tab in session.tabs:
            tab.wait_idle(60)
        assert_exact(session.tabs, chaos_program.source(session.seed, EVENTS))
    report(sessions)
    for session in sessions:
        for tab in session.tabs:
            tab.close()
    assert_threads_back(server, before)
    for session in sessions:
        expected = chaos_program.source(session.seed, EVENTS)
        assert_stored(database(server, PROGRAM.stem), str(session.conversation), expected)


def warm_up(server: Server) -> None:
    """Let the server start the threads that it keeps."""
    with Page(Visitor(server.port)) as page:
        page.say("1 10")
        page.wait_idle()
    time.sleep(1.5)  # The watch over connections ends a second after the last of them.


def report(sessions: list[Session]) -> None:
    tabs = [tab for session in sessions for tab in session.tabs]
    seen = {key: sum(tab.counts[key] for tab in tabs) for key in tabs[0].counts}
    print(seen)
    assert seen["gaps"] == 0, "a tab heard what came after something it had not been told"


def strangers_are_refused(server: Server, sessions: list[Session]) -> None:
    for session in sessions:
        conversation = str(session.conversation)
        with Page(Visitor(server.port)) as page:
            asked: dict[str, Any] = {"conversation": conversation, "epoch": None, "seq": 0}
            answers = [
                page.ask("sync", **asked),
                page.ask("stop", conversation=conversation),
                page.ask("send", conversation=conversation, id="u1", parent=None, content="hi"),
            ]
            assert [answer["refused"]["code"] for answer in answers] == ["not_found"] * 3
            assert page.visitor.get(f"api/conversations/{conversation}")[0] == 404
            time.sleep(0.2)
            assert not any(text.startswith('42["events"') for text in page.heard)
