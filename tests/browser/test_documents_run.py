"""Every program of the README runs, and does in a browser what its text says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from gptchat.testing import FakeOpenAI, Reply
from support.attaching import attach
from support.chatting import answers, say
from support.documents import program, readme_blocks
from support.serving import serve

ANSWER = "It is **42**, as everybody knows."
CALL = {"name": "get_stock_price", "arguments": {"symbol": "ACME"}}
HANDLERS = [
    block
    for block in readme_blocks()
    if "@app.handle_send_message" in block and "attachments" not in block
]


def finished(page: Page) -> Locator:
    """The answers that have ended."""
    return page.locator("[data-gc=assistant][aria-busy=false]")


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI(ANSWER) as running:
        yield running


@pytest.fixture
def key(fake: FakeOpenAI) -> dict[str, str]:
    """The environment of a person whose model is the fake one."""
    return {"OPENAI_BASE_URL": fake.base_url, "OPENAI_API_KEY": "any"}


@pytest.mark.parametrize("block", HANDLERS, ids=[f"block {i}" for i in range(len(HANDLERS))])
def test_a_program_of_the_readme_answers(
    page: Page, fake: FakeOpenAI, key: dict[str, str], block: str
) -> None:
    if "tool_call_id" in block:
        fake.script = Reply(ANSWER, tool_calls=[CALL])
    with serve(program(block), env=key) as server:
        page.goto(server.url)
        say(page, "What is it?")
        said = "What is it?" if "history" in block else "It is 42, as everybody knows."
        expect(finished(page).last).to_contain_text(said)
    assert fake.refusals == []


def test_the_readme_reads_the_files_it_is_given(page: Page, key: dict[str, str]) -> None:
    block = next(block for block in readme_blocks() if "attachments" in block)
    with serve(program(block), env=key) as server:
        page.goto(server.url)
        attach(page, {"name": "note.txt", "mimeType": "text/plain", "buffer": b"Hello"})
        say(page, "What is this?")
        expect(finished(page).last).to_contain_text("note.txt: text/plain, 5 bytes")


def test_the_readme_configures_what_it_says(page: Page) -> None:
    blocks = [block for block in readme_blocks() if block.startswith("app.set_config")]
    handler = "@app.handle_send_message\ndef reply(message):\n    return message\n"
    with serve(program(handler + "".join(blocks)), env={"OPENAI_API_KEY": "any"}) as server:
        page.goto(server.url)
        expect(answers(page).first).to_contain_text("Well, thank you. What can I do for you?")


def test_the_readme_lives_inside_an_application_you_have(page: Page) -> None:
    block = next(block for block in readme_blocks() if "init_app" in block)
    run = "\nimport os\nsite.run(port=int(os.environ['PORT']))\n"
    with serve(block + run, path="/chat/") as server:
        page.goto(server.url)
        say(page, "quietly")
        expect(finished(page).last).to_contain_text("QUIETLY")
