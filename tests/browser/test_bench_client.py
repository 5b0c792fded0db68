"""`make bench-client` still measures: everything it compares draws, and is timed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from benchmarks.answers import answer
from benchmarks.rendering import OURS, PLAIN, PLAINER, SUBJECTS
from benchmarks.stage import FASTEST, PACED, Stage, stage

LAST_WORDS = "And that is all."
TEXT = f"{answer(2_000)}\n\n{LAST_WORDS}"


@pytest.fixture(scope="module")
def on_stage() -> Iterator[Stage]:
    with stage() as running:
        yield running


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_draws_the_whole_text_and_is_timed(on_stage: Stage, subject: str) -> None:
    with on_stage.scene(subject) as scene:
        run = scene.grow(TEXT, FASTEST)
        assert run.finished
        assert 0 < run.script < run.task
        assert run.own > 0
        assert run.layout > 0
        assert scene.page.locator("#text").inner_text().endswith(LAST_WORDS)

        def draws(selector: str) -> bool:
            return scene.page.locator(selector).count() > 0

        assert draws("pre") == (subject != PLAIN)
        assert draws(".code") == (subject in (OURS, PLAINER))
        assert draws(".katex") == draws(".tok-comment") == (subject == OURS)


def test_a_pace_is_kept(on_stage: Stage) -> None:
    with on_stage.scene(PLAIN) as scene:
        began = scene.page.evaluate("performance.now()")
        assert scene.grow("word " * 40, PACED).finished
        assert scene.page.evaluate("performance.now()") - began > 200
