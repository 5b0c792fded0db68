"""A closed mermaid block is drawn in a sealed frame; what cannot be drawn stays code."""

from __future__ import annotations

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from gptchat.testing import Reply
from support.axe import expect_accessible
from support.browsing import Watch
from support.chatting import answer, expect_idle, say
from support.scripted import Scripted

FLOW = "flowchart LR\n  A[Question] --> B[Answer]"


def fenced(source: str) -> str:
    return f"```mermaid\n{source}\n```"


def shown(chat: Page, scripted: Scripted, *sources: str) -> None:
    """Have these diagrams said, and then "The end."."""
    scripted.says("\n\n".join([*map(fenced, sources), "The end."]))
    say(chat, "A diagram, please.")
    expect(answer(chat)).to_contain_text("The end.")
    expect_idle(chat)


def frame(chat: Page) -> FrameLocator:
    return answer(chat).frame_locator("iframe")


def test_a_diagram_takes_the_place_of_its_source_and_gives_it_back(
    chat: Page, scripted: Scripted
) -> None:
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown(chat, scripted, FLOW)
    expect(frame(chat).locator("svg .node")).to_have_count(2)
    source = answer(chat).locator("pre")
    expect(source).to_be_hidden()
    drawing = frame(chat).locator("#content").evaluate("(box) => Math.ceil(box.offsetHeight)")
    expect(answer(chat).locator("iframe")).to_have_css("height", f"{drawing}px")
    answer(chat).get_by_role("button", name="Show source").press("Enter")
    expect(source).to_be_visible()
    expect(answer(chat).locator("iframe")).to_be_hidden()
    answer(chat).get_by_role("button", name="Show diagram").press("Enter")
    expect(frame(chat).locator("svg .node").first).to_be_visible()
    answer(chat).get_by_role("button", name="Copy code").click()
    expect(answer(chat).get_by_role("button", name="Copied", exact=True)).to_be_visible()
    assert chat.evaluate("navigator.clipboard.readText()") == FLOW


def test_a_diagram_follows_the_theme(chat: Page, scripted: Scripted) -> None:
    chat.emulate_media(color_scheme="light")
    shown(chat, scripted, FLOW)
    label = frame(chat).locator(".node text").first
    ink = "(label) => getComputedStyle(label).fill"
    expect(label).to_be_visible()
    light = label.evaluate(ink)
    chat.evaluate("document.documentElement.dataset.theme = 'dark'")
    expect(label).not_to_have_css("fill", light)
    expect(label).to_have_css("fill", "rgb(204, 204, 204)")


def test_nothing_is_drawn_before_the_block_is_closed(chat: Page, scripted: Scripted) -> None:
    long = FLOW + "".join(f"\n  B --> C{at}" for at in range(40))
    scripted.says(Reply(fenced(long) + "\n\nAnd " + "more " * 200, rate=60))
    say(chat, "A diagram, please.")
    expect(answer(chat)).to_contain_text("C3")
    expect(answer(chat).locator("iframe")).to_have_count(0)
    expect(frame(chat).locator("svg .node")).to_have_count(42, timeout=20_000)
    answer(chat).locator("iframe").evaluate("(frame) => { frame.marked = true }")
    expect_idle(chat)
    kept = answer(chat).locator("iframe").evaluate("(frame) => frame.marked")
    assert kept, "what is drawn is not drawn again while the text grows"
    buttons = answer(chat).locator(".code").get_by_role("button")
    expect(buttons).to_have_text(["Copy", "Show source"])


@pytest.mark.parametrize(
    ("source", "notice"),
    [
        ("flowchart LR\n  A[[[ --", "could not be drawn"),
        ("not a diagram", "could not be drawn"),
        (FLOW + "\n  %% " + "x" * 50_001, "too long to be drawn"),
    ],
)
def test_what_cannot_be_drawn_is_shown_as_code(
    chat: Page, scripted: Scripted, source: str, notice: str
) -> None:
    shown(chat, scripted, source)
    expect(answer(chat).locator(".code")).to_contain_text(notice)
    expect(answer(chat).locator("pre")).to_be_visible()
    expect(answer(chat).locator("iframe")).to_have_count(0)
    expect(answer(chat).get_by_role("button", name="Show source")).to_have_count(0)


def test_without_a_diagram_the_library_is_not_loaded(chat: Page, scripted: Scripted) -> None:
    asked: list[str] = []
    chat.context.on("request", lambda request: asked.append(request.url))
    scripted.says("```python\nflowchart = 1\n```\n\nThe end.")
    say(chat, "Go.")
    expect(answer(chat)).to_contain_text("The end.")
    expect_idle(chat)
    assert [url for url in asked if "mermaid" in url] == []
    shown(chat, scripted, FLOW)
    expect(frame(chat).locator("svg .node")).to_have_count(2)
    assert [url for url in asked if "mermaid" in url] != []


EVIL = "https://evil.example/"
HOSTILE = [
    "%%{init: {'securityLevel': 'loose', 'htmlLabels': true, 'flowchart': {'htmlLabels': true}}}%%"
    """
flowchart LR
  A["<img src=x onerror='parent.ran = 1; globalThis.ran = 1'>Hostile"] --> B
  click A call alert(1)
  click B href "javascript:globalThis.ran = 1" "hint"
""",
    f"""%%{{init: {{'themeCSS': '@import url({EVIL}css); * {{background: url({EVIL}bg)}}'}}}}%%
flowchart LR
  A["<a href='{EVIL}label' target='_top'>Hostile</a>"] --> B@{{ img: "{EVIL}node.png", label: "B" }}
  click A href "{EVIL}click" _self
  style A fill:url({EVIL}fill)
""",
    f"""---
config:
  securityLevel: loose
  fontFamily: 'x; background: url({EVIL}font)'
---
sequenceDiagram
  participant A as <script>globalThis.ran = 1</script>Hostile
  link A: Away @ {EVIL}link
  A->>A: <svg onload='globalThis.ran = 1'></svg>
""",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_a_hostile_diagram_runs_nothing_and_reaches_nothing(
    chat: Page, scripted: Scripted, watch: Watch, source: str
) -> None:
    address = chat.url
    shown(chat, scripted, source)
    block = answer(chat).locator(".code")
    expect(block.locator("iframe:visible, pre:visible").first).to_be_visible()
    chat.wait_for_timeout(2_000)
    if block.locator("iframe").count():
        body = frame(chat).locator("body")
        expect(body.locator("svg").first).to_contain_text("Hostile")
        assert body.evaluate("() => origin") == "null"
        assert body.evaluate("() => globalThis.ran") is None
        links = "(all) => all.filter((a) => a.hasAttribute('href')).length"
        assert body.locator("a").evaluate_all(links) == 0
        for link in body.locator("a, .clickable").all():
            link.dispatch_event("click")
        chat.wait_for_timeout(300)
    assert chat.evaluate("window.ran") is None
    assert chat.url.startswith(address)
    assert [each.url for each in chat.frames if EVIL in each.url] == []
    watch.errors.clear()  # The frame's policy reports what it refused; requests are still watched.


def test_diagrams_are_accessible(chat: Page, scripted: Scripted) -> None:
    shown(chat, scripted, FLOW, "not a diagram")
    expect(frame(chat).locator("svg .node")).to_have_count(2)
    expect(answer(chat)).to_contain_text("could not be drawn")
    expect_accessible(chat)
