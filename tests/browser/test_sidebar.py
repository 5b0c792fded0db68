"""A person has many chats: each a click away, each going on by itself, the same on every page."""

from __future__ import annotations

import re

from playwright.sync_api import Page, WebSocketRoute, expect

from gptchat.testing import Reply
from support.browsing import Watch
from support.chatting import answer, bubbles, composer, expect_busy, expect_idle, say
from support.scripted import Scripted, scripted_program, words
from support.sidebar import choose, new_chat, open_chat, row, talk


def test_an_answer_goes_on_while_another_chat_is_on_screen(chat: Page, scripted: Scripted) -> None:
    talk(chat, "The other one")
    scripted.says(Reply(words(60), rate=12))
    say(chat, "Count slowly")
    expect(answer(chat)).to_contain_text("word3 ")
    open_chat(chat, "The other one")
    expect(bubbles(chat)).to_have_text(["The other one"])
    expect(answer(chat)).to_contain_text("The other one")
    expect_idle(chat)
    slow = row(chat, "Count slowly")
    expect(slow).to_contain_text("answering")
    expect(slow).to_contain_text("new answer", timeout=20_000)
    assert "word" not in answer(chat).inner_text()
    open_chat(chat, "Count slowly")
    expect(answer(chat).locator("[data-gc=text]")).to_have_text(words(60))
    open_chat(chat, "The other one")
    expect(slow).not_to_contain_text("new answer")


def test_what_was_read_to_its_end_is_not_new_however_late_the_list_hears_of_it(
    page: Page, scripted: Scripted
) -> None:
    late: list[str | bytes] = []
    links: list[WebSocketRoute] = []

    def hold(link: WebSocketRoute) -> None:
        server = link.connect_to_server()
        server.on_message(lambda m: (late.append if '["conversations"' in str(m) else link.send)(m))
        links.append(link)

    page.route_web_socket("**/socket.io/**", hold)
    scripted.says()
    page.goto(scripted.url)
    say(page, "Read at once")
    expect_idle(page)
    new_chat(page)
    expect(page.get_by_role("heading", name="What can I help with?")).to_be_visible()
    while not late or re.search('"unread"|"running"', str(late[-1])):
        page.wait_for_timeout(20)  # The list is told at the end that nothing is new.
    for each in late:
        links[-1].send(each)
    expect(row(page, "Read at once")).to_be_visible()
    expect(row(page, "Read at once")).not_to_contain_text("new answer")


def test_coming_back_in_mid_answer_it_goes_on_live_and_can_be_stopped(
    chat: Page, scripted: Scripted
) -> None:
    scripted.says(Reply(words(2000), rate=40))
    say(chat, "Go on")
    expect(answer(chat)).to_contain_text("word3 ")
    new_chat(chat)
    expect(chat.get_by_role("heading", name="What can I help with?")).to_be_visible()
    open_chat(chat, "Go on")
    expect_busy(chat)
    expect(answer(chat)).to_contain_text("word60 ")
    assert answer(chat).locator("[data-gc=text]").inner_text().split()[:60] == words(60).split()
    chat.reload()
    expect_busy(chat)
    chat.get_by_role("button", name="Stop generating").click()
    expect_idle(chat)
    assert scripted.is_hung_up(within=5)


def test_chats_open_without_a_reload_and_back_and_forward_go_through_them(chat: Page) -> None:
    talk(chat, "First chat", "Second chat")
    chat.evaluate("window.same = true")
    open_chat(chat, "First chat")
    expect(bubbles(chat)).to_have_text(["First chat"])
    expect(chat).to_have_title(re.compile("^First chat – "))
    expect(composer(chat)).to_be_focused()
    first = chat.url
    open_chat(chat, "Second chat")
    expect(bubbles(chat)).to_have_text(["Second chat"])
    chat.go_back()
    expect(bubbles(chat)).to_have_text(["First chat"])
    assert chat.url == first
    chat.go_back()
    expect(chat.get_by_role("heading", name="What can I help with?")).to_be_visible()
    chat.go_forward()
    expect(row(chat, "First chat").get_by_role("link")).to_have_attribute("aria-current", "page")
    assert chat.evaluate("window.same")


def test_every_chat_keeps_its_own_draft(chat: Page) -> None:
    talk(chat, "With a draft")
    composer(chat).fill("Something new")
    open_chat(chat, "With a draft")
    expect(composer(chat)).to_have_value("")
    composer(chat).fill("A question about it")
    new_chat(chat)
    expect(composer(chat)).to_have_value("Something new")
    open_chat(chat, "With a draft")
    expect(composer(chat)).to_have_value("A question about it")
    chat.reload()
    expect(composer(chat)).to_have_value("A question about it")


def test_what_is_done_on_one_page_is_seen_on_the_others(
    chat: Page, watch: Watch, scripted: Scripted
) -> None:
    other = watch.new_context().new_page()
    other.goto(scripted.url)
    talk(chat, "Seen at once")
    expect(row(other, "Seen at once")).to_be_visible()
    open_chat(other, "Seen at once")
    choose(chat, "Seen at once", "Rename")
    chat.get_by_role("textbox", name="Chat name").fill("Another name")
    chat.keyboard.press("Enter")
    expect(row(other, "Another name")).to_be_visible()
    expect(other).to_have_title(re.compile("^Another name – "))
    choose(chat, "Another name", "Pin")
    expect(other.get_by_role("heading", name="Pinned")).to_be_visible()
    choose(chat, "Another name", "Delete")
    chat.get_by_role("button", name="Delete", exact=True).click()
    expect(row(other, "Another name")).to_have_count(0)
    expect(other.locator("[data-gc=banner]")).to_contain_text("was deleted")
    expect(other).to_have_url(scripted.url)
    chat.get_by_role("button", name="Undo").click()
    expect(row(other, "Another name")).to_be_visible()


def test_a_copy_has_all_that_was_said_and_is_on_screen(chat: Page) -> None:
    talk(chat, "The original")
    choose(chat, "The original", "Duplicate")
    expect(row(chat, "The original (copy)")).to_be_visible()
    expect(bubbles(chat)).to_have_text(["The original"])
    say(chat, "Only here")
    expect_idle(chat)
    chat.get_by_role("link", name="The original", exact=True).click()
    expect(bubbles(chat)).to_have_text(["The original"])


def test_a_search_that_could_not_be_loaded_says_so_and_can_be_asked_for_again(chat: Page) -> None:
    chat.route("**/SearchDialog-*.js", lambda route: route.abort())
    search = chat.get_by_role("button", name="Search chats")
    search.click()
    expect(chat.locator("[data-gc=banner]")).to_contain_text("could not be loaded. Try again.")
    chat.unroute_all()
    search.click()
    expect(chat.get_by_role("dialog", name="Search chats")).to_be_visible()


def test_without_a_history_there_is_one_chat_and_no_sidebar(page: Page) -> None:
    with scripted_program(history=False) as program:
        program.says()
        page.goto(program.url)
        say(page, "Hello")
        expect_idle(page)
        expect(page.locator("[data-gc=sidebar]")).to_have_count(0)
        page.keyboard.press("Control+k")
        expect(page.get_by_role("dialog")).to_have_count(0)
        new_chat(page)
        expect(bubbles(page)).to_have_count(0)
