"""Through a network that is late, slow, silent or gone, every tab ends with every word, once."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from support import counting_program as program
from support.oracle import (
    assert_calm,
    assert_exact,
    assert_stored,
    assert_threads_back,
    database,
    threads,
)
from support.page import Gone, Page
from support.proxy import Proxy
from support.raw_socket import RawSocket
from support.serving import Server, serve
from support.waiting import until
from support.web import Visitor

PROGRAM = Path(program.__file__)
IMPATIENT = {"ping_interval": 0.3, "ping_timeout": 0.3}
"""A silent connection is given up after 0.6 seconds; by default after 45."""
HUGE = """
import os, time
from gptchat import GPTChat

app = GPTChat(max_reply_chars=2**30)

@app.handle_send_message
def reply(message):
    count, size = map(int, message.split())
    for number in range(count):
        yield f"{number:06}" + "x" * (size - 6)
        time.sleep(0.035)  # One a flush: together they would be too large to be sent at all.

app.run_app(port=int(os.environ["PORT"]))
"""


@contextmanager
def counting(
    kept_in: dict[str, Any], limits: dict[str, Any] | None = None, **options: Any
) -> Iterator[Server]:
    env = program.environment(limits, **kept_in, **options)
    with serve(PROGRAM, env=env) as server:
        yield server
        assert_calm(server)


def kept(server: Server, kept_in: dict[str, Any]) -> Any:
    return kept_in.get("store") or database(server, PROGRAM.stem)


def test_a_cable_that_is_pulled_for_a_while_costs_no_word(
    kept_in: dict[str, Any], rounds: Callable[[int, int], int]
) -> None:
    """F1: nothing goes through and nothing is closed; both ends notice by the silence."""
    seconds = rounds(1, 60)
    count = 200 * (seconds + 1)
    with counting(kept_in, IMPATIENT) as server, Proxy(server.port) as proxy:
        with Page(Visitor(server.port)) as calm:
            calm.say(str(count))
            before = threads(server)
            with Page(Visitor(proxy.port), calm.conversation) as page:
                page.wait_text("20 ")
                proxy.still = True
                until(lambda: threads(server) <= before, "the server to give the page up")
                until(lambda: not page.is_connected, "the page to give the server up")
                time.sleep(seconds)
                proxy.still = False
                for tab in (page, calm):
                    tab.wait_idle(60)
                assert_exact([page, calm], [program.source(count)])
            assert_threads_back(server, before)
        assert_stored(kept(server, kept_in), str(calm.conversation), [program.source(count)])


def test_a_message_that_never_left_is_there_once_when_the_line_is_back(
    kept_in: dict[str, Any],
) -> None:
    """F4: cut before anything is committed, the page still has it, and it is sent once."""
    with counting(kept_in) as server, Proxy(server.port) as proxy:
        with Page(Visitor(proxy.port)) as page:
            page.say("3")
            page.wait_idle()
            proxy.mute_questions = True
            asked = {"conversation": page.conversation, "id": "u1", "parent": None, "content": "5"}
            sent = page.tell("send", asked)
            proxy.cut("rst")
            with pytest.raises(Gone):
                page.answer(sent)
            there = Visitor(server.port).snapshot(str(page.conversation))["nodes"]
            assert [node["id"] for node in there if node["id"] == "u1"] == []
            proxy.mute_questions = False
            page.say("5", id="u1")
            page.wait_node("u1")
            page.wait_idle()
            assert_exact([page], [program.source(3), program.source(5)])


def test_an_answer_that_comes_late_and_in_crumbs_is_whole(
    rounds: Callable[[int, int], int],
) -> None:
    """F5: every piece is late by another time; 3 s ± 2 s in the long form."""
    late = rounds(1, 30) * 0.1
    with counting({}) as server, Proxy(server.port) as proxy, Page(Visitor(proxy.port)) as page:
        page.wait_connected()
        proxy.delay, proxy.jitter, proxy.slice = late, late * 2 / 3, 3000
        page.say("60")
        page.wait_text("59 ", 120)
        page.wait_idle(60)
        proxy.delay = proxy.jitter = 0.0
        assert_exact([page], [program.source(60)])


@pytest.mark.timeout(600)
def test_a_page_that_reads_slowly_or_not_at_all_holds_up_nobody_and_catches_up(
    rounds: Callable[[int, int], int],
) -> None:
    """F6: 1 KB a second, or nothing; what was poured out for it meanwhile is not kept for it."""
    count, size = rounds(20, 400), 60_000
    text = "".join(f"{number:06}" + "x" * (size - 6) for number in range(count))
    with serve(HUGE) as server, ExitStack() as roads:
        calm = roads.enter_context(Page(Visitor(server.port)))
        calm.say("1 10")
        calm.wait_idle()
        proxies = [roads.enter_context(Proxy(server.port)) for _ in range(2)]
        behind = [
            roads.enter_context(Page(Visitor(proxy.port), calm.conversation)) for proxy in proxies
        ]
        for page in behind:
            page.wait_idle()
        proxies[0].still, proxies[1].rate, proxies[1].slice = True, 1000, 1000
        calm.say(f"{count} {size}")
        calm.wait_text(f"{count - 1:06}", 120)  # While the others have not heard its beginning.
        calm.wait_idle(120)
        assert all(len(page.text()) < len(text) for page in behind)
        time.sleep(rounds(0, 120))
        for proxy in proxies:
            proxy.still, proxy.rate, proxy.slice = False, None, None
        for page in behind:
            page.wait(lambda page=page: page.text() == text, "it has caught up", 60)  # type: ignore[misc]
            assert page.counts["snapshots"] or not rounds(0, 1), "24 MB had been kept for it"
        assert_exact([calm, *behind], ["000000xxxx", text])
        assert_calm(server)


def test_two_tabs_at_once_are_two_messages_in_one_order(
    kept_in: dict[str, Any], rounds: Callable[[int, int], int]
) -> None:
    """F17: both send at once, one stops, one changes what the other is being answered."""
    with counting(kept_in) as server, Page(Visitor(server.port)) as one:
        one.say("1")
        one.wait_idle()
        with Page(one.visitor, one.conversation) as two:
            two.wait_idle()
            for number in range(rounds(3, 30)):
                both_send(one, two, number)
                one_stops_and_one_edits(one, two, number)
            for tab in (one, two):
                assert tab.problems == []
            told = one.visitor.snapshot(str(one.conversation))
            ids = [node["id"] for node in told["nodes"]]
            assert len(ids) == len(set(ids))


def both_send(one: Page, two: Page, number: int) -> None:
    asked = [(tab, f"u{number}{name}") for tab, name in ((one, "a"), (two, "b"))]
    boxes = [
        (tab, tab.tell("send", {"conversation": tab.conversation, "id": id, "parent": None,
                                "content": "3"}))
        for tab, id in asked
    ]  # fmt: skip
    for tab, box in boxes:
        assert tab.answer(box) == {"conversation": tab.conversation}
    for tab in (one, two):
        for _, id in asked:
            tab.wait_node(id)
        tab.wait_idle()
    orders = [
        [n["id"] for n in tab.view.path() if n["id"].startswith("u")][-2:] for tab in (one, two)
    ]
    assert orders[0] == orders[1], "the tabs show them in two orders"
    assert set(orders[0]) == {id for _, id in asked}
    assert one.texts()[-2:] == two.texts()[-2:] == [program.source(3)] * 2


def one_stops_and_one_edits(one: Page, two: Page, number: int) -> None:
    asked = one.say("100000", id=f"s{number}")
    for tab in (one, two):
        tab.wait(lambda tab=tab: tab.last()["parent"] == asked and tab.text(), "it has begun")  # type: ignore[misc]
    new = {"conversation": two.conversation, "message": asked, "id": f"e{number}", "content": "4"}
    stopped = one.tell("stop", {"conversation": one.conversation})
    edited = two.tell("edit", new)
    assert one.answer(stopped) == two.answer(edited) == {"conversation": one.conversation}
    for tab in (one, two):
        tab.wait_node(f"e{number}")
        tab.wait_idle()
        nodes = tab.view.nodes.values()
        assert tab.view.nodes[asked]["parent"] == tab.view.nodes[f"e{number}"]["parent"]
        ends = [node["status"] for node in nodes if node["parent"] in (asked, f"e{number}")]
        assert ends[0] == "stopped", "what was being said was not stopped"
        # Stop may have come before the edit or after it.
        assert ends[1:] in (["done"], ["stopped"])
    assert one.view.nodes == two.view.nodes


@pytest.mark.serial
def test_fifty_tabs_that_reload_at_once_are_all_ready_soon(kept_in: dict[str, Any]) -> None:
    """F18: a server that comes back has everybody at its door."""
    with counting(kept_in) as server, ExitStack() as tabs:
        pages = [tabs.enter_context(Page(Visitor(server.port)))]
        pages[0].say("2000 0")
        pages[0].wait_idle()
        for _ in range(49):
            pages.append(tabs.enter_context(Page(pages[0].visitor, pages[0].conversation)))
        for page in pages:
            page.wait_idle()
        began = time.monotonic()
        for page in pages:
            page.reload(by_snapshot=True)
        ready = []
        for page in pages:
            page.wait(lambda page=page: page.seq > 0 and page.text(), "it is ready")  # type: ignore[misc]
            ready.append(time.monotonic() - began)
        print(f"ready after {sorted(ready)[47]:.2f} s (p95)")
        assert sorted(ready)[47] < 3
        assert_exact(pages, [program.source(2000)])


def test_pages_that_talk_nonsense_without_end_disturb_nobody(
    rounds: Callable[[int, int], int],
) -> None:
    """F25: ten clients, fifty malformed packets a second each, for a minute in the long form."""
    seconds = rounds(1, 60)
    with counting({}) as server, Page(Visitor(server.port)) as calm:
        calm.say("1")
        calm.wait_idle()
        before, lines = threads(server), server.log().count("\n")
        calm.say(str(seconds * 150))
        until_then = time.monotonic() + seconds
        luck = random.Random(1)
        while time.monotonic() < until_then:
            for _ in range(10):
                talk_nonsense(server.port, luck)
        calm.wait_idle(60 + 2 * seconds)
        assert_exact([calm], [program.source(1), program.source(seconds * 150)])
        assert calm.counts["connects"] == 1
        said = server.log().count("\n") - lines
        print(f"{said} lines in {seconds} s")
        assert_threads_back(server, before)


def talk_nonsense(port: int, luck: random.Random) -> None:
    """One client until it is sent away: five refused packets in a minute."""
    with RawSocket(port).hello({"protocol": 1}) as link:
        try:
            for _ in range(10):
                link.say(luck.choice(["42{}", "4[[[", "42[1]", "nonsense", "", json.dumps([1])]))
        except OSError:
            pass
        assert link.closed_with() == 1008
