"""Markdown in a real browser: as specified, and in pieces the same as at once.

The engine runs in a page of its own (client/src/markdown/testing/page.ts).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

# ------------------------------------------------------------------ what specifications promise


def test_every_example_is_shown_as_its_specification_says(engine: Page) -> None:
    told = engine.evaluate("compareWithSpecifications()")
    assert told["different"] == []
    assert told["all"] == 652 + 27
    # Raw HTML is text here, and pictures are not loaded: specification.test.ts compares these.
    assert told["cannot"] == 94


@pytest.mark.parametrize("extended", [False, True], ids=["CommonMark alone", "with extensions"])
def test_every_example_looks_the_same_when_it_comes_character_by_character(
    engine: Page, extended: bool
) -> None:
    assert engine.evaluate("extended => compareWithCharacters(extended)", extended) == []


# ------------------------------------------------------- any text, any pieces, any time of drawing


PARTS = 10


@pytest.mark.parametrize("part", range(PARTS))
def test_pieces_make_what_the_whole_makes(
    engine: Page, rounds: Callable[[int, int], int], part: int
) -> None:
    each = rounds(500, 20_000) // PARTS
    for start in range(part * each, (part + 1) * each, 50):
        failures = engine.evaluate("start => fuzz(start, 50)", start)
        assert failures == [], json.dumps(failures[0], indent=1, ensure_ascii=True)


LATE = """\
See [the docs][d], [d] and a note[^n]; ![pic][d] | [x]: no.

| [d] | [^n] |
|---|---|
| `[d]` | *[d][]* |

[d]: https://example.org/ "t"
[^n]: With [d] and

    > another[^m]
