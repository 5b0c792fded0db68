"""Of a very long message of a person's the beginning is shown; the rest is a press away."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from support.chatting import bubbles, composer, expect_idle, say

LINES = "\n".join(f"line {at}" for at in range(40))


def height(page: Page) -> float:
    box = bubbles(page).first.bounding_box()
    assert box is not None
    return box["height"]


@pytest.mark.parametrize("text", [LINES, "word " * 600 + "end"], ids=["lines", "words"])
def test_a_long_message_is_folded_and_opens_without_a_mouse(chat: Page, text: str) -> None:
    composer(chat).fill(text)
    chat.keyboard.press("Enter")
    expect_idle(chat)
    more = chat.get_by_role("button", name="Show more")
    expect(more).to_have_attribute("aria-expanded", "false")
    folded = height(chat)
    assert folded <= 12 * 24 + 20 + 1
    assert bubbles(chat).first.text_content() == text, "all of it can be found and copied"
    more.focus()
    chat.keyboard.press("Enter")
    less = chat.get_by_role("button", name="Show less")
    expect(less).to_be_focused()
    assert height(chat) > folded * 2
    chat.keyboard.press("Enter")
    expect(more).to_be_focused()
    assert height(chat) == folded


def test_a_message_is_folded_by_its_height_on_the_screen_at_hand(chat: Page) -> None:
    say(chat, "word " * 85)
    expect_idle(chat)
    more = chat.get_by_role("button", name="Show more")
    expect(bubbles(chat)).to_have_count(1)
    expect(more).to_have_count(0)
    chat.set_viewport_size({"width": 390, "height": 844})
    expect(more).to_be_visible()
    chat.set_viewport_size({"width": 1440, "height": 900})
    expect(more).to_have_count(0)


KERNING = "(element) => getComputedStyle(element).fontKerning"
PASTE = """(field) => {
    const text = "A".repeat(5000);
    field.dispatchEvent(new InputEvent("beforeinput", { data: text, bubbles: true }));
    return getComputedStyle(field).fontKerning;
}"""


def test_a_word_of_thousands_of_letters_does_not_hold_up_whoever_pastes_it(chat: Page) -> None:
    """With kerning, browsers set all that follows anew wherever such a word is broken."""
    assert composer(chat).evaluate(KERNING) == "auto"
    assert composer(chat).evaluate(PASTE) == "none", "before it is there"
    say(chat, "A" * 5000)
    expect(bubbles(chat)).to_have_css("font-kerning", "none")
    expect(composer(chat)).to_have_css("font-kerning", "auto")
