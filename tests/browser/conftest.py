"""What browser tests share: a scripted program per module, and a page that shows it.

A module with a configuration of its own gives its own `scripted`, as wide.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from support.bundling import CLIENT, bundle
from support.scripted import Scripted, scripted_program

ENGINE = CLIENT / "src" / "markdown" / "testing" / "page.ts"


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


@pytest.fixture(scope="module")
def engine(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page with nothing but the engine, and all names of entities loaded."""
    script = bundle(ENGINE, tmp_path_factory.mktemp("engine") / "engine.js", form="iife")
    page = browser.new_page()
    page.goto("about:blank")
    page.add_script_tag(path=script)
    page.evaluate("loadNames()")
    yield page
    page.close()
