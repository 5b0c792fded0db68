"""A hundred people for long, over lines that break: nothing is lost, and nothing piles up."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression, median
from typing import Any

import psutil
import pytest

from support import counting_program as program
from support.oracle import assert_calm, assert_threads_back
from support.page import Page
from support.proxy import Proxy
from support.serving import Server, serve
from support.waiting import until
from support.web import Visitor

PROGRAM = Path(program.__file__)
MINUTES = float(os.environ.get("MINUTES", "3"))
PEOPLE = 100
WORDS, PACE = 60, 0.02
CHAT = 8
"""Answers in one chat before its person begins another."""
EVERY = 2.0
"""Seconds between two looks at the server."""
MIB = 2**20
DEPLOYED = {"MALLOC_ARENA_MAX": "2"}
"""As examples/deploy advises: libc keeps less of what threads that have ended needed."""
POOL = 3 * 8
"""Files of connections to the database, which are kept for the next who reads."""


class Person:
    """Somebody who asks, waits, and asks again, at a tab that many things happen to."""

    def __init__(self, visitor: Visitor, seed: int, until_then: float) -> None:
        self._visitor, self._luck, self._until = visitor, random.Random(seed), until_then
        self.answers = 0
        self.wrong: list[str] = []
        self.thread = threading.Thread(target=self._live, daemon=True)
        self.thread.start()

    def _live(self) -> None:
        try:
            while time.monotonic() < self._until:
                with Page(self._visitor) as page:
                    for number in range(CHAT):
                        self._ask(page, number)
                    self.wrong += page.problems
        except Exception as error:
            self.wrong.append(repr(error))

    def _ask(self, page: Page, number: int) -> None:
        page.say(f"{WORDS} {PACE}")
        page.wait_text("5 ", 60)
        match self._luck.randrange(6):
            case 0:
                page.cut("rst")
            case 1:
                page.cut("fin")
            case 2:
                page.reload(by_snapshot=self._luck.random() < 0.5)
            case _:
                pass
        page.wait(lambda: len(page.texts()) == number + 1, "it is shown", 60)
        page.wait_idle(60)
        if page.texts() != [program.source(WORDS)] * (number + 1):
            self.wrong.append(f"{page.texts()} was shown")
        self.answers += 1
        time.sleep(self._luck.uniform(0, 4))


@dataclass
class Look:
    """The server at one moment."""

    at: float
    memory: float
    threads: int
    files: int


def look(server: Server) -> Look:
    assert server.process is not None
    process: Any = psutil.Process(server.process.pid)
    rss = process.memory_info().rss / MIB
    return Look(time.monotonic(), rss, process.num_threads(), process.num_fds())


def roads(server: Server, stack: ExitStack) -> Iterator[Visitor]:
    """Ways to the server: straight, late and in crumbs, slow."""
    ways = [stack.enter_context(Proxy(server.port)) for _ in range(3)]
    ways[1].delay, ways[1].jitter, ways[1].slice = 0.02, 0.02, 700
    ways[2].rate = 50_000
    for number in range(PEOPLE):
        yield Visitor(ways[number % 3].port)


@pytest.mark.long
@pytest.mark.timeout(60 * MINUTES + 300)
def test_a_hundred_people_for_long_leave_the_server_as_it_was(kept_in: dict[str, Any]) -> None:
    """S1: three minutes, or as many as `MINUTES` says (`make soak`: twenty)."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    env = {**program.environment(**kept_in), **DEPLOYED}
    with serve(PROGRAM, env=env) as server, ExitStack() as stack:
        with Page(Visitor(server.port)) as first:
            first.say("1")
            first.wait_idle()
        until(lambda: look(server).threads < 12, "the first connection to end")
        before, ends = look(server), time.monotonic() + 60 * MINUTES
        people = [
            Person(visitor, seed + at, ends) for at, visitor in enumerate(roads(server, stack))
        ]
        looks = list[Look]()
        while time.monotonic() < ends:
            looks.append(look(server))
            time.sleep(EVERY)
        for person in people:
            person.thread.join(120)
        told = tell(before, looks, people)
        assert [person.wrong for person in people if person.wrong] == []
        assert all(person.answers for person in people)
        assert_threads_back(server, before.threads + 2)
        until(lambda: look(server).files <= before.files + POOL, "the files to be given back")
        assert_calm(server)
        assert told < 8, "the server's memory grows"


def tell(before: Look, looks: list[Look], people: list[Person]) -> float:
    """Say what was seen; by how many MiB the memory grew from the second quarter to the last."""
    quarter = len(looks) // 4
    late = looks[quarter:]
    slope = linear_regression([e.at for e in late], [e.memory for e in late]).slope * 3600
    grown = median(e.memory for e in looks[-quarter:]) - median(
        e.memory for e in looks[quarter : 2 * quarter]
    )
    print(
        f"{PEOPLE} people, {MINUTES:g} min, {sum(p.answers for p in people)} answers: memory "
        f"{before.memory:.0f} MiB before, {late[0].memory:.0f} to {late[-1].memory:.0f} meanwhile "
        f"({slope:+.0f} MiB/h, {grown:+.1f} MiB from the second quarter to the last); "
        f"threads {before.threads}, at most {max(e.threads for e in looks)}; "
        f"files {before.files}, at most {max(e.files for e in looks)}"
    )
    return grown
