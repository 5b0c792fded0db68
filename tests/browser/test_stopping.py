"""Stop: the page is idle at once, the words stay, and the model is hung up on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from gptchat.testing import Reply
from support.chatting import answer, bubbles, composer, expect_busy, expect_idle, say, tools
from support.clock import milliseconds, press
from support.scripted import Scripted, call, words

IDLE = (
    "document.querySelector('[data-stream-active]') === null"
    " && document.querySelector('[data-gc=send]').dataset.state === 'send'"
    " && document.querySelector('[data-gc=pulse]') === null"
)
CLICK = "document.querySelector('[data-gc=send]').click()"
WAYS = {"the button": CLICK, "Esc": press("[data-gc=input]", "Escape")}


@pytest.fixture
def slow(chat: Page, scripted: Scripted) -> Page:
    """A chat in the middle of a long answer."""
    scripted.says(Reply(words(400), rate=50))
    say(chat, "Count to four hundred.")
    expect(answer(chat)).to_contain_text("word10 ")
    return chat


@pytest.mark.serial
@pytest.mark.parametrize("way", WAYS)
def test_stop_makes_the_page_idle_at_once_and_keeps_the_words(
    slow: Page, scripted: Scripted, way: str
) -> None:
    assert milliseconds(slow, WAYS[way], IDLE) <= 100
    kept = answer(slow).locator("[data-gc=text]").inner_text()
    assert kept.startswith("word0 word1 ")
    expect(answer(slow).get_by_text("Stopped", exact=True)).to_be_visible()
    assert scripted.is_hung_up()


def test_late_words_do_not_come_back(slow: Page, scripted: Scripted) -> None:
    milliseconds(slow, CLICK, IDLE)
    assert scripted.is_hung_up()
    slow.wait_for_timeout(300)
    kept = answer(slow).locator("[data-gc=text]").inner_text()
    slow.wait_for_timeout(500)
    assert answer(slow).locator("[data-gc=text]").inner_text() == kept
    slow.reload()
    expect(answer(slow).locator("[data-gc=text]")).to_have_text(kept)
    expect(answer(slow).get_by_text("Stopped", exact=True)).to_have_count(1)


def test_the_last_words_of_a_stopped_answer_join_those_that_are_there(
    chat: Page, scripted: Scripted
) -> None:
    scripted.says(Reply(words(20_000), rate=2_000))
    say(chat, "Count fast.")
    expect(answer(chat)).to_contain_text("word100 ")
    text = answer(chat).locator(".prose")
    text.evaluate("(text) => { text.marked = true }")
    chat.evaluate(CLICK)
    shown = text.inner_text()
    expect_idle(chat)
    expect(answer(chat)).to_contain_text("Stopped")
    assert text.inner_text().startswith(shown.rstrip())
    assert text.evaluate("(text) => text.marked"), "nothing was drawn anew"


def test_what_was_said_before_a_stop_is_what_the_model_hears_next(
    slow: Page, scripted: Scripted
) -> None:
    milliseconds(slow, CLICK, IDLE)
    assert scripted.is_hung_up()
    scripted.says("Going on.")
    say(slow, "Go on.")
    expect(answer(slow)).to_contain_text("Going on.")
    asked, said, again = scripted.last_messages()
    assert (asked["content"], again["content"]) == ("Count to four hundred.", "Go on.")
    assert said["content"].startswith("word0 word1 ")
    assert scripted.model.refusals == []


@pytest.mark.serial
def test_stop_before_the_first_word_keeps_the_question_and_lets_it_be_asked_again(
    chat: Page, scripted: Scripted
) -> None:
    scripted.says(Reply("Never heard.", delay=30), Reply("Heard."))
    say(chat, "Hello?")
    expect_busy(chat)
    chat.wait_for_timeout(300)
    assert milliseconds(chat, CLICK, IDLE) <= 100
    expect(bubbles(chat)).to_have_text(["Hello?"])
    expect(answer(chat)).to_contain_text("Stopped")
    chat.get_by_role("button", name="Regenerate response").click()
    expect(answer(chat)).to_contain_text("Heard.")
    expect(answer(chat)).not_to_contain_text("Stopped")
    expect(bubbles(chat)).to_have_text(["Hello?"])
    expect(chat.locator("[data-gc=pager]")).to_have_count(0)


def test_stop_at_the_very_first_moment_is_a_stop(chat: Page, scripted: Scripted) -> None:
    scripted.says(Reply(words(200), rate=50, delay=0.2))
    composer(chat).fill("Hello?")
    now = press("[data-gc=input]", "Enter") + ";" + CLICK
    milliseconds(chat, now, "document.querySelector('[data-gc=bubble]')")
    expect_idle(chat)
    expect(answer(chat)).to_contain_text("Stopped")
    assert scripted.is_hung_up(1.5)
    chat.wait_for_timeout(500)
    expect(answer(chat)).not_to_contain_text("word20")


def test_a_stopped_call_says_so_and_the_chat_goes_on(chat: Page, scripted: Scripted) -> None:
    scripted.says(Reply(tool_calls=[call("dig", "gold", after=30)]), "As you like.")
    say(chat, "Dig.")
    expect(tools(chat)).to_have_attribute("data-state", "running")
    chat.get_by_role("button", name="Stop generating").click()
    expect(tools(chat)).to_have_attribute("data-state", "stopped")
    expect(tools(chat)).to_contain_text("dig stopped")
    say(chat, "Never mind.")
    expect(answer(chat)).to_contain_text("As you like.")
    assert scripted.model.refusals == []


def test_esc_in_an_idle_chat_does_nothing(chat: Page) -> None:
    say(chat, "Hello")
    expect_idle(chat)
    composer(chat).fill("A draft")
    composer(chat).press("Escape")
    expect(composer(chat)).to_have_value("A draft")
    expect(answer(chat)).not_to_contain_text("Stopped")
