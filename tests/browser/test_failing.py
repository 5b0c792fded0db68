"""Handlers and models that fail: the words stay, one calm sentence, and Retry."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from gptchat.testing import Reply
from support.chatting import answer, answers, bubbles, expect_idle, say
from support.scripted import Scripted, words
from support.serving import Server, serve

PROGRAM = """
import os
from gptchat import app

tries = {"n": 0}

@app.handle_send_message
def reply(message):
    tries["n"] += 1
    if "late" in message and tries["n"] % 2:
        yield "Some words, and then"
    if tries["n"] % 2:
        raise ValueError("the secret is sk-abcdefghijklmnop")
    yield "Well again."

app.run_app(port=int(os.environ["PORT"]), debug=DEBUG)
"""


@pytest.fixture(scope="module", params=[False, True], ids=["as people see it", "in debug mode"])
def failing(request: pytest.FixtureRequest) -> Iterator[tuple[Server, bool]]:
    """A program that fails every other time, and whether it is being debugged."""
    with serve(PROGRAM.replace("DEBUG", str(request.param))) as server:
        yield server, bool(request.param)


def failure(page: Page) -> Locator:
    return answer(page).locator("[data-gc=error]")


def test_an_exception_is_told_calmly_and_may_be_tried_again(
    page: Page, failing: tuple[Server, bool]
) -> None:
    server, debug = failing
    page.goto(server.url)
    say(page, "Hello")
    expect(failure(page)).to_contain_text("Something went wrong while answering.")
    assert failure(page).inner_text().count("went wrong") == 1
    expect(page.locator("#gc-alert")).to_contain_text("Something went wrong while answering.")
    failure(page).get_by_role("button", name="Details").click()
    expect(failure(page)).to_contain_text("Error id: ")
    shown = failure(page).inner_text()
    assert ("ValueError" in shown) is debug
    assert "sk-abcdefgh" not in page.content()
    failure(page).get_by_role("button", name="Retry").click()
    expect(answer(page)).to_contain_text("Well again.")
    expect(failure(page)).to_have_count(0)
    expect(bubbles(page)).to_have_text(["Hello"])
    expect(answers(page)).to_have_count(1)
    # Nothing had been said, so the failed answer is replaced rather than kept beside this one.
    expect(page.locator("[data-gc=pager]")).to_have_count(0)


def test_words_said_before_an_exception_stay(page: Page, failing: tuple[Server, bool]) -> None:
    server, _ = failing
    page.goto(server.url)
    say(page, "Fail late, please")
    expect(failure(page)).to_be_visible()
    expect(answer(page)).to_contain_text("Some words, and then")
    page.reload()
    expect(failure(page)).to_be_visible()
    expect(answer(page)).to_contain_text("Some words, and then")
    failure(page).get_by_role("button", name="Retry").click()
    expect(answer(page)).to_contain_text("Well again.")
    expect(page.locator("[data-gc=pager][data-branch='2/2']")).to_be_visible()
    page.get_by_role("button", name="Previous response").click()
    expect(answer(page)).to_contain_text("Some words, and then")


def test_the_log_has_the_traceback_once_and_the_page_no_secret(
    page: Page, failing: tuple[Server, bool]
) -> None:
    server, _ = failing
    before = server.log().count("Traceback")
    page.goto(server.url)
    say(page, "Hello")
    expect(failure(page)).to_be_visible()
    failure(page).get_by_role("button", name="Details").click()
    number = failure(page).inner_text().split("Error id: ")[1].split()[0]
    assert server.log().count("Traceback") == before + 1
    assert number in server.log()
    assert "sk-abcdefgh" not in server.log()
    failure(page).get_by_role("button", name="Retry").click()
    expect(answer(page)).to_contain_text("Well again.")


def test_a_refusing_provider_is_told_in_a_sentence(chat: Page, scripted: Scripted) -> None:
    scripted.says(Reply(error=429), "Now I can.")
    say(chat, "Hello")
    expect(failure(chat)).to_contain_text("The model is receiving too many requests.")
    failure(chat).get_by_role("button", name="Retry").click()
    expect(answer(chat)).to_contain_text("Now I can.")


def test_a_model_that_breaks_off_keeps_its_words(chat: Page, scripted: Scripted) -> None:
    scripted.says(Reply(words(40), cut=0.5))
    say(chat, "Hello")
    expect(failure(chat)).to_contain_text("broke off")
    expect(answer(chat)).to_contain_text("word10 ")
    expect_idle(chat)


def test_after_a_failure_the_chat_goes_on(chat: Page, scripted: Scripted) -> None:
    scripted.says(Reply(error=500), "Fine now.")
    say(chat, "One")
    expect(failure(chat)).to_be_visible()
    say(chat, "Two")
    expect(answer(chat)).to_contain_text("Fine now.")
    expect(bubbles(chat)).to_have_text(["One", "Two"])
    assert scripted.model.refusals == []
    # An answer that is no longer the last is not tried again from here.
    expect(chat.get_by_role("button", name="Retry")).to_have_count(0)


SILENT = """
import os
from gptchat import app

tries = []

@app.handle_send_message
def reply(message):
    tries.append(message)
    return "Now then." if len(tries) > 1 else None

app.run_app(port=int(os.environ["PORT"]))
"""


def test_an_answer_without_a_word_is_told_and_may_be_asked_for_again(page: Page) -> None:
    with serve(SILENT) as server:
        page.goto(server.url)
        say(page, "Hello")
        expect(answer(page)).to_contain_text("The assistant said nothing.")
        page.reload()
        expect(answer(page)).to_contain_text("The assistant said nothing.")
        page.get_by_role("button", name="Regenerate response").click()
        expect(answer(page)).to_contain_text("Now then.")
        expect(answer(page)).not_to_contain_text("said nothing")
        expect(bubbles(page)).to_have_text(["Hello"])
