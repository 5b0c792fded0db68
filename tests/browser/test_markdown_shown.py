"""What Markdown becomes on the page, and what nothing that a model writes ever becomes."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page


def shown(engine: Page, text: str, look: str) -> Any:
    """Draw the text at once in `target`, and say what `look` finds there."""
    return engine.evaluate(f"text => {{ const target = drawn([text]); return {look}; }}", text)


def tags(engine: Page, text: str) -> list[str]:
    """The names of all elements in the text's blocks."""
    look = "[...target.querySelectorAll('.section *')].map((element) => element.localName)"
    return list(shown(engine, text, look))


def words(engine: Page, text: str) -> str:
    return str(shown(engine, text, "target.textContent"))


def attribute(engine: Page, text: str, selector: str, name: str) -> list[str]:
    look = f"[...target.querySelectorAll('{selector}')].map((one) => one.getAttribute('{name}'))"
    return list(shown(engine, text, look))


# --------------------------------------------------------------------------- hostile text


def test_raw_html_is_text(engine: Page) -> None:
    text = "a <img src=x onerror=alert(1)>\n\n<script>alert(1)</script>\n\n<svg onload=alert(1)>"
    assert set(tags(engine, text)) == {"p", "span"}
    assert "<script>alert(1)</script>" in words(engine, text)
    assert tags(engine, "<sub onclick=alert(1)>x</sub> <kbd>y</kbd>") == ["p", "kbd"]


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](java&#9;script:alert(1))",
        "[x](&Tab;javascript:alert(1))",
        "[x](data:text/html,<script>)",
        "[x](vbscript:x)",
        "[x](file:///etc/passwd)",
        "<javascript:alert(1)>",
        "[x][r]\n\n[r]: javascript:alert(1)",
        "[x](//evil.example)",
        "[x](/api/logout)",
        "[x](data:image/png;base64,AA)",
        "![x](javascript:alert(1))",
        "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
        "[x](blob:null/b)",
        "[x](tel:112)",
    ],
)
def test_it_leads_nowhere(engine: Page, text: str) -> None:
    assert shown(engine, text, "target.querySelectorAll('[href], [src]').length") == 0


def test_no_attribute_comes_from_the_text_but_addresses_numbers_and_words(engine: Page) -> None:
    text = (
        "```py onclick=alert(1)\nx\n```\n\n3. a\n\n"
        '[a](https://x.y "t\\" onclick=1") ![p](https://x.y/p.png "onload=2")\n\n'
        '[^" onclick="1]\n\n[^" onclick="1]: n\n'
    )
    names = shown(
        engine,
        text,
        "[...target.querySelectorAll('*')].flatMap((element) => element.getAttributeNames())",
    )
    assert [name for name in names if name.startswith("on") or name in ("style", "id")] == []


# ---------------------------------------------------------------------- links and pictures


def test_a_link_opens_elsewhere_and_tells_the_other_page_nothing(engine: Page) -> None:
    html = shown(engine, "[a](https://example.org 'title')", "target.querySelector('a').outerHTML")
    assert html == (
        '<a href="https://example.org" target="_blank" rel="noopener noreferrer nofollow">a</a>'
    )


def test_file_names_are_not_links(engine: Page) -> None:
    assert tags(engine, "see main.py and README.md") == ["p"]


@pytest.mark.parametrize(
    ("text", "real"),
    [
        ("[https://bank.com](https://evil.example/x)", "evil.example"),
        ("[bank.com](https://evil.example/bank.com)", "evil.example"),
        ("[Log in at www.bank.com](https://evil.example)", "evil.example"),
        ("[x](https://bank.com@evil.example/)", "evil.example"),
        ("[bank.com](http://evil.example:8080/)", "evil.example:8080"),
        ("[bank.com](https://notbank.com)", "notbank.com"),
    ],
)
def test_a_link_that_seems_to_lead_elsewhere_names_its_host(
    engine: Page, text: str, real: str
) -> None:
    assert f"({real})" in words(engine, text)


