"""The browser tests' own tools see what they promise to see."""

from __future__ import annotations

import itertools

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


# ------------------------------------------------------------------ whatever broke the policy

POLICY = "default-src 'none'; script-src 'self'; frame-src 'self'; worker-src 'self'; "
TRUSTED_TYPES = "require-trusted-types-for 'script'; trusted-types 'none'"
PLACES = """
    import os
    from http.server import BaseHTTPRequestHandler, HTTPServer

    PAGES = {
        "/": b"<iframe src=frame sandbox=allow-scripts></iframe>",
        "/worker.js": b"importScripts('http://elsewhere.invalid/x.js')",
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            kind = "text/javascript" if self.path.endswith(".js") else "text/html"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", os.environ["POLICY"])
            self.end_headers()
            self.wfile.write(PAGES.get(self.path, b""))

    HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""
ADD = """const add = (name, of) =>
    document.body.append(Object.assign(document.createElement(name), of));"""
BREACHES = {
    "a picture": "add('img', { src: 'http://elsewhere.invalid/' })",
    "a style": "add('style', { textContent: 'b {}' })",
    "a script": "try { document.body.setAttribute('onclick', 'alert(1)') } catch {}",
    "markup": "try { document.body.innerHTML = '<b>x</b>' } catch {}",
    "a policy of its own": "try { trustedTypes.createPolicy('mine', {}) } catch {}",
}


def test_what_a_policy_refuses_is_noticed_in_a_page_and_in_its_frames(
    page: Page, watch: Watch
) -> None:
    with serve(PLACES, env={"POLICY": POLICY + TRUSTED_TYPES}) as server:
        page.goto(server.url)
        for frame, breach in itertools.product(page.frames, BREACHES.values()):
            with page.expect_console_message(lambda message: message.type == "error"):
                frame.evaluate(f"() => {{ {ADD} {breach} }}")
            with pytest.raises(AssertionError, match="The page broke"):
                watch.verify()
            watch.errors.clear()
        assert len(page.frames) == 2


def test_what_a_policy_refuses_a_worker_is_noticed(page: Page, watch: Watch) -> None:
    with serve(PLACES, env={"POLICY": POLICY}) as server:
        page.goto(server.url)
        with page.context.expect_event("weberror"):
            page.evaluate("() => void new Worker('worker.js')")
    with pytest.raises(AssertionError, match="importScripts"):
        watch.verify()
    watch.errors.clear()
