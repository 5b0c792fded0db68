"""Code in an answer: its colours, how they come, and what happens without them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from gptchat.testing import Reply
from support.chatting import answer, say, tools
from support.scripted import Scripted, call, scripted_program

PYTHON = '''\
@cache
def answer(question: str) -> int:
    """What everybody
    knows."""
    # A comment with emoji 👩‍👩‍👧
    return 42 + len(f"{question} and {0x2a}")'''


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
