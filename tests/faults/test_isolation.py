"""Forty people at once: nobody hears another's words, and nobody waits for another's work."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from support import isolation_program as program
from support.apps import Apps, serve_apps
from support.oracle import answers, assert_calm
from support.page import Page

SESSIONS = 40
WRITING = [
    *(("plain", kind) for kind in ("generator", "threads", "pool", "own_loop")),
    *(("aio", kind) for kind in ("async_generator", "gather", "to_thread", "tasks")),
]
ONE_PART = {"generator", "async_generator", "tasks"}
SLOWER_AT_MOST = 4.0  # An answer beside eight sleepers and two that burn, to one alone.


@pytest.fixture(scope="module")
def apps() -> Iterator[Apps]:
    with serve_apps(Path(program.__file__)) as served:
        yield served
        assert_calm(served)


def test_no_word_reaches_another_session(apps: Apps, rounds: Callable[[int, int], int]) -> None:
    for _ in range(rounds(1, 10)):
        with ExitStack() as tabs:
            pages = []
            for number in range(SESSIONS):
                app, kind = WRITING[number % len(WRITING)]
                pages.append((tabs.enter_context(apps.page(app)), kind, f"s{number}"))
            for page, kind, tag in pages:
                page.say(f"{kind} {tag}")
            for page, kind, tag in pages:
                page.wait_idle(60)
                said = program.source(tag, 1 if kind in ONE_PART else program.PARTS)
                assert sorted(page.texts()) == sorted(said), f"{kind} said something else"
                told = page.visitor.snapshot(str(page.conversation))
                assert answers(told["nodes"]) == page.texts()
                assert page.problems == []
                assert others(page, tag) == [], "words of another session came along"


def others(page: Page, tag: str) -> list[str]:
    """Frames with words of anybody else."""
    tags = {f"s{number}." for number in range(SESSIONS)} - {f"{tag}."}
    return [text for text in page.heard for other in tags if f'"{other}' in text]


def answering_takes(apps: Apps, app: str, kind: str, tag: str) -> float:
    with apps.page(app) as page:
        began = time.monotonic()
        page.say(f"{kind} {tag}")
        page.wait_idle(60)
        return time.monotonic() - began


@pytest.mark.serial
@pytest.mark.parametrize(("app", "kind"), [("plain", "generator"), ("aio", "async_generator")])
def test_handlers_that_sleep_or_burn_do_not_stop_the_others(
    apps: Apps, app: str, kind: str
) -> None:
    alone = answering_takes(apps, app, kind, "alone")
    with ExitStack() as tabs:
        disturbers = [tabs.enter_context(apps.page("plain")) for _ in range(10)]
        for number, page in enumerate(disturbers):
            page.say(f"{'burning' if number < 2 else 'sleeping'} d{number}")
        began = time.monotonic()
        beside = answering_takes(apps, app, kind, "beside")
        assert time.monotonic() - began < program.BURN, "it came only after the others were done"
        print(f"alone {alone:.2f} s, beside them {beside:.2f} s")
        assert beside < SLOWER_AT_MOST * alone
        for number, page in enumerate(disturbers):
            page.wait_idle()
            assert page.texts() == [f"d{number}"]


@pytest.mark.serial
def test_an_async_handler_that_blocks_its_loop_does_not_stop_plain_ones(apps: Apps) -> None:
    alone = answering_takes(apps, "plain", "generator", "alone")
    with apps.page("aio") as blocker:
        blocker.say("blocking b")
        beside = answering_takes(apps, "plain", "generator", "beside")
        assert beside < SLOWER_AT_MOST * alone
        pressed = time.monotonic()
        blocker.stop()
        blocker.wait_idle()
        assert blocker.idle_since - pressed < 1.0, "Stop waited for the handler"
        assert blocker.last()["status"] == "stopped"
