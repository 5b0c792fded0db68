"""`gptchat run --reload`: edits show, an error is a page, and the chat comes back once mended."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from support.axe import violations
from support.browsing import Watch
from support.chatting import answer, expect_idle, say
from support.commands import gptchat
from support.serving import Server

WORKS = """
from gptchat import app

@app.handle_send_message
def reply(message):
    return "{word}"
"""
BROKEN = {
    "def reply(:\n": "SyntaxError",
    "import nowhere\n": "No module named",
    "x = 1\n": "Nobody answers in mine.py",
    "raise SystemExit('enough')\n": "enough",
}
PATIENCE = 20_000  # Milliseconds: a look every second, and a start of Python.


def edit(script: Path, source: str) -> None:
    """Write the program anew, later than before by the file's clock."""
    time.sleep(0.01)
    script.write_text(source)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(WORKS.replace("{word}", "First"))
    return path


@pytest.fixture
def server(script: Path) -> Iterator[Server]:
    with gptchat("run", "mine.py", "--reload", folder=script.parent) as running:
        yield running


def test_an_edit_answers_in_the_open_page(page: Page, server: Server, script: Path) -> None:
    page.goto(server.url)
    say(page, "Hello")
    expect(answer(page)).to_contain_text("First")
    expect_idle(page)
    edit(script, WORKS.replace("{word}", "Second") + '\napp.set_config(title="Edited")\n')
    page.wait_for_selector("[data-connection=offline]", timeout=PATIENCE, state="attached")
    page.wait_for_selector("[data-connection=online]", timeout=PATIENCE)
    expect(page.locator("[data-gc=model]")).to_contain_text("Edited")
    say(page, "Hello")
    expect(answer(page)).to_contain_text("Second")


def test_an_error_is_a_page_and_the_chat_comes_back_by_itself(
    page: Page, watch: Watch, server: Server, script: Path
) -> None:
    for broken, told in BROKEN.items():
        edit(script, broken)
        expect_error(page, server, told)
        assert violations(page) == []
    edit(script, WORKS.replace("{word}", "Mended"))
    expect(page.locator("[data-gc=input]")).to_be_visible(timeout=PATIENCE)
    say(page, "Hello")
    expect(answer(page)).to_contain_text("Mended")
    watch.errors.clear()


def test_an_open_page_shows_the_error_and_comes_back_with_its_draft(
    page: Page, watch: Watch, server: Server, script: Path
) -> None:
    page.goto(server.url)
    page.wait_for_selector("[data-connection=online]")
    page.locator("[data-gc=input]").fill("Half a thought")
    edit(script, "import nowhere\n")
    heading = page.get_by_role("heading", name="mine.py cannot be started")
    expect(heading).to_be_visible(timeout=PATIENCE)
    edit(script, WORKS.replace("{word}", "Mended"))
    expect(page.locator("[data-gc=input]")).to_have_value("Half a thought", timeout=PATIENCE)
    watch.errors.clear()


def expect_error(page: Page, server: Server, told: str) -> None:
    """Wait until the page of this error is served."""
    heading = page.get_by_role("heading", name="mine.py cannot be started")
    error = page.get_by_role("region", name="Error").filter(has_text=told)
    deadline = time.monotonic() + PATIENCE / 1000
    while error.count() == 0 and time.monotonic() < deadline:
        with contextlib.suppress(PlaywrightError):  # While it starts again nobody listens.
            page.goto(server.url)
        time.sleep(0.2)
    expect(heading).to_be_visible()
    expect(error).to_be_visible()
