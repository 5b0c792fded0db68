"""A browser that is killed, sleeps, goes away or is out of date shows everything again."""

from __future__ import annotations

import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from gptchat.store import Store
from support import counting_program as program
from support.chatting import answer, composer, expect_idle, say
from support.many import add_long_chat
from support.oracle import assert_calm, database
from support.serving import TOP, Server, serve
from support.signing_in import PASSWORD

PROGRAM = Path(program.__file__)
IMPATIENT = {"ping_interval": 0.3, "ping_timeout": 0.3}
LONG = 15_000  # Milliseconds for what waits for a page to come back.


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve(PROGRAM, env=program.environment(IMPATIENT)) as running:
        yield running
        assert_calm(running)


def shown(page: Page) -> list[str]:
    return answer(page).locator("[data-gc=text]").inner_text().split()


def expect_whole(page: Page, count: int) -> None:
    expect(answer(page)).to_contain_text(f"{count - 1} ", timeout=LONG)
    expect_idle(page, timeout=LONG)
    assert shown(page) == program.source(count).split()


@contextmanager
def asleep() -> Iterator[None]:
    """Every process of the browser stands still, as when a laptop is closed."""
    ours = psutil.Process().children(recursive=True)
    browser = [each for each in ours if "chrom" in each.name()]
    assert browser
    for each in browser:
        each.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for each in browser:
            each.send_signal(signal.SIGCONT)


def test_a_laptop_that_was_closed_in_mid_answer_finds_it_finished(
    page: Page, server: Server, rounds: Callable[[int, int], int]
) -> None:
    """F10: the browser sleeps until the server has given it up."""
    page.goto(server.url)
    say(page, "150")
    expect(answer(page)).to_contain_text("10 ")
    with asleep():
        time.sleep(rounds(1, 60))
    expect_whole(page, 150)


def test_a_tab_that_is_killed_or_goes_elsewhere_comes_back_to_the_answer(
    page: Page, context: BrowserContext, server: Server
) -> None:
    """F10: a tab that crashes, or is discarded, and one that was left and returned to."""
    page.goto(server.url)
    say(page, "300")
    expect(answer(page)).to_contain_text("10 ")
    chat = page.url
    page.goto("about:blank")
    page.go_back()
    expect(answer(page)).to_contain_text("20 ")
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash", timeout=LONG)
    other = context.new_page()
    other.goto(chat)
    expect_whole(other, 300)


@pytest.mark.long
def test_an_answer_outlives_the_session_that_asked_for_it(page: Page) -> None:
    """F36: signed out in mid-answer; it is finished, and there after signing in again."""
    env = {**program.environment(auth="password"), "GPTCHAT_PASSWORD": PASSWORD}
    with serve(PROGRAM, env=env) as server:
        page.goto(server.url)
        sign_in(page)
        say(page, "300")
        expect(answer(page)).to_contain_text("20 ")
        elsewhere = Store(database(server, PROGRAM.stem))
        elsewhere.sessions.end_all()
        elsewhere.close()
        page.get_by_role("button", name="Sign in again").click()
        sign_in(page)
        expect_whole(page, 300)
        assert_calm(server)


def sign_in(page: Page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    page.wait_for_selector("[data-connection=online]", timeout=LONG)


def test_a_page_whose_build_is_gone_says_so_and_keeps_what_was_written(
    page: Page, tmp_path: Path
) -> None:
    """F37: the server comes back with another build; what the page needs next is not there."""
    package = shutil.copytree(TOP / "package/gptchat", tmp_path / "gptchat")
    with serve(f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\n{PARROT}") as server:
        page.goto(server.url)
        say(page, "Hello")
        expect_idle(page)
        composer(page).fill("A long thought")
        server.kill()
        build_anew(package / "static")
        server.start()
        page.wait_for_selector("[data-connection=online]", timeout=LONG)
        page.get_by_role("button", name="Export chat").press("Enter")
        banner = page.locator("[data-gc=banner]")
        expect(banner).to_contain_text("There is a new version of this page.", timeout=LONG)
        banner.get_by_role("button", name="Reload").click()
        expect(composer(page)).to_have_value("A long thought")
        expect(answer(page)).to_contain_text("You said Hello")


def test_a_chat_of_ten_thousand_messages_and_one_of_a_huge_line_open(
    page: Page, server: Server, rounds: Callable[[int, int], int]
) -> None:
    """F38: at their ends, where one writes on; the beginning is there for whoever goes up."""
    chats = {
        "c_long": [f"{number} words" for number in range(rounds(700, 10_000))],
        "c_line": ["Say much.", "word " * rounds(20_000, 400_000)],
    }
    for id, words in chats.items():
        add_long_chat(database(server, PROGRAM.stem), id, words)
        page.goto(f"{server.url}c/{id}")
        expect(answer(page)).to_contain_text(words[-1][:1000].strip(), timeout=60_000)
        say(page, "5")
        expect_whole(page, 5)
    page.goto(f"{server.url}c/c_long")
    expect(answer(page)).to_contain_text("4 ")
    drawn = page.locator("[data-turn]")
    place = answer(page).bounding_box()
    expect(drawn.nth(340)).to_be_attached(timeout=60_000)
    # On a busy machine the page may be cut off, and say so above the composer.
    expect(page.locator("[data-gc=banner]")).to_be_hidden(timeout=60_000)
    assert answer(page).bounding_box() == place, "what is drawn above moves nothing"
    page.goto("about:blank")
    page.goto(f"{server.url}c/c_long#m1")
    expect(page.get_by_text("1 words", exact=True)).to_be_in_viewport(timeout=60_000)


PARROT = """
import os
from gptchat import GPTChat

GPTChat(lambda message: "You said " + message).run_app(port=int(os.environ["PORT"]))
"""


def build_anew(static: Path) -> None:
    """Give every script and style another name, as a build of other sources does."""
    named = re.compile(rb"-([A-Za-z0-9_-]{8})\.(js|css)")
    for path in list(static.rglob("*")):
        if path.suffix in (".gz", ".br") or not path.is_file():
            continue
        if path.suffix in (".js", ".css", ".html"):
            path.write_bytes(named.sub(rb"-NEW\1.\2", path.read_bytes()))
        path.rename(path.with_name(named.sub(rb"-NEW\1.\2", path.name.encode()).decode()))
    for packed in [*static.glob("assets/*.gz"), *static.glob("assets/*.br")]:
        packed.unlink()
