"""Everything works without a mouse, and what happens is said to those who hear the page."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from gptchat.testing import Reply
from support.chatting import answer, bubbles, composer, expect_idle, say, tools
from support.scripted import Scripted, call, words

FOCUSED = """() => {
    const at = document.activeElement;
    return at.getAttribute("aria-label") ?? at.innerText.replace(/\\s+/g, " ").trim();
}"""


def focused(page: Page) -> str:
    """What has the focus, by its name."""
    return str(page.evaluate(FOCUSED))


def start_at_the_top(page: Page) -> None:
    """Let the next Tab be the first in the page."""
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    page.evaluate("document.body.removeAttribute('tabindex')")


def tabs_to(page: Page, name: str, most: int = 20) -> list[str]:
    """Press Tab until something of this name has the focus; the names on the way."""
    passed: list[str] = []
    while not passed or passed[-1] != name:
        assert len(passed) < most, f"{name!r} was not reached by Tab: {passed}"
        page.keyboard.press("Tab")
        passed.append(focused(page))
    return passed


def test_tab_leads_through_the_page_in_the_order_in_which_it_is_read(
    chat: Page, scripted: Scripted
) -> None:
    scripted.says(Reply(tool_calls=[call("dig", "gold")]), "```python\nprint(42)\n```")
    say(chat, "Dig.")
    expect_idle(chat)
    composer(chat).fill("A draft")
    chat.reload()
    chat.wait_for_selector("[data-gc=code]")
    start_at_the_top(chat)
    assert tabs_to(chat, "Send message") == [
        "Skip to message box",
        "Skip to conversation",
        "Close sidebar",
        "New chat",
        "Search chats",
        "Dig.",
        "Options for Dig.",
        "Export chat",
        "Copy message",
        "Edit message",
        "Called dig , details",
        "Copy code",
        "Copy message",
        "Regenerate response",
        "Attach files",
        "Message Assistant",
        "Send message",
    ]


def test_skip_links_lead_past_everything(chat: Page) -> None:
    say(chat, "Hello")
    expect_idle(chat)
    start_at_the_top(chat)
    chat.keyboard.press("Tab")
    expect(chat.get_by_role("button", name="Skip to message box")).to_be_in_viewport()
    chat.keyboard.press("Enter")
    expect(composer(chat)).to_be_focused()


def test_a_whole_conversation_needs_no_mouse(chat: Page, scripted: Scripted) -> None:
    scripted.says("The first.", "The second.", "The third.")
    chat.keyboard.type("Hello")
    chat.keyboard.press("Enter")
    expect(answer(chat)).to_contain_text("The first.")
    expect_idle(chat)
    for name in ("Attach files", "Regenerate response"):
        chat.keyboard.press("Shift+Tab")
        assert focused(chat) == name
    chat.keyboard.press("Enter")
    expect(answer(chat)).to_contain_text("The second.")
    expect_idle(chat)
    assert focused(chat) != ""
    chat.keyboard.press("Shift+Escape")
    expect(composer(chat)).to_be_focused()
    chat.keyboard.press("ArrowUp")
    chat.keyboard.type(" again")
    chat.keyboard.press("Enter")
    expect(answer(chat)).to_contain_text("The third.")
    expect(bubbles(chat)).to_have_text(["Hello again"])
    expect(composer(chat)).to_be_focused()
    chat.keyboard.press("Control+Shift+O")
    expect(bubbles(chat)).to_have_count(0)
    expect(composer(chat)).to_be_focused()


def test_typing_anywhere_writes_in_the_field(chat: Page) -> None:
    say(chat, "Hello")
    expect_idle(chat)
    chat.evaluate("document.activeElement.blur()")
    chat.keyboard.type("right here")
    expect(composer(chat)).to_have_value("right here")


def test_typing_after_a_click_on_a_button_writes_in_the_field(chat: Page) -> None:
    say(chat, "Hello")
    expect_idle(chat)
    copy = answer(chat).get_by_role("button", name="Copy message")
    copy.click()
    expect(copy).to_be_focused()
    chat.keyboard.type("go on")
    expect(composer(chat)).to_have_value("go on")


def test_who_comes_to_a_button_by_keyboard_stays_there(chat: Page) -> None:
    say(chat, "Hello")
    expect_idle(chat)
    composer(chat).click()
    chat.keyboard.press("Shift+Tab")
    chat.keyboard.press("Shift+Tab")
    before = focused(chat)
    chat.keyboard.type("xyz")
    assert focused(chat) == before
    expect(composer(chat)).to_have_value("")


def test_the_focus_is_never_stolen_by_an_answer(chat: Page, scripted: Scripted) -> None:
    scripted.says(Reply(tool_calls=[call("dig", "gold", after=0.8)]), Reply(words(10), rate=30))
    say(chat, "Dig.")
    expect(tools(chat)).to_have_attribute("data-state", "running")
    head = tools(chat).get_by_role("button").first
    head.focus()
    expect_idle(chat)
    expect(head).to_be_focused()


def test_what_has_the_focus_is_seen_to_have_it(chat: Page) -> None:
    say(chat, "Hello")
    expect_idle(chat)
    start_at_the_top(chat)
    ring = "getComputedStyle(document.activeElement).outlineWidth"
    for name in tabs_to(chat, "Regenerate response"):
        assert name
    assert chat.evaluate(ring) == "2px"


def test_the_page_says_what_goes_on(chat: Page, scripted: Scripted) -> None:
    status, log = chat.locator("#gc-status"), chat.locator("#gc-log")
    scripted.says(Reply("One **bold** answer.", rate=5, delay=0.4))
    say(chat, "Hello")
    expect(status).to_have_text("Message sent. Assistant is thinking.")
    expect(status).to_have_text("Assistant is answering.")
    expect(answer(chat)).to_have_attribute("aria-busy", "true")
    expect(status).to_have_text("Response complete.")
    expect(answer(chat)).to_have_attribute("aria-busy", "false")
    expect(log).to_have_text("One bold answer.")
    chat.reload()
    expect(answer(chat)).to_contain_text("One bold answer.")
    expect(log).to_have_text("")
