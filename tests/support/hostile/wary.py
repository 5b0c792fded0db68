"""A page that notices whatever a payload achieves, and pages whose messages grow as a test wants.

make_wary(page)                         before it goes anywhere
feed(page, texts, in_pieces=True)       one answer, a message for each text
expect_harmless(page)                   nothing ran, nothing was refused, nothing odd is there
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page

HERE = Path(__file__).parent
FOUND = "() => ({ ran: wary.ran, refused: wary.refused, bad: [...new Set(wary.walk())] })"
HARMLESS: dict[str, list[str]] = {"ran": [], "refused": [], "bad": []}


def make_wary(page: Page) -> None:
    """Watch every document that this tab will show."""
    for script in ("wary.js", "feed.js"):
        page.add_init_script(path=HERE / script)


def feed(page: Page, texts: Sequence[str], *, in_pieces: bool, seed: int = 1) -> list[str]:
    """Show these texts, a message each; the HTML that became of each."""
    given = [json.dumps(texts), in_pieces, seed]
    shown: list[str] = page.evaluate(
        "([texts, inPieces, seed]) => feed(texts, inPieces, seed)", given
    )
    return shown


def expect_harmless(page: Page) -> None:
    """Nothing ran, nothing had to be refused, and nothing is or was there that is not allowed."""
    found = page.evaluate(FOUND)
    seen = {name: seen[:20] for name, seen in found.items()}
    assert seen == HARMLESS, seen
