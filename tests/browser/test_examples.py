"""Every example runs as its first lines say, and a person sees what they promise."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from gptchat.testing import FakeOpenAI, Reply
from support.chatting import answer, answers, expect_idle, say
from support.documents import example
from support.serving import serve
from support.sources import TOP
from support.waiting import until

EXAMPLES = sorted(path.name for path in (TOP / "examples").glob("*.py"))


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI("It is **42**, as everybody knows.") as running:
        yield running


@pytest.fixture
def key(fake: FakeOpenAI) -> dict[str, str]:
    """The environment of a person whose model is the fake one."""
    return {"OPENAI_BASE_URL": fake.base_url, "OPENAI_API_KEY": "any"}


def finished(page: Page) -> Locator:
    """The answers that have ended."""
    return page.locator("[data-gc=assistant][aria-busy=false]")


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_fits_on_a_screen_and_says_how_to_run_it(name: str) -> None:
    text = (TOP / "examples" / name).read_text("utf-8")
    assert re.search(rf"^(Run|Test):  .*{name}$", text, re.MULTILINE)
    assert re.search(r"^See:  ", text, re.MULTILINE)
    assert len(text.splitlines()) <= 66


def test_the_echo_repeats_what_was_said(page: Page) -> None:
    with serve(example("01_echo.py")) as server:
        page.goto(server.url)
        say(page, "Hello")
        expect(finished(page).last).to_contain_text("You said: Hello")


def test_words_come_one_by_one_until_stop(page: Page) -> None:
    with serve(example("02_streaming.py")) as server:
        page.goto(server.url)
        say(page, "Hello")
        expect(answer(page)).to_contain_text("1 2 3 4")
        page.get_by_role("button", name="Stop generating").click()
        expect_idle(page)


def test_an_openai_stream_is_handed_straight_over(page: Page, key: dict[str, str]) -> None:
    with serve(example("03_openai.py"), env=key) as server:
        page.goto(server.url)
        say(page, "Hello")
        expect(finished(page).last).to_contain_text("It is 42, as everybody knows.")


def test_functions_are_called_and_their_results_go_back_to_the_model(
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


def test_stop_ends_the_handler_and_lets_it_clean_up(page: Page) -> None:
    with serve(example("05_stopping.py")) as server:
        page.goto(server.url)
        say(page, "the atlas")
        expect(answer(page)).to_contain_text("Fetching the atlas, part 1")
        page.get_by_role("button", name="Stop generating").click()
        expect_idle(page)
        expect(answer(page)).to_contain_text("part 1")
        until(lambda: "parts of 'the atlas' were fetched." in server.log(), "the last words")


def test_an_error_is_told_calmly_and_can_be_tried_again(page: Page) -> None:
    with serve(example("06_errors.py")) as server:
        page.goto(server.url)
        say(page, "Honey")
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("Something went wrong while answering.")
        expect(answer(page)).to_contain_text("Let me look that up …")
        expect(page.locator("body")).not_to_contain_text("10.0.0.7")
        assert "10.0.0.7 does not answer" in server.log()
        page.get_by_role("button", name="Retry").click()
        expect(finished(page).last).to_contain_text("Honey is a fine thing.")
        say(page, "word " * 21)
        expect(finished(page).last).to_contain_text("Please use fewer words.")


def test_the_page_wears_what_was_configured_and_changes_while_open(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    with serve(example("07_configuration.py")) as server:
        page.goto(server.url)
        expect(page).to_have_title("Parrot")
        expect(answer(page)).to_contain_text("Polly wants a cracker!")
        expect(page.get_by_role("textbox")).to_have_attribute("placeholder", "Talk to the parrot")
        expect(page.locator("body")).to_contain_text("Polly repeats whatever she hears.")
        say(page, "night")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        expect(answers(page).last).to_contain_text("night! night!")


def test_a_chat_lives_inside_a_site(page: Page) -> None:
    with serve(example("08_inside_flask.py")) as server:
        page.goto(server.url)
        expect(page.get_by_role("heading")).to_have_text("The library")
        page.get_by_role("link").click()
        expect(page).to_have_title("The librarian")
        say(page, "bees")
        expect(finished(page).last).to_contain_text("There are 4 books about bees.")


def test_the_tests_of_the_last_example_pass_by_themselves(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "pytest", str(TOP / "examples" / "09_testing.py"), "-q",
         "-p", "no:cacheprovider", "--rootdir", str(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert re.search(r"\d passed", told.stdout), told.stdout + told.stderr


def test_the_tested_program_answers_in_the_page_too(page: Page, key: dict[str, str]) -> None:
    with serve(example("09_testing.py"), env=key) as server:
        page.goto(server.url)
        say(page, "Hello")
        expect(finished(page).last).to_contain_text("It is 42, as everybody knows.")
