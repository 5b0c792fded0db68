"""Texts of many kinds: nothing is wider than its place, and each block reads its own way."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from support.chatting import answer, bubbles, composer, expect_idle, say
from support.scripted import Scripted

LONG_WORD = "Donaudampfschifffahrt" * 190
KINDS = f"""\
Euler: $e^{{i\\pi}} + 1 = 0$, as a note says[^1].

- outer
  1. inner
     - innermost 👩‍👩‍👧 🇳🇴
- [x] done
- [ ] {LONG_WORD}

[^1]: In *Introductio*, 1748.
"""
SNAPSHOT = """
- paragraph:
  - text: "Euler:"
  - code:
    - math: e i π + 1 = 0
  - text: ", as a note says"
  - superscript:
    - button "Footnote 1": "1"
  - text: .
- list:
  - listitem:
    - text: outer
    - list:
      - listitem:
        - text: inner
        - list:
          - listitem: innermost 👩‍👩‍👧 🇳🇴
  - listitem:
    - checkbox "Done" [checked] [disabled]
    - text: done
  - listitem:
    - checkbox "To do" [disabled]
    - text: /^(Donaudampfschifffahrt)+$/
"""
TOO_WIDE = """() => {
    const column = document.querySelector("[data-gc=thread]").getBoundingClientRect();
    const texts = document.createTreeWalker(
        document.querySelector("[data-gc=thread]"), NodeFilter.SHOW_TEXT);
    const found = [];
    while (texts.nextNode()) {
        if (texts.currentNode.parentElement.closest(".sr-only, .katex-mathml")) continue;
        const range = document.createRange();
        range.selectNode(texts.currentNode);
        for (const { left, right } of range.getClientRects())
            if (left < column.left - 1 || right > column.right + 1) found.push(String(range));
    }
    const scrolls = document.querySelector("[data-gc=scroll]");
    if (scrolls.scrollWidth > scrolls.clientWidth) found.push("the thread");
    if (document.scrollingElement.scrollWidth > innerWidth) found.push("the page");
    return found;
}"""


def test_whatever_stands_in_an_answer_fits_into_it(chat: Page, scripted: Scripted) -> None:
    """S26 of the scenarios."""
    scripted.says(KINDS)
    say(chat, LONG_WORD)
    expect_idle(chat)
    expect(answer(chat).locator(".katex")).to_be_visible()
    expect(answer(chat).locator(".section")).to_match_aria_snapshot(SNAPSHOT)
    for width in (1440, 820, 390, 320):
        chat.set_viewport_size({"width": width, "height": 800})
        assert chat.evaluate(TOO_WIDE) == [], width


ARABIC = "مرحبا بالعالم، كيف حالك؟"
MIXED = f"""\
{ARABIC}

Hello world.

- {ARABIC}
- English

> {ARABIC}

| {ARABIC} | b |
|---|---|
| c | {ARABIC} |

```python
# {ARABIC}
print("{ARABIC}")
```

{ARABIC} `code.py` {ARABIC}
"""
CELLS = ["right", "left", "left", "right"]
SIDES = """(block) => {
    const range = document.createRange();
    range.selectNodeContents(block);
    const box = block.getBoundingClientRect();
    const lines = [...range.getClientRects()].filter(({ width }) => width > 0);
    return lines.map(({ left, right }) =>
        left - box.left > box.right - right ? "right" : "left");
}"""
"""Towards which side of a block each of its lines stands."""


def test_each_block_reads_its_own_way_and_code_from_the_left(
    chat: Page, scripted: Scripted
) -> None:
    """S27 of the scenarios."""
    scripted.says(MIXED)
    field = composer(chat)
    direction = "(element) => getComputedStyle(element).direction"
    field.press_sequentially(ARABIC)
    assert field.evaluate(direction) == "rtl"
    field.fill("Hello")
    assert field.evaluate(direction) == "ltr"
    field.fill(f"{ARABIC}\nHello, and this is a longer line.\n{ARABIC}")
    field.press("Enter")
    assert bubbles(chat).evaluate(SIDES) == ["right", "left", "right"]
    expect_idle(chat)
    text = answer(chat).locator("[data-gc=text]")
    blocks = text.locator("p, li, th, td").all()
    sides = [block.evaluate(SIDES)[0] for block in blocks]
    assert sides == ["right", "left", "right", "left", "right", *CELLS, "right"]
    for code in text.locator("code").all():
        assert code.evaluate(direction) == "ltr"
        assert code.evaluate("(code) => getComputedStyle(code).unicodeBidi") == "isolate"
    assert text.locator("pre").evaluate(direction) == "ltr"
