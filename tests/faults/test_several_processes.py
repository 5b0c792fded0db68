"""Several processes over one database: whichever of them a page speaks to, it sees the same.

The pages here never ask by themselves what they may have missed (`patience`), as a browser's
page does: what they show the servers have told them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from support import counting_program as program
from support.counting_program import source
from support.oracle import assert_calm, assert_exact
from support.page import Page
from support.redis import Redis
from support.serving import Server, serve
from support.waiting import until
from support.web import Visitor

MANY, LONG = 40, 2000
PACE = 0.01


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    with Redis() as running:
        yield running


@pytest.fixture(scope="module")
def servers(redis: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    folder = tmp_path_factory.mktemp("servers")
    env = program.environment(message_queue=redis.url)
    with ExitStack() as stack:
        yield [
            # Its text: beside its file are modules named like packages that it needs.
            stack.enter_context(serve(Path(program.__file__).read_text(), folder=folder, env=env))
            for _ in range(2)
        ]


class Tab(Page):
    """A page that believes what it is told, and asks nothing."""

    patience = 3600.0

    def listed(self) -> list[str]:
        """The titles it was told of, oldest first."""
        frames = [json.loads(text[2:]) for text in self.heard if text.startswith('42["conv')]
        return [each["title"] for _, frame in frames for each in frame["changed"]]

    def learns(self, title: str) -> None:
        """Wait until it was told of a title, or told to ask for what it may have missed."""
        told = "the new name in the other process"
        until(lambda: self.listed()[-1:] == [title] or self.was_told_to_ask(), told)

    def was_told_to_ask(self) -> bool:
        return any(text.startswith('42["resync"') for text in self.heard)


@pytest.fixture
def tabs(servers: list[Server]) -> Iterator[tuple[Tab, Tab]]:
    """One person's two tabs, each at another process."""
    with Tab(Visitor(servers[0].port)) as here, Tab(Visitor(servers[1].port)) as there:
        yield here, there
    for server in servers:
        assert_calm(server)


Tabs = tuple[Tab, Tab]


def say(here: Tab, there: Tab, count: int) -> None:
    """Ask for so many words in one tab, and show the chat in the other."""
    here.say(f"{count} {PACE}")
    if there.conversation != here.conversation:
        there.show(str(here.conversation))


def both_show(tabs: Tabs, *texts: str) -> None:
    for tab in tabs:
        tab.wait_idle()
    assert_exact(tabs, list(texts))
    assert [tab.counts["snapshots"] for tab in tabs] == [0, 0]


def test_words_of_one_process_reach_the_pages_of_another_as_they_come(tabs: Tabs) -> None:
    here, there = tabs
    say(here, there, LONG)
    there.wait_text("20 ")
    here.wait_text("20 ")
    assert max(len(here.text()), len(there.text())) < len(source(LONG))
    there.stop()
    here.wait_idle()
    there.wait_idle()
    assert here.last()["status"] == there.last()["status"] == "stopped"
    assert here.text() == there.text()
    assert here.problems == there.problems == []


def test_the_list_follows_in_every_process(tabs: Tabs) -> None:
    here, there = tabs
    say(here, there, 3)
    both_show(tabs, source(3))
    title = f"Named at {time.monotonic()}"
    here.ask("rename", conversation=here.conversation, title=title)
    there.learns(title)


@pytest.mark.parametrize("seconds", [0.5, pytest.param(5.0, marks=pytest.mark.long)])
def test_a_redis_that_is_gone_across_the_end_of_an_answer_costs_time_and_no_word(
    tabs: Tabs, redis: Redis, seconds: float
) -> None:
    """F16."""
    here, there = tabs
    say(here, there, MANY)
    redis.kill()
    here.wait_idle()
    title = f"Named at {time.monotonic()}"
    here.ask("rename", conversation=here.conversation, title=title)
    time.sleep(seconds)
    assert there.listed()[-1:] != [title]
    redis.start()
    there.learns(title)
    both_show(tabs, source(MANY))
    say(here, there, 3)
    both_show(tabs, source(MANY), source(3))


def test_what_redis_never_said_is_found_by_looking(tabs: Tabs, redis: Redis) -> None:
    """F16."""
    here, there = tabs
    say(here, there, MANY)
    redis.kill()
    both_show(tabs, source(MANY))
    redis.start()
