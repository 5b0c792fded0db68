"""The list of chats: in groups, however many they are, and all of it without a mouse."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from support.axe import expect_accessible
from support.browsing import Watch
from support.chatting import bubbles, composer
from support.many import add_chats
from support.serving import Server, serve
from support.sidebar import choose, open_chat, row, rows

PROGRAM = """
import os
from gptchat import app

@app.handle_send_message
def reply(message):
    return "You said: " + message

app.run_app(port=int(os.environ["PORT"]))
"""
GROUPS = {
    "Written today": 0, "Written last week": 6, "Written last month": 25, "Written last year": 400,
}  # fmt: skip
OLDER = {f"Chat number {at:03}": 40 + at / 10 for at in range(116)}
FOCUSED = "document.activeElement.ariaLabel ?? document.activeElement.innerText.trim()"


@pytest.fixture
def server() -> Iterator[Server]:
    """A program that has been used for a year."""
    with serve(PROGRAM) as running:
        add_chats(running.folder, GROUPS | OLDER)
        yield running


@pytest.fixture
def page(watch: Watch, server: Server) -> Page:
    """A tab of it."""
    page = watch.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(server.url)
    expect(row(page, "Written today")).to_be_visible()
    return page


def headings(page: Page) -> list[str]:
    return page.locator("[data-gc=sidebar] h2").all_inner_texts()


def test_chats_stand_in_groups_and_more_come_as_they_are_scrolled_to(page: Page) -> None:
    assert headings(page)[:3] == ["Today", "Previous 7 days", "Previous 30 days"]
    assert rows(page).count() < 120
    for shown in (50, 100):
        rows(page).nth(shown - 1).scroll_into_view_if_needed()
        expect(rows(page).nth(shown)).to_be_attached()
    expect(rows(page)).to_have_count(120)
    titles = [each.strip() for each in rows(page).all_text_contents()]
    assert titles == [*list(GROUPS)[:3], *OLDER, "Written last year"]
    assert headings(page)[-1].isdigit()


def open_menu(page: Page) -> None:
    """From a chat that has the focus, with keys alone."""
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Rename")).to_be_focused()


def test_a_chat_is_renamed_deleted_and_brought_back_without_a_mouse(page: Page) -> None:
    keys = page.keyboard
    row(page, "Written last week").get_by_role("link").focus()
    open_menu(page)
    for key in ("ArrowDown", "ArrowUp", "Enter"):
        keys.press(key)
    name = page.get_by_role("textbox", name="Chat name")
    expect(name).to_be_focused()
    keys.type("Never kept")
    keys.press("Escape")
    expect(row(page, "Written last week").get_by_role("link")).to_be_focused()

    open_menu(page)
    keys.press("Enter")
    expect(name).to_be_focused()
    name.evaluate(
        "field => field.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    expect(name).to_be_focused()
    keys.type("A new name")
    keys.press("Enter")
    expect(row(page, "A new name").get_by_role("link")).to_be_focused()

    open_menu(page)
    keys.press("End")
    keys.press("Enter")
    expect(page.get_by_role("dialog", name="Delete chat?")).to_contain_text("A new name")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    expect(row(page, "A new name")).to_have_count(0)
    expect(row(page, "Written last month").get_by_role("link")).to_be_focused()
    expect(page.locator("#gc-status")).to_contain_text("Chat deleted")
    keys.press("F6")
    assert page.evaluate(FOCUSED) == "Undo"
    keys.press("Enter")
    expect(row(page, "A new name")).to_be_visible()
    page.reload()
    expect(row(page, "A new name")).to_be_visible()


def test_any_chat_of_the_list_can_be_taken_away_without_a_mouse(page: Page) -> None:
    keys = page.keyboard
    row(page, "Written last month").get_by_role("link").focus()
    open_menu(page)
    keys.type("exp")
    keys.press("Enter")
    expect(page.get_by_role("menuitem", name="Copy as Markdown")).to_be_focused()
    keys.type("download")
    with page.expect_download() as taken:
        keys.press("Enter")
    assert taken.value.suggested_filename.startswith("Written last month")
    assert page.evaluate(FOCUSED) == "Options for Written last month"
    expect(page.get_by_role("menu")).to_have_count(0)


def test_the_chat_on_screen_is_deleted_by_a_key_and_undo_brings_it_back(page: Page) -> None:
    open_chat(page, "Written today")
    expect(bubbles(page)).to_have_text(["Written today"])
    address = page.url
    page.keyboard.press("Control+Shift+Backspace")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(bubbles(page)).to_have_count(0)
    expect(composer(page)).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(bubbles(page)).to_have_text(["Written today"])
    assert page.url == address


def test_a_pinned_chat_stands_first_and_a_link_leads_to_a_chat(page: Page, watch: Watch) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    choose(page, "Written last month", "Pin")
    expect(rows(page).first).to_contain_text("Written last month")
    assert headings(page)[0] == "Pinned"
    choose(page, "Written last month", "Copy link")
    expect(page.locator("#gc-status")).to_have_text("Link copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    page.goto(link)
    expect(bubbles(page)).to_have_text(["Written last month"])
    choose(page, "Written last month", "Unpin")
    expect(rows(page).first).to_contain_text("Written today")
    assert os.path.basename(link).startswith("c_")


def test_a_link_to_a_message_shows_it(page: Page, server: Server) -> None:
    href = row(page, "Written last week").get_by_role("link").get_attribute("href")
    page.goto(f"{server.url}{href}#q")
    found = page.locator("[data-role=user][data-id=q]")
    expect(found).to_be_focused()
    expect(found.locator("[data-found]")).to_have_text("Written last week")
    expect(page.locator("[data-found]")).to_have_count(0)
    page.goto(f"{server.url}{href}#nothing")
    expect(bubbles(page)).to_have_text(["Written last week"])


def test_list_menu_and_dialog_are_accessible(page: Page) -> None:
    open_chat(page, "Written today")
    expect(bubbles(page)).to_have_count(1)
    choose(page, "Written last week", "Delete")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect_accessible(page)
