"""Several that answer: the menu in the header, and what a choice holds for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from support.axe import expect_accessible
from support.browsing import Watch
from support.chatting import answer, answers, expect_busy, expect_idle, say
from support.serving import Server, serve

PROGRAM = """
import os
from gptchat import app

app.set_config(title="Choir")

@app.handle_send_message(name="alto")
def alto(message, ctx):
    if message == "wait":
        yield "One moment"
        ctx.stopped.wait(2)
    if message == "add":
        app.handle_send_message(bass, name="bass")
    yield f" alto ({ctx.model})"

@app.handle_send_message(name="soprano")
def soprano(ctx):
    return f"soprano ({ctx.model})"

@app.handle_send_message(name="meta/tenor")
def tenor(ctx):
    return f"tenor ({ctx.model})"

def bass():
    return "bass"

app.run_app(port=int(os.environ["PORT"]))
"""


@pytest.fixture(scope="module")
def choir() -> Iterator[Server]:
    """A program in which three may answer."""
    with serve(PROGRAM) as server:
        yield server


@pytest.fixture
def page(watch: Watch, choir: Server) -> Page:
    """A tab of it."""
    return tab(watch, choir)


def tab(watch: Watch, server: Server) -> Page:
    page = watch.new_context(viewport={"width": 820, "height": 1180}).new_page()
    page.goto(server.url)
    page.wait_for_selector("[data-connection=online]")
    return page


def selector(page: Page) -> Locator:
    return page.locator("[data-gc=model]").get_by_role("button")


def choose(page: Page, name: str) -> None:
    selector(page).click()
    page.get_by_role("menuitemradio", name=name).click()


def expect_chosen(page: Page, name: str) -> None:
    expect(selector(page)).to_have_accessible_name(f"Choir {name} (choose a model)")


def test_the_first_answers_until_another_is_chosen(page: Page) -> None:
    expect_chosen(page, "alto")
    say(page, "Sing")
    expect(answer(page)).to_contain_text("alto (alto)")
    choose(page, "soprano")
    say(page, "Sing")
    expect(answer(page)).to_contain_text("soprano (soprano)")


def test_the_menu_shows_who_answered_last_after_a_reload_in_other_tabs_and_on_return(
    page: Page, choir: Server
) -> None:
    choose(page, "soprano")
    say(page, "Sing")
    expect_idle(page)
    other = page.context.new_page()
    other.goto(page.url)
    expect_chosen(other, "soprano")
    choose(other, "meta/tenor")
    say(other, "Sing")
    expect(answers(other)).to_have_count(2)
    expect_chosen(page, "meta/tenor")
    page.reload()
    expect_chosen(page, "meta/tenor")


def test_a_new_chat_begins_with_what_this_browser_chose_last(page: Page, choir: Server) -> None:
    choose(page, "soprano")
    page.get_by_role("button", name="New chat").click()
    expect_chosen(page, "soprano")
    page.goto(choir.url)
    expect_chosen(page, "soprano")


def test_another_model_answers_again_and_each_branch_knows_its_own(page: Page) -> None:
    say(page, "Sing")
    expect_idle(page)
    choose(page, "soprano")
    page.get_by_role("button", name="Regenerate").click()
    expect(answer(page)).to_contain_text("soprano (soprano)")
    expect_idle(page)
    page.get_by_role("button", name="Previous response").click()
    expect(answer(page)).to_contain_text("alto (alto)")
    expect_chosen(page, "alto")


def test_what_is_chosen_while_another_answers_is_for_the_next_message(page: Page) -> None:
    say(page, "wait")
    expect(answer(page)).to_contain_text("One moment")
    choose(page, "soprano")
    expect_busy(page)
    expect_idle(page)
    expect(answer(page)).to_contain_text("One moment alto (alto)")
    expect_chosen(page, "soprano")
    say(page, "Sing")
    expect(answer(page)).to_contain_text("soprano (soprano)")


def test_a_name_added_meanwhile_is_in_the_menu_of_open_pages(watch: Watch) -> None:
    with serve(PROGRAM) as growing:
        page = tab(watch, growing)
        selector(page).click()
        expect(page.get_by_role("menuitemradio")).to_have_count(3)
        page.keyboard.press("Escape")
        say(page, "add")
        expect_idle(page)
        choose(page, "bass")
        say(page, "Sing")
        expect(answer(page)).to_contain_text("bass")
        page.goto("about:blank")  # Nobody misses the server when it ends.


def test_the_menu_is_used_by_keyboard_alone(page: Page) -> None:
    selector(page).focus()
    page.keyboard.press("Enter")
    item = page.get_by_role("menuitemradio")
    expect(item.nth(0)).to_be_focused()
    expect(item.nth(0)).to_be_checked()
    for key, place in [("ArrowDown", 1), ("End", 2), ("ArrowDown", 0), ("ArrowUp", 2),
                       ("Home", 0), ("s", 1), ("Home", 0), ("t", 2)]:  # fmt: skip
        page.keyboard.press(key)
        expect(item.nth(place)).to_be_focused()
    page.keyboard.press("Escape")
    expect(selector(page)).to_be_focused()
    expect_chosen(page, "alto")
    page.keyboard.press("ArrowUp")
    expect(item.nth(2)).to_be_focused()
    page.keyboard.press("Enter")
    expect(selector(page)).to_be_focused()
    expect_chosen(page, "meta/tenor")


def test_who_chooses_by_mouse_writes_on_at_once(page: Page) -> None:
    choose(page, "soprano")
    page.keyboard.type("Sing")
    expect(page.locator("[data-gc=input]")).to_have_value("Sing")


def test_escape_closes_the_menu_and_does_not_stop_the_answer(page: Page) -> None:
    say(page, "wait")
    expect(answer(page)).to_contain_text("One moment")
    selector(page).click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(answer(page)).to_contain_text("One moment alto (alto)")


def test_the_menu_closes_when_the_person_goes_elsewhere(page: Page) -> None:
    selector(page).click()
    page.locator("[data-gc=input]").click()
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(page.locator("[data-gc=input]")).to_be_focused()
    selector(page).click()
    selector(page).click()
    expect(page.get_by_role("menu")).to_have_count(0)


ALONE = """
import os
from gptchat import app

app.set_config(title="Solo")

@app.handle_send_message
def reply():
    return "la"

app.run_app(port=int(os.environ["PORT"]))
"""

LONG = "Notes of the institute for slow rivers and wide deltas"


def cut(page: Page) -> list[str]:
    """Which words of the header end in an ellipsis."""
    words: list[str] = page.locator("[data-gc=model] span:not(.sr-only)").evaluate_all(
        "all => all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent)"
    )
    return words


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_the_title_is_whole_where_there_is_room_and_gives_way_where_there_is_none(
    page: Page, watch: Watch, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    choose(page, "soprano")
    assert cut(page) == []
    title = page.locator("[data-gc=model] .title")
    title.evaluate("(e, words) => (e.textContent = words)", LONG)
    assert cut(page) == ([LONG] if width == 390 else [])
    expect(page.get_by_role("button", name="New chat")).to_be_in_viewport(ratio=1)
    with serve(ALONE) as alone:
        page.goto(alone.url)
        expect(title).to_have_text("Solo")
        assert cut(page) == []
    watch.errors.clear()


def test_axe_finds_nothing_in_the_open_menu(page: Page) -> None:
    selector(page).click()
    expect(page.get_by_role("menuitemradio", name="alto")).to_be_focused()
    expect_accessible(page)