@pytest.mark.parametrize(
    "text",
    [
        "[the docs](https://docs.example.org)",
        "[example.org](https://docs.example.org/a)",
        "[www.example.org](https://example.org)",
        "https://example.org/a?b=c",
        "[mail](mailto:a@b.org)",
    ],
)
def test_a_link_that_says_where_it_leads_says_no_more(engine: Page, text: str) -> None:
    assert shown(engine, text, "target.querySelectorAll('.real-host').length") == 0
    assert len(attribute(engine, text, "a", "href")) == 1


def test_a_remote_picture_is_a_link_that_names_its_host(engine: Page) -> None:
    text = "![A cat](https://cats.example/c.png?secret=1)"
    assert tags(engine, text) == ["p", "a"]
    assert words(engine, text) == "A cat – picture from cats.example"


def test_a_picture_that_carries_its_own_bytes_is_shown(engine: Page) -> None:
    picture = "![dot](data:image/png;base64,iVBORw0KGgo=)"
    assert attribute(engine, picture, "img", "alt") == ["dot"]


def test_characters_that_turn_text_around_are_visible_and_stay_in_it(engine: Page) -> None:
    text = "abc\u202etxt.exe\u202c\n\n```\nif \u2066x\u2069:\n```"
    assert attribute(engine, text, ".control-character", "data-name") == [
        *("U+202E", "U+202C"),
        *("U+2066", "U+2069"),
    ]
    assert "abc\u202etxt.exe\u202c" in words(engine, text)


# --------------------------------------------------------------------------------- formulas


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("$a_1 * b_2 * c$", "a_1 * b_2 * c"),
        ("\\(a_1 * b_2 * c\\)", "a_1 * b_2 * c"),
        ("so $$x_1$$ holds", "x_1"),
        ("$$\na *\n+ b *\n$$", "a *\n+ b *"),
        ("Words before\n\\[\n\\frac{a}{b}\n\\]\nand behind", "\\frac{a}{b}"),
    ],
)
def test_a_formula_keeps_its_source(engine: Page, text: str, source: str) -> None:
    assert shown(engine, text, "target.querySelector('code.math').textContent") == source


@pytest.mark.parametrize(
    "text", ["It costs $5 and $10.", "from $5-$10", "a $ b $ c", "set `$x` to $5 or `$y`"]
)
def test_money_is_no_formula(engine: Page, text: str) -> None:
    assert shown(engine, text, "target.querySelectorAll('.math').length") == 0


def test_a_formula_that_is_never_closed_swallows_nothing(engine: Page) -> None:
    text = "Before\n$$\na + b\n\n# A heading\n\n$$x$$ is no block."
    assert shown(engine, text, "target.querySelectorAll('.math-block').length") == 0
    assert "$$\na + b" in words(engine, text)
    assert tags(engine, text)[:2] == ["p", "h3"]


# -------------------------------------------------------------------------------- structure


def test_headings_go_down_one_step_at_a_time(engine: Page) -> None:
    assert tags(engine, "### A\n\n# B\n\n#### C\n\n## D\n\n## E") == ["h3", "h3", "h4", "h4", "h4"]


def test_a_code_block_names_its_language_and_holds_exactly_its_code(engine: Page) -> None:
    text = "```py title=x\na\n\n  b\n```"
    assert shown(engine, text, "target.querySelector('pre').textContent") == "a\n\n  b"
    assert shown(engine, text, "target.querySelector('.code-language').textContent") == "Python"


def test_long_code_is_whole_across_its_boxes(engine: Page) -> None:
    code = "\n".join(f"line {number}" * (number % 7) for number in range(200))
    assert shown(engine, f"```\n{code}\n```", "target.querySelector('pre').textContent") == code


def test_a_task_list_shows_its_boxes(engine: Page) -> None:
    text = "- [ ] a\n- [x] b\n- [x]no\n- [ ] [link](https://x.y)"
    look = "[...target.querySelectorAll('input')].map((box) => box.checked && box.disabled)"
    assert shown(engine, text, look) == [False, True, False]


def test_words_of_a_list_are_paragraphs_only_with_empty_lines_between_them(engine: Page) -> None:
    tight = "- a\n- b\n  - c\n"
    assert tags(engine, tight) == ["ul", "li", "span", "li", "span", "ul", "li", "span"]
    loose = ["ul", "li", "p", "li", "p", "ul", "li", "span", "li", "p"]
    assert tags(engine, f"{tight}\n- d") == loose


