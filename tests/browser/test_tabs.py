"""Several tabs of one chat, and a configuration that changes while they are open."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from gptchat.testing import Reply
from support.chatting import answer, bubbles, composer, expect_busy, expect_idle, say
from support.clock import press
from support.scripted import Scripted, words
from support.serving import Server, serve

CHANGING = """
import os
from gptchat import app

app.set_config({"title": "Before", "messages": [
    {"role": "user", "content": "Are you there?"},
    {"role": "assistant", "content": "**Always**, what can I do?"},
]})

@app.handle_send_message
def reply(message, messages):
    if message.startswith("title"):
        app.set_config(title=message.split()[1], agent_name="Ada", prompt={"placeholder": "Say it"})
    if message == "preload":
        app.set_config(messages=[{"role": "assistant", "content": "Something new."}])
    if message == "count":
        return f"{len(messages)} messages"
    return "Done."

app.run_app(port=int(os.environ["PORT"]))
"""


@pytest.fixture(scope="module")
def changing() -> Iterator[Server]:
    """A program whose options change when it is told."""
    with serve(CHANGING) as server:
        yield server


@pytest.fixture
def second(chat: Page) -> Page:
    """Another tab, at the same chat once it has an address."""
    return chat.context.new_page()


def test_both_tabs_of_a_chat_see_the_answer_grow(
    chat: Page, second: Page, scripted: Scripted
) -> None:
    scripted.says(Reply(words(150), rate=60))
    say(chat, "Count.")
    expect(answer(chat)).to_contain_text("word5 ")
    second.goto(chat.url)
    expect(answer(second)).to_contain_text("word5 ")
    expect_busy(second)
    expect_busy(chat)
    expect_idle(second)
    expect_idle(chat)
    for tab in (chat, second):
        assert answer(tab).locator("[data-gc=text]").inner_text().split() == words(150).split()


def test_what_is_asked_in_one_tab_is_answered_in_both(
    chat: Page, second: Page, scripted: Scripted
) -> None:
    say(chat, "One")
    expect_idle(chat)
    second.goto(chat.url)
    expect(bubbles(second)).to_have_text(["One"])
    composer(chat).fill("My own draft")
    say(second, "Two")
    expect(answer(chat)).to_contain_text("Two")
    expect(bubbles(chat)).to_have_text(["One", "Two"])
    expect(composer(chat)).to_have_value("My own draft")


def test_either_tab_may_stop(chat: Page, second: Page, scripted: Scripted) -> None:
    """F17."""
    scripted.says(Reply(words(300), rate=40))
    say(chat, "Count.")
    expect(answer(chat)).to_contain_text("word5 ")
    second.goto(chat.url)
    second.get_by_role("button", name="Stop generating").click()
    expect(answer(second)).to_contain_text("Stopped")
    expect_idle(chat)
    expect(answer(chat)).to_contain_text("Stopped")
    assert scripted.is_hung_up()


def test_a_message_that_has_to_wait_is_shown_in_both_tabs_and_answered_in_its_turn(
    chat: Page, second: Page, scripted: Scripted
) -> None:
    scripted.says("Hello.", Reply(words(60), rate=40), "The second answer.")
    say(chat, "Hello")
    expect_idle(chat)
    second.goto(chat.url)
    expect(bubbles(second)).to_have_text(["Hello"])
    # Both press Enter before either tab knows of the other.
    composer(second).fill("Second")
    composer(chat).fill("First")
    soon = round(time.time() * 1000) + 300
    for tab in (chat, second):
        enter = press("[data-gc=input]", "Enter")
        tab.evaluate(f"setTimeout(() => {{ {enter} }}, {soon} - Date.now()) && null")
    for tab in (chat, second):
        expect(bubbles(tab)).to_have_count(3)
    said = bubbles(chat).all_inner_texts()
    assert sorted(said) == ["First", "Hello", "Second"]
    for tab in (chat, second):
        expect(bubbles(tab)).to_have_text(said)
        expect(answer(tab)).to_contain_text("The second answer.")
        expect_idle(tab)
        expect(bubbles(tab)).to_have_text(said)
    contents = [message["content"] for message in scripted.last_messages()]
    assert contents == ["Hello", "Hello.", said[1], words(60), said[2]]


def test_preloaded_messages_are_there_before_and_after_the_first_word(
    page: Page, changing: Server
) -> None:
    page.goto(changing.url)
    expect(bubbles(page)).to_have_text(["Are you there?"])
    expect(answer(page).locator("strong")).to_have_text("Always")
    composer(page).press("ArrowUp")  # Nothing was said yet that could be changed.
    expect(page.get_by_role("textbox", name="Edit message")).to_have_count(0)
    say(page, "count")
    expect(answer(page)).to_contain_text("3 messages")
    expect(bubbles(page)).to_have_text(["Are you there?", "count"])
    page.reload()
    expect(bubbles(page)).to_have_text(["Are you there?", "count"])


def test_options_change_in_pages_that_are_open(page: Page, changing: Server) -> None:
    watching = page.context.new_page()
    watching.goto(changing.url)
    expect(watching.locator("[data-gc=model]")).to_contain_text("Before")
    page.goto(changing.url)
    say(page, "title After")
    expect(page.locator("[data-gc=model]")).to_contain_text("After")
    expect(watching.locator("[data-gc=model]")).to_contain_text("After")
    expect(watching.get_by_placeholder("Say it")).to_be_visible()
    expect(watching.get_by_role("textbox", name="Message Ada")).to_be_visible()
    expect_idle(page)
    say(page, "preload")
    expect(watching.locator("main")).to_contain_text("Something new.")
    expect(bubbles(watching)).to_have_count(0)
    # A chat that has begun keeps what it began with.
    expect(bubbles(page)).to_have_text(["Are you there?", "title After", "preload"])