[^m]: One more.
[^unused]: Not lost.
"""


@pytest.mark.parametrize("size", [1, 2, 5, 17])
def test_what_is_defined_late_is_what_it_would_have_been(engine: Page, size: int) -> None:
    pieces = [LATE[at : at + size] for at in range(0, len(LATE), size)]
    assert html(engine, pieces) == html(engine, [LATE])
    assert html(engine, pieces).count('href="https://example.org/"') == 6


@pytest.mark.parametrize("text", ["a 😀 b", "e\u0301", "👩‍👩‍👧", "a\r\nb\rc", "\ufeff# x", "a\0b"])
def test_no_character_is_lost_where_it_is_cut(engine: Page, text: str) -> None:
    halves = engine.evaluate("text => html(text.split(''))", text)
    assert halves == html(engine, [text])


def html(engine: Page, pieces: list[str]) -> str:
    return str(engine.evaluate("pieces => html(pieces)", pieces))


# ----------------------------------------------------------------- work that grows with the text

WORDS = "Ordinary words, **bold ones**, `code`, a [link](https://example.org/a_b) and *more*. "
MIXED = f"## Head\n\n{WORDS * 3}\n\n- {WORDS}\n- two\n\n| a | b |\n|---|---|\n| {WORDS} | 1 |\n\n"
SHAPES = {
    "code": "```python\n" + "    value = compute(item, 42)  # why\n" * 2000,
    "list": "- one item of some words, **bold** and `code`\n" * 2000,
    "table": "| a | b |\n|---|---|\n" + "| some words | `code` and **bold** |\n" * 2000,
    "quote": "> quoted words that go on for a while, with *emphasis*\n" * 2000,
    "mixed": f"{MIXED}```js\nlet x = 1;\n```\n\n> {WORDS}\n\n" * 100,
    "one line": WORDS * 1000,
}


@pytest.mark.parametrize("size", [16, 64, 256])
@pytest.mark.parametrize("shape", SHAPES)
def test_each_character_is_read_about_once(engine: Page, shape: str, size: int) -> None:
    done = work(engine, SHAPES[shape], size)
    assert done["blocks"] <= 2
    assert done["words"] <= 2
    assert done["made"] <= 1.5, "Nodes were made that are not in the result."


OPENERS = ["it costs $5 and ", "a [bracket ", "a `tick ", "a <b ", "**", "<b ", "<!-- ", "~~~ "]


@pytest.mark.parametrize("opener", OPENERS)
def test_a_long_line_with_something_open_is_read_no_more_than_six_times(
    engine: Page, opener: str
) -> None:
    done = work(engine, opener + "words and nothing else, " * 4000, 64)
    assert done["blocks"] + done["words"] <= 6


def work(engine: Page, text: str, size: int) -> Any:
    return engine.evaluate("([text, size]) => work(text, size)", [text, size])


# ----------------------------------------------------------------------------- what is hostile

MEGABYTE = 1_000_000
ENDLESS = [
    *["a", "word ", "*", "_a ", "*a_b ", "*a **b ", "a* ", "[", "](", "[a](", "![a](", "[](", "`"],
    *["<", "<a ", "<!-- ", "<a b='", "$", "$a ", "x\\(", "$$a ", "&a;", "a@", "a@b.c ", "www."],
    *["http://a ", " ", "-", "- ", "> ", "1. ", "=", "|", "a|", "~", "~~a ", "\\", "<sub>"],
    *["[a] ", "- [ ] ", "[^1]: ", "#", "[^a]", "(", "![", "\u202e", "a\n", "|-|\n|-|-|\n"],
]
DEEP = {
    "quotations": ">" * 10_000 + "x",
    "lists": "- " * 10_000 + "x",
    "lists on lines": "".join(" " * (2 * depth) + "- x\n" for depth in range(300)),
    "emphasis": "*" * 10_000 + "x" + "*" * 10_000,
    "emphasis, by words": "*a " * 10_000 + "b* " * 10_000,
    "links": "[" * 10_000 + "x" + "](y)" * 10_000,
    "pictures": "![" * 10_000 + "x" + "](y)" * 10_000,
    "elements": "<sub>" * 10_000 + "x" + "</sub>" * 10_000,
    "details": "<details>\n" * 10_000,
}


@pytest.mark.parametrize("part", ENDLESS)
def test_one_paragraph_of_anything_without_an_end_stops_nobody(
    engine: Page, part: str, rounds: Callable[[int, int], int]
) -> None:
    length = rounds(200_000, MEGABYTE)
    text = (part * length)[:length]
    for size in (length, length // 20):
        # The machine may be busy with something else, but not every time.
        longest = min(work(engine, text, size)["longest"] for _ in range(3))
        assert longest < 1000, f"in pieces of {size}"


TOO_MUCH = {
    "words": "word " * 40_000 + "word",
    "formulas in dollars": "$a$ " * 500 + "$a$",
    "formulas in brackets": r"\(a\) " * 500 + r"\(a\)",
    "turned words": "\u202ea " * 1000 + "\u202ea",
}


@pytest.mark.parametrize("shape", TOO_MUCH)
def test_a_paragraph_that_is_too_much_is_shown_as_it_was_written(engine: Page, shape: str) -> None:
    text = TOO_MUCH[shape]
    halves = [text[: len(text) // 2], text[len(text) // 2 :]]
    for pieces in ([text], halves, list(text) if len(text) < 10_000 else halves):
        shown = engine.evaluate("pieces => html(pieces)", pieces)
        assert '<span class="long">' in shown
        assert "<code" not in shown
    less = engine.evaluate("text => html([text])", text.rpartition(" ")[0])
    assert '<span class="long">' not in less


BOXES = """text => [...drawn([text]).querySelectorAll(".long")].map(
    (box) => [box.parentElement.localName, box.textContent.length])"""


def test_a_word_of_a_thousand_letters_stands_in_boxes(engine: Page) -> None:
    text = f"*{'A' * 5000}* and {'V&amp;' * 500}, not {'A' * 998}, {'話' * 1000}, `{'A' * 1000}`."
    whole = engine.evaluate("text => html([text])", text)
    assert engine.evaluate("pieces => html(pieces)", list(text)) == whole
    assert engine.evaluate(BOXES, text) == [["em", 4096], ["em", 904], ["p", 1001]]


def test_a_long_line_of_raw_html_stands_in_boxes(engine: Page) -> None:
    text = f"<div\n {'A' * 10_000}\n{'b' * 5000}>\n\nMore."
    whole = engine.evaluate("text => html([text])", text)
    pieces = [text[at : at + 700] for at in range(0, len(text), 700)]
    assert engine.evaluate("pieces => html(pieces)", pieces) == whole
    assert [box[1] for box in engine.evaluate(BOXES, text)] == [4096, 4096, 4096, 2720]


MANY = {
    "paragraphs": "a\n\n" * 25_000,
    "items": "- a\n" * 25_000,
    "rows": "| a |\n|---|\n" + "| b |\n" * 25_000,
    "links": "[a]\n\n" * 20_000 + "[a]: /b",
}


@pytest.mark.parametrize("shape", MANY)
def test_what_comes_whole_is_drawn_in_frames(engine: Page, shape: str) -> None:
    done = engine.evaluate("text => frames(text)", MANY[shape])
    assert done["isAll"]
    assert len(done["spent"]) > 1
    assert max(done["spent"]) < 2_500_000


def test_an_answer_that_comes_whole_is_there_at_once(engine: Page) -> None:
    answer = "Some words, **bold** or `code`, fill a line.\n\n- And an item.\n\n" * 1_600
    assert len(answer) > 95_000
    assert len(engine.evaluate("text => frames(text).spent", answer)) == 1


LINKS = """() => {
    const text = new UnderSelection();
    let longest = 0;
    for (let piece = 0; piece < 40; piece++) {
        const began = performance.now();
        text.push("www.a.b ".repeat(100) + "www.a");
        void text.target.offsetHeight;
        text.push(".b ");
        longest = Math.max(longest, performance.now() - began);
    }
    text.target.remove();
    return longest;
}"""


def test_a_line_of_thousands_of_links_grows_where_it_is_seen(engine: Page) -> None:
    assert min(engine.evaluate(LINKS) for _ in range(2)) < 1000


@pytest.mark.parametrize("shape", DEEP)
def test_what_is_ten_thousand_deep_is_shown_less_deep(engine: Page, shape: str) -> None:
    assert work(engine, DEEP[shape], len(DEEP[shape]))["longest"] < 1000
    assert work(engine, DEEP[shape], 1000)["longest"] < 1000
    assert engine.evaluate("text => depth(text)", DEEP[shape]) <= 250
