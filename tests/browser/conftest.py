"""What browser tests share: a scripted program per module, and a page that shows it.

A module with a configuration of its own gives its own `scripted`, as wide.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from support.scripted import Scripted, scripted_program


@pytest.fixture(scope="module")
def scripted() -> Iterator[Scripted]:
    """A program with the usual options and a model that says what it is told to say."""
    with scripted_program() as running:
        yield running


@pytest.fixture
def chat(page: Page, scripted: Scripted) -> Page:
    """A tab showing a new chat of the scripted program, connected; the model echoes."""
    scripted.says()
    page.goto(scripted.url)
    page.wait_for_selector("[data-connection=online]")
    return page
