"""axe finds nothing to object to, in every state, theme and width.

The rules are those of WCAG 2.2 A and AA and axe's best practices; the size of
targets, which axe leaves out unless told, is among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest
from playwright.sync_api import Page, expect

from gptchat.testing import Reply
from support.attaching import attach, expect_uploaded
from support.axe import expect_accessible, violations
from support.browsing import Watch
from support.chatting import answer, composer, expect_idle, say, tools
from support.files import HTML, PDF, picked
from support.proxy import Proxy
from support.rich import RICH
from support.scripted import Scripted, call, scripted_program, words

State: TypeAlias = Callable[[Page, Scripted], None]

TABLE = [{"city": "Oslo", "degrees": 4}, {"city": "Rome", "degrees": 21}]
CALLS = [call("weather", TABLE, city="Oslo"), call("dig", "Error: no shovel", depth=3)]


def short(page: Page, scripted: Scripted) -> None:
    say(page, "Hello")
    expect_idle(page)
    say(page, "And again")
    expect_idle(page)


def rich(page: Page, scripted: Scripted) -> None:
    scripted.says(RICH)
    say(page, "Everything, please.")
    expect(answer(page)).to_contain_text("The end")
    expect_idle(page)


def waiting(page: Page, scripted: Scripted) -> None:
    scripted.says(Reply("Late.", delay=30))
    say(page, "Hello")
    expect(answer(page)).to_contain_text("Thinking")


def streaming(page: Page, scripted: Scripted) -> None:
    scripted.says(Reply("# Title\n\n" + words(2000), rate=30, reasoning="Hm."))
    say(page, "Hello")
    expect(answer(page)).to_contain_text("word5 ")


def folded(page: Page, scripted: Scripted) -> None:
    scripted.says(Reply(tool_calls=CALLS), Reply(tool_calls=CALLS[1:]), "Done.")
    say(page, "Go.")
    expect(answer(page)).to_contain_text("Done.")
    expect_idle(page)


def unfolded(page: Page, scripted: Scripted) -> None:
    folded(page, scripted)
    page.locator("[data-gc=tool-group]").get_by_role("button").first.click()
    for tool in tools(page).all():
        tool.get_by_role("button").first.click()
    expect(page.locator("[data-gc=tool-result]")).to_have_count(3)


def running(page: Page, scripted: Scripted) -> None:
    scripted.says(Reply(tool_calls=[call("dig", after=30), call("look", after=30)]))
    say(page, "Go.")
    page.locator("[data-gc=tool-group]").get_by_role("button").first.click()
    expect(tools(page).first).to_have_attribute("data-state", "running")


def editing(page: Page, scripted: Scripted) -> None:
    short(page, scripted)
    page.get_by_role("button", name="Regenerate response").last.click()
    expect(page.locator("[data-gc=pager]")).to_be_visible()
    expect_idle(page)
    composer(page).press("ArrowUp")
    expect(page.get_by_role("textbox", name="Edit message")).to_be_visible()


def attaching(page: Page, scripted: Scripted) -> None:
    scripted.says("Seen.")
    attach(page, picked("cat.png"), picked("a long name of a report.pdf", PDF))
    expect_uploaded(page, 2)
    say(page, "Look!")
    expect_idle(page)
    attach(page, picked("dog.png"), picked("notes.txt", b"Hi"), picked("fake.png", HTML))
    expect_uploaded(page, 2)
    expect(page.get_by_role("button", name="Remove file fake.png")).to_be_visible()
    expect(page.locator("[data-gc=composer]")).to_contain_text("is not what its name says")


def failed(page: Page, scripted: Scripted) -> None:
    scripted.says(Reply(error=500))
    say(page, "Hello")
    page.locator("[data-gc=error]").get_by_role("button", name="Details").click()


def stopped(page: Page, scripted: Scripted) -> None:
    streaming(page, scripted)
    page.get_by_role("button", name="Stop generating").click()
    expect(answer(page)).to_contain_text("Stopped")
    expect_idle(page)


def drawn(page: Page, scripted: Scripted) -> None:
    figure = {"data": [{"type": "bar", "y": [1, 2]}], "layout": {"title": {"text": "Sales"}}}
    calls = [call("plot", figure), call("draw", "<h1>Drawn</h1>")]
    scripted.says(Reply(tool_calls=calls[:1]), Reply(tool_calls=calls[1:]), "Done.")
    say(page, "Go.")
    expect_idle(page)
    expect(page.frame_locator("iframe").first.locator(".gtitle")).to_have_text("Sales")


STATES: dict[str, State] = {
    "empty": lambda page, scripted: expect(composer(page)).to_be_visible(),
    "short": short,
    "rich": rich,
    "waiting": waiting,
    "streaming": streaming,
    "tools folded": folded,
    "tools unfolded": unfolded,
    "tools running": running,
    "drawn": drawn,
    "editing": editing,
    "attaching": attaching,
    "failed": failed,
    "stopped": stopped,
}


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scripted]:
    """The usual program, with a logo, and functions whose results are drawn in frames."""
    logo = tmp_path_factory.mktemp("logo") / "logo.svg"
    logo.write_text('<svg viewBox="0 0 9 9"><circle r="9" fill="currentColor"/></svg>', "utf-8")
    shown = {
        "plot": {"result": {"type": "plotly"}, "open": True},
        "draw": {"result": {"type": "html"}, "open": True},
    }
    with scripted_program(logo_small=str(logo), functions=shown) as running:
        yield running


@pytest.fixture
def calm(watch: Watch, scripted: Scripted) -> Page:
    """A new chat in which nothing moves while it is looked at."""
    page = watch.new_context(reduced_motion="reduce").new_page()
    scripted.says()
    page.goto(scripted.url)
    page.wait_for_selector("[data-connection=online]")
    return page


def test_axe_would_find_a_fault(calm: Page) -> None:
    calm.evaluate(
        """() => {
            const row = document.createElement("span");
            for (const place of [0, 1]) {
                const button = document.createElement("button");
                button.style = "width: 12px; height: 12px; background: gray";
                row.append(button);
            }
            document.querySelector("header").append(row);
        }"""
    )
    found = {violation.split(":")[0] for violation in violations(calm)}
    assert found >= {"button-name", "target-size"}


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(calm: Page, scripted: Scripted, state: str) -> None:
    STATES[state](calm, scripted)
    expect_accessible(calm)


@pytest.fixture
def road(scripted: Scripted) -> Iterator[Proxy]:
    with Proxy(scripted.server.port) as proxy:
        yield proxy


def test_axe_finds_nothing_in_a_page_without_connection(
    calm: Page, scripted: Scripted, road: Proxy
) -> None:
    calm.goto(f"http://127.0.0.1:{road.port}/")
    short(calm, scripted)
    road.target = 1
    road.cut()
    expect(calm.locator("[data-gc=banner]")).to_contain_text("Connection lost.")
    say(calm, "Will this arrive?")
    expect(calm.get_by_text("Will send when back online")).to_be_visible()
    expect_accessible(calm)
