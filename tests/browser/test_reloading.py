"""Reloads, cut connections and restarted servers, in the middle of an answer or not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from gptchat.testing import Reply
from support.chatting import answer, bubbles, composer, expect_busy, expect_idle, say
from support.proxy import Proxy
from support.scripted import Scripted, words

LONG = words(300)


@pytest.fixture
def road(scripted: Scripted) -> Iterator[Proxy]:
    """A network between page and server that can be cut."""
    with Proxy(scripted.server.port) as proxy:
        yield proxy


def text(page: Page) -> list[str]:
    """The words of the newest answer."""
    return answer(page).locator("[data-gc=text]").inner_text().split()


def test_an_answer_goes_on_over_a_reload(chat: Page, scripted: Scripted) -> None:
    """F10."""
    scripted.says(Reply(LONG, rate=150))
    say(chat, "Count.")
    expect(answer(chat)).to_contain_text("word20 ")
    chat.reload()
    expect(answer(chat)).to_contain_text("word20 ")
    expect_busy(chat)
    expect_idle(chat)
    assert text(chat) == LONG.split()


def test_stop_still_works_after_a_reload(chat: Page, scripted: Scripted) -> None:
    scripted.says(Reply(LONG, rate=50))
    say(chat, "Count.")
    expect(answer(chat)).to_contain_text("word5 ")
    chat.reload()
    expect(answer(chat)).to_contain_text("word5 ")
    chat.get_by_role("button", name="Stop generating").click()
    expect_idle(chat)
    assert scripted.is_hung_up()
    expect(answer(chat)).to_contain_text("Stopped")


def test_a_draft_outlives_a_reload(chat: Page) -> None:
    composer(chat).fill("Half a thought")
    chat.reload()
    expect(composer(chat)).to_have_value("Half a thought")


def test_a_connection_that_is_cut_comes_back_without_a_gap(
    page: Page, scripted: Scripted, road: Proxy
) -> None:
    scripted.says(Reply(LONG, rate=60))
    page.goto(f"http://127.0.0.1:{road.port}/")
    say(page, "Count.")
    for mark in ("word20 ", "word60 ", "word120 "):
        expect(answer(page)).to_contain_text(mark)
        road.cut()
    expect_idle(page)
    assert text(page) == LONG.split()


def test_a_lost_connection_is_told_after_a_while_and_the_answer_ends_whole(
    page: Page, scripted: Scripted, road: Proxy
) -> None:
    scripted.says(Reply(LONG, rate=100))
    page.goto(f"http://127.0.0.1:{road.port}/")
    say(page, "Count.")
    expect(answer(page)).to_contain_text("word20 ")
    road.target, target = 1, road.target
    road.cut()
    page.wait_for_timeout(1000)
    expect(page.locator("[data-gc=banner]")).to_have_count(0)
    expect(page.locator("[data-gc=banner]")).to_contain_text("Connection lost.", timeout=3_000)
    expect(page.locator("#gc-status")).to_contain_text("Connection lost.")
    expect(answer(page)).to_contain_text("word20 ")
    page.wait_for_timeout(1500)
    road.target = target
    page.get_by_role("button", name="Reconnect now").click()
    expect(page.locator("[data-gc=banner]")).to_contain_text("Back online")
    expect_idle(page)
    assert text(page) == LONG.split()
    expect(page.locator("[data-gc=banner]")).to_have_count(0)


def test_messages_written_without_a_connection_are_sent_in_order_once_it_is_back(
    page: Page, scripted: Scripted, road: Proxy
) -> None:
    """F4."""
    scripted.says("I hear you.", "And that too.")
    page.goto(f"http://127.0.0.1:{road.port}/")
    page.wait_for_selector("[data-connection=online]")
    road.target, target = 1, road.target
    road.cut()
    page.wait_for_selector("[data-connection=offline]")
    say(page, "Are you there?")
    say(page, "And there?")
    expect(page.get_by_text("Will send when back online")).to_have_count(2)
    road.target = target
    expect(answer(page)).to_contain_text("And that too.", timeout=15_000)
    expect(page.get_by_text("Will send when back online")).to_have_count(0)
    page.reload()
    expect(bubbles(page)).to_have_text(["Are you there?", "And there?"])


def test_a_restarted_server_shows_the_chat_and_answers(chat: Page, scripted: Scripted) -> None:
    scripted.says("The first answer.", "The second answer.")
    say(chat, "One")
    expect(answer(chat)).to_contain_text("The first answer.")
    expect_idle(chat)
    scripted.server.kill()
    expect(bubbles(chat)).to_have_text(["One"])
    scripted.server.start()
    expect(chat.locator("[data-connection=online]")).to_have_count(1, timeout=15_000)
    expect(bubbles(chat)).to_have_text(["One"])
    say(chat, "Two")
    expect(answer(chat)).to_contain_text("The second answer.")
    expect(bubbles(chat)).to_have_text(["One", "Two"])
    assert [m["content"] for m in scripted.last_messages()] == ["One", "The first answer.", "Two"]


def test_an_answer_cut_off_by_a_dying_server_keeps_its_words_and_may_be_asked_for_again(
    chat: Page, scripted: Scripted
) -> None:
    scripted.says(Reply(LONG, rate=50), "Whole this time.")
    say(chat, "Count.")
    expect(answer(chat)).to_contain_text("word10 ")
    scripted.server.kill()
    scripted.server.start()
    expect(answer(chat)).to_contain_text("may be incomplete", timeout=20_000)
    expect(answer(chat)).to_contain_text("word10 ")
    expect_idle(chat)
    chat.get_by_role("button", name="Regenerate response").click()
    expect(answer(chat)).to_contain_text("Whole this time.")


def test_a_reload_in_mid_answer_shows_what_is_being_said(chat: Page, scripted: Scripted) -> None:
    scripted.says("\n\n".join(["A paragraph."] * 60), Reply(words(400), rate=20))
    say(chat, "Much.")
    expect_idle(chat)
    say(chat, "More.")
    expect(answer(chat)).to_contain_text("word5 ")
    chat.reload()
    expect_busy(chat)
    expect(answer(chat).locator("[data-gc=text]")).to_be_in_viewport()
    expect(bubbles(chat).last).to_be_in_viewport()
