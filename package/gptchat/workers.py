"""Threads and the asyncio loop: the sole creator of both.

A plain handler runs on a thread of its own: one that sleeps or burns the processor
keeps nobody else waiting. Async handlers are tasks of the one loop thread, as their
clients expect, so one that blocks instead of awaiting holds up the other async ones.
What they run is the business of `runs.py` and `hub.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from gptchat.errors import AnswerFailed, RunStopped

T = TypeVar("T")

STARTS_AT_ONCE = 32
"""Threads that may be starting together. 500 in one instant stood still for seconds."""
NO_ROOM = "The server has no room for another answer. Wait a moment, then retry."

_gate = threading.BoundedSemaphore(STARTS_AT_ONCE)
_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def start_thread(
    work: Callable[[], None], *, name: str, context: contextvars.Context | None = None
) -> threading.Thread:
    """Run `work` on a new daemon thread, inside `context`. Many starting at once take turns.

    Raises AnswerFailed where there can be no more threads.
    """
    body = work if context is None else lambda: context.run(work)

    def main() -> None:
        _gate.release()
        body()

    _gate.acquire()
    thread = threading.Thread(target=main, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError as error:  # No memory for its stack, or no more are allowed.
        _gate.release()
        raise AnswerFailed(NO_ROOM) from error
    return thread


def start_task(
    work: Coroutine[Any, Any, None],
    *,
    context: contextvars.Context,
    when_done: Callable[[asyncio.Task[None]], None] = lambda _task: None,
) -> Future[asyncio.Task[None]]:
    """Run `work` as a task of the loop thread, inside `context`. The future yields the task."""
    loop = _running_loop()
    made: Future[asyncio.Task[None]] = Future()

    def make() -> None:
        task = loop.create_task(work, context=context)
        task.add_done_callback(when_done)
        made.set_result(task)

    loop.call_soon_threadsafe(make)
    return made


class Awaited:
    """Work that goes on in the loop, in its maker's context, and is waited for from a thread."""

    def __init__(self, work: Coroutine[Any, Any, Any]) -> None:
        self._done: Future[Any] = Future()
        self._task = start_task(work, context=contextvars.copy_context(), when_done=self._settle)

    def result(self) -> Any:
        """Wait for what it returns, or raise what it raised. Never call this on the loop."""
        return self._done.result()

    def cancel(self) -> None:
        """Cancel it, from any thread."""
        cancel(self._task)

    def _settle(self, task: asyncio.Task[Any]) -> None:
        if task.cancelled():
            self._done.set_exception(asyncio.CancelledError())
        elif (error := task.exception()) is not None:
            self._done.set_exception(error)
        else:
            self._done.set_result(task.result())


async def on_thread(work: Callable[[], T]) -> T:
    """Run blocking `work` on a thread of its own, in the caller's context, and await it.

    Not `asyncio.to_thread`: its few threads are the handlers' own to fill.
    """
    done: Future[T] = Future()
    done.set_running_or_notify_cancel()  # Once begun, it ends by itself.

    def main() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 – it is raised again where it is awaited
            done.set_exception(error)

    start_thread(main, name="gptchat-blocking", context=contextvars.copy_context())
    return await asyncio.wrap_future(done)


def cancel(task: Future[asyncio.Task[None]]) -> None:
    """Cancel a task made by `start_task`, from any thread."""
    if _loop is not None:
        _loop.call_soon_threadsafe(lambda: task.result().cancel())


def silence_stops() -> None:
    """Let a handler's own threads end by `RunStopped` without a traceback on the terminal."""
    before = threading.excepthook
    if getattr(before, "silences_stops", False):
        return

    def hook(args: threading.ExceptHookArgs) -> None:
        if not issubclass(args.exc_type, RunStopped):
            before(args)

    hook.silences_stops = True  # type: ignore[attr-defined]  # Marks our own hook, once.
    threading.excepthook = hook


def _running_loop() -> asyncio.AbstractEventLoop:
    global _loop
    with _lock:
        if _loop is None or _loop.is_closed():
            _loop = asyncio.new_event_loop()
            _loop.set_exception_handler(_told_by_loop)
            loop = _loop
            start_thread(lambda: _run(loop), name="gptchat-asyncio")
        return _loop


def _run(loop: asyncio.AbstractEventLoop) -> None:
    while not loop.is_closed():
        # A task that exits the interpreter ends itself, not everybody's loop.
        with contextlib.suppress(SystemExit, KeyboardInterrupt):
            loop.run_forever()


def _told_by_loop(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    if not isinstance(context.get("exception"), RunStopped):
        loop.default_exception_handler(context)
