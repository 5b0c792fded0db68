"""Hundreds of payloads as answers, in the page as it is served: words, and nothing but words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect

import gptchat
from support.browsing import Watch
from support.chatting import answer, expect_idle, say
from support.hostile.corpus import SIZES, payloads, short_payloads
from support.hostile.wary import expect_harmless, feed, make_wary
from support.scripted import Scripted
from support.serving import serve
from support.tasks import tracing


@pytest.fixture
def wary(page: Page, scripted: Scripted) -> Page:
    """A chat in which something was said, in a page that notices."""
    make_wary(page)
    scripted.says("Yes?")
    page.goto(scripted.url)
    say(page, "Hello.")
    expect(answer(page)).to_contain_text("Yes?")
    expect_idle(page)
    return page


SOWN = """() => {
    const prose = document.querySelector("[data-gc=assistant] .prose");
    const sow = (name, attributes, parent = prose) => {
        const element = document.createElement(name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        parent.append(element);
        return element;
    };
    const rel = "noopener noreferrer nofollow";
    const link = { href: "https://x.example", target: "_blank", rel };
    sow("a", link);
    sow("a", { ...link, href: "javascript:alert(1)" });
    sow("a", { ...link, rel: "noopener" });
    sow("img", { src: "data:image/svg+xml,<svg/>" });
    sow("b", {});
    sow("p", { id: "x" });
    sow("p", { style: "position:fixed" });
    sow("p", { class: "composer" });
    sow("p", { "data-gc": "tool" });
    sow("iframe", { src: "frame-lib/mermaid.html", sandbox: "allow-scripts allow-same-origin" });
    sow("use", { href: "#x" }, sow("svg", {}));
    const formula = sow("span", { class: "katex" });
    sow("span", { style: "position:fixed; height: 9999em" }, formula);
    sow("a", link, formula);
    sow("form", {}, document.body);
    sow("style", {}, document.head);
}"""
NOTICED = [
    "a: href javascript:alert(1)",
    "a: not noreferrer",
    "a: not nofollow",
    "img: src data:image/svg+xml,<svg/>",
    "b: not on the list",
    "p: id=x",
    "p: style=position:fixed",
    "p: class composer",
    "p: data-gc=tool",
    "iframe: not sealed",
    "use: not on the list",
    "span: style position: fixed",
    "span: style height: 9999em",
    "a: not on the list of formulas",
    "form: a form",
    "style: added to the page",
]


def test_what_would_be_harmful_is_noticed(wary: Page, watch: Watch) -> None:
    expect_harmless(wary)
    wary.evaluate(SOWN)
    noticed = {each.partition(" (in ")[0] for each in wary.evaluate("wary.bad")}
    assert noticed >= set(NOTICED)
    with pytest.raises(AssertionError):
        expect_harmless(wary)
    wary.evaluate("alert(1)")
    assert wary.evaluate("wary.ran") == ["alert(1)"]
    with pytest.raises(Error, match="TrustedScript"):
        wary.evaluate("document.querySelector('.prose').setAttribute('onclick', 'alert(2)')")
    refused = [each.split()[0] for each in wary.evaluate("wary.refused")]
    assert refused == ["style-src-elem", "require-trusted-types-for"]
    watch.errors.clear()


def test_whole_or_in_pieces_every_payload_becomes_the_same_harmless_words(wary: Page) -> None:
    texts = short_payloads()
    whole = feed(wary, texts, in_pieces=False)
    expect_harmless(wary)
    pieces = feed(wary, texts, in_pieces=True)
    expect_harmless(wary)
    texts = [t for t in texts if t.strip()]
    assert len(whole) == len(texts)
    different = [each for each in zip(texts, whole, pieces, strict=True) if each[1] != each[2]]
    assert different == []


def test_there_are_hundreds_of_payloads_and_no_two_are_the_same() -> None:
    texts = payloads()
    assert len(texts) > 700
    assert len(set(texts)) == len(texts)


def test_nothing_else_reads_markdown_or_mends_html_in_the_page() -> None:
    scripts = list((Path(gptchat.__file__).parent / "static" / "assets").glob("*.js"))
    assert scripts, "Run `make client`."
    for word in ("DOMPurify", "markdown-it"):
        assert [each.name for each in scripts if word in each.read_text("utf-8")] == []


# --------------------------------------------------------------------------------- size that hurts

PIECES = 50


def test_the_work_that_size_makes_grows_with_the_size(
    engine: Page, rounds: Callable[[int, int], int]
) -> None:
    for text in payloads(*SIZES, longest=rounds(20_000, 1_000_000)):
        size = max(1, len(text) // PIECES)
        done = engine.evaluate("([text, size]) => work(text, size)", [text, size])
        assert done["blocks"] + done["words"] <= 6, text[:40]


@pytest.mark.long
@pytest.mark.serial
@pytest.mark.parametrize("number", range(len(payloads(*SIZES))))
def test_nothing_holds_the_page_up_for_a_second(wary: Page, browser: Browser, number: int) -> None:
    text = payloads(*SIZES)[number]
    for in_pieces in (False, True):
        wary.evaluate("wary.rests = true")
        with tracing(browser, wary) as tasks:
            feed(wary, [text], in_pieces=in_pieces)
            wary.wait_for_timeout(500)
        assert tasks.longest() < 1000, text[:40]
        expect_harmless(wary)
        wary.reload()
        expect(wary.locator("[data-gc=assistant]").first).to_be_visible()


@pytest.mark.long
def test_a_diagram_that_is_drawn_runs_nothing_in_its_frame(wary: Page, watch: Watch) -> None:
    feed(wary, payloads("diagrams"), in_pieces=False)
    for block in wary.locator(".prose .code").all():
        block.evaluate("(block) => block.scrollIntoView()")
        wary.wait_for_timeout(1_000)
    expect_harmless(wary)
    assert [said for said in watch.console if "A payload ran" in said] == []
    watch.errors.clear()  # A frame's own policy refuses what a diagram asks for; nothing has left.


# ---------------------------------------------------------------------- everywhere but in an answer

PROGRAM = """
import json, os
from pathlib import Path
from gptchat import app
from gptchat.errors import AnswerFailed
from gptchat.config.function_display import function_displays

payloads = json.loads(Path(os.environ["PAYLOADS"]).read_text())
everything = "\\n".join(payloads)
TYPES = [None, "text", "markdown", "json", "table"]

def displays():
    for at, payload in enumerate(payloads[::2]):
        display = {
            "header": payload,
            "arguments": {
                "title": payload,
                "show_key_as_code": {"key": payload, "language": payload},
            },
            "result": {"title": payload, "type": (TYPES + [payload])[at % 6]},
            "open": True,
        }
        try:
            yield from function_displays({payload: display}).items()
        except ValueError:
            pass  # a placeholder cut in half: the developer is told

def result(at, payload):
    return [payload, json.dumps([{payload: payload}]), json.dumps({payload: [payload]})][at % 3]

app.set_config(
    title="\\n".join(text for text in payloads if len(text) < 60),
    agent_name="\\n".join(payloads[::3]), greeting="\\n".join(payloads[1::3]), disclaimer="",
    prompt={"placeholder": "\\n".join(payloads[2::3])}, functions=dict(displays()), debug=True,
)

@app.handle_send_message
def answer(ctx):
    for at, payload in enumerate(payloads):
        arguments = json.dumps({payload: payload, "x": [payload]}) if at % 5 else payload
        call = {"name": payload, "arguments": arguments}
        ctx.send({
            "role": "assistant", "content": payload, "reasoning_content": payload,
            "tool_calls": [{"id": f"call_{at}", "type": "function", "function": call}],
        })
        ctx.send({"role": "tool", "tool_call_id": f"call_{at}", "content": result(at, payload)})
    ctx.send({"role": "assistant", "refusal": everything})
    raise AnswerFailed(everything)

app.run_app(port=int(os.environ["PORT"]))
"""
UNFOLD = """() => {
    const folded = document.querySelectorAll("#conversation button[aria-expanded=false]");
    for (const button of folded) button.click();
    return folded.length;
}"""


@pytest.mark.timeout(600)  # All of them on one page, on a busy machine.
def test_a_payload_is_words_wherever_it_comes_from(
    page: Page, tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    """Titles, names, headers, arguments, results, thoughts, refusals, errors, one's own words."""
    texts = [text for text in short_payloads() if text.strip()]
    texts = texts[:: rounds(6, 1)]
    (tmp_path / "payloads.json").write_text(json.dumps(texts))
    make_wary(page)
    with serve(PROGRAM, env={"PAYLOADS": str(tmp_path / "payloads.json")}) as server:
        page.goto(server.url)
        expect_harmless(page)
        say(page, "\n".join(texts))
        expect_idle(page, timeout=60_000)
        for _ in ("as it came", "after a reload"):
            expect(page.locator("[data-gc=error]")).to_be_visible(timeout=60_000)
            while page.evaluate(UNFOLD):
                page.wait_for_timeout(50)
            expect_harmless(page)
            assert page.locator("main .prose").count() > len(texts)
            page.reload()
