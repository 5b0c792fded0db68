"""Code in an answer: its colours, how they come, and what happens without them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from gptchat.testing import Reply
from support.browsing import Watch
from support.chatting import answer, composer, expect_idle, say, tools
from support.scripted import Scripted, call, scripted_program

PYTHON = '''\
@cache
def answer(question: str) -> int:
    """What everybody
    knows."""
    # A comment with emoji 👩‍👩‍👧
    return 42 + len(f"{question} and {0x2a}")'''


def fenced(code: str, language: str = "python") -> str:
    return f"Look:\n\n```{language}\n{code}\n```\n\nThat was it."


def show(chat: Page, scripted: Scripted, *replies: Reply | str) -> Locator:
    """Have this answered; the last code of the answer."""
    scripted.says(*replies)
    say(chat, "Code, please.")
    expect(answer(chat)).to_contain_text("That was it.", timeout=30_000)
    expect_idle(chat)
    return answer(chat).locator("[data-gc=code] code").last


def test_copy_works_where_a_page_has_no_clipboard_of_its_own(
    watch: Watch, scripted: Scripted
) -> None:
    # So it is on plain http at any address but this machine's own.
    context = watch.new_context(permissions=["clipboard-read", "clipboard-write"])
    context.add_init_script("delete Navigator.prototype.clipboard")
    page = context.new_page()
    page.goto(scripted.url)
    page.wait_for_selector("[data-connection=online]")
    show(page, scripted, fenced(PYTHON))
    answer(page).get_by_role("button", name="Copy code").click()
    expect(page.locator("#gc-status")).to_contain_text("Code copied")
    composer(page).press("ControlOrMeta+v")
    expect(composer(page)).to_have_value(PYTHON)


def test_the_copy_button_stays_in_sight_while_long_code_is_read(
    chat: Page, scripted: Scripted
) -> None:
    code = show(chat, scripted, fenced("\n".join(f"value_{n} = {n}" for n in range(200))))
    code.hover()
    chat.mouse.wheel(0, 2_000)
    chat.wait_for_timeout(300)
    assert code.evaluate("e => e.getBoundingClientRect().y") < -1_000
    button = answer(chat).get_by_role("button", name="Copy code").bounding_box()
    assert button is not None
    assert 0 < button["y"] < 120


@pytest.fixture(scope="module")
def scripted() -> Iterator[Scripted]:
    """Its function's code is shown as code."""
    shown = {
        "arguments": {"show_key_as_code": {"key": "code", "language": "python"}},
        "result": {"type": "sql"},
        "open": True,
    }
    with scripted_program(functions={"run": shown, "look": {"open": True}}) as running:
        yield running


def test_what_goes_into_a_call_and_comes_out_of_it_is_coloured(
    chat: Page, scripted: Scripted
) -> None:
    calls = [call("run", "SELECT 1 -- one", code=PYTHON), call("look", {"a": [1]}, at="b")]
    scripted.says(Reply(tool_calls=calls), "That was it.")
    say(chat, "Code, please.")
    expect(answer(chat)).to_contain_text("That was it.")
    chat.locator("[data-gc=tool-group]").get_by_role("button").first.click()
    arguments = tools(chat).locator("[data-gc=tool-args] code")
    results = tools(chat).locator("[data-gc=tool-result] code")
    expect(arguments.first.locator(".tok-keyword").first).to_have_text("def")
    assert arguments.first.text_content() == PYTHON
    expect(arguments.last.locator(".tok-property").first).to_have_text('"at"')
    expect(results.first.locator(".tok-comment")).to_have_text("-- one")
    expect(results.last.locator(".tok-property")).to_have_text('"a"')
