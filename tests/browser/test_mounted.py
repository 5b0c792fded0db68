"""Wherever the page lives – below a path, in another application, behind a proxy – it works."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

from gptchat.testing import Reply
from support.browsing import Watch
from support.chatting import answer, bubbles, expect_idle, say, tools
from support.forwarding import Forwarder
from support.scripted import Scripted, call, scripted_program, words

BELOW_A_PATH = """
app.set_config(url_prefix="/assistant")
app.run_app(port=int(os.environ["PORT"]))
"""
IN_AN_APPLICATION = """
from flask import Flask

site = Flask(__name__)

@site.get("/")
def home():
    return "<h1>The site itself</h1>"

app.init_app(site, url_prefix="/chat")
site.run(port=int(os.environ["PORT"]), threaded=True)
"""
BEHIND_A_PROXY = """
app.set_config(behind_proxy=1)
app.run_app(port=int(os.environ["PORT"]))
"""
WAYS = {
    "below a path": (BELOW_A_PATH, "/assistant/"),
    "in an application": (IN_AN_APPLICATION, "/chat/"),
    "behind a proxy": (BEHIND_A_PROXY, "/"),
}
DRAWING = {"draw": {"result": {"type": "html"}, "open": True}}


@contextmanager
def mounted(way: str) -> Iterator[tuple[Scripted, str]]:
    """The program, mounted in this way, and the address of its page."""
    run, path = WAYS[way]
    with scripted_program(run=run, path=path, functions=DRAWING) as scripted:
        if way != "behind a proxy":
            yield scripted, scripted.url
            return
        with Forwarder(scripted.server.port, "/there") as proxy:
            yield scripted, proxy.url
            assert proxy.refused == 0, "The page asked past its base."


@pytest.mark.parametrize("way", WAYS)
def test_a_chat_streams_reloads_and_stops(page: Page, watch: Watch, way: str) -> None:
    with mounted(way) as (scripted, address):
        page.goto(address)
        expect(page.get_by_role("heading", name="What can I help with?")).to_be_visible()
        scripted.says(Reply(tool_calls=[call("draw", "<h1>Drawn</h1>")]), "There.")
        say(page, "Draw.")
        expect(page.frame_locator("iframe").get_by_role("heading")).to_have_text("Drawn")
        expect(answer(page)).to_contain_text("There.")
        expect_idle(page)
        expect(page).to_have_url(re.compile(f"^{address}c/.+"))
        scripted.says(Reply(words(300), rate=60))
        say(page, "Count.")
        expect(answer(page)).to_contain_text("word5 ")
        page.reload()
        expect(answer(page)).to_contain_text("word10 ")
        page.get_by_role("button", name="Stop generating").click()
        expect(answer(page)).to_contain_text("Stopped")
        assert scripted.is_hung_up()
        expect(bubbles(page)).to_have_text(["Draw.", "Count."])
        expect(tools(page)).to_have_count(1)
        page.get_by_role("button", name="New chat").click()
        assert page.url == address
    assert [line for line in watch.console if "error" in line] == []


def test_the_application_keeps_its_own_pages(page: Page) -> None:
    with mounted("in an application") as (scripted, address):
        page.goto(address.removesuffix("chat/"))
        expect(page.get_by_role("heading")).to_have_text("The site itself")
        page.goto(address.removesuffix("/"))
        say(page, "Hello")
        expect(bubbles(page)).to_have_text(["Hello"])
        expect(page).to_have_url(re.compile(f"^{address}c/.+"))
        assert scripted.model.refusals == []


@contextmanager
def site_around(address: str) -> Iterator[str]:
    """Somebody's site, which shows the page in a frame; its address."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<iframe src="{address}" width=800 height=600></iframe>'.encode())

        def log_message(self, *_told: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


def test_in_a_frame_of_a_named_site_what_a_tool_drew_is_shown_too(page: Page) -> None:
    with scripted_program(functions=DRAWING, frame_ancestors="http://localhost:*") as scripted:
        scripted.says(Reply(tool_calls=[call("draw", "<h1>Drawn</h1>")]), "There.")
        with site_around(scripted.url) as site:
            page.goto(site)
            chat = page.frame_locator("iframe")
            chat.get_by_role("textbox").fill("Draw.")
            chat.get_by_role("textbox").press("Enter")
            expect(chat.locator("[data-gc=assistant]")).to_contain_text("There.")
            drawn = chat.frame_locator("iframe").get_by_role("heading")
            expect(drawn).to_have_text("Drawn")