def test_footnotes_are_numbered_as_they_are_referred_to_and_none_is_lost(engine: Page) -> None:
    text = "b[^b] a[^a] b[^b] no[^x]\n\n[^unused]: U\n[^a]: A\n[^b]: B[^c]\n[^c]: C"
    assert words(engine, text).startswith("b1 a2 b1 no[^x]")
    look = "[...target.querySelectorAll('.notes li')].map((note) => note.textContent)"
    assert shown(engine, text, look) == ["B3", "A", "C", "U"]


def test_alerts_details_and_keys_are_what_they_say(engine: Page) -> None:
    text = "> [!Warning]\n> Hot.\n\n<details>\n<summary>*More*</summary>\n\n- x\n\n</details>\n"
    assert attribute(engine, text, "[data-alert]", "data-alert") == ["warning"]
    look = "target.querySelector('details > summary > em').textContent"
    assert shown(engine, text, look) == "More"
    assert shown(engine, text, "target.querySelectorAll('details li').length") == 1
    # Without its end tag it would hide the rest.
    assert attribute(engine, "<details>\n\nall the rest", "details", "open") == [""]
    nested = "- a\n\n  <details>\n  <summary>\u05d0</summary>\n\n  b\n\n  </details>"
    assert attribute(engine, nested, "details", "dir") == ["rtl"]


def test_each_block_reads_the_way_of_its_first_letter(engine: Page) -> None:
    text = "مرحبا code\n\nhello\n\n- 1. שלום\n\n12 34\n\n```\nمرحبا\n```"
    assert attribute(engine, text, ".section > *", "dir") == ["rtl", "ltr", "rtl", None, "ltr"]


# -------------------------------------------------------------------------- while it arrives


@pytest.mark.parametrize(
    ("pieces", "html"),
    [
        (["Para\n-"], "<p>Para</p>"),
        (["Para\n-", "-"], "<p>Para</p>"),
        (["- one\n- "], "<ul><li><span>one</span></li></ul>"),
        (["some **bol"], "<p>some <strong>bol</strong></p>"),
        (["call `pri"], '<p>call <code translate="no">pri</code></p>'),
        (["see [the docs](https://exa"], '<p>see <span class="no-link">the docs</span></p>'),
        (["**see [the", " docs](htt"], "<p><strong>see "),
        (["| a | b |\n", "|--"], ""),
        (["[ref]: https://exam"], ""),
        (["hi \ud83d"], "<p>hi </p>"),
    ],
)
def test_what_is_not_complete_looks_as_what_it_will_be(
    engine: Page, pieces: list[str], html: str
) -> None:
    so_far = engine.evaluate("pieces => unfinished(pieces).innerHTML", pieces)
    assert so_far.replace(' dir="ltr"', "").removeprefix('<div class="section">').startswith(html)


def test_a_line_that_nobody_can_read_yet_is_seen_all_the_same(engine: Page) -> None:
    text = engine.evaluate("unfinished(['-'.repeat(5000)]).textContent.length")
    assert text == 5000


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        (["One", " two.\n\nThr", "ee"], ["One", "Thr", "Three"]),
        (["# Head", "ing\n\n- a", "\n- "], ["Head", "a", "a"]),
        (["1. a\n   - b\n     - c", "\n\n       d"], ["c", "d"]),
        (["- a\n- b", "\n\n- c"], ["b", "c"]),
        (["> a\n> b", "\n\n> [!NOTE]\n> c"], ["a\nb", "c"]),
        (["Look:\n\n```\ncode", "\n```\n\nDone"], [None, "Done"]),
        (["| a |\n|---|\n| b", " |\n\n***", "\nc"], [None, None, "c"]),
        (["- a\n\n  ```\n  b"], [None]),
    ],
)
def test_the_dot_stands_behind_the_last_word_until_the_end(
    engine: Page, pieces: list[str], words: list[str | None]
) -> None:
    *tails, at_end = engine.evaluate("pieces => tails(pieces)", pieces)
    assert tails == words
    assert at_end is None or at_end == ""


def test_the_nodes_of_a_paragraph_stay_while_it_grows(engine: Page) -> None:
    assert engine.evaluate("keepsItsNodes()")
