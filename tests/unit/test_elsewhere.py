"""Processes that share a database: one answers, in turn, and who was taken for lost stays silent.

An `Engine` is a process without a heartbeat: what a beat does, a test does when it wants to.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from gptchat.chat import Chat
from gptchat.errors import NotFound, RunStopped
from gptchat.protocol import Event
from gptchat.refusals import Refuse
from gptchat.store import Store
from support.engine import OWNER, Engine, new_id
from support.postgres import Place
from support.waiting import until

SHARED: dict[str, Any] = {"message_queue": "redis://nobody", "lease_seconds": 2.0}
"""What says that there may be others; no Redis is asked for here."""


class Handler:
    """Counts what it is asked, and answers a word at a time once it is let."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.goes_on = threading.Event()
        self.freed: list[str] = []

    def __call__(self, message: str, ctx: Chat) -> Iterator[str]:
        self.asked.append(message)
        try:
            yield f"To {message}:"
            while not self.goes_on.wait(0.01):
                yield " …"
            yield " done."
        except GeneratorExit:
            self.freed.append(message)
            raise
        except RunStopped:
            self.freed.append(message)
            raise


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def two(place: Place, handler: Handler) -> Iterator[tuple[Engine, Engine]]:
    """Two processes of one application."""
    with Engine(handler, place=place, **SHARED) as here:
        with Engine(handler, place=place, **SHARED) as there:
            yield here, there
            handler.goes_on.set()
            for each in (here, there):
                for _ in range(3):
                    each.runs.beat()


Two = tuple[Engine, Engine]


def settle(chat: str, *engines: Engine) -> None:
    """Let each beat until nothing runs in any of them."""

    def is_over() -> bool:
        for engine in engines:
            engine.runs.beat()
        return not engines[0].state(chat).runs and not any(e.runs.is_busy(chat) for e in engines)

    until(is_over, "the end of all runs")


def one_at_a_time(engine: Engine, chat: str) -> bool:
    running = set[str]()
    for event in engine.events(chat, "run"):
        run = event["run"]
        if run["state"] == "running":
            running.add(run["id"])
        elif run["state"] == "ended":
            running.discard(run["id"])
        if len(running) > 1:
            return False
    return True


def all_at_once(*work: Callable[[], object]) -> list[Exception]:
    errors, together = list[Exception](), threading.Barrier(len(work))

    def do(each: Callable[[], object]) -> None:
        together.wait(10)
        try:
            each()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=do, args=(each,)) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return errors


# ------------------------------------------------------------------------ begun once


def test_a_send_repeated_to_two_processes_at_once_is_answered_once(
    two: Two, handler: Handler
) -> None:
    here, _ = two
    handler.goes_on.set()
    for number in range(8):
        id = new_id()
        assert all_at_once(*(partial(each.begin, f"{number}", id=id) for each in two)) == []
        chat = here.begin(f"{number}", id=id)
        settle(chat, *two)
        assert here.words(chat) == [("user", f"{number}"), ("assistant", f"To {number}: done.")]
        assert len(here.state(chat).nodes) == 2
        assert handler.asked.count(f"{number}") == 1
        assert here.ends(chat) == ["done"]


def test_a_send_repeated_to_another_process_while_it_is_answered_changes_nothing(
    two: Two, handler: Handler
) -> None:
    here, there = two
    id = new_id()
    chat = here.begin("one", id=id)
    assert there.begin("one", id=id) == chat
    assert there.begin("one", chat, id=id) == chat
    handler.goes_on.set()
    settle(chat, *two)
    assert handler.asked == ["one"]
    assert here.ends(chat) == ["done"]


def test_a_retry_asked_of_two_processes_at_once_is_one(two: Two, handler: Handler) -> None:
    here, _ = two
    handler.goes_on.set()
    chat = here.send("one")
    answer, id = here.last(chat)["id"], new_id("g")
    assert all_at_once(*(partial(each.regenerate, chat, answer, id=id) for each in two)) == []
    settle(chat, *two)
    assert handler.asked == ["one", "one"]
    assert here.ends(chat) == ["done", "done"]


def test_a_conversation_made_in_two_processes_belongs_to_one_owner(two: Two) -> None:
    here, there = two
    here.store.create("ada", "c")
    there.store.create("bob", "c")
    first: list[Event] = [{"type": "select", "leaf": None}]
    here.store.append({"c": first})
    assert there.store.append({"c": first}) == {}
    assert here.store.snapshot("ada", "c")["seq"] == 1
    with pytest.raises(NotFound):
        there.store.snapshot("bob", "c")


# ------------------------------------------------------------------------ in turn


def test_a_message_sent_to_another_process_waits_for_the_answer_that_is_made(
    two: Two, handler: Handler
) -> None:
    here, there = two
    chat = here.begin("one")
    there.begin("two", chat)
    here.begin("three", chat)
    states = [(run["state"]) for run in there.state(chat).runs.values()]
    assert states == ["running", "queued", "queued"]
    handler.goes_on.set()
    settle(chat, *two)
    assert handler.asked == ["one", "two", "three"]
    said = [text.replace(" …", "") for _, text in here.words(chat)]
    assert said == [t for name in handler.asked for t in (name, f"To {name}: done.")]
    assert one_at_a_time(here, chat)


