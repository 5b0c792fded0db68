"""A page in a real Chromium on which an answer grows, and what the browser says that took.

What is on the page is client/page.ts; which figures are wanted of it is rendering.py's business.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from benchmarks.answers import answer
from support.browsing import chromium
from support.bundling import CLIENT

HERE = Path(__file__).parent / "client"
LIMIT = 60  # Seconds until an answer is given up.

Pace = dict[str, int]
FASTEST: Pace = {"perFrame": 64}
PACED: Pace = {"perSecond": 200}


@dataclass(frozen=True)
class Run:
    """What one answer took of the page's main thread, in milliseconds."""

    own: float
    script: float
    layout: float
    task: float
    dropped: int
    long: list[float]
    finished: bool


class Scene:
    """One page, on which one subject draws."""

    def __init__(self, page: Page, devtools: CDPSession, subject: str) -> None:
        self.page = page
        self._devtools = devtools
        self._subject = subject
        # Of its own processor time, so what else the machine does is not counted.
        devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.begin()

    def begin(self) -> None:
        """An empty text."""
        self.page.evaluate("name => begin(name)", self._subject)

    def slow_down(self, times: int) -> None:
        """As if the processor were so many times slower."""
        self._devtools.send("Emulation.setCPUThrottlingRate", {"rate": times})

    def grow(self, text: str, pace: Pace, *, last: bool = True) -> Run:
        """Let the text grow by this, until nothing is left to draw."""
        before = self._spent()
        told = self.page.evaluate("given => grow(...given)", [text, pace, LIMIT * 1000, last])
        after = self._spent()
        script, layout, style, task = (after[name] - before[name] for name in METRICS)
        return Run(script=script, layout=layout + style, task=task, **told)

    def _spent(self) -> dict[str, float]:
        told = self._devtools.send("Performance.getMetrics")["metrics"]
        return {each["name"]: each["value"] * 1000 for each in told}


METRICS = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration", "TaskDuration")


class Stage:
    """A browser, and the address of the page with all subjects."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url

    @contextmanager
    def scene(self, subject: str) -> Iterator[Scene]:
        """A fresh page for a subject."""
        context = self._browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(self._url)
        yield Scene(page, context.new_cdp_session(page), subject)
        context.close()

    def run(self, subject: str, text: str, pace: Pace, *, before: str = "", slower: int = 1) -> Run:
        """Let a warm subject draw a text, where `before` stands already."""
        with self.scene(subject) as scene:
            scene.grow(answer(8_000, seed=2), FASTEST)
            scene.begin()
            if before:
                # In steps of the height of some screens, so that all of it has been in sight.
                scene.grow(before, {"perFrame": 1024}, last=False)
            scene.slow_down(slower)
            return scene.grow(text, pace)

    def tasks(self, subject: str, text: str, pace: Pace, *, slower: int) -> tuple[Run, list[float]]:
        """The same from the beginning; and the processor time of each task, in milliseconds."""
        with self.scene(subject) as scene:
            scene.grow(answer(8_000, seed=2), FASTEST)
            scene.begin()
            scene.slow_down(slower)
            self._browser.start_tracing(page=scene.page, categories=["toplevel"])
            run = scene.grow(text, pace)
            events = json.loads(self._browser.stop_tracing())["traceEvents"]
            return run, _tasks(events)


def _tasks(events: list[dict[str, Any]]) -> list[float]:
    """Of the busiest page: there are others that do nothing."""
    threads: dict[tuple[int, int], list[float]] = {
        (event["pid"], event["tid"]): []
        for event in events
        if event.get("name") == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    for event in events:
        thread = threads.get((event["pid"], event["tid"]))
        if thread is not None and str(event.get("name")).endswith("RunTask"):
            thread.append(event.get("tdur", 0) / 1000)
    return max(threads.values(), key=sum)


@contextmanager
def stage() -> Iterator[Stage]:
    """Build the page, serve it, and open a browser."""
    with TemporaryDirectory(prefix="gptchat-bench-") as folder:
        _build(Path(folder))
        with _serving(folder) as url, chromium() as browser:
            yield Stage(browser, url)


def _build(into: Path) -> None:
    assert (HERE / "node_modules").exists(), (
        "What the page is compared with is not installed. Run `make test` or `make bench-client`."
    )
    vite = CLIENT / "node_modules" / ".bin" / "vite"
    config = HERE / "vite.config.ts"
    subprocess.run([vite, "build", "-c", config, "--outDir", into], check=True, cwd=CLIENT)


class _Files(SimpleHTTPRequestHandler):
    """Files for a page that is alone in its process: only there clocks are not blunted."""

    def end_headers(self) -> None:
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def _serving(folder: str) -> Iterator[str]:
    handler = partial(_Files, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
