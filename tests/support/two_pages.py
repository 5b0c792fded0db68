"""One program under two gptchats, 0.0.12 and ours, and what a person sees in each page.

    with both_pages(program, browser, published=env, model="Hello!") as talk:
        talk.say("hi")
        talk.agree("words: Hello!")

What is seen is a list of lines, such as `you: hi`, `words: Hello!`, `header: Called f`. Words are
compared without their white space, which is a matter of layout; code is compared exactly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from gptchat.testing import FakeOpenAI
from gptchat.testing.fake_openai import Script
from support.chatting import expect_idle, say
from support.installing import Environment
from support.serving import Server, serve
from support.sources import TOP
from support.waiting import until

SOCKET_IO = TOP / "client/node_modules/socket.io-client/dist/socket.io.esm.min.js"
# All that 0.0.12 asks of highlight.js; without a language it knows, it colours nothing.
HIGHLIGHT = """
const escaped = (text) => text.replace(/[&<>]/g, (c) => ({"&": "&amp;", "<": "&lt;", ">": "&gt;"})[c]);
export default { getLanguage: () => undefined, highlight: (text) => ({ value: escaped(text) }) };
"""  # noqa: E501 – one thought
FROM_ELSEWHERE = {
    "https://cdn.socket.io/**": SOCKET_IO.read_text("utf-8"),
    "https://cdnjs.cloudflare.com/ajax/libs/highlight.js/**": HIGHLIGHT,
}

EXACT = {"arguments", "result", "placeholder", "title"}

# In the order of the page: for each selector, what kind of line its text is.
PUBLISHED = {
    ".user-text": "you",
    ".content-container > .markdown-body": "words",
    ".function-status": "header",
    ".title.args": "arguments title",
    ".markdown-body.args": "arguments",
    ".title.text-result, .title.block-result": "result title",
    "pre.result, .html-result, .markdown-result": "result",
    ".errors-container .text": "error",
}
OURS = {
    "[data-gc=bubble]": "you",
    "[data-gc=assistant] .parts > [data-gc=text]": "words",
    "[data-gc=tool] > button .label": "header",
    "[data-gc=tool-args] .title": "arguments title",
    "[data-gc=tool-args] pre, [data-gc=tool-args] p": "arguments",
    "[data-gc=tool-result] .title": "result title",
    "[data-gc=tool-result] > :is(pre, p, iframe)": "result",
    "[data-gc=tool-result] :is(table, .words > [data-gc=text])": "result",
    "[data-gc=error]": "error",
}
READ = """
(kinds) => {
    const all = document.querySelectorAll(Object.keys(kinds).join(", "));
    return [...all].map((each) => [
        Object.entries(kinds).find(([selector]) => each.matches(selector))[1],
        each.innerText,
    ]);
}
"""


PRESS = """
async (selector) => {
    for (const button of document.querySelectorAll(selector)) button.click();
    await new Promise((shown) => setTimeout(shown));
}
"""


class Side:
    """One of the two: a server, and a page that shows it."""

    kinds: dict[str, str]

    def __init__(self, server: Server, model: FakeOpenAI, context: BrowserContext) -> None:
        self.server, self.model = server, model
        self.page: Page = context.new_page()
        self.page.goto(server.url)

    def say(self, text: str) -> None:
        """Write a message, send it, and wait until it is answered."""
        raise NotImplementedError

    def unfold(self) -> None:
        """Open what the calls keep folded."""
        raise NotImplementedError

    def lines(self) -> list[str]:
        """What is seen, in the order of the page."""
        self.unfold()
        return [line(kind, text) for kind, text in self.page.evaluate(READ, self.kinds)]


class Published(Side):
    """The page of 0.0.12."""

    kinds = PUBLISHED

    def say(self, text: str) -> None:
        self.page.locator("form.prompt textarea").fill(text)
        self.page.locator("form.prompt textarea").press("Enter")
        expect(self.page.locator(".stop-btn")).to_have_count(0, timeout=15_000)

    def unfold(self) -> None:
        self.page.evaluate(PRESS, ".header:not(:has(+ .content)) button.label")


class Ours(Side):
    """The page of this checkout."""

    kinds = OURS

    def say(self, text: str) -> None:
        say(self.page, text)
        expect_idle(self.page)

    def unfold(self) -> None:
        for hook in ("tool-group", "tool"):
            self.page.evaluate(PRESS, f"[data-gc={hook}] > button[aria-expanded=false]")

    def lines(self) -> list[str]:
        seen = super().lines()
        frames = iter(self.page.locator("[data-gc=tool-result] iframe").all())
        for at, each in enumerate(seen):
            # A frame is a page of its own, so its words come from there.
            if each == "result: " and (frame := next(frames, None)) is not None:
                seen[at] = line("result", frame.content_frame.locator("body").inner_text())
        return seen


def line(kind: str, text: str) -> str:
    """One line of what is seen."""
    if kind in EXACT:
        words = "\n".join(each.rstrip() for each in text.strip().splitlines())
    else:
        words = " ".join(text.split())
    return f"{kind}: {words}"


class TwoPages:
    """A person at both pages."""

    def __init__(self, published: Published, ours: Ours) -> None:
        self.published, self.ours = published, ours

    def say(self, text: str) -> None:
        """Say the same to both, and wait until both have answered."""
        self.published.say(text)
        self.ours.say(text)

    def agree(self, *lines: str, but: Sequence[Difference] = ()) -> None:
        """Fail unless 0.0.12 shows these lines, in this order, and our page shows what it shows.

        `but` are the differences that are known and meant.
        """
        expected = self._settled(self.published, lambda seen: contains(seen, lines), but)
        assert contains(expected, lines), f"0.0.12 shows {expected}."
        shown = self._settled(self.ours, lambda seen: seen == expected, but)
        assert shown == expected, f"Ours shows {shown}, and 0.0.12 {expected}."
        expect_idle(self.ours.page)

    def heard_the_same(self) -> None:
        """Fail unless both handlers gave their models the same conversations."""
        ours, published = (
            [request["messages"] for request in side.model.requests]
            for side in (self.ours, self.published)
        )
        assert ours == published

    def _settled(
        self, side: Side, is_right: Callable[[list[str]], bool], but: Sequence[Difference]
    ) -> list[str]:
        seen: list[str] = []

        def look() -> bool:
            seen[:] = side.lines()
            for differs in but:
                seen[:] = [known for each in seen if (known := differs(each)) is not None]
            return is_right(seen)

        with suppress(AssertionError):  # The caller compares, and says more.
            until(look, within=5)
        return seen


Difference = Callable[[str], str | None]
"""A line as both pages have it, or None for a line that only one of them has."""


def contains(seen: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether the lines are among those seen, in their order."""
    rest = iter(seen)
    return all(each in rest for each in lines)


