"""An empty chat, the first words in it, and a new one."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from gptchat.testing import Reply
from support.browsing import Watch
from support.chatting import answer, answers, bubbles, composer, expect_idle, say
from support.clock import milliseconds, press
from support.scripted import Scripted

DOT = "document.querySelector('[data-gc=pulse]')"


def test_an_empty_chat_greets_and_waits_in_its_field(chat: Page, watch: Watch) -> None:
    expect(chat.get_by_role("heading", name="What can I help with?")).to_be_visible()
    expect(composer(chat)).to_be_focused()
    expect(chat).to_have_title("gptchat")
    expect(chat.get_by_role("button", name="Send message")).to_be_disabled()
    assert watch.console == []
    assert watch.off_origin == []


@pytest.mark.serial
def test_a_message_is_on_screen_at_once_and_a_dot_says_it_is_being_answered(
    chat: Page, scripted: Scripted
) -> None:
    scripted.says(Reply("Here I am.", delay=0.3))
    shown, dotted = [], []
    for tries in range(1, 4):  # The quickest counts: the machine may be busy with others.
        composer(chat).fill("Are you there?")
        bubble = f"document.querySelectorAll('[data-gc=bubble]').length === {tries}"
        shown.append(milliseconds(chat, press("[data-gc=input]", "Enter"), bubble))
        dotted.append(shown[-1] + milliseconds(chat, "", DOT))
        expect(answers(chat)).to_have_count(tries)
        expect(answer(chat)).to_contain_text("Here I am.")
        expect_idle(chat)
    assert min(shown) <= 50, shown
    assert min(dotted) <= 200, dotted


def test_a_message_stands_at_the_right(chat: Page) -> None:
    say(chat, "Are you there?")
    expect(bubbles(chat)).to_have_text(["Are you there?"])
    bubble, column = bubbles(chat).bounding_box(), chat.locator("[data-gc=turn]").bounding_box()
    assert bubble is not None
    assert column is not None
    assert abs(bubble["x"] + bubble["width"] - column["x"] - column["width"]) <= 2


def test_send_and_stop_are_one_button(chat: Page, scripted: Scripted) -> None:
    scripted.says(Reply("One two three four.", delay=0.4))
    button = chat.locator("[data-gc=send]").element_handle()
    composer(chat).fill("Go")
    chat.get_by_role("button", name="Send message").click()
    expect(chat.get_by_role("button", name="Stop generating")).to_be_visible()
    assert button.get_attribute("aria-label") == "Stop generating"
    assert chat.evaluate("document.activeElement.dataset.gc") == "send"
    expect_idle(chat)
    assert button.get_attribute("aria-label") == "Send message"


def test_the_field_is_empty_and_keeps_the_focus_after_sending(chat: Page) -> None:
    say(chat, "Hello")
    expect(composer(chat)).to_have_value("")
    expect(composer(chat)).to_be_focused()
    expect_idle(chat)
    expect(composer(chat)).to_be_focused()


def test_shift_enter_makes_a_line_and_enter_sends_both(chat: Page) -> None:
    composer(chat).press_sequentially("first")
    composer(chat).press("Shift+Enter")
    composer(chat).press_sequentially("second")
    expect(bubbles(chat)).to_have_count(0)
    composer(chat).press("Enter")
    expect(bubbles(chat)).to_have_text(["first\nsecond"])
    assert bubbles(chat).inner_text() == "first\nsecond"


def paste(page: Page, text: str) -> None:
    """Put much text into the field at once, as a paste does."""
    composer(page).evaluate(
        """(field, text) => {
            field.value = text;
            field.dispatchEvent(new InputEvent("input", { bubbles: true }));
        }""",
        text,
    )


def test_a_very_long_message_arrives_whole(chat: Page, scripted: Scripted) -> None:
    scripted.says("All read.")
    text = "A line of many words.\n" * 6_000 + "The end."
    paste(chat, text)
    composer(chat).press("Enter")
    expect(answer(chat)).to_contain_text("All read.")
    assert scripted.last_messages()[-1]["content"] == text


def test_a_message_that_is_too_long_is_kept_and_may_be_deleted(chat: Page) -> None:
    paste(chat, "x" * 250_000)
    composer(chat).press("Enter")
    expect(chat.get_by_text("Not sent: The message is too long")).to_be_visible()
    chat.get_by_role("button", name="Delete").click()
    expect(bubbles(chat)).to_have_count(0)
    say(chat, "Shorter")
    expect(answer(chat)).to_contain_text("Shorter")


def test_blanks_alone_are_not_sent(chat: Page) -> None:
    say(chat, "  \n ")
    expect(bubbles(chat)).to_have_count(0)


def test_a_chat_has_an_address_that_shows_it_again(chat: Page) -> None:
    say(chat, "Where are we?")
    expect_idle(chat)
    expect(chat).to_have_url(re.compile("/c/[^/]+$"))
    expect(chat).to_have_title("Where are we? – gptchat")
    other = chat.context.new_page()
    other.goto(chat.url)
    expect(bubbles(other)).to_have_text(["Where are we?"])
    expect(answer(other)).to_contain_text("Where are we?")


def test_a_new_chat_begins_empty_and_back_leads_to_the_old_one(chat: Page) -> None:
    say(chat, "The old one")
    expect_idle(chat)
    old = chat.url
    chat.get_by_role("button", name="New chat").click()
    expect(bubbles(chat)).to_have_count(0)
    expect(composer(chat)).to_be_focused()
    expect(chat).to_have_url(re.compile("^[^/]+//[^/]+/$"))
    say(chat, "The new one")
    expect_idle(chat)
    expect(bubbles(chat)).to_have_text(["The new one"])
    chat.go_back()
    expect(bubbles(chat)).to_have_text(["The old one"])
    assert chat.url == old


def test_an_answer_under_way_stays_in_its_own_chat(chat: Page, scripted: Scripted) -> None:
    scripted.says(Reply("slowly " * 20, rate=20), Reply("quick"))
    say(chat, "Slow one")
    expect(answer(chat)).to_contain_text("slowly slowly")
    chat.get_by_role("button", name="New chat").click()
    say(chat, "Quick one")
    expect(answers(chat)).to_have_count(1)
    expect(answer(chat)).to_contain_text("quick")
    expect(chat.locator("main")).not_to_contain_text("slowly")
    chat.go_back()
    expect_idle(chat)
    expect(answer(chat)).to_contain_text(("slowly " * 20).strip())


def test_an_unknown_address_says_so_and_offers_a_new_chat(page: Page, scripted: Scripted) -> None:
    scripted.says("With pleasure.")
    page.goto(scripted.url + "c/no-such-chat")
    expect(page.locator("[data-gc=banner]")).to_be_visible()
    expect(page.get_by_role("heading", name="What can I help with?")).to_be_visible()
    expect(page).to_have_url(scripted.url)
    say(page, "Then a new one")
    expect(answer(page)).to_contain_text("With pleasure.")
    expect(bubbles(page)).to_have_text(["Then a new one"])
