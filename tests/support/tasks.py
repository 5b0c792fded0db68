"""How long tasks of a page's main thread take, in processor time: whatever else the machine does.

with tracing(browser, page) as tasks:
    ...
assert tasks.longest() < 50
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page


class Tasks:
    """Those that were run while the page was traced."""

    def __init__(self) -> None:
        self.milliseconds: list[float] = []

    def read(self, trace: bytes) -> None:
        """Find them in a trace."""
        events = json.loads(trace)["traceEvents"]
        named = [event for event in events if event["name"] == "thread_name"]
        pages = {_thread(e) for e in named if e["args"]["name"] == "CrRendererMain"}
        tasks = (e for e in events if e["name"].endswith("RunTask") and _thread(e) in pages)
        self.milliseconds = [float(task.get("tdur", 0)) / 1000 for task in tasks]

    def longest(self) -> float:
        """Milliseconds."""
        longest = max(self.milliseconds, default=0.0)
        assert longest > 0, "The trace is of something else, or tells no processor time."
        return longest


def _thread(event: dict[str, int]) -> tuple[int, int]:
    return event["pid"], event["tid"]


@contextmanager
def tracing(browser: Browser, page: Page) -> Iterator[Tasks]:
    """Trace the page meanwhile."""
    tasks = Tasks()
    browser.start_tracing(page=page, categories=["toplevel"])
    try:
        yield tasks
    finally:
        tasks.read(browser.stop_tracing())
