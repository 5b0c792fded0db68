"""How much a browser has to fetch before a person can write."""

from __future__ import annotations

import gzip

from playwright.sync_api import Response

from support.browsing import Watch
from support.scripted import Scripted

MOST = 80_000
"""Bytes. Three quarters are the page, the others what reads Markdown."""


def test_the_scripts_of_a_new_page_are_at_most_80_kb(watch: Watch, scripted: Scripted) -> None:
    page = watch.new_context().new_page()
    scripts: list[Response] = []
    page.on("response", lambda it: scripts.append(it) if it.url.endswith(".js") else None)
    page.goto(scripted.url)
    page.wait_for_selector("[data-connection=online]")
    page.wait_for_load_state("networkidle")
    sizes = {it.url.rsplit("/", 1)[1]: len(gzip.compress(it.body(), 9)) for it in scripts}
    assert any(name.startswith("engine-") for name in sizes), "What reads Markdown is missing."
    assert sum(sizes.values()) <= MOST, sizes
