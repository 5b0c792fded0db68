"""What is selected stays selected while Markdown goes on, and becomes what it would have been.

S14 of the scenarios in a page with nothing but the engine: whatever makes it draw words again.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page

CASES = {
    "a mark that is never closed": ("An **open ma", "open", "rk that stays so"),
    "a mark that is closed": ("An **open ma", "open", "rk** and `more`"),
    "marks that mean something else": ("An *open ma", "open ma", "rk **goes* on** and on"),
    "code": ("call `print(", "print", "x)` and [so] on"),
    "a link whose target comes": ("see [the docs](https://exa", "docs", "mple.org) and so on"),
    "an address that grows": ("see https://example.o", "example", "rg/path?q=1, and so on"),
    "a target that is defined late": (
        "see [the docs][d]",
        "the docs",
        "\n\nOn.\n\n[d]: https://a.b",
    ),
    "a note that is defined late": ("a note[^1], see", "see", " it\n\n[^1]: The note."),
    "a paragraph that is a heading": ("A title\n", "title", "====\n\nWords."),
    "a list that turns out to be loose": ("- one thing\n- two\n", "thing", "\n- three"),
    "a cell": ("| a | b |\n|---|---|\n| **one ma", "one", "rk | *two* |\n| x | y |\n"),
    "a definition that is cut away": ("[d]: /u\n'title' word\nand", "word", " so\n\nOn."),
    "a formula that is none": ("a \\(b and c", "and", " on, **but** no formula"),
}


@pytest.mark.parametrize("size", [1, 4, 100])
@pytest.mark.parametrize("case", CASES)
def test_it_stays_selected_and_ends_as_if_nobody_had(engine: Page, case: str, size: int) -> None:
    before, words, after = CASES[case]
    pieces = [after[at : at + size] for at in range(0, len(after), size)]
    selected, right = engine.evaluate(
        """([before, words, pieces]) => {
            const text = new UnderSelection();
            text.push(before);
            text.select(words);
            text.selected.shift();
            for (const piece of pieces) text.push(piece);
            text.end();
            text.target.remove();
            return [text.selected, text.looksRight(true)];
        }""",
        [before, words, pieces],
    )
    assert set(selected) == {words}
    assert right


STARTS = """
const text = new UnderSelection();
text.push("see [the docs](https://exa");
text.select("docs");
text.push("mple.org) and **more");
"""


def test_words_that_wait_are_shown_as_they_came(engine: Page) -> None:
    words = evaluate(engine, f"{STARTS} return text.target.textContent")
    assert words == "see the docsmple.org) and **more"


def test_they_are_drawn_as_soon_as_nothing_is_selected(engine: Page) -> None:
    rest = """
    getSelection().removeAllRanges();
    await new Promise((done) => document.addEventListener("selectionchange", done));
    return text.looksRight(false);
    """
    assert evaluate(engine, STARTS + rest)


def test_they_are_drawn_after_ten_seconds_and_what_is_selected_stays_so(engine: Page) -> None:
    waits = """
    const real = setTimeout;
    const timers = [];
    window.setTimeout = (call, after, ...given) => timers.push([after, () => call(...given)]);
    """
    rest = """
    window.setTimeout = real;
    for (const [, call] of timers) call();
    return [timers.map(([after]) => after), text.looksRight(false), String(getSelection())];
    """
    assert evaluate(engine, waits + STARTS + rest) == [[10_000], True, "docs"]


def test_what_stands_before_and_behind_a_selection_does_not_wait(engine: Page) -> None:
    rest = """
    const text = new UnderSelection();
    text.push("Some plain words, see [the docs](https://exa");
    text.select("plain");
    text.push("mple.org) and **more");
    return text.looksRight(false);
    """
    assert evaluate(engine, rest)


@pytest.mark.parametrize("selected", ["first", ""])
def test_drawing_does_not_have_the_page_laid_out_for_every_paragraph(
    engine: Page, selected: str
) -> None:
    starts = """
    window.text = new UnderSelection();
    text.push("The first of them.\\n\\n");
    """
    evaluate(engine, f"{starts} text.select('{selected}')")
    browser = engine.context.new_cdp_session(engine)
    browser.send("Performance.enable")
    before = layouts(browser)
    evaluate(engine, "text.push('Some *words*.\\n\\n'.repeat(500))", alone=False)
    assert layouts(browser) - before < 10


def layouts(browser: CDPSession) -> float:
    told = browser.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in told if each["name"] == "LayoutCount"))


def evaluate(engine: Page, body: str, *, alone: bool = True) -> Any:
    """What the body of a function returns, in a page where nothing else is."""
    empty = "document.body.replaceChildren();" if alone else ""
    return engine.evaluate(f"async () => {{ {empty} {body} }}")
