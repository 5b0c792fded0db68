"""`kill -9` in mid-answer: what was acknowledged or seen is there again, and the chat goes on."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support import counting_program as program
from support.counting_program import source
from support.oracle import answers, assert_calm, assert_same, database
from support.page import Page
from support.serving import Server, serve
from support.web import Visitor

LEASE = 1.0
SWEEP = 5.0  # Seconds beyond the lease on a busy machine: a tenth of it, a start and a sync.
PACE = 0.003
PROGRAM = Path(program.__file__)
LONG, SHORT = 5000, 5


@pytest.mark.timeout(1800)
def test_nothing_acknowledged_or_seen_is_lost(
    rounds: Callable[[int, int], int], kept_in: dict[str, Any]
) -> None:
    """F7."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    luck = random.Random(seed)
    env = program.environment(lease_seconds=LEASE, **kept_in)
    with serve(PROGRAM, env=env) as server, Page(Visitor(server.port)) as page:
        page.say(str(SHORT))
        page.wait_idle()
        for number in range(rounds(5, 100)):
            kill_in_mid_answer(server, page, luck, with_a_queue=number % 2 == 1)
            the_next_turn_works(page)
        assert_calm(server)
        assert_same(texts_of_snapshot(page), page.texts(), "The tab")
        assert page.problems == []
        server.stop()
        assert kept_in or is_sound(server)


def kill_in_mid_answer(
    server: Server, page: Page, luck: random.Random, *, with_a_queue: bool
) -> None:
    asked = [page.say(f"{LONG} {PACE}")]
    page.wait(lambda: page.last()["id"] != asked[0] and page.text(), "the answer has begun")
    if with_a_queue:
        asked.append(page.say(str(SHORT)))
    time.sleep(luck.uniform(0, 0.4))
    server.kill()
    seen, nodes = page.text(), set(page.view.nodes)
    server.start()
    back = time.monotonic()
    page.wait_idle()
    assert time.monotonic() - back < LEASE + SWEEP, (
        f"The run was not ended in a lease: {page.counts}"
    )
    known = page.view.nodes
    assert nodes | {*asked} <= set(known), "something that was seen or acknowledged is gone"
    answered = next(node for node in known.values() if node["parent"] == asked[0])
    kept = answered["message"]["content"]
    assert kept.startswith(seen), "words that were seen are gone"
    assert source(LONG).startswith(kept), "the text is no prefix of the source"
    assert answered["status"] == "interrupted"
    assert page.last()["status"] == "interrupted"


def the_next_turn_works(page: Page) -> None:
    page.say(str(SHORT))
    page.wait_idle()
    assert page.text() == source(SHORT)
    assert page.last()["status"] == "done"


def texts_of_snapshot(page: Page) -> list[str]:
    return answers(page.visitor.snapshot(str(page.conversation))["nodes"])


@pytest.mark.timeout(1800)
def test_a_send_cut_off_by_the_kill_is_done_once(
    rounds: Callable[[int, int], int], kept_in: dict[str, Any]
) -> None:
    """F3, F4, F7."""
    env = program.environment(lease_seconds=LEASE, **kept_in)
    with serve(PROGRAM, env=env) as server, Page(Visitor(server.port)) as page:
        page.say(str(SHORT))
        page.wait_idle()
        for number in range(rounds(3, 20)):
            asked = {"conversation": page.conversation, "id": f"u{number}", "parent": None}
            page.tell("send", {**asked, "content": str(SHORT)})
            time.sleep(random.uniform(0, 0.02))
            server.kill()
            server.start()
            page.say(str(SHORT), id=f"u{number}")
            page.wait_node(f"u{number}")
            page.wait_idle()
            assert sum(node["parent"] == f"u{number}" for node in page.view.nodes.values()) == 1
        assert_calm(server)
        assert page.problems == []
        server.stop()
        assert kept_in or is_sound(server)


def is_sound(server: Server) -> bool:
    connection = sqlite3.connect(database(server, PROGRAM.stem))
    try:
        return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    finally:
        connection.close()
