"""What a reader has selected, copied or found stays so while the answer goes on."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from gptchat.testing import Reply
from support.chatting import answer, expect_busy, expect_idle, say
from support.scripted import Scripted, words

SELECT = """([words, at]) => {
    const texts = document.createTreeWalker(
        document.querySelector("[data-gc=text]"), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const from = texts.currentNode.data.indexOf(words);
        if (from < 0) continue;
        const range = document.createRange();
        range.setStart(texts.currentNode, from);
        range.setEnd(texts.currentNode, from + words.length);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        return true;
    }
    return false;
}"""


def select(chat: Page, what: str) -> None:
    assert chat.evaluate(SELECT, [what, 0]), f"{what} is not there to be selected"


def selected(chat: Page) -> str:
    return str(chat.evaluate("getSelection().toString()"))


def test_a_selection_survives_the_words_that_follow_and_the_end(
    chat: Page, scripted: Scripted
) -> None:
    """S14 of the scenarios; test_markdown_selected.py has what may be redrawn under it."""
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    text = f"An earlier **paragraph** of words.\n\nAn open one {words(60)} *and* the end."
    scripted.says(Reply(text, rate=60))
    say(chat, "Go.")
    expect(answer(chat)).to_contain_text("word5 ")
    select(chat, "earlier")
    expect(answer(chat)).to_contain_text("word15 ")
    assert selected(chat) == "earlier"
    select(chat, "word3 word4")
    expect(answer(chat)).to_contain_text("word30 ")
    assert selected(chat) == "word3 word4"
    expect_idle(chat)
    assert selected(chat) == "word3 word4"
    chat.keyboard.press("ControlOrMeta+c")
    assert chat.evaluate("navigator.clipboard.readText()") == "word3 word4"


def test_code_is_copied_in_mid_stream_and_its_button_stays(chat: Page, scripted: Scripted) -> None:
    """S15 of the scenarios."""
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lines = "\n".join(f"value_{number} = {number}" for number in range(120))
    scripted.says(Reply(f"Look:\n\n```python\n{lines}\n```\n\nThe end.", rate=100))
    say(chat, "Code, please.")
    expect(answer(chat)).to_contain_text("value_40 = ")
    button = answer(chat).get_by_role("button", name="Copy code").element_handle()
    button.click()
    expect_busy(chat)
    copied = chat.evaluate("navigator.clipboard.readText()")
    assert lines.startswith(copied)
    assert "value_39 = 39\n" in copied
    expect_idle(chat)
    assert button.evaluate("button => button.isConnected")


def test_long_code_is_selected_line_by_line(chat: Page, scripted: Scripted) -> None:
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lines = "\n".join("" if number % 9 == 0 else f"line {number}" for number in range(100))
    scripted.says(f"```\n{lines}\n```")
    say(chat, "Code, please.")
    expect_idle(chat)
    chat.evaluate(
        "getSelection().selectAllChildren(document.querySelector('[data-gc=text] pre code'))"
    )
    chat.keyboard.press("ControlOrMeta+c")
    assert chat.evaluate("navigator.clipboard.readText()").strip("\n") == lines.strip("\n")


def test_a_copied_list_has_empty_lines_only_where_it_was_written_with_them(
    chat: Page, scripted: Scripted
) -> None:
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    scripted.says("- one $x$\n- **two**\n  - below\n- [ ] three\n\nThen:\n\n1. first\n\n2. second")
    say(chat, "Two lists, please.")
    expect_idle(chat)
    text = answer(chat).locator("[data-gc=text]")
    expect(text.locator(".katex")).to_be_attached()
    lists = [each.inner_text() for each in text.locator(".section > :is(ul, ol)").all()]
    assert lists[1] == "first\n\nsecond"
    text.evaluate("(text) => getSelection().selectAllChildren(text)")
    chat.keyboard.press("ControlOrMeta+c")
    copied = chat.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == "one $x$\ntwo\nbelow\nthree\n\nThen:\n\nfirst\n\nsecond"


LONG = "\n\n".join(f"Paragraph {number} of many. {words(30)}" for number in range(200))


def test_a_long_answer_is_laid_out_only_where_it_is_seen(chat: Page, scripted: Scripted) -> None:
    scripted.says(f"{LONG}\n\nThe needle is here.\n\n{LONG}")
    say(chat, "At length.")
    expect_idle(chat)
    skipped = chat.evaluate(
        """() => [...document.querySelectorAll("[data-gc=text] .section > :first-child")]
            .filter((first) => !first.checkVisibility({ contentVisibilityAuto: true })).length"""
    )
    assert skipped > 5
    # The browser's own search goes through it all the same, and one gets there.
    assert chat.evaluate("window.find('The needle is here', false, false, true)")
    needle = chat.get_by_text("The needle is here.")
    needle.scroll_into_view_if_needed()
    expect(needle).to_be_in_viewport()
    chat.evaluate("getSelection().selectAllChildren(document.querySelector('[data-gc=text]'))")
    assert selected(chat).count("Paragraph 150 of many.") == 2
