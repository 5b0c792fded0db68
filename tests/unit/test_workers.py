"""Threads and the loop: each piece of work has its own, in its maker's context."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
import time

import pytest

from gptchat import workers
from gptchat.errors import RunStopped
from support.waiting import until

WORD: contextvars.ContextVar[str] = contextvars.ContextVar("word", default="none")


def test_a_thread_runs_in_the_context_it_is_given() -> None:
    seen: list[str] = []
    context = contextvars.copy_context()
    context.run(WORD.set, "mine")
    thread = workers.start_thread(lambda: seen.append(WORD.get()), name="x", context=context)
    thread.join()
    assert (seen, thread.name, thread.daemon) == (["mine"], "x", True)
    assert WORD.get() == "none"


def test_hundreds_of_threads_may_be_started_at_once() -> None:
    done: list[int] = []
    threads = [workers.start_thread(lambda: done.append(1), name="x") for _ in range(300)]
    for thread in threads:
        thread.join()
    assert len(done) == 300


async def double(number: int) -> str:
    await asyncio.sleep(0)
    return f"{number * 2} {WORD.get()}"


def test_what_is_awaited_returns_to_the_thread_that_waits_and_keeps_its_context() -> None:
    token = WORD.set("mine")
    try:
        assert workers.Awaited(double(21)).result() == "42 mine"
    finally:
        WORD.reset(token)


@pytest.mark.parametrize("error", [ValueError("no"), RunStopped(), SystemExit(3)])
def test_what_it_raises_is_raised_where_it_is_waited_for(error: BaseException) -> None:
    async def fail() -> None:
        raise error

    with pytest.raises(type(error)):
        workers.Awaited(fail()).result()
    assert workers.Awaited(double(1)).result() == "2 none", "The loop goes on."


def test_what_is_awaited_can_be_cancelled_from_any_thread() -> None:
    work = workers.Awaited(asyncio.sleep(3600))
    threading.Timer(0.02, work.cancel).start()
    with pytest.raises(asyncio.CancelledError):
        work.result()


def test_it_can_be_cancelled_before_it_began() -> None:
    work = workers.Awaited(double(1))
    work.cancel()
    # It is cancelled, or was quicker; either way nobody waits for ever.
    with contextlib.suppress(asyncio.CancelledError):
        assert work.result() == "2 none"


def test_blocking_work_keeps_no_other_task_waiting() -> None:
    order: list[str] = []

    def slowly() -> str:
        time.sleep(0.05)
        return WORD.get()

    async def block() -> str:
        word = await workers.on_thread(slowly)
        order.append("blocked")
        return word

    async def quick() -> None:
        order.append("quick")

    token = WORD.set("mine")
    try:
        slow = workers.Awaited(block())
        workers.Awaited(quick()).result()
        assert slow.result() == "mine"
    finally:
        WORD.reset(token)
    assert order == ["quick", "blocked"]


def test_what_blocking_work_raises_is_raised_where_it_is_awaited() -> None:
    async def fail() -> None:
        await workers.on_thread(lambda: 1 // 0)

    with pytest.raises(ZeroDivisionError):
        workers.Awaited(fail()).result()


def test_only_stops_are_silenced(capsys: pytest.CaptureFixture[str]) -> None:
    before = threading.excepthook
    threading.excepthook = threading.__excepthook__
    try:
        workers.silence_stops()
        hook = threading.excepthook
        workers.silence_stops()
        assert threading.excepthook is hook, "One hook, however often."

        def stop() -> None:
            raise RunStopped

        def fail() -> None:
            raise ValueError("aloud")

        for work in (stop, fail):
            workers.start_thread(work, name="x").join()
    finally:
        threading.excepthook = before
    said = capsys.readouterr().err
    assert "ValueError: aloud" in said
    assert "RunStopped" not in said


def test_a_forgotten_task_that_was_stopped_says_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ended = threading.Event()

    async def careless() -> None:
        async def stop() -> None:
            ended.set()
            raise RunStopped

        asyncio.ensure_future(stop())  # noqa: RUF006 – as careless code does
        await asyncio.sleep(0.01)

    workers.Awaited(careless()).result()
    until(ended.is_set)
    assert caplog.records == []
