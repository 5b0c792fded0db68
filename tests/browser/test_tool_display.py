"""Every way in which a function's calls may be configured to be shown."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Frame, Locator, Page, expect

from gptchat.testing import Reply
from support.browsing import Watch
from support.chatting import answer, expect_idle, say, tools
from support.scripted import Scripted, call, scripted_program

FUNCTIONS = {
    "run": {
        "header": {"text": "Running **code**"},
        "arguments": {
            "title": "The *code*",
            "show_key_as_code": {"key": "code", "language": "python"},
        },
        "result": {"title": "What came *out*", "type": "text"},
        "open": True,
    },
    "write": {"result": {"type": "markdown"}},
    "draw": {"result": {"type": "html"}, "open": True},
    "query": {"result": {"type": "json"}, "open": True},
    "select": {"result": {"type": "sql"}, "open": True},
    "strange": {"result": {"type": "klingon"}, "open": True},
    "hidden": {"header": {"text": "Never seen", "show": False}},
    "bare": "One **line** for all",
}
SPY = """
<h1>Drawn</h1><p id=verdict>nothing tried</p>
<script>
const tried = {};
const attempt = (name, act) => { try { tried[name] = String(act()); } catch { tried[name] = "refused"; } };
attempt("document", () => parent.document.title);
attempt("location", () => parent.location.href);
attempt("cookie", () => document.cookie);
attempt("storage", () => localStorage.length);
attempt("navigate", () => { top.location = "https://example.org/"; return "went"; });
fetch(location.href).then(() => "fetched", () => "refused").then((how) => {
    tried.fetch = how;
    verdict.textContent = JSON.stringify(tried);
});
</script>
"""  # noqa: E501 – one attempt a line


@pytest.fixture(scope="module")
def scripted() -> Iterator[Scripted]:
    with scripted_program(functions=FUNCTIONS) as running:
        yield running


def show(chat: Page, scripted: Scripted, *calls: dict[str, object]) -> Locator:
    """Have these calls made, and return their rows."""
    scripted.says(Reply(tool_calls=list(calls)), "That is it.")
    say(chat, "Go.")
    expect(answer(chat)).to_contain_text("That is it.")
    expect_idle(chat)
    return tools(chat)


def test_one_argument_may_be_shown_as_code_with_titles_in_markdown(
    chat: Page, scripted: Scripted
) -> None:
    tool = show(chat, scripted, call("run", "42\n43", code="print(42)\nprint(43)"))
    arguments, result = tool.locator("[data-gc=tool-args]"), tool.locator("[data-gc=tool-result]")
    expect(tool.get_by_role("button").first.locator("strong")).to_have_text("code")
    expect(arguments.locator("em")).to_have_text("code")
    assert "print(42)\nprint(43)" in arguments.inner_text()
    assert '"code"' not in arguments.inner_text()
    expect(result.locator("em")).to_have_text("out")
    assert "42\n43" in result.inner_text()
    arguments.get_by_role("button", name="View JSON").click()
    expect(arguments).to_contain_text('"code": "print(42)\\nprint(43)"')


def test_an_argument_shown_as_code_is_code_while_it_comes(chat: Page, scripted: Scripted) -> None:
    lines = "\n".join(f'print("line {n}")' for n in range(200))
    scripted.says(Reply(tool_calls=[call("run", "done", code=lines)], rate=60), "That is it.")
    say(chat, "Go.")
    arguments = tools(chat).locator("[data-gc=tool-args]")
    expect(arguments).to_contain_text('print("line 3")\nprint("line 4')
    expect(tools(chat)).to_have_attribute("data-state", "preparing")
    expect(arguments).not_to_contain_text("\\n")
    chat.get_by_role("button", name="Stop generating").click()
    expect_idle(chat)


def test_a_type_that_is_no_type_is_text_in_that_language(chat: Page, scripted: Scripted) -> None:
    tool = show(chat, scripted, call("strange", "<b>as</b> **it** is"))
    expect(tool.locator("[data-gc=tool-result] pre")).to_have_text("<b>as</b> **it** is")


def test_a_result_may_be_markdown(chat: Page, scripted: Scripted) -> None:
    tool = show(chat, scripted, call("write", "# Title\n\n* one\n* **two**"))
    tool.get_by_role("button").first.click()
    expect(tool.get_by_role("heading", name="Title")).to_be_visible()
    expect(tool.locator("li strong")).to_have_text("two")


def test_json_is_indented(chat: Page, scripted: Scripted) -> None:
    tool = show(chat, scripted, call("query", '{"a":[1,{"b":null}]}'))
    assert '"a": [' in tool.locator("[data-gc=tool-result]").inner_text()


def test_a_result_in_a_language_is_code(chat: Page, scripted: Scripted) -> None:
    tool = show(chat, scripted, call("select", "SELECT 1\n  FROM t"))
    assert "SELECT 1\n  FROM t" in tool.locator("[data-gc=tool-result]").inner_text()


def test_without_a_type_a_list_of_records_is_a_table(chat: Page, scripted: Scripted) -> None:
    tool = show(chat, scripted, call("unconfigured", [{"name": "Ada", "born": 1815}]))
    tool.get_by_role("button").first.click()
    expect(tool.get_by_role("columnheader")).to_have_text(["name", "born"])
    expect(tool.get_by_role("cell")).to_have_text(["Ada", "1815"])


def test_a_hidden_header_leaves_the_body_alone(chat: Page, scripted: Scripted) -> None:
    tool = show(chat, scripted, call("hidden", "for all to see", word="hello"))
    expect(tool.get_by_role("button", expanded=False)).to_have_count(0)
    expect(tool).not_to_contain_text("Never seen")
    expect(tool.locator("[data-gc=tool-args]")).to_contain_text('"word": "hello"')
    expect(tool.locator("[data-gc=tool-result]")).to_contain_text("for all to see")


def test_one_line_of_markdown_is_the_header_in_every_state(chat: Page, scripted: Scripted) -> None:
    tool = show(chat, scripted, call("bare", "Error: no"))
    expect(tool.get_by_role("button").first.locator("strong")).to_have_text("line")


def drawn(page: Page) -> Frame:
    """The frame in which HTML is shown."""
    page.wait_for_selector("iframe")
    element = page.locator("iframe").element_handle()
    frame = element.content_frame()
    assert frame is not None
    return frame


def test_html_runs_in_a_frame_that_reaches_nothing(
    chat: Page, scripted: Scripted, watch: Watch
) -> None:
    address = chat.url
    show(chat, scripted, call("draw", SPY))
    verdict = chat.frame_locator("iframe").locator("#verdict")
    expect(verdict).not_to_have_text("nothing tried")
    tried = json.loads(verdict.inner_text())
    assert set(tried.values()) == {"refused"}, tried
    expect(chat.frame_locator("iframe").get_by_role("heading", name="Drawn")).to_be_visible()
    assert chat.locator("iframe").get_attribute("sandbox") == "allow-scripts"
    assert chat.url.startswith(address)
    watch.errors.clear()  # The refusals are reported on the console.


def test_html_is_as_high_as_it_needs(chat: Page, scripted: Scripted, watch: Watch) -> None:
    show(chat, scripted, call("draw", "<div style='height: 300px; background: teal'></div>"))
    drawn(chat)
    expect(chat.locator("iframe")).to_have_css("height", "316px")


def test_html_that_nobody_configured_is_words(chat: Page, scripted: Scripted) -> None:
    tool = show(chat, scripted, call("unconfigured", "<h1>Just words</h1>"))
    tool.get_by_role("button").first.click()
    expect(tool).to_contain_text("<h1>Just words</h1>")
    expect(chat.locator("iframe")).to_have_count(0)
