"""Code in an answer: its colours, how they come, and what happens without them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from gptchat.testing import Reply
from support.axe import expect_accessible
from support.browsing import Watch
from support.chatting import answer, composer, expect_busy, expect_idle, say, tools
from support.scripted import Scripted, call, scripted_program

PYTHON = '''\
@cache
def answer(question: str) -> int:
    """What everybody
    knows."""
    # A comment with emoji 👩‍👩‍👧
    return 42 + len(f"{question} and {0x2a}")'''
DIFF = "@@ -1 +1 @@\n-old = 1\n+new = 2\n same"
HTML = '<p class="x">A <b>word</b> &amp; more</p> <!-- no -->'
SPY = """
window.asked = []; window.workers = 0;
const Real = Worker;
window.Worker = class extends Real {
    constructor(...given) {
        super(...given);
        window.workers += 1;
        this.addEventListener("message", ({ data }) => window.asked.push({ heard: data }));
    }
    postMessage(message) {
        window.asked.push(message);
        super.postMessage(message);
    }
};
"""
"""Notes what the page and its worker say to each other."""

DONE = "code[data-highlight=done]"


def fenced(code: str, language: str = "python") -> str:
    return f"Look:\n\n```{language}\n{code}\n```\n\nThat was it."


def show(chat: Page, scripted: Scripted, *replies: Reply | str) -> Locator:
    """Have this answered; the last code of the answer."""
    scripted.says(*replies)
    say(chat, "Code, please.")
    expect(answer(chat)).to_contain_text("That was it.", timeout=30_000)
    expect_idle(chat)
    return answer(chat).locator("[data-gc=code] code").last


def colour(code: Locator, kind: str) -> str:
    return str(code.locator(f".tok-{kind}").first.evaluate("e => getComputedStyle(e).color"))


def lines_read(page: Page) -> list[str]:
    return [
        line
        for said in page.evaluate("asked")
        for line in said.get("lines", [])
        if said.get("say") == "read"
    ]


@pytest.fixture
def spied(watch: Watch, scripted: Scripted) -> Page:
    """A new chat whose worker is listened to."""
    context = watch.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(SPY)
    page = context.new_page()
    scripted.says()
    page.goto(scripted.url)
    page.wait_for_selector("[data-connection=online]")
    return page


def test_code_is_coloured_and_keeps_every_character(chat: Page, scripted: Scripted) -> None:
    code = show(chat, scripted, fenced(PYTHON))
    expect(code).to_have_attribute("data-highlight", "done")
    assert code.text_content() == PYTHON
    assert code.locator(".tok-keyword").all_inner_texts()[:2] == ["def", "return"]
    expect(code.locator(".tok-comment").last).to_have_text("# A comment with emoji 👩‍👩‍👧")


def test_a_change_of_theme_changes_the_colours_and_reads_nothing_again(
    spied: Page, scripted: Scripted
) -> None:
    code = show(spied, scripted, fenced(PYTHON))
    expect(code).to_have_attribute("data-highlight", "done")
    spied.emulate_media(color_scheme="light")
    assert colour(code, "keyword") == "rgb(1, 105, 204)"
    said = spied.evaluate("asked.length")
    spied.emulate_media(color_scheme="dark")
    assert colour(code, "keyword") == "rgb(102, 181, 255)"
    assert spied.evaluate("asked.length") == said


@pytest.mark.parametrize("language", ["klingon", "", "text", "constructor"])
def test_a_language_nobody_knows_stays_plain_and_starts_no_worker(
    spied: Page, scripted: Scripted, language: str
) -> None:
    code = show(spied, scripted, fenced(PYTHON, language))
    spied.wait_for_timeout(300)
    assert code.text_content() == PYTHON
    assert code.locator("[class^=tok-]").count() == 0
    assert spied.evaluate("workers") == 0


def test_lines_get_their_colours_as_they_come_each_read_once(
    spied: Page, scripted: Scripted
) -> None:
    code = "\n".join(f"def f{n}(x):\n    return {n}  # '''{n}" for n in range(60))
    scripted.says(Reply(fenced(code), chunk=6, rate=200))
    say(spied, "Code, please.")
    shown = answer(spied).locator("[data-gc=code] code")
    expect(shown.locator(".tok-keyword").nth(20)).to_be_attached()
    expect_busy(spied)
    assert not str(shown.text_content()).endswith("# '''59")
    expect_idle(spied, timeout=30_000)
    expect(shown).to_have_attribute("data-highlight", "done")
    assert shown.text_content() == code
    assert lines_read(spied) == code.split("\n")
    assert spied.evaluate("workers") == 1
    streamed = shown.inner_html()
    spied.reload()
    expect(spied.locator(DONE)).to_be_attached()
    assert spied.locator(DONE).inner_html() == streamed


def test_several_blocks_share_one_worker(spied: Page, scripted: Scripted) -> None:
    text = "\n\n".join(
        [fenced(PYTHON), fenced(DIFF, "diff"), fenced(HTML, "html"), fenced(PYTHON, "py")]
    )
    show(spied, scripted, text)
    for code in answer(spied).locator("[data-gc=code] code").all():
        code.scroll_into_view_if_needed()
        expect(code).to_have_attribute("data-highlight", "done")
    assert spied.evaluate("workers") == 1


def test_code_nobody_sees_is_not_read(spied: Page, scripted: Scripted) -> None:
    below = "\n\n".join(f"Line {n}." for n in range(150))
    scripted.says(f"{below}\n\n{fenced(PYTHON)}")
    say(spied, "Code, please.")
    expect(answer(spied)).to_contain_text("That was it.")
    expect_idle(spied)
    spied.wait_for_timeout(500)
    assert lines_read(spied) == []
    answer(spied).locator("[data-gc=code]").scroll_into_view_if_needed()
    expect(spied.locator(DONE)).to_be_attached()


def test_a_block_over_50_kb_is_plain_and_says_so(spied: Page, scripted: Scripted) -> None:
    code = "\n".join(f"x{n} = {n}" for n in range(5_000))
    assert len(code) > 60_000
    show(spied, scripted, fenced(code))
    spied.reload()
    shown = answer(spied).locator("[data-gc=code] code")
    expect(shown).to_have_attribute("data-highlight", "too-long")
    spied.wait_for_timeout(300)
    assert shown.text_content() == code
    assert shown.locator("[class^=tok-]").count() == 0
    label = answer(spied).locator(".code-language")
    words = label.evaluate("e => getComputedStyle(e, '::after').content")
    assert "Highlighting off for speed" in words


def test_a_block_that_grows_over_50_kb_loses_its_colours(spied: Page, scripted: Scripted) -> None:
    code = "\n".join(f"x{n} = {n}" for n in range(5_000))
    scripted.says(Reply(fenced(code), chunk=120, rate=100))
    say(spied, "Code, please.")
    shown = answer(spied).locator("[data-gc=code] code")
    expect(shown.locator(".tok-number").first).to_be_attached()
    expect_idle(spied, timeout=60_000)
    expect(shown).to_have_attribute("data-highlight", "too-long")
    assert shown.text_content() == code
    plain = shown.evaluate("e => getComputedStyle(e).color")
    assert colour(shown, "number") == plain


def test_copy_in_mid_stream_gives_the_text_so_far(chat: Page, scripted: Scripted) -> None:
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    code = "\n".join(f"value_{n} = {n}" for n in range(300))
    scripted.says(Reply(fenced(code), chunk=4, rate=120))
    say(chat, "Code, please.")
    expect(answer(chat).locator(".tok-number").nth(5)).to_be_attached()
    button = answer(chat).get_by_role("button", name="Copy code").element_handle()
    button.click()
    expect_busy(chat)
    copied = chat.evaluate("navigator.clipboard.readText()")
    assert code.startswith(copied)
    assert len(copied) > 50
    expect(answer(chat).locator(".tok-number").nth(100)).to_be_attached()
    expect_busy(chat)
    assert button.evaluate("e => e.isConnected")


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


def test_long_lines_wrap_when_asked_to_and_keep_their_colours(
    chat: Page, scripted: Scripted
) -> None:
    code = show(chat, scripted, fenced("words = " + " + ".join(f'"word {n}"' for n in range(60))))
    expect(code).to_have_attribute("data-highlight", "done")
    width, height = code.evaluate("e => [e.offsetWidth, e.offsetHeight]")
    answer(chat).get_by_role("button", name="Wrap lines").click()
    assert code.evaluate("e => e.offsetWidth") < width
    assert code.evaluate("e => e.offsetHeight") > 3 * height
    assert code.locator(".tok-string").count() == 60


def test_the_choice_to_wrap_holds_for_all_code_until_the_tab_is_closed(
    chat: Page, scripted: Scripted
) -> None:
    wide = "words = " + " + ".join(f'"word {n}"' for n in range(60))
    show(chat, scripted, f"{fenced(wide)}\n\n{fenced(wide)}")
    buttons = answer(chat).get_by_role("button", name="Wrap lines")
    expect(buttons).to_have_count(2)
    buttons.first.click()
    pressed = "buttons => buttons.map((button) => button.ariaPressed)"
    assert buttons.evaluate_all(pressed) == ["true", "true"]
    chat.reload()
    show(chat, scripted, fenced(wide))
    blocks = chat.locator("[data-gc=code] pre")
    fits = "blocks => blocks.map((block) => block.scrollWidth <= block.clientWidth)"
    assert blocks.evaluate_all(fits) == [True, True, True]
    buttons.click()
    assert blocks.evaluate_all(fits) == [False, False, False]
    another = chat.context.new_page()
    another.goto(chat.url)
    expect(another.locator("[data-gc=code]")).to_have_count(3)
    assert another.locator("[data-gc=code].wraps").count() == 0


def test_long_code_of_an_earlier_answer_shows_its_beginning(chat: Page, scripted: Scripted) -> None:
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    code = "\n".join(f"value_{n} = {n}" for n in range(61))
    shown = show(chat, scripted, Reply(fenced(code), chunk="whole"))
    expect(chat.get_by_role("button", name="Show all")).to_have_count(0)
    height = shown.evaluate("e => e.offsetHeight")
    for find in (False, True):
        chat.reload()
        button = answer(chat).get_by_role("button", name="Show all 61 lines")
        expect(button).to_be_visible()
        assert shown.evaluate("e => e.offsetHeight") == pytest.approx(height * 40 / 61, abs=2)
        answer(chat).get_by_role("button", name="Copy code").click()
        expect(chat.locator("#gc-status")).to_contain_text("Code copied")
        assert chat.evaluate("navigator.clipboard.readText()") == code
        chat.emulate_media(media="print")
        assert shown.evaluate("e => e.offsetHeight") == height
        chat.emulate_media(media="screen")
        if find:
            # As the browser's own search does with what it finds.
            shown.get_by_text("value_60").evaluate("e => e.scrollIntoView()")
        else:
            button.press("Enter")
            expect(answer(chat).locator("[data-gc=code]")).to_be_focused()
        expect(button).to_have_count(0)
        assert shown.evaluate("e => e.offsetHeight") == height


def test_what_is_selected_stays_selected_and_gets_its_colours_later(
    chat: Page, scripted: Scripted
) -> None:
    code = "\n".join(f"value_{n} = {n}" for n in range(200))
    scripted.says(Reply(fenced(code), chunk=4, rate=150))
    # The first line to come is selected before anything can have read it.
    chat.evaluate(
        """() => new MutationObserver((_, watcher) => {
            const code = document.querySelector("[data-gc=code] code");
            if (!code || !code.textContent.includes("value_1 =")) return;
            watcher.disconnect();
            const text = document.createTreeWalker(code, NodeFilter.SHOW_TEXT).nextNode();
            document.getSelection().setBaseAndExtent(text, 2, text, 14);
        }).observe(document.body, { childList: true, subtree: true, characterData: true })"""
    )
    say(chat, "Code, please.")
    shown = answer(chat).locator("[data-gc=code] code")
    expect(shown).to_contain_text("value_60 = 60")
    assert chat.evaluate("String(document.getSelection())") == "lue_0 = 0\nva"
    assert shown.locator("[class^=tok-]").count() == 0
    chat.evaluate("document.getSelection().removeAllRanges()")
    expect(shown.locator(".tok-number").first).to_be_attached()
    expect_idle(chat, timeout=30_000)
    expect(shown).to_have_attribute("data-highlight", "done")
    assert shown.text_content() == code


def test_a_selection_elsewhere_in_the_block_survives_the_colours(
    chat: Page, scripted: Scripted
) -> None:
    code = "\n".join(f"value_{n} = {n}" for n in range(120))
    scripted.says(Reply(fenced(code), chunk=4, rate=150))
    say(chat, "Code, please.")
    shown = answer(chat).locator("[data-gc=code] code")
    expect(shown.locator(".tok-number").nth(8)).to_be_attached()
    chat.evaluate(
        """() => {
            const numbers = document.querySelectorAll("code .tok-number");
            document.getSelection().setBaseAndExtent(
                numbers[2].firstChild, 0, numbers[4].firstChild, 1);
        }"""
    )
    expect(shown.locator(".tok-number").nth(60)).to_be_attached()
    assert chat.evaluate("String(document.getSelection())") == "2\nvalue_3 = 3\nvalue_4 = 4"
    expect_idle(chat, timeout=30_000)


def test_without_its_worker_code_is_plain(watch: Watch, scripted: Scripted) -> None:
    page = watch.new_context().new_page()
    page.route("**/assets/worker-*.js", lambda route: route.abort())
    page.goto(scripted.url)
    page.wait_for_selector("[data-connection=online]")
    code = show(page, scripted, fenced(PYTHON))
    page.wait_for_timeout(500)
    assert code.text_content() == PYTHON
    assert code.locator("[class^=tok-]").count() == 0
    code = show(page, scripted, fenced(HTML, "html"))
    assert code.text_content() == HTML


def test_without_its_grammar_code_is_plain_and_other_code_is_not(
    watch: Watch, scripted: Scripted
) -> None:
    context = watch.new_context()
    page = context.new_page()
    context.route("**/assets/python-*.js", lambda route: route.abort())
    page.goto(scripted.url)
    page.wait_for_selector("[data-connection=online]")
    show(page, scripted, fenced(PYTHON))
    html = show(page, scripted, fenced(HTML, "html"))
    expect(html).to_have_attribute("data-highlight", "done")
    plain = page.locator("[data-gc=code] code").first
    assert plain.text_content() == PYTHON
    assert plain.locator("[class^=tok-]").count() == 0


HANGS = """
onmessage = ({ data }) => {
    if (data.say !== "read") return;
    postMessage({ say: "begun", block: data.block });
    for (;;);
};
"""


def test_a_worker_that_hangs_is_ended_and_another_reads_the_next_block(
    watch: Watch, scripted: Scripted
) -> None:
    context = watch.new_context()
    context.add_init_script(SPY)
    page = context.new_page()
    served: list[str] = []

    def hang_once(route: Route) -> None:
        served.append(route.request.url)
        if len(served) > 1:
            route.continue_()
            return
        route.fulfill(body=HANGS, content_type="text/javascript")

    page.route("**/assets/worker-*.js", hang_once)
    page.goto(scripted.url)
    page.wait_for_selector("[data-connection=online]")
    show(page, scripted, fenced(PYTHON))
    began = time.monotonic()
    html = show(page, scripted, fenced(HTML, "html"))
    expect(html).to_have_attribute("data-highlight", "done", timeout=20_000)
    assert time.monotonic() - began < 15
    code = page.locator("[data-gc=code] code").first
    assert code.text_content() == PYTHON
    assert code.locator("[class^=tok-]").count() == 0
    assert page.evaluate("workers") == 2


def test_axe_finds_nothing_in_coloured_code(watch: Watch, scripted: Scripted) -> None:
    page = watch.new_context(reduced_motion="reduce").new_page()
    page.goto(scripted.url)
    page.wait_for_selector("[data-connection=online]")
    show(page, scripted, "\n\n".join([fenced(PYTHON), fenced(DIFF, "diff"), fenced(HTML, "html")]))
    expect(page.locator(DONE)).to_have_count(3)
    expect_accessible(page)


@pytest.fixture(scope="module")
def scripted() -> Iterator[Scripted]:
    """Its function's code is shown as code."""
    shown: dict[str, Any] = {
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
