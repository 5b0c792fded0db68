"""Every program we show runs, and does in a browser what its text says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from gptchat.testing import FakeOpenAI, Reply
from support.chatting import answers, say
from support.documents import example, program, readme_blocks
from support.serving import serve

ANSWER = "It is **42**, as everybody knows."
CALL = {"name": "get_stock_price", "arguments": {"symbol": "ACME"}}
HANDLERS = [block for block in readme_blocks() if "@app.handle_send_message" in block]
EXAMPLES_OF_OUR_OWN = {"01_echo.py": "You said: Hello", "02_streaming.py": "1 2 3 4"}


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


@pytest.mark.parametrize("name", EXAMPLES_OF_OUR_OWN)
def test_an_example_answers_by_itself(page: Page, name: str) -> None:
    with serve(example(name)) as server:
        page.goto(server.url)
        say(page, "Hello")
        expect(answers(page).last).to_contain_text(EXAMPLES_OF_OUR_OWN[name])


def test_an_example_answers_as_the_model_does(page: Page, key: dict[str, str]) -> None:
    with serve(example("03_openai.py"), env=key) as server:
        page.goto(server.url)
        say(page, "Hello")
        expect(finished(page).last).to_contain_text("It is 42, as everybody knows.")


def test_the_example_with_functions_shows_calls_results_and_answer(
    page: Page, fake: FakeOpenAI, key: dict[str, str]
) -> None:
    calls = [
        {"name": "get_temperature", "arguments": {"city": "Oslo"}},
        {"name": "get_temperature", "arguments": {"city": "Rome"}},
    ]
    fake.script = [Reply(tool_calls=calls), "Oslo has 7 degrees, Rome 21."]
    with serve(example("04_function_calling.py"), env=key) as server:
        page.goto(server.url)
        say(page, "How warm is it?")
        expect(finished(page).last).to_contain_text("Oslo has 7 degrees, Rome 21.")
    # The model was given both results, in a request it does not refuse.
    results = [m["content"] for m in fake.requests[-1]["messages"] if m["role"] == "tool"]
    assert results == ['{"city": "Oslo", "celsius": 7}', '{"city": "Rome", "celsius": 21}']
    assert fake.refusals == []


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
