"""Input methods: the Enter that confirms a character is not the Enter that sends."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from support.chatting import bubbles, composer, expect_idle, say

COMPOSE = """(field, [keys, text]) => {
    const key = (more) => field.dispatchEvent(new KeyboardEvent("keydown", {
        key: "Enter", code: "Enter", bubbles: true, cancelable: true, ...more,
    }));
    const compose = (type) =>
        field.dispatchEvent(new CompositionEvent(type, { data: text, bubbles: true }));
    compose("compositionstart");
    field.value += text;
    field.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: true }));
    for (const step of keys)
        if (step === "end") compose("compositionend");
        else key(step);
}"""
ORDERS = {
    "Chromium": [{"keyCode": 229, "isComposing": True}, "end"],
    "Safari": ["end", {"keyCode": 13, "isComposing": False}],
    "Safari with its own code": ["end", {"keyCode": 229, "isComposing": False}],
}


def confirm(field: Locator, order: str, text: str) -> None:
    """Write `text` with an input method and confirm it with Enter, as this browser does."""
    field.evaluate(COMPOSE, [ORDERS[order], text])


@pytest.mark.parametrize("order", ORDERS)
def test_confirming_a_character_sends_nothing_and_the_next_enter_sends_once(
    chat: Page, order: str
) -> None:
    confirm(composer(chat), order, "日本語")
    chat.wait_for_timeout(100)
    expect(bubbles(chat)).to_have_count(0)
    expect(composer(chat)).to_have_value("日本語")
    composer(chat).press("Enter")
    expect(bubbles(chat)).to_have_text(["日本語"])
    expect_idle(chat)
    expect(bubbles(chat)).to_have_count(1)


@pytest.mark.parametrize("order", ORDERS)
def test_the_editor_is_as_careful(chat: Page, order: str) -> None:
    say(chat, "First")
    expect_idle(chat)
    composer(chat).press("ArrowUp")
    editor = chat.get_by_role("textbox", name="Edit message")
    editor.fill("")
    confirm(editor, order, "日本語")
    chat.wait_for_timeout(100)
    expect(editor).to_be_visible()
    editor.press("Enter")
    expect(bubbles(chat)).to_have_text(["日本語"])


def test_esc_that_ends_a_composition_does_not_close_the_editor(chat: Page) -> None:
    say(chat, "First")
    expect_idle(chat)
    composer(chat).press("ArrowUp")
    editor = chat.get_by_role("textbox", name="Edit message")
    editor.evaluate(
        """(field) => field.dispatchEvent(new KeyboardEvent("keydown", {
            key: "Escape", keyCode: 229, isComposing: true, bubbles: true, cancelable: true,
        }))"""
    )
    expect(editor).to_be_visible()
