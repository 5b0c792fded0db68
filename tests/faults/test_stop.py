"""Stop means stop: at once in the page, soon at the model, and the words that came stay."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gptchat.testing import FakeOpenAI, Reply
from support.apps import Apps
from support.oracle import assert_calm, assert_threads_back, threads
from support.page import Page

PROGRAM = Path(__file__).parents[1] / "support" / "stop_program.py"
HALF, WHOLE = "One two three", "One two three four five six"
SILENT = Reply(WHOLE, silence="forever", silence_after=3)
WORDLESS = Reply(WHOLE, silence="forever", silence_after=0)


class Stoppable(Apps):
    """The apps of the program, and the model they all talk to."""

    model: FakeOpenAI


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stoppable]:
    with FakeOpenAI("Hello") as model:
        env = {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": "k"}
        served = Stoppable(PROGRAM, folder=tmp_path_factory.mktemp("stop"), env=env)
        served.model = model
        with served:
            yield served
        assert_calm(served)


OPEN_STREAMS = [
    "returned", "yielded", "streamed_by_ctx", "tracked", "deferred",
    "async_returned", "async_yielded", "astreamed_by_ctx", "async_looped",
]  # fmt: skip

SPARE = 8  # Threads asyncio may keep for later, once it has needed them.


@pytest.mark.parametrize("name", OPEN_STREAMS)
def test_the_models_connection_is_closed_while_the_model_is_silent(
    apps: Stoppable, name: str
) -> None:
    with apps.page(name) as page:
        the_next_turn_works(page, apps)
        before = threads(apps)
        apps.model.script = SILENT
        page.say("Go")
        page.wait_text("three")
        assert apps.model.open_connections == 1
        pressed = time.monotonic()
        page.stop()
        assert apps.model.wait_closed(1.0), "the model's connection is still open"
        assert time.monotonic() - pressed < 1.0
        page.wait_idle()
        assert page.text() == HALF, "the words that came did not stay"
        assert page.last()["status"] == "stopped"
        assert_threads_back(apps, before + SPARE * name.startswith(("a", "deferred")))
        the_next_turn_works(page, apps)


def the_next_turn_works(page: Page, apps: Stoppable) -> None:
    apps.model.script = "Fine."
    page.say("And now?")
    page.wait_text("Fine.")
    page.wait_idle()
    assert page.last()["status"] == "done"
    assert apps.model.refusals == []


@pytest.mark.serial
def test_the_page_is_idle_within_150_ms(apps: Stoppable, rounds: Callable[[int, int], int]) -> None:
    took = []
    for _ in range(rounds(5, 25)):
        apps.model.script = SILENT
        with apps.page("returned") as page:
            page.say("Go")
            page.wait_text("three")
            pressed = time.monotonic()
            page.stop()
            page.wait_idle()
            took.append(page.idle_since - pressed)
    print(f"idle after {[round(1000 * seconds) for seconds in took]} ms")
    assert statistics.median(took) < 0.15


@pytest.mark.parametrize("name", ["stubborn", "stubborn_generator", "stubborn_thread"])
def test_a_handler_that_catches_every_exception_is_stopped(apps: Stoppable, name: str) -> None:
    with apps.page(name) as page:
        page.say("Go")
        page.wait_text("5 ")
        page.stop()
        page.wait_idle()
        kept = page.text()
        wait_logged(apps, f"{name} ended")
        assert page.text() == kept
        assert page.visitor.snapshot(str(page.conversation))["nodes"][-1]["message"] == {
            "role": "assistant",
            "content": kept,
        }
        assert "ended, 0 swallowed" in apps.log() or name != "stubborn"


def wait_logged(apps: Stoppable, line: str) -> None:
    """Wait until the program has said this."""
    deadline = time.monotonic() + 2.0
    while line not in apps.log():
        assert time.monotonic() < deadline, f"{line!r} was not said: the handler goes on"
        time.sleep(0.01)


def test_stop_in_another_tab_stops_this_one(apps: Stoppable) -> None:
    apps.model.script = SILENT
    with apps.page("returned") as page:
        page.say("Go")
        page.wait_text("three")
        with Page(page.visitor, page.conversation) as other:
            other.wait_text("three")
            other.stop()
            for tab in (page, other):
                tab.wait_idle()
                assert (tab.text(), tab.last()["status"]) == (HALF, "stopped")


def test_stop_pressed_again_and_again_is_one_stop(apps: Stoppable) -> None:
    apps.model.script = SILENT
    with apps.page("returned") as page:
        page.say("Go")
        page.wait_text("three")
        answers = [page.stop() for _ in range(5)]
        page.wait_idle()
        assert answers == [{"conversation": page.conversation}] * 5
        assert sum(text.count('"end":"stopped"') for text in page.heard) == 1
        assert sum(text.count('"type":"finish"') for text in page.heard) == 1


@pytest.mark.parametrize("name", ["returned", "async_returned", "dawdler"])
def test_stop_before_the_first_word_leaves_an_empty_stopped_answer(
    apps: Stoppable, name: str
) -> None:
    apps.model.script = Reply(WHOLE, delay=3600)
    with apps.page(name) as page:
        page.say("Go")
        time.sleep(0.3)
        page.stop()
        page.wait_idle()
        assert page.last()["message"] == {"role": "assistant", "content": ""}
        assert page.last()["status"] == "stopped"
    for exchange in apps.model.exchanges:
        exchange.hang_up()  # Nobody holds a stream that has not begun; its handler still waits.


def test_messages_that_wait_are_stopped_too_and_stay(apps: Stoppable) -> None:
    apps.model.script = SILENT
    with apps.page("returned") as page:
        asked = [page.say("Go")]
        page.wait_text("three")
        asked += [page.say(f"More {number}") for number in range(3)]
        page.stop()
        page.wait_idle()
        assert [n["id"] for n in page.view.path() if n["message"]["role"] == "user"] == asked
        assert {n["status"] for n in page.view.nodes.values()} == {"done", "stopped"}
        assert apps.model.wait_closed(1.0)
        the_next_turn_works(page, apps)


LOOK = {"name": "look", "arguments": {"where": "everywhere there is to look"}, "id": "call_1"}
STOPS: dict[str, tuple[Reply, Callable[[Any], bool]]] = {
    "in mid tool-call arguments": (
        Reply(tool_calls=[LOOK], chunk=4, silence="forever", silence_after=0.6),
        lambda last: bool(last["message"].get("tool_calls")),
    ),
    "before a tool's result": (
        Reply(tool_calls=[LOOK, {**LOOK, "id": "call_2"}]),
        lambda last: last["status"] == "done" and last["message"]["role"] == "assistant",
    ),
    "before the first word": (WORDLESS, lambda last: last["status"] == "streaming"),
    "in mid sentence": (SILENT, lambda last: last["message"].get("content") == HALF),
}


@pytest.mark.parametrize("moment", STOPS)
def test_what_the_model_hears_next_is_valid(apps: Stoppable, moment: str) -> None:
    apps.model.script, is_reached = STOPS[moment]
    with apps.page("agent") as page:
        page.say("Look around")
        page.wait(lambda: page.view.nodes and is_reached(page.last()), moment)
        page.stop()
        page.wait_idle()
        the_next_turn_works(page, apps)
        heard = apps.model.requests[-1]["messages"]
        assert heard[0] == {"role": "user", "content": "Look around"}
        assert heard[-1] == {"role": "user", "content": "And now?"}
        assert page.problems == []
