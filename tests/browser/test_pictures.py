"""Pictures in answers: nothing is asked of anybody before a person has asked for it."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from support.axe import expect_accessible
from support.chatting import answer, expect_idle, say
from support.scripted import Scripted, scripted_program

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
DATA = "data:image/png;base64," + base64.b64encode(PNG).decode()

KEPT = """addEventListener("click", (event) => {
    window.kept = event.defaultPrevented;
    event.preventDefault();
})"""


@pytest.fixture(scope="module")
def scripted() -> Iterator[Scripted]:
    """A program that names one host whose pictures may be shown; the test answers for it."""
    with scripted_program(image_hosts=["localhost"]) as running:
        yield running


def show(chat: Page, scripted: Scripted, text: str) -> None:
    scripted.says(f"{text}\n\nThat was it.")
    say(chat, "A picture, please.")
    expect(answer(chat)).to_contain_text("That was it.")
    expect_idle(chat)


def test_a_picture_of_a_named_host_is_shown_once_it_is_pressed(
    chat: Page, scripted: Scripted
) -> None:
    asked: list[str] = []

    def serve(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=PNG, content_type="image/png")

    chat.route("http://localhost/**", serve)
    show(chat, scripted, "![A fox](http://localhost/fox.png) ![](http://localhost/gone.png)")
    assert asked == []
    answer(chat).get_by_role("link", name="A fox – picture from localhost").press("Enter")
    fox = answer(chat).get_by_role("img", name="A fox")
    expect(fox).to_have_js_property("naturalWidth", 1)
    assert asked == ["http://localhost/fox.png"]
    expect(answer(chat).get_by_role("link", name="A fox")).to_be_focused()
    expect_accessible(chat)


def test_a_picture_of_any_other_host_opens_elsewhere(chat: Page, scripted: Scripted) -> None:
    show(chat, scripted, "![A fox](https://pics.example/fox.png)")
    chip = answer(chat).get_by_role("link", name="A fox – picture from pics.example")
    expect(chip).to_have_attribute("target", "_blank")
    chat.evaluate(KEPT)
    chip.click()
    assert chat.evaluate("kept") is False
    assert answer(chat).get_by_role("img").count() == 0


def test_a_picture_that_cannot_be_shown_says_so(chat: Page, scripted: Scripted) -> None:
    chat.route("http://localhost/**", lambda route: route.fulfill(status=404))
    show(chat, scripted, "![A fox](http://localhost/fox.png) ![Torn](data:image/png;base64,AAAA)")
    expect(answer(chat)).to_contain_text("Torn – could not be shown")
    answer(chat).get_by_role("link", name="A fox").click()
    expect(answer(chat).get_by_role("link", name="A fox – could not be shown")).to_be_visible()


def test_a_picture_in_the_text_and_a_file_of_ones_own_are_shown(
    chat: Page, scripted: Scripted
) -> None:
    chat.route("**/files/f_1", lambda route: route.fulfill(body=PNG, content_type="image/png"))
    show(chat, scripted, f"![Dot]({DATA}) ![Plot](files/f_1) ![No](files/../api/config)")
    for name in ("Dot", "Plot"):
        shown = answer(chat).get_by_role("img", name=name)
        shown.scroll_into_view_if_needed()
        expect(shown).to_have_js_property("naturalWidth", 1)
    assert answer(chat).get_by_role("img").count() == 2