def test_messages_sent_to_all_processes_at_once_are_answered_one_after_the_other(
    two: Two, handler: Handler
) -> None:
    here, _ = two
    handler.goes_on.set()
    chat = here.send("0")
    names = [f"{number}" for number in range(1, 9)]
    work = [partial(two[int(name) % 2].begin, name, chat) for name in names]
    assert all_at_once(*work) == []
    settle(chat, *two)
    assert sorted(handler.asked) == ["0", *names]
    assert one_at_a_time(here, chat)
    said = [text for _, text in here.words(chat)]
    assert len(said) == 2 * len(handler.asked)
    assert said[1::2] == [f"To {name}: done." for name in said[::2]]


@pytest.mark.parametrize("how", ["stop", "edit", "regenerate"])
def test_what_runs_in_another_process_is_ended_from_here(
    two: Two, handler: Handler, how: str
) -> None:
    here, there = two
    calls = list[str]()
    there.runs.elsewhere.call = calls.append
    chat = here.begin("one")
    until(lambda: len(here.path(chat)) == 2, "the first word")
    question, answer = (node["id"] for node in there.path(chat))

    def beat() -> None:
        until(lambda: calls, "the call")
        here.runs.beat()

    threading.Thread(target=beat).start()
    if how == "stop":
        there.stop(chat)
    elif how == "edit":
        there.edit(chat, question, "uno")
    else:
        there.regenerate(chat, answer)
    until(lambda: handler.freed == ["one"], "the handler's end")
    handler.goes_on.set()
    settle(chat, *two)
    assert set(calls) == {here.store.worker}
    assert here.ends(chat) == (["stopped"] if how == "stop" else ["stopped", "done"])
    assert here.state(chat).nodes[answer]["status"] == "stopped"
    assert one_at_a_time(here, chat)


def test_an_edit_gives_up_where_nobody_ends_the_answer(two: Two) -> None:
    here, there = two
    there.config.update({"lease_seconds": 0.1})
    chat = here.begin("one")
    with pytest.raises(Refuse, match="still being answered"):
        there.edit(chat, there.path(chat)[0]["id"], "uno")


# --------------------------------------------------------------------- taken for lost


def in_mid_answer(process: Engine) -> str:
    """A conversation in which this process has said a word, and goes on."""
    chat = process.begin("one")
    until(lambda: len(process.path(chat)) == 2, "the first word")
    process.hub.settled(chat).wait()
    return chat


def calls_lost_what_others_run(process: Engine) -> None:
    with process.store._db.write() as connection:
        connection.exec_driver_sql("UPDATE runs SET lease = 0")
    process.lost.sweep()


def test_a_process_that_stood_still_writes_no_more_in_a_run_that_was_called_lost(
    two: Two, handler: Handler
) -> None:
    here, there = two
    chat = in_mid_answer(here)
    calls_lost_what_others_run(there)
    there.hub.settled(chat).wait()
    text, seq = there.last(chat)["message"]["content"], there.store.snapshot(OWNER, chat)["seq"]
    assert there.last(chat)["status"] == "interrupted"
    time.sleep(0.1)  # It goes on talking.
    here.hub.settled(chat).wait()
    assert there.store.snapshot(OWNER, chat)["seq"] == seq
    here.runs.beat()
    until(lambda: handler.freed == ["one"], "the handler's end")
    handler.goes_on.set()
    assert here.words(chat) == [("user", "one"), ("assistant", text)]
    assert here.ends(chat) == ["interrupted"]
    assert not here.runs.is_busy(chat)
    here.send("two", chat)
    there.send("three", chat)
    settle(chat, *two)
    assert here.ends(chat) == ["interrupted", "done", "done"]


def test_an_end_that_comes_after_the_run_was_called_lost_is_not_its_second(
    two: Two, handler: Handler
) -> None:
    here, there = two
    chat = in_mid_answer(here)
    calls_lost_what_others_run(there)
    handler.goes_on.set()
    here.rest(chat)
    there.hub.settled(chat).wait()
    assert here.ends(chat) == ["interrupted"]
    assert here.last(chat)["status"] == "interrupted"


def test_a_process_that_stood_still_shows_nothing_else_once_its_run_was_called_lost(
    two: Two, handler: Handler
) -> None:
    here, there = two
    chat = in_mid_answer(here)
    run = here.runs.working(chat)
    assert run is not None
    calls_lost_what_others_run(there)
    shown = there.words(chat)
    run.show([])
    assert here.words(chat) == shown
    assert len(shown) == 2
    handler.goes_on.set()


def test_runs_of_a_dead_process_hold_up_the_next_one_no_longer_than_a_lease(
    place: Place, handler: Handler
) -> None:
    with Engine(handler, place=place, lease_seconds=0.3) as here:
        chat = here.begin("one")
        until(lambda: len(here.path(chat)) == 2, "the first word")
        with Engine(handler, place=place, lease_seconds=0.3) as there:
            there.begin("two", chat)
            assert handler.asked == ["one"]
            here.runs._active.clear()  # It is gone.

            def is_answered() -> bool:
                there.lost.sweep()
                there.runs.beat()
                return "two" in handler.asked

            until(is_answered, "the next turn")
            handler.goes_on.set()
            there.rest(chat)
            assert there.ends(chat) == ["interrupted", "done"]


def test_what_a_request_began_is_known_for_a_week_and_gone_with_its_chat(place: Place) -> None:
    with Engine(lambda: "Hi", place=place) as engine:
        chats = [engine.send(), engine.send()]
        assert count(engine.store) == 2
        engine.store.pruning.forget_begun(time.time() - 60)
        engine.change("delete", chats[0])
        engine.store.trash.purge(time.time() + 1)
        assert count(engine.store) == 1
        engine.store.pruning.forget_begun(time.time() + 60)
        assert count(engine.store) == 0


def count(store: Store) -> int:
    with store._db.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM begun").scalar_one())
