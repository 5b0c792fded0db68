"""Formulas are drawn once they are closed; what cannot be drawn stays its source."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from gptchat.testing import Reply
from support.axe import expect_accessible
from support.browsing import Watch
from support.chatting import answer, expect_idle, say
from support.scripted import Scripted

FORMULAS = r"""The chance is $P(n) = 1 - Q(n)$, and

$$
Q(n) = \prod_{k=0}^{n-1} \frac{365 - k}{365}
$$

makes \(\binom{23}{2}\) pairs:

- $a^2 + b^2$ in a list

| as a table | has |
|---|---|
| $\sqrt{2}$ | $\pi$ |

The end."""

WIDE = " + ".join(rf"\frac{{a_{{{at}}}}}{{b}}" for at in range(60))
LONG_TERM = r"\overline{" + "x" * 150 + "}"


def shown(chat: Page, scripted: Scripted, text: str | Reply) -> None:
    """Have this said, ending in "The end."."""
    scripted.says(text)
    say(chat, "A formula, please.")
    expect(answer(chat)).to_contain_text("The end.")
    expect_idle(chat)


def test_formulas_are_drawn_in_the_line_and_as_a_block(chat: Page, scripted: Scripted) -> None:
    shown(chat, scripted, FORMULAS)
    expect(answer(chat).locator(".katex")).to_have_count(6)
    expect(answer(chat).locator(".math-block .katex-display")).to_have_count(1)
    sources = answer(chat).locator("annotation").all_text_contents()
    assert sources[0] == "P(n) = 1 - Q(n)", "its MathML tells what it was made of"
    assert chat.evaluate("document.fonts.check('16px KaTeX_Math')"), "in fonts of its own"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_formula_has_the_colour_of_its_text(chat: Page, scripted: Scripted, scheme: str) -> None:
    chat.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    shown(chat, scripted, FORMULAS)
    colour = "(element) => getComputedStyle(element).color"
    letter = answer(chat).locator(".katex-html .mord").first.evaluate(colour)
    assert letter == answer(chat).locator("p").first.evaluate(colour)


def test_without_a_formula_nothing_of_the_library_is_loaded(chat: Page, scripted: Scripted) -> None:
    asked: list[str] = []
    chat.context.on("request", lambda request: asked.append(request.url))
    shown(chat, scripted, "It costs $5 or $10. `$x$` The end.")
    assert [url for url in asked if "katex" in url.lower()] == []
    shown(chat, scripted, FORMULAS)
    expect(answer(chat).locator(".katex").first).to_be_visible()
    assert [url for url in asked if "katex" in url.lower()] != []
    assert [url for url in asked if url.endswith((".woff", ".ttf"))] == []


NOTE_FONTS = """() => new MutationObserver((_, watcher) => {
    if (document.querySelector(".katex") === null) return;
    watcher.disconnect();
    window.fontsWereThere = ["1em KaTeX_Main", "italic 1em KaTeX_Math", "1em KaTeX_Size2"]
        .map((font) => document.fonts.check(font));
}).observe(document.body, { childList: true, subtree: true })"""


def test_the_first_formula_moves_what_is_below_it_once(chat: Page, scripted: Scripted) -> None:
    def later(route: Route) -> None:
        chat.wait_for_timeout(200)
        route.continue_()

    chat.route("**/*.woff2", later)
    chat.evaluate(NOTE_FONTS)
    shown(chat, scripted, FORMULAS)
    expect(answer(chat).locator(".katex")).to_have_count(6)
    assert chat.evaluate("fontsWereThere") == [True, True, True]


def test_what_draws_formulas_is_fetched_as_soon_as_one_begins(
    chat: Page, scripted: Scripted
) -> None:
    with chat.expect_request("**/formulas-*.js"):
        shown(chat, scripted, "It is $x + y, or so. The end.")
    expect(answer(chat).locator("code.math")).to_have_count(0)


def test_what_is_drawn_is_not_drawn_again_while_the_text_grows(
    chat: Page, scripted: Scripted
) -> None:
    scripted.says(Reply("First $a^2$ and\n\n$$\nb^2\n$$\n\n" + "word " * 100 + "$c$", rate=60))
    say(chat, "A formula, please.")
    expect(answer(chat).locator(".katex")).to_have_count(2)
    mark = "(all) => { for (const each of all) each.marked = true }"
    answer(chat).locator(".katex").evaluate_all(mark)
    expect(answer(chat).locator(".katex")).to_have_count(3)
    expect_idle(chat)
    marked = answer(chat).locator(".katex").evaluate_all("(all) => all.map((e) => !!e.marked)")
    assert marked == [True, True, False]


def test_a_formula_is_its_source_until_it_is_closed(chat: Page, scripted: Scripted) -> None:
    scripted.says(Reply("Look:\n\n$$\n" + "x + " * 60 + "y\n$$", rate=60))
    say(chat, "A formula, please.")
    expect(answer(chat)).to_contain_text("x + x + x")
    expect(answer(chat).locator(".katex")).to_have_count(0)
    expect(answer(chat).locator(".katex-display")).to_have_count(1)


@pytest.mark.parametrize("wrong", [r"\frac{a}{", r"\foo", "x" * 5_001])
def test_what_is_no_formula_is_shown_as_code(chat: Page, scripted: Scripted, wrong: str) -> None:
    shown(chat, scripted, f"Good: $x$. Wrong: ${wrong}$. The end.")
    expect(answer(chat).locator(".katex")).to_have_count(1)
    expect(answer(chat).locator("code", has_text=wrong)).to_have_css("font-style", "normal")


def test_copied_text_has_the_source_of_its_formulas(chat: Page, scripted: Scripted) -> None:
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown(chat, scripted, FORMULAS)
    expect(answer(chat).locator(".katex")).to_have_count(6)
    answer(chat).locator(".prose").evaluate("(text) => getSelection().selectAllChildren(text)")
    chat.keyboard.press("Control+c")
    copied = chat.evaluate("navigator.clipboard.readText()")
    assert "The chance is $P(n) = 1 - Q(n)$, and\n" in copied
    assert "$$Q(n) = \\prod_{k=0}^{n-1} \\frac{365 - k}{365}$$\n" in copied
    assert copied.strip().endswith("The end.")
    # From the middle of a formula: the whole of it.
    answer(chat).locator(".katex-html .mord").first.evaluate(
        """(letter) => getSelection().setBaseAndExtent(
            letter.firstChild, 0, letter.closest("p").lastChild, 3)"""
    )
    chat.keyboard.press("Control+c")
    assert chat.evaluate("navigator.clipboard.readText()") == "$P(n) = 1 - Q(n)$, a"


@pytest.mark.parametrize("width", [390, 1440])
def test_a_wide_formula_scrolls_by_itself(chat: Page, scripted: Scripted, width: int) -> None:
    chat.set_viewport_size({"width": width, "height": 800})
    shown(chat, scripted, f"Wide:\n\n$$\n{WIDE}\n$$\n\nand ${LONG_TERM}$ in a line. The end.")
    boxes = answer(chat).get_by_label("Formula")
    expect(boxes).to_have_count(2)
    for box in boxes.all():
        box.focus()
        chat.keyboard.press("ArrowRight")
        box.evaluate("(box) => new Promise((done) => { box.onscroll = () => done(); })")
    page_width = chat.evaluate("document.scrollingElement.scrollWidth")
    assert page_width == width
    inner = "(box) => box.scrollHeight - box.clientHeight"
    assert [box.evaluate(inner) for box in boxes.all()] == [0, 0], "only sideways"


def test_formulas_are_accessible(chat: Page, scripted: Scripted) -> None:
    shown(chat, scripted, FORMULAS + f"\n\n$$\n{WIDE}\n$$")
    expect(answer(chat).locator(".katex-display")).to_have_count(2)
    expect_accessible(chat)


HOSTILE = [
    r"\href{javascript:alert(1)}{link}",
    r"\url{javascript:alert(2)}",
    r"\htmlClass{composer}{x}",
    r"\htmlId{x}{x}",
    r"\htmlStyle{position:fixed;inset:0}{x}",
    r"\htmlData{gc=input}{x}",
    r"\includegraphics{https://evil.example/pixel.png}",
    r"\color{red;background:url(https://evil.example/)}x",
    r"\text{<img src=x onerror=alert(3)>}",
    r"\rule{99999em}{99999em}",
    r"\rule[-9999em]{1em}{9999em}",
    r"\hspace{-99999em}x",
    r"\def\arraystretch{9999}\begin{matrix}a\\b\end{matrix}",
    r"\begin{matrix}a\\[-9999em]b\end{matrix}",
    r"\def\a{\a\a}\a",
    r"\def\a{" + "x" * 4000 + "}" + r"\a" * 400,
    r"\edef\a{xxxxxxxxxx}" + r"\edef\a{\a\a\a\a\a\a\a\a\a\a}" * 8 + r"\a",
    "{" * 2000 + "}" * 2000,
    r"\frac{" * 700 + "x",
    "x" * 100_000,
]


def test_a_hostile_formula_runs_nothing_and_holds_nothing_up(
    chat: Page, scripted: Scripted, watch: Watch
) -> None:
    said = "\n\n".join(f"$$\n{tex}\n$$" for tex in HOSTILE) + "\n\n$y$ The end."
    shown(chat, scripted, Reply(said, chunk="whole"))
    expect(answer(chat).locator("annotation", has_text="y")).not_to_have_count(0)
    text = answer(chat)
    expect(text.locator("a, img, script, [data-gc=input], #x, .composer")).to_have_count(0)
    styles = text.locator("[style]").evaluate_all("(all) => all.map((e) => e.style.cssText)")
    assert [each for each in styles if "fixed" in each or "url" in each] == []
    tallest = max(text.locator(".katex").evaluate_all("(all) => all.map((e) => e.offsetHeight)"))
    assert tallest < 1_000
    # What each of them costs, taken together.
    began = chat.evaluate("performance.now()")
    say(chat, "Still there?")
    expect_idle(chat)
    assert chat.evaluate("performance.now()") - began < 10_000