@contextmanager
def both_pages(
    program: Path, browser: Browser, *, published: Environment, model: Script | None = None
) -> Iterator[TwoPages]:
    """Run a program under both, each with a model of its own, and open both pages."""
    with (
        _side(Published, program, browser, published.python, model) as theirs,
        _side(Ours, program, browser, None, model) as ours,
    ):
        yield TwoPages(theirs, ours)


@contextmanager
def _side(
    kind: type[Any], program: Path, browser: Browser, python: Path | None, model: Script | None
) -> Iterator[Any]:
    with FakeOpenAI(model) as fake:
        env = {"OPENAI_BASE_URL": fake.base_url, "OPENAI_API_KEY": "any"}
        with serve(program, env=env, python=python) as server:
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            for address, script in FROM_ELSEWHERE.items():
                context.route(address, answer_with(script))
            try:
                yield kind(server, fake, context)
            finally:
                context.close()


def answer_with(script: str) -> Callable[[Route], None]:
    """A route that answers with this module, as the network would."""
    headers = {"Access-Control-Allow-Origin": "*"}
    return lambda route: route.fulfill(body=script, content_type="text/javascript", headers=headers)


def reads_like(pattern: str, instead: str) -> Difference:
    """A difference of wording: a line that is this pattern reads as `instead`."""
    return lambda each: re.sub(pattern, instead, each)
