"""What axe objects to in a page, in either theme and at any width."""

from __future__ import annotations

from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
# Widths differ in what stands where, themes in colours alone: one width for the dark one.
LOOKS: list[tuple[Literal["light", "dark"], int, int]] = [
    ("light", 390, 844),
    ("light", 820, 1180),
    ("light", 1440, 900),
    ("dark", 1440, 900),
]
ARRIVED = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    await frame();
    await frame();
    const ends = it => it.timeline === document.timeline
        && it.effect.getComputedTiming().endTime < 5000;
    await Promise.allSettled(document.getAnimations().filter(ends).map(it => it.finished));
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
    """No violation at any width, or in either theme."""
    for scheme, width, height in LOOKS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": height})
        page.mouse.move(0, 0)
        page.evaluate(ARRIVED)  # Colours and opacities set out, and arrive.
        found = violations(page)
        assert found == [], f"{scheme}, {width} wide: {found}"
