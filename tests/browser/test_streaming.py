"""While an answer streams, and when it has ended."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from gptchat.testing import Reply
from support.chatting import answer, expect_busy, expect_idle, say
from support.clock import shifted, shifts, watch_shifts
from support.rich import RICH
from support.scripted import Scripted, words

NORMALISED = """() => {
    const byName = (a, b) => (a.name < b.name ? -1 : 1);
    const copy = document.querySelector("[data-gc=text]").cloneNode(true);
    for (const element of copy.querySelectorAll("*"))
        for (const { name, value } of [...element.attributes].sort(byName)) {
            element.removeAttribute(name);
            if (name !== "id") element.setAttribute(name, value);
        }
    return copy.innerHTML;
}"""
"""The answer's elements, each with its attributes in one order."""


def test_a_streamed_answer_ends_up_like_one_that_came_whole(chat: Page, scripted: Scripted) -> None:
    """S04 of the scenarios, with the next test."""
    scripted.says(Reply(RICH, chunk=2, rate=200))
    say(chat, "A plan, please.")
    expect_busy(chat)
    expect_idle(chat)
    coloured = chat.locator("[data-gc=text] code[data-highlight=done]")
    expect(coloured).to_have_count(1)
    streamed = chat.evaluate(NORMALISED)
    assert chat.locator("[data-gc=text] td").count() == 4
    chat.reload()
    expect(answer(chat)).to_contain_text("The end, with emoji 👩‍👩‍👧 and 日本語.")
    expect(coloured).to_have_count(1)
    assert chat.evaluate(NORMALISED) == streamed


def test_nothing_moves_while_an_answer_grows_and_when_it_ends(
    chat: Page, scripted: Scripted
) -> None:
    scripted.says(Reply(RICH, chunk=2, rate=200, delay=0.3))
    say(chat, "First.")
    expect_idle(chat)
    say(chat, "Second.")
    expect(answer(chat).locator("[data-gc=pulse]")).to_be_visible()
    watch_shifts(chat)
    expect_idle(chat)
    chat.wait_for_timeout(300)
    assert shifted(chat) <= 0.02, shifts(chat)


def test_elements_that_were_streamed_stay_when_the_answer_ends(
    chat: Page, scripted: Scripted
) -> None:
    scripted.says(Reply(RICH, chunk=2, rate=300))
    say(chat, "Go.")
    expect(answer(chat).get_by_role("heading", name="A plan")).to_be_visible()
    heading = answer(chat).get_by_role("heading", name="A plan").element_handle()
    expect_idle(chat)
    assert heading.evaluate("element => element.isConnected")


def test_a_fast_stream_loses_no_word(chat: Page, scripted: Scripted) -> None:
    text = words(1500)
    scripted.says(Reply(text))
    say(chat, "Quickly.")
    expect_idle(chat)
    assert answer(chat).locator("[data-gc=text]").inner_text().split() == text.split()


def test_words_that_are_slow_to_come_are_awaited_with_a_word(
    chat: Page, scripted: Scripted
) -> None:
    scripted.says(Reply("At last.", delay=4))
    say(chat, "Take your time.")
    expect(answer(chat)).to_contain_text("Thinking", timeout=5_000)
    expect(answer(chat)).to_contain_text("At last.")
    expect(answer(chat)).not_to_contain_text("Thinking")


def test_a_thought_is_folded_away_when_the_words_come(chat: Page, scripted: Scripted) -> None:
    scripted.says(Reply("Forty-two.", reasoning="Let me compute. " * 10, rate=60))
    say(chat, "What is it?")
    thought = answer(chat).locator("[data-gc=reasoning]")
    expect(thought).to_have_attribute("data-state", "running")
    expect_idle(chat)
    expect(thought).to_contain_text("Thought")
    expect(thought).not_to_contain_text("Let me compute")
    thought.get_by_role("button").click()
    expect(thought).to_contain_text("Let me compute.")


def test_typing_goes_on_while_an_answer_streams_and_is_not_sent(
    chat: Page, scripted: Scripted
) -> None:
    scripted.says(Reply(words(60), rate=40))
    say(chat, "Go.")
    expect(answer(chat)).to_contain_text("word3")
    say(chat, "My next question")
    expect(chat.get_by_text("Stop or wait to send")).to_be_visible()
    expect(chat.locator("[data-gc=bubble]")).to_have_count(1)
    expect(chat.locator("[data-gc=input]")).to_have_value("My next question")


def test_answers_and_code_are_copied_as_they_were_written(chat: Page, scripted: Scripted) -> None:
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    scripted.says("# Title\n\n```py\nif x:\n\tprint(1)\n```\n")
    say(chat, "Some code, please.")
    expect_idle(chat)
    for button, copied in (
        (answer(chat).get_by_role("button", name="Copy code"), "if x:\n\tprint(1)"),
        (
            answer(chat).get_by_role("button", name="Copy message"),
            "# Title\n\n```py\nif x:\n\tprint(1)\n```\n",
        ),
    ):
        button.click()
        expect(chat.locator("#gc-status")).to_contain_text(re.compile("[Cc]opied"))
        assert chat.evaluate("navigator.clipboard.readText()") == copied
