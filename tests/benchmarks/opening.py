"""How soon a long chat and a long list are on screen, and how smoothly a list scrolls."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from benchmarks.measuring import serving
from benchmarks.report import Figure
from support.browsing import chromium
from support.many import ROW, add_long_chat, insert

MESSAGES, CHATS, ROUNDS = 10_000, 10_000, 5
CHAT = "c_" + "0" * 24
PARAGRAPH = "Some **words** of an answer, as long as answers often are, with `code` in them. " * 4

SCROLL = """(selector) => new Promise((done) => {
    const box = [...document.querySelectorAll(selector)].find((e) => e.scrollHeight > e.clientHeight);
    const began = performance.now();
    let frames = 0;
    const step = () => {
        frames += 1;
        box.scrollTop += 40;
        const took = performance.now() - began;
        if (took < 3000) requestAnimationFrame(step);
        else done([frames / took * 1000, box.scrollTop]);
    };
    requestAnimationFrame(step);
})"""  # noqa: E501 – JavaScript


def long_chat() -> Iterator[Figure]:
    """From the request for the page until the last answer of 10,000 messages is on screen."""
    with serving("gptchat") as server, chromium() as browser:
        words = [f"{number} {PARAGRAPH}" for number in range(MESSAGES)]
        add_long_chat(server.folder / "bench.db", CHAT, words)
        times = [
            seen_after(browser, f"http://127.0.0.1:{server.port}/c/{CHAT}", "[data-gc=assistant]")
            for _ in range(ROUNDS)
        ]
    yield Figure("10,000 messages: to text on screen, median of 5", median(times), "s", aim=2)


def long_list() -> Iterator[Figure]:
    """From the request for the page until chats are listed, of 10,000; then 3 s of scrolling."""
    with serving("gptchat") as server, chromium() as browser:
        write_list(server.folder / "bench.db")
        url = f"http://127.0.0.1:{server.port}/"
        times = [seen_after(browser, url, "nav li a") for _ in range(ROUNDS)]
        yield Figure("10,000 chats: to the list on screen, median of 5", median(times), "s", aim=1)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(url)
        page.wait_for_selector("nav li a")
        rate, far = page.evaluate(SCROLL, "nav, nav *")
        yield Figure(f"10,000 chats: frames a second while scrolling {far:.0f} px", rate, "/s")


def seen_after(browser: Browser, url: str, selector: str) -> float:
    """Seconds on the page's own clock until this is there, with text in it."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(url, wait_until="commit")
    looks = f"""() => {{
        const found = [...document.querySelectorAll({selector!r})].at(-1);
        return found?.innerText.trim() && found.checkVisibility() ? performance.now() / 1000 : 0;
    }}"""
    taken: float = page.wait_for_function(looks, polling="raf", timeout=60_000).json_value()
    page.context.close()
    return taken


def write_list(file: Path) -> None:
    """So many chats of one message each."""
    with closing(sqlite3.connect(file, timeout=10)) as database, database:
        for number in range(CHATS):
            said = 1.79e9 + number * 600
            moments = {"created": said, "updated": said, "said": said}
            about = {"id": f"c_{number:024x}", "title": f"Chat {number} about things", "leaf": "q"}
            insert(database, "conversations", ROW | moments | about)
