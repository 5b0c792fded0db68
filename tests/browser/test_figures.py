"""A Plotly figure is drawn by a library of ours in a sealed frame, and reaches nothing there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from gptchat.testing import Reply
from support.browsing import Watch
from support.chatting import answer, expect_idle, say, tools
from support.forwarding import Forwarder
from support.scripted import Scripted, call, scripted_program
from support.waiting import until

FIGURE: dict[str, Any] = {
    "data": [{"type": "bar", "name": "Sold", "x": ["May", "June"], "y": [3, 5]}],
    "layout": {
        "title": {"text": "Sales"},
        "template": {"layout": {"paper_bgcolor": "white", "font": {"color": "#2a3f5f"}}},
    },
}
PLOT = {"plot": {"result": {"type": "plotly", "title": "Chart"}, "open": True}}


@pytest.fixture(scope="module")
def scripted() -> Iterator[Scripted]:
    with scripted_program(functions=PLOT) as running:
        yield running


def plot(chat: Page, scripted: Scripted, figure: object) -> Locator:
    """Have this figure returned, and give the row of the call."""
    scripted.says(Reply(tool_calls=[call("plot", figure)]), "There it is.")
    say(chat, "Go.")
    expect(answer(chat)).to_contain_text("There it is.")
    expect_idle(chat)
    return tools(chat).last


def frame(chat: Page) -> FrameLocator:
    return chat.frame_locator("iframe")


def ink(chat: Page) -> str:
    """The colour of the words in the figure."""
    return str(frame(chat).locator(".gtitle").evaluate("(title) => getComputedStyle(title).fill"))


def test_a_figure_is_drawn_as_high_as_usual_and_as_wide_as_there_is_room(
    chat: Page, scripted: Scripted
) -> None:
    tool = plot(chat, scripted, FIGURE)
    expect(frame(chat).locator(".gtitle")).to_have_text("Sales")
    expect(frame(chat).locator(".bars .point")).to_have_count(2)
    element = tool.locator("iframe")
    expect(element).to_have_css("height", "400px")
    expect(element).to_have_attribute("title", "Chart: Result of plot")
    buttons = (
        frame(chat).locator(".modebar-btn").evaluate_all("(all) => all.map((b) => b.dataset.title)")
    )
    assert set(buttons) <= {"Zoom", "Pan", "Zoom in", "Zoom out", "Autoscale", "Reset axes"}, (
        "a sealed figure can be looked at, and neither shared nor saved"
    )
    drawn = frame(chat).locator(".main-svg").first
    for width in (820, 390):
        chat.set_viewport_size({"width": width, "height": 800})
        until(
            lambda: (
                drawn.evaluate("(svg) => svg.clientWidth")
                == element.evaluate("(frame) => frame.clientWidth")
            ),  # The sidebar takes its time.
            f"a figure as wide as its frame in a window of {width}",
        )
    expect(chat.get_by_text("Drawing…")).to_have_count(0)


def test_a_figure_may_ask_for_another_height(chat: Page, scripted: Scripted) -> None:
    tool = plot(chat, scripted, {**FIGURE, "layout": {"height": 250, "width": 5000}})
    expect(tool.locator("iframe")).to_have_css("height", "250px")


def test_a_figure_wears_the_colours_of_the_theme_and_follows_it(
    chat: Page, scripted: Scripted
) -> None:
    chat.emulate_media(color_scheme="light")
    plot(chat, scripted, FIGURE)
    expect(frame(chat).locator(".gtitle")).to_have_text("Sales")
    assert ink(chat) == "rgb(13, 13, 13)"
    chat.evaluate("document.documentElement.dataset.theme = 'dark'")
    expect(frame(chat).locator(".gtitle")).to_have_css("fill", "rgb(236, 236, 236)")
    seen_through = "getComputedStyle(document.querySelector('.main-svg')).backgroundColor"
    assert frame(chat).locator("body").evaluate(f"() => {seen_through}") == "rgba(0, 0, 0, 0)"


def test_a_figure_with_a_background_of_its_own_keeps_its_colours(
    chat: Page, scripted: Scripted
) -> None:
    chat.emulate_media(color_scheme="dark")
    layout = {**FIGURE["layout"], "paper_bgcolor": "#fffbe6"}
    plot(chat, scripted, {**FIGURE, "layout": layout})
    expect(frame(chat).locator(".gtitle")).to_have_text("Sales")
    assert ink(chat) == "rgb(42, 63, 95)"


@pytest.mark.parametrize(
    ("result", "notice"),
    [
        ("not JSON", "This is not a Plotly figure."),
        ("[1, 2]", "This is not a Plotly figure."),
        ('{"rows": []}', "This is not a Plotly figure."),
        # Maps come from the network, which is not there.
        ({"data": [{"type": "scattergeo", "lat": [1], "lon": [2]}]}, "could not be drawn."),
    ],
)
def test_what_cannot_be_drawn_is_shown_as_it_came(
    chat: Page, scripted: Scripted, watch: Watch, result: object, notice: str
) -> None:
    tool = plot(chat, scripted, result)
    expect(tool.locator("[data-gc=tool-result]")).to_contain_text(notice)
    expect(tool.locator("pre").last).to_contain_text("a" if isinstance(result, dict) else "")
    expect(chat.locator("iframe")).to_have_count(0)
    watch.errors.clear()  # The frame's policy reports what it refused.


def test_a_page_without_a_figure_loads_no_library(
    chat: Page, scripted: Scripted, watch: Watch
) -> None:
    asked: list[str] = []
    chat.context.on("request", lambda request: asked.append(request.url))
    scripted.says(Reply(tool_calls=[call("other", FIGURE)]), "Nothing drawn.")
    say(chat, "Go.")
    expect(answer(chat)).to_contain_text("Nothing drawn.")
    assert [url for url in asked if "frame-lib" in url] == []
    plot(chat, scripted, FIGURE)
    expect(frame(chat).locator(".gtitle")).to_have_text("Sales")
    assert [url for url in asked if "frame-lib" in url] != []


EVIL = "https://evil.example/"
HOSTILE = {
    "data": [
        {
            "type": "scatter",
            "mode": "markers+text",
            "name": "</script><script>parent.ran = 1</script>",
            "x": ["<img src=x onerror='parent.ran = 1'>", "<b>two</b>"],
            "y": [1, 2],
            "text": [
                "<a href='javascript:parent.ran = 1'>script</a>",
                f"<a href='{EVIL}top' target='_top'>above</a> <a href='{EVIL}self' "
                "target='_self'>here</a>",
            ],
            "hovertemplate": f"<img src='{EVIL}hover'>",
        },
        {"type": "image", "source": f"{EVIL}image.png"},
    ],
    "layout": {
        "title": {"text": "<svg onload='parent.ran = 1'></svg>Hostile"},
        "images": [{"source": f"{EVIL}layout.png", "x": 0, "y": 1, "sizex": 1, "sizey": 1}],
        "font": {"family": f"x; background: url({EVIL}font)"},
        "__proto__": {"ran": 1},
    },
    "config": {"plotlyServerURL": EVIL, "topojsonURL": EVIL, "displaylogo": True},
    "frames": "no list",
}


def test_a_hostile_figure_runs_nothing_and_reaches_nothing(
    chat: Page, scripted: Scripted, watch: Watch
) -> None:
    address = chat.url
    plot(chat, scripted, json.dumps(HOSTILE))
    expect(frame(chat).locator(".gtitle")).to_contain_text("Hostile")
    body = frame(chat).locator("body")
    assert body.evaluate("() => origin") == "null"
    assert body.evaluate("() => globalThis.ran ?? {}.ran") is None
    sealed = "() => { try { return String(parent.document.title) } catch { return 'refused' } }"
    assert body.evaluate(sealed) == "refused"
    links = body.locator("a[*|href]").evaluate_all("(all) => all.map((a) => a.href.baseVal)")
    assert [link for link in links if str(link).startswith("javascript")] == []
    for away in ("above", "here"):
        body.get_by_text(away).first.dispatch_event("click")
        chat.wait_for_timeout(300)
    assert chat.url.startswith(address)
    assert [each.url for each in chat.frames if EVIL in each.url] == []
    assert chat.evaluate("window.ran") is None
    watch.errors.clear()  # The frame's policy reports what it refused; requests are still watched.


@pytest.fixture
def forwarded() -> Iterator[tuple[Scripted, str]]:
    run = """
app.set_config(behind_proxy=1)
app.run_app(port=int(os.environ["PORT"]))
"""
    with scripted_program(run=run, functions=PLOT) as scripted:
        with Forwarder(scripted.server.port, "/there") as proxy:
            yield scripted, proxy.url


def test_behind_a_proxy_below_a_path_a_figure_is_drawn(
    page: Page, forwarded: tuple[Scripted, str]
) -> None:
    scripted, address = forwarded
    page.goto(address)
    page.wait_for_selector("[data-connection=online]")
    plot(page, scripted, FIGURE)
    expect(frame(page).locator(".gtitle")).to_have_text("Sales")
