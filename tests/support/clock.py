"""Time as the page itself measures it, and what moved in it meanwhile.

A round trip to the browser costs milliseconds of its own, so what must happen
within some is measured inside the page.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

GIVE_UP = 5_000

WATCH_SHIFTS = """() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
            window.shifts.push({
                value: entry.value,
                what: entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? "?"),
            });
    }).observe({ type: "layout-shift" });
}"""

WATCH_WORDS = """(selector) => {
    const element = document.querySelector(selector);
    window.said = [];
    const look = () => {
        const words = element.innerText.trim();
        if (window.said.at(-1) !== words) window.said.push(words);
    };
    look();
    new MutationObserver(look).observe(element, {
        subtree: true, childList: true, characterData: true,
    });
}"""


def milliseconds(page: Page, act: str, until: str) -> float:
    """How long after `act` (a JavaScript statement) `until` (an expression) became true."""
    measured: float = page.evaluate(
        f"""() => new Promise((resolve, reject) => {{
            const began = performance.now();
            const look = () => {{
                const passed = performance.now() - began;
                if ({until}) resolve(passed);
                else if (passed > {GIVE_UP}) reject(new Error("in vain"));
                else setTimeout(look, 1);
            }};
            {act};
            look();
        }})"""
    )
    return measured


def press(selector: str, key: str) -> str:
    """A statement that presses a key at an element, as the browser reports keys."""
    event = f"new KeyboardEvent('keydown', {{key: '{key}', bubbles: true, cancelable: true}})"
    return f"document.querySelector('{selector}').dispatchEvent({event})"


def watch_words(page: Page, selector: str) -> None:
    """From now on, remember everything that the element says."""
    page.evaluate(WATCH_WORDS, selector)


def words_seen(page: Page) -> list[str]:
    """What it has said since `watch_words`, in order."""
    seen: list[str] = page.evaluate("window.said")
    return seen


def watch_shifts(page: Page) -> None:
    """From now on, remember what moves by itself."""
    page.evaluate(WATCH_SHIFTS)


def shifts(page: Page) -> Any:
    """What has moved since `watch_shifts`: how much, and what."""
    return page.evaluate("window.shifts")


def shifted(page: Page) -> float:
    """How much has moved: the cumulative layout shift."""
    return float(sum(shift["value"] for shift in shifts(page)))
