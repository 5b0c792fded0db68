"""The browser tests' own tools see what they promise to see."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from support.browsing import Watch
from support.serving import serve

PROGRAM = """
    import os
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<h1>hello</h1>")

    HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""


def test_a_program_is_served_and_seen(page: Page) -> None:
    with serve(PROGRAM) as server:
        page.goto(server.url)
        assert page.locator("h1").inner_text() == "hello"


def test_a_request_to_another_origin_is_noticed(page: Page, watch: Watch) -> None:
    with serve(PROGRAM) as server:
        page.goto(server.url)
        page.evaluate("fetch('http://elsewhere.invalid/').catch(() => 0)")
    with pytest.raises(AssertionError, match=r"elsewhere\.invalid"):
        watch.verify()
    watch.off_origin.clear()


def test_an_exception_in_the_page_is_noticed(page: Page, watch: Watch) -> None:
    with serve(PROGRAM) as server:
        page.goto(server.url)
        page.evaluate("setTimeout(() => { throw new Error('lost its words') })")
        page.wait_for_timeout(200)
    with pytest.raises(AssertionError, match="lost its words"):
        watch.verify()
    watch.errors.clear()


def test_a_program_that_ends_at_once_shows_why() -> None:
    with pytest.raises(AssertionError, match="the reason"), serve("raise SystemExit('the reason')"):
        pass


def test_a_killed_program_comes_back_at_the_same_address(page: Page) -> None:
    with serve(PROGRAM) as server:
        server.kill()
        server.start()
        page.goto(server.url)
        assert page.locator("h1").inner_text() == "hello"
