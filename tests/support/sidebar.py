"""What a person does in the sidebar, and what they see of it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from support.chatting import expect_idle, say


def rows(page: Page) -> Locator:
    """The chats that are listed."""
    return page.locator("[data-gc=chat-row]")


def row(page: Page, title: str) -> Locator:
    """The chat of this title in the list."""
    return rows(page).filter(has=page.get_by_role("link", name=title, exact=False))


def open_chat(page: Page, title: str) -> None:
    """Click a chat in the list."""
    page.get_by_role("link", name=title).click()


def new_chat(page: Page) -> None:
    """Begin a new chat."""
    page.get_by_role("button", name="New chat").click()


def choose(page: Page, title: str, act: str) -> None:
    """Do something with a chat, by its menu."""
    row(page, title).hover()
    page.get_by_role("button", name=f"Options for {title}").click()
    page.get_by_role("menuitem", name=act, exact=True).click()


def talk(page: Page, *questions: str) -> None:
    """Begin a chat with each of these, wait for its answer, and end at a new chat."""
    for question in questions:
        new_chat(page)
        say(page, question)
        expect(row(page, question)).to_be_visible()
        expect_idle(page)
    new_chat(page)
