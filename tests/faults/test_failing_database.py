"""Whichever call to disk or database fails, nothing is half kept, told too early, or lost."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from support import counting_program as program
from support.failing_calls import failing
from support.oracle import assert_calm, assert_exact, assert_stored, database
from support.page import Page
from support.postgres import Postgres
from support.serving import Server, serve
from support.web import Visitor

PROGRAM = Path(program.__file__)
TROUBLES = [
    ("pwrite64", "ENOSPC"),
    ("pread64", "EIO"),
    pytest.param("pwrite64", "EIO", marks=pytest.mark.long),
    pytest.param("fdatasync", "EIO", marks=pytest.mark.long),
]
MANY = 60


def a_whole_talk(server: Server, page: Page, number: int) -> None:
    """Ask, ask meanwhile, stop, ask again: whatever is answered must be true."""
    asked = page.say(f"{MANY}", id=f"a{number}")
    page.wait(lambda: page.last()["parent"] == asked and page.text(), "it is being answered", 60)
    page.say("100000", id=f"b{number}")
    page.wait(lambda: page.last()["parent"] == f"b{number}" and page.text(), "its turn", 60)
    while "refused" in page.stop():  # Not saved: the page is told, and tries again.
        time.sleep(0.1)
    page.wait_idle(60)
    assert page.last()["status"] == "stopped"


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("call", "error"), TROUBLES)
def test_a_call_to_the_disk_that_fails_costs_time_and_nothing_else(
    call: str, error: str, rounds: Callable[[int, int], int]
) -> None:
    """F11, F12: the n-th call of each thread and some after it, for each n of a whole talk."""
    with serve(PROGRAM, env=program.environment()) as server:
        with Page(Visitor(server.port)) as page:
            page.say("1")
            page.wait_idle()
            for first in range(1, rounds(2, 40)):
                with failing(server, call, error, first=first, last=first + 2):
                    a_whole_talk(server, page, first)
            page.say("5")
            page.wait_idle()
            stopped = [text for text in page.texts() if text not in KNOWN]
            assert all(program.source(text.count("🙂")) == text for text in stopped)
            assert_exact([page], page.texts())
            assert_stored(database(server, PROGRAM.stem), str(page.conversation), page.texts())
        assert_calm(server)


KNOWN = {program.source(count) for count in (1, 5, MANY)}


@pytest.mark.long
def test_postgresql_restarted_in_mid_answer_costs_no_word(
    postgres: Postgres, in_postgres: str
) -> None:
    """F15: once in order, once as if it had been killed; the answer goes on in memory."""
    count = 600
    with serve(PROGRAM, env=program.environment(store=in_postgres)) as server:
        with Page(Visitor(server.port)) as page:
            page.say(str(count))
            for part, how in enumerate([signal.SIGINT, signal.SIGQUIT], 1):
                page.wait_text(f"{part * 100} ")
                postgres.stop(how)
                seen = page.text()
                time.sleep(0.3)
                assert page.text() == seen, "it was shown before it was kept"
                postgres.start()
            page.wait_idle()
            assert_exact([page], [program.source(count)])
            assert_calm(server)
            page.say("5")
            page.wait_idle()
            assert_exact([page], [program.source(count), program.source(5)])
        assert_stored(in_postgres, str(page.conversation), [program.source(n) for n in (count, 5)])
