"""Where a handler is: the lines it stands on, in its thread or in its task."""

from __future__ import annotations

import sys
import traceback
from asyncio import Task
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

OURS = str(Path(__file__).parents[1])


def stack_of(thread: int, task: Task[Any] | None) -> str:
    """The lines a handler stands on, outermost first, as a traceback shows them."""
    frames = _of_task(task) if task is not None else _of_thread(thread)
    theirs = [frame for frame in frames if not _is_ours(frame)] or frames
    summary = traceback.StackSummary.extract((frame, frame.f_lineno) for frame in theirs)
    return "".join(summary.format()).rstrip() or "  (it has just ended)"


def without_ours(error: BaseException) -> BaseException:
    """The exception, its traceback beginning in the handler's own code, if it got there."""
    trace = first = error.__traceback__
    while trace is not None and _is_ours(trace.tb_frame):
        trace = trace.tb_next
    return error.with_traceback(_or(trace, first))


def _or(trace: TracebackType | None, otherwise: TracebackType | None) -> TracebackType | None:
    return otherwise if trace is None else trace


def _is_ours(frame: FrameType) -> bool:
    file = frame.f_code.co_filename
    return file.startswith((OURS, "<frozen")) or file.endswith("threading.py")


def _of_thread(thread: int) -> list[FrameType]:
    frame = sys._current_frames().get(thread)
    found: list[FrameType] = []
    while frame is not None:
        found.append(frame)
        frame = frame.f_back
    return found[::-1]


def _of_task(task: Task[Any]) -> list[FrameType]:
    """A task that waits has no thread: the coroutines that wait for each other are its stack."""
    waiting: Any = task.get_coro()
    found: list[FrameType] = []
    while waiting is not None:
        frame = _field(waiting, "frame")
        if frame is not None:
            found.append(frame)
        # What an async generator is asked for hides it; whoever reads it has it as `source`.
        hides = frame is None and found and waiting is not found[-1].f_locals.get("source")
        waiting = found[-1].f_locals.get("source") if hides else _field(waiting, "await")
    return found


def _field(waiting: Any, name: str) -> Any:
    for kind in ("cr", "ag", "gi"):
        if hasattr(waiting, f"{kind}_{name}"):
            return getattr(waiting, f"{kind}_{name}")
    return getattr(waiting, "gi_yieldfrom", None) if name == "await" else None
