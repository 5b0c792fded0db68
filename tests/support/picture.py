"""The README's picture: the demo's page, light and dark, side by side. `make picture` takes it."""

from __future__ import annotations

import base64
from typing import Literal

from playwright.sync_api import Browser, expect

from support.browsing import chromium
from support.chatting import expect_idle, say
from support.serving import serve
from support.sources import TOP

PICTURE = TOP / "client" / "picture.png"
WIDTH, HEIGHT = 760, 900
DEMO = """\
import os
from gptchat.demo import run_demo
run_demo(host="127.0.0.1", port=int(os.environ["PORT"]))
"""
BESIDE = '<body style="margin:0;display:flex">{}'


def main() -> None:
    """Ask the demo for its tools, once in each theme."""
    with serve(DEMO) as server, chromium() as browser:
        images = [_page(browser, server.url, "light"), _page(browser, server.url, "dark")]
        both = browser.new_page(viewport={"width": 2 * WIDTH, "height": HEIGHT})
        tag = f'<img width="{WIDTH}" src="data:image/png;base64,{{}}">'
        both.set_content(BESIDE.format("".join(map(tag.format, images))))
        both.screenshot(path=PICTURE)
    print(f"{PICTURE.relative_to(TOP)}: {PICTURE.stat().st_size // 1024} KB")


def _page(browser: Browser, url: str, scheme: Literal["light", "dark"]) -> str:
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        color_scheme=scheme,
        device_scale_factor=2,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(url)
    say(page, "tools")
    expect_idle(page, timeout=30_000)
    expect(page.locator("table")).to_be_visible()
    page.get_by_role("button", name="Called 3 tools").click()
    page.locator("[data-gc=bubble]").first.scroll_into_view_if_needed()
    page.mouse.move(0, 0)
    return base64.b64encode(page.screenshot()).decode()


if __name__ == "__main__":
    main()
