"""A very long answer, and a chat of very many messages: the page stays at ease.

What is compared is processor time of the page's main thread, which does not depend on what
else the machine does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from gptchat.testing import Reply
from support.browsing import Watch
from support.chatting import answer, composer, expect_busy, expect_idle, say
from support.clock import milliseconds
from support.rich import RICH
from support.scripted import Scripted, scripted_program
from support.tasks import tracing

TOKEN = 4
TEXT = "".join(f"{RICH}\nIn short: ${n}x^2$ and so on.\n\n" for n in range(80))[: 10_000 * TOKEN]


@pytest.mark.serial
def test_while_ten_thousand_tokens_come_one_can_write_and_stop(
    chat: Page, scripted: Scripted, browser: Browser, rounds: Callable[[int, int], int]
) -> None:
    """S52 of the scenarios; without --long all but the last thousand tokens come at once."""
    rest = rounds(1_000, 10_000) * TOKEN
    devtools = chat.context.new_cdp_session(chat)
    scripted.says(Reply(TEXT[:-rest] or "Here it comes.", chunk="whole"))
    say(chat, "Nearly all of it.")
    expect_idle(chat, timeout=60_000)
    before = heap(devtools)
    # It goes on for longer than a trace takes to be read.
    scripted.says(Reply(TEXT[-rest:] * 4, chunk=TOKEN, rate=200))
    say(chat, "Go on.")
    expect_busy(chat)
    with tracing(browser, chat) as tasks:
        composer(chat).press_sequentially("What I write meanwhile", delay=100)
        chat.wait_for_timeout(rest / TOKEN / 200 * 1000 - 2_000)
    assert tasks.longest() < 50
    expect(composer(chat)).to_have_value("What I write meanwhile")
    expect_busy(chat)
    idle = "document.querySelector('[data-stream-active]') === null"
    stop = "document.querySelector('[data-gc=send]').click()"
    assert milliseconds(chat, stop, idle) < 150
    assert heap(devtools) - before < 60


def heap(devtools: CDPSession) -> float:
    """Megabytes that are in use."""
    devtools.send("HeapProfiler.collectGarbage")
    return float(devtools.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


MANY = [
    {"role": role, "content": RICH if role == "assistant" and at % 5 == 0 else "A few words. " * 12}
    for at in range(250)
    for role in ("user", "assistant")
]


@pytest.fixture(scope="module")
def with_many() -> Iterator[Scripted]:
    """A program in which every chat begins with five hundred messages, fifty with code."""
    with scripted_program(messages=MANY) as running:
        yield running


@pytest.mark.serial
def test_a_chat_of_five_hundred_messages_opens_and_scrolls_with_ease(
    watch: Watch, with_many: Scripted
) -> None:
    """S53 of the scenarios."""
    chat = watch.new_context(viewport={"width": 1280, "height": 800}).new_page()
    with_many.says("The last of many.")
    chat.goto(with_many.url)
    say(chat, "And now?")
    expect_idle(chat)
    devtools = chat.context.new_cdp_session(chat)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    chat.reload()
    expect(answer(chat)).to_contain_text("The last of many.")
    expect(composer(chat)).to_be_focused()
    expect(chat.locator("[data-gc=code]")).to_have_count(50)
    opened = busy(devtools)
    assert opened < 1.5
    chat.mouse.move(600, 400)
    chat.evaluate(COUNT_FRAMES)
    for _ in range(30):
        chat.mouse.wheel(0, -400)
        chat.wait_for_timeout(33)
    assert (busy(devtools) - opened) / chat.evaluate("shownFrames") < 1 / 50


COUNT_FRAMES = """() => {
    window.shownFrames = 0;
    const count = () => { shownFrames += 1; requestAnimationFrame(count); };
    requestAnimationFrame(count);
}"""


def busy(devtools: CDPSession) -> float:
    """Seconds of processor time that tasks of this page have taken."""
    told = devtools.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in told if each["name"] == "TaskDuration"))
