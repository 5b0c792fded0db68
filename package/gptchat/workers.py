"""Threads and the asyncio loop: the sole creator of both.

Every handler runs on a thread of its own, or as a task of the one loop thread,
so that a handler that sleeps or burns the processor keeps nobody else waiting.
What they run is the business of `runs.py` and `hub.py`.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any

from gptchat.errors import RunStopped

STARTS_AT_ONCE = 32
"""Threads that may be starting together. 500 in one instant stood still for seconds."""

_gate = threading.BoundedSemaphore(STARTS_AT_ONCE)
_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def start_thread(
    work: Callable[[], None], *, name: str, context: contextvars.Context | None = None
) -> threading.Thread:
    """Run `work` on a new daemon thread, inside `context`. Waits its turn when many start at once."""
    body = work if context is None else lambda: context.run(work)

    def main() -> None:
        _gate.release()
        body()

    _gate.acquire()
    thread = threading.Thread(target=main, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        _gate.release()
        raise
    return thread


def start_task(
    work: Coroutine[Any, Any, None], *, context: contextvars.Context
) -> Future[asyncio.Task[None]]:
    """Run `work` as a task of the loop thread, inside `context`. The future yields the task."""
    loop = _running_loop()
    made: Future[asyncio.Task[None]] = Future()
    loop.call_soon_threadsafe(lambda: made.set_result(loop.create_task(work, context=context)))
    return made


def wait_for(work: Coroutine[Any, Any, Any]) -> Any:
    """Run `work` on the loop thread, in the caller's context, and wait for what it returns."""
    done: Future[Any] = Future()

    async def main() -> None:
        try:
            done.set_result(await work)
        except BaseException as error:
            done.set_exception(error)

    start_task(main(), context=contextvars.copy_context())
    return done.result()


def in_loop() -> bool:
    """Whether the caller is running on the loop thread."""
    try:
        return asyncio.get_running_loop() is _loop
    except RuntimeError:
        return False


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
            start_thread(_loop.run_forever, name="gptchat-asyncio")
        return _loop
