"""What a person does at the page, and what they see: used by every browser test.

Things are found by their accessible names and the page's public `data-gc` hooks.
"""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def composer(page: Page) -> Locator:
    """The field one writes in."""
    return page.locator("[data-gc=input]")


def say(page: Page, text: str) -> None:
    """Write a message and send it with Enter."""
    composer(page).fill(text)
    composer(page).press("Enter")


def bubbles(page: Page) -> Locator:
    """What the person said, as the page shows it."""
    return page.locator("[data-gc=bubble]")


def answers(page: Page) -> Locator:
    """The answers on the page, one article each."""
    return page.locator("[data-gc=assistant]")


def answer(page: Page) -> Locator:
    """The newest answer."""
    return answers(page).last


def tools(page: Page) -> Locator:
    """The rows of tool and function calls."""
    return page.locator("[data-gc=tool]")


def expect_idle(page: Page, *, timeout: float = 15_000) -> None:
    """Wait until nothing is being answered."""
    expect(page.locator("[data-stream-active]")).to_have_count(0, timeout=timeout)


def expect_busy(page: Page) -> None:
    """Wait until an answer is on its way."""
    expect(page.locator("[data-stream-active]")).to_have_count(1)
