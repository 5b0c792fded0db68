"""A real Chromium, and what no page of ours may ever do in it.

Every context that `new_context` makes is watched. A test fails when its page
asked another origin for anything, raised an exception nobody caught, or broke
the content security policy.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect
from playwright.sync_api import sync_playwright as start_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
OWN_HOSTS = {"127.0.0.1", "localhost", "::1"}
REFUSED = re.compile(r"Content Security Policy|requires 'Trusted\w+' assignment", re.IGNORECASE)
"""How Chromium's console says that a policy refused something, in a page or a frame."""

PATIENCE = 10_000  # Milliseconds an expectation may take on a machine with two busy cores.


def find_browser() -> str:
    """The Chromium of this machine. Without one, browser tests fail rather than hide."""
    for name in (os.environ.get("CHROMIUM", ""), *BROWSERS):
        if path := shutil.which(name):
            return path
    pytest.fail("No Chromium found. Run `make test`, which installs it, or install `chromium`.")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium."""
    expect.set_options(timeout=PATIENCE)
    with start_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        yield browser
        browser.close()


class Watch:
    """What the pages of one test did that they should not have done."""

    def __init__(self, browser: Browser) -> None:
        self.off_origin: list[str] = []
        self.errors: list[str] = []
        self.console: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def new_context(self, **options: Any) -> BrowserContext:
        """A fresh person: no cookies, no storage. Options are Playwright's own."""
        context = self._browser.new_context(**options)
        context.on("request", lambda request: self._note_request(request.url))
        context.on("requestfailed", self._note_failure)
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("page", self._note_sockets)
        self._contexts.append(context)
        return context

    def _note_sockets(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._note_request(socket.url))

    def _note_request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname not in OWN_HOSTS:
            self.off_origin.append(url)

    def _note_failure(self, request: Request) -> None:
        # Refused by a policy before it left. The console tells, and so does `errors`.
        if request.failure == "csp" and request.url in self.off_origin:
            self.off_origin.remove(request.url)

    def _note_console(self, message: ConsoleMessage) -> None:
        self.console.append(f"{message.type}: {message.text}")
        if message.type == "error" and REFUSED.search(message.text):
            self.errors.append(message.text)

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def verify(self) -> None:
        """Fail the test for what was seen. A test that provokes an error clears `errors` first."""
        assert self.off_origin == [], f"The page asked another origin for {self.off_origin}"
        assert self.errors == [], f"The page broke: {self.errors}"
