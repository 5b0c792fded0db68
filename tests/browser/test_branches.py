"""Asking again and asking otherwise: versions stand side by side, and none is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from gptchat.testing import Reply
from support.chatting import answer, answers, bubbles, composer, expect_busy, expect_idle, say
from support.scripted import Scripted, words


def pager(page: Page, branch: str) -> Locator:
    """The pager that stands at `branch`, such as 2/3."""
    return page.locator(f"[data-gc=pager][data-branch='{branch}']")


def editor(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Edit message")


def edit(page: Page, at: int) -> None:
    """Open the editor of the message at this place."""
    bubbles(page).nth(at).hover()
    page.get_by_role("button", name="Edit message").nth(at).click()


@pytest.fixture
def three_turns(chat: Page, scripted: Scripted) -> Page:
    """A chat of three exchanges."""
    for text in ("One", "Two", "Three"):
        say(chat, text)
        expect_idle(chat)
    expect(bubbles(chat)).to_have_text(["One", "Two", "Three"])
    return chat


def test_an_answer_asked_for_again_stands_beside_the_first(chat: Page, scripted: Scripted) -> None:
    scripted.says("The first answer.", Reply("The second answer.", rate=20))
    say(chat, "Tell me.")
    expect(answer(chat)).to_contain_text("The first answer.")
    expect_idle(chat)
    chat.get_by_role("button", name="Regenerate response").click()
    expect(chat.locator("main")).not_to_contain_text("The first answer.")
    expect(answer(chat)).to_contain_text("The second answer.")
    expect(pager(chat, "2/2")).to_be_visible()
    chat.get_by_role("button", name="Previous response").click()
    expect(answer(chat)).to_contain_text("The first answer.")
    expect(pager(chat, "1/2")).to_be_visible()
    chat.reload()
    expect(answer(chat)).to_contain_text("The first answer.")
    chat.get_by_role("button", name="Next response").click()
    expect(answer(chat)).to_contain_text("The second answer.")
    expect(bubbles(chat)).to_have_text(["Tell me."])
    assert [m["content"] for m in scripted.last_messages()] == ["Tell me."]


def test_the_arrow_keys_turn_the_pages(chat: Page, scripted: Scripted) -> None:
    scripted.says("One way.", "Another way.")
    say(chat, "Tell me.")
    expect_idle(chat)
    chat.get_by_role("button", name="Regenerate response").click()
    expect(pager(chat, "2/2")).to_be_visible()
    chat.get_by_role("button", name="Previous response").focus()
    chat.keyboard.press("ArrowLeft")
    expect(answer(chat)).to_contain_text("One way.")
    chat.keyboard.press("ArrowRight")
    expect(answer(chat)).to_contain_text("Another way.")
    expect(chat.locator("#gc-status")).to_contain_text("Response 2 of 2.")


def test_a_changed_message_makes_a_branch_and_keeps_the_other(
    three_turns: Page, scripted: Scripted
) -> None:
    chat = three_turns
    edit(chat, 0)
    expect(editor(chat)).to_be_focused()
    expect(editor(chat)).to_have_value("One")
    editor(chat).fill("Uno")
    editor(chat).press("Enter")
    expect(bubbles(chat)).to_have_text(["Uno"])
    expect(answer(chat)).to_contain_text("Uno")
    expect(pager(chat, "2/2")).to_be_attached()
    assert [m["content"] for m in scripted.last_messages()] == ["Uno"]
    expect_idle(chat)
    bubbles(chat).first.hover()
    chat.get_by_role("button", name="Previous message").click()
    expect(bubbles(chat)).to_have_text(["One", "Two", "Three"])
    expect(answers(chat)).to_have_count(3)
    chat.reload()
    expect(bubbles(chat)).to_have_text(["One", "Two", "Three"])
    expect(pager(chat, "1/2")).to_be_attached()


def test_esc_leaves_a_message_as_it_was(three_turns: Page, scripted: Scripted) -> None:
    chat = three_turns
    asked = len(scripted.model.requests)
    edit(chat, 1)
    editor(chat).fill("Something else")
    editor(chat).press("Escape")
    expect(editor(chat)).to_have_count(0)
    expect(bubbles(chat)).to_have_text(["One", "Two", "Three"])
    expect(chat.get_by_role("button", name="Edit message").nth(1)).to_be_focused()
    edit(chat, 1)
    expect(editor(chat)).to_have_value("Two")
    chat.get_by_role("button", name="Cancel").click()
    expect(editor(chat)).to_have_count(0)
    assert len(scripted.model.requests) == asked


def test_an_editor_opened_by_keyboard_is_clear_of_the_header(
    chat: Page, scripted: Scripted
) -> None:
    chat.set_viewport_size({"width": 820, "height": 500})
    scripted.says(words(400))
    say(chat, "Hello")
    expect_idle(chat)
    chat.locator("[data-gc=scroll]").hover()
    chat.mouse.wheel(0, 10_000)
    expect(bubbles(chat)).not_to_be_in_viewport()
    composer(chat).press("ArrowUp")
    expect(editor(chat)).to_be_focused()
    header = chat.locator("[data-gc=header]").bounding_box()
    form = chat.locator("form.editor").bounding_box()
    assert header is not None
    assert form is not None
    assert form["y"] >= header["y"] + header["height"]


def test_shift_enter_in_the_editor_makes_a_line(three_turns: Page) -> None:
    edit(three_turns, 2)
    editor(three_turns).press("Shift+Enter")
    editor(three_turns).press_sequentially("and more")
    three_turns.get_by_role("button", name="Send", exact=True).click()
    expect(bubbles(three_turns)).to_have_count(3)
    assert bubbles(three_turns).nth(2).inner_text() == "Three\nand more"
    expect(answer(three_turns)).to_contain_text("and more")


def test_the_arrow_up_in_an_empty_field_changes_what_was_said_last(three_turns: Page) -> None:
    composer(three_turns).press("ArrowUp")
    expect(editor(three_turns)).to_be_focused()
    expect(editor(three_turns)).to_have_value("Three")
    editor(three_turns).press("Escape")
    composer(three_turns).fill("draft")
    composer(three_turns).press("ArrowUp")
    expect(editor(three_turns)).to_have_count(0)


def test_a_message_changed_while_its_answer_streams_stops_that_answer(
    chat: Page, scripted: Scripted
) -> None:
    """F17."""
    scripted.says(Reply(words(300), rate=50), "The better answer.")
    say(chat, "The wrong question")
    expect(answer(chat)).to_contain_text("word5 ")
    edit(chat, 0)
    editor(chat).fill("The right question")
    editor(chat).press("Enter")
    expect(answer(chat)).to_contain_text("The better answer.")
    expect(bubbles(chat)).to_have_text(["The right question"])
    assert scripted.model.exchanges[-2].ending == "hung up"
    expect_idle(chat)
    bubbles(chat).first.hover()
    chat.get_by_role("button", name="Previous message").click()
    expect(answer(chat)).to_contain_text("word5 ")
    expect(answer(chat)).to_contain_text("Stopped")


def test_an_answer_asked_for_again_may_be_stopped_too(chat: Page, scripted: Scripted) -> None:
    scripted.says("Short.", Reply(words(300), rate=50))
    say(chat, "Tell me.")
    expect_idle(chat)
    chat.get_by_role("button", name="Regenerate response").click()
    expect_busy(chat)
    expect(answer(chat)).to_contain_text("word5 ")
    composer(chat).press("Escape")
    expect_idle(chat)
    expect(answer(chat)).to_contain_text("Stopped")
    expect(pager(chat, "2/2")).to_be_visible()
