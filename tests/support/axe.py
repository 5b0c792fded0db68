"""What axe objects to in a page, in either theme at any width."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
SIZES = [(390, 844), (820, 1180), (1440, 900)]


ARRIVED = """() => {
    const ends = it => it.timeline === document.timeline
        && it.effect.getComputedTiming().endTime < 5000;
    return Promise.allSettled(document.getAnimations().filter(ends).map(it => it.finished));
}"""


def violations(page: Page) -> list[str]:
    """What axe objects to, in this theme and width: the rule, and where."""
    found: list[dict[str, Any]] = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]} – {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def expect_accessible(page: Page) -> None:
    """No violation in either theme at any width."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.mouse.move(0, 0)
            page.wait_for_timeout(200)  # Colours and opacities set out, and arrive.
            page.evaluate(ARRIVED)
            found = violations(page)
            assert found == [], f"{scheme}, {width} wide: {found}"
