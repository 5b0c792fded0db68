"""Where everything stands, at the widths the design was made for."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from support.browsing import Watch
from support.chatting import answer, composer, expect_idle, say
from support.rich import RICH
from support.scripted import Scripted

LONG = "A question that is long enough to need more than one line of its bubble. " * 3
WIDTHS = {320: 640, 390: 844, 820: 1180, 1440: 900}


@pytest.fixture
def shown(watch: Watch, scripted: Scripted, request: pytest.FixtureRequest) -> Page:
    """A chat with a rich answer, at the width the test asks for."""
    width = request.param
    page = watch.new_context(viewport={"width": width, "height": WIDTHS[width]}).new_page()
    scripted.says(RICH)
    page.goto(scripted.url)
    say(page, LONG)
    expect(answer(page)).to_contain_text("The end")
    expect_idle(page)
    say(page, "Short")
    expect(page.locator("[data-gc=bubble]")).to_have_count(2)
    expect_idle(page)
    return page


def box(part: Locator) -> dict[str, float]:
    """Where it stands; `right` and `bottom` too."""
    found = part.bounding_box()
    assert found is not None
    left, top, width, height = found["x"], found["y"], found["width"], found["height"]
    sides = {"right": left + width, "bottom": top + height}
    return {"x": left, "y": top, "width": width, "height": height, **sides}


def style(part: Locator, name: str) -> Any:
    return part.evaluate("(element, name) => getComputedStyle(element)[name]", name)


# What the sidebar leaves: all of it beside a drawer, then a rail of 52, then 260.
MAIN = {320: 320, 390: 390, 820: 768, 1440: 1180}
COLUMN = {320: 288, 390: 358, 820: 640, 1440: 768}
COMPOSER = {320: 296, 390: 366, 820: 640, 1440: 768}


@pytest.mark.parametrize("shown", WIDTHS, indirect=True)
def test_header_column_and_composer_have_their_sizes(shown: Page) -> None:
    width = shown.viewport_size["width"]  # type: ignore[index]
    assert box(shown.locator("[data-gc=header]"))["height"] == pytest.approx(52, abs=2)
    turn = box(shown.locator("[data-gc=turn]").first)
    assert turn["width"] == pytest.approx(COLUMN[width], abs=4)
    main = box(shown.get_by_role("main"))
    assert main["width"] == pytest.approx(MAIN[width], abs=2)
    assert turn["x"] + turn["width"] / 2 == pytest.approx(main["x"] + main["width"] / 2, abs=8)
    field = shown.locator("[data-gc=composer]")
    assert box(field)["width"] == pytest.approx(COMPOSER[width], abs=4)
    assert style(field, "borderTopLeftRadius") == "28px"
    lowest, highest = (80, 92) if width < 480 else (48, 60)
    assert lowest <= box(field)["height"] <= highest
    assert box(field)["bottom"] <= WIDTHS[width]


@pytest.mark.parametrize("shown", WIDTHS, indirect=True)
def test_bubbles_stand_at_the_right_and_leave_room(shown: Page) -> None:
    width = shown.viewport_size["width"]  # type: ignore[index]
    turn, share = box(shown.locator("[data-gc=turn]").first), 0.85 if width < 640 else 0.7
    long, short = shown.locator("[data-gc=bubble]").first, shown.locator("[data-gc=bubble]").last
    for bubble in (long, short):
        assert box(bubble)["right"] == pytest.approx(turn["right"], abs=2)
        assert style(bubble, "borderTopLeftRadius") == "22px"
        assert box(bubble)["width"] <= turn["width"] * share + 1
    assert box(short)["height"] == pytest.approx(44, abs=1)
    assert box(long)["height"] > 60


@pytest.mark.parametrize("shown", WIDTHS, indirect=True)
def test_nothing_widens_the_page_and_words_have_their_size(shown: Page) -> None:
    width = shown.viewport_size["width"]  # type: ignore[index]
    for scroller in ("document.documentElement", "document.querySelector('[data-gc=scroll]')"):
        assert shown.evaluate(f"{scroller}.scrollWidth") <= width
    words = answer(shown).locator("[data-gc=text] p").first
    assert (style(words, "fontSize"), style(words, "lineHeight")) == ("16px", "26px")
    assert float(style(composer(shown), "fontSize").removesuffix("px")) >= 16
    assert style(answer(shown), "backgroundColor") == "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize(
    ("scheme", "page_colour", "bubble_colour"),
    [("light", "rgb(255, 255, 255)", "rgb(244, 244, 244)"),
     ("dark", "rgb(33, 33, 33)", "rgb(47, 47, 47)")],
)  # fmt: skip
def test_the_page_follows_the_systems_theme(
    chat: Page, scheme: Any, page_colour: str, bubble_colour: str
) -> None:
    chat.emulate_media(color_scheme=scheme)
    say(chat, "Hello")
    expect(chat.locator("[data-gc=bubble]")).to_have_css("background-color", bubble_colour)
    expect(chat.locator("body")).to_have_css("background-color", page_colour)


FRAME_AFTER = """() => {
    const words = document.querySelector("[data-gc=text] p");
    const colour = (element) => getComputedStyle(element).color;
    const frame = () => new Promise(requestAnimationFrame);
    window.settled = new Promise((seen) => matchMedia("(prefers-color-scheme: dark)").onchange =
        () => frame().then(frame).then(() => seen([colour(document.body), colour(words)])));
}"""


def test_a_theme_changes_at_once_where_less_motion_is_asked_for(chat: Page) -> None:
    chat.emulate_media(color_scheme="light", reduced_motion="reduce")
    say(chat, "Hello")
    expect_idle(chat)
    chat.evaluate(FRAME_AFTER)
    chat.emulate_media(color_scheme="dark")
    assert chat.evaluate("window.settled") == ["rgb(236, 236, 236)"] * 2


def test_a_field_with_many_lines_grows_to_a_limit(chat: Page) -> None:
    chat.set_viewport_size({"width": 1440, "height": 900})
    composer(chat).fill("line\n" * 60)
    assert 120 <= box(composer(chat))["height"] <= 0.3 * 900 + 4
    assert box(chat.locator("[data-gc=composer]"))["bottom"] <= 900


def test_the_field_stands_below_the_greeting_until_something_is_said(chat: Page) -> None:
    chat.set_viewport_size({"width": 1440, "height": 900})
    greeting = box(chat.get_by_role("heading", name="What can I help with?"))
    field = box(chat.locator("[data-gc=composer]"))
    assert 0 <= field["y"] - greeting["bottom"] <= 48
    say(chat, "Hello")
    expect_idle(chat)
    chat.wait_for_timeout(400)
    docked = box(chat.locator("[data-gc=composer]"))
    assert docked["bottom"] > 840
    expect(composer(chat)).to_be_focused()
