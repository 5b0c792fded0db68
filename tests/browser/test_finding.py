"""What was said is found again: in another branch, in another chat, and where it was left."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from support.chatting import answer, bubbles, expect_idle, say
from support.scripted import Scripted, words
from support.sidebar import new_chat, open_chat, talk
from support.waiting import until

PLACE = "document.querySelector('[data-gc=scroll]').scrollTop"


def test_what_is_found_in_a_branch_that_is_not_shown_is_shown(
    chat: Page, scripted: Scripted
) -> None:
    scripted.says("Say xylophone.", "Say zither.")
    say(chat, "Name an instrument.")
    expect(answer(chat)).to_contain_text("xylophone")
    expect_idle(chat)
    chat.get_by_role("button", name="Regenerate response").click()
    expect(answer(chat)).to_contain_text("zither")
    expect_idle(chat)
    new_chat(chat)
    chat.keyboard.press("Control+k")
    chat.get_by_role("combobox", name="Search chats").fill("xylophone")
    found = chat.locator("[data-gc=found]")
    expect(found.locator("mark")).to_have_text(["xylophone"])
    found.click()
    expect(answer(chat).locator("[data-found]")).to_contain_text("xylophone")
    expect(chat.locator("main")).not_to_contain_text("zither")
    assert "#" in chat.url


def test_coming_back_to_a_chat_one_is_where_one_left_it(chat: Page, scripted: Scripted) -> None:
    talk(chat, "The other one")
    scripted.says("\n\n".join(words(40) for _ in range(60)))
    say(chat, "Tell me much.")
    expect_idle(chat)
    chat.evaluate(f"{PLACE} = 900")
    chat.evaluate(
        "new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame))"
    )
    open_chat(chat, "The other one")
    expect(bubbles(chat)).to_have_text(["The other one"])
    open_chat(chat, "Tell me much.")
    expect(bubbles(chat)).to_have_text(["Tell me much."])
    until(lambda: abs(chat.evaluate(PLACE) - 900) <= 2, "the place where it was left")
