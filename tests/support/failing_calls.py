"""System calls of a running process that fail, one after the other: strace lets them.

with failing(server, "pwrite64", "ENOSPC", first=3, last=9):
    ...   # In each of its threads, the third to the ninth write to a file finds no room.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.serving import Server
from support.waiting import until


@contextmanager
def failing(server: Server, call: str, error: str, *, first: int, last: int) -> Iterator[None]:
    """Let these calls fail meanwhile. Skips where nobody may trace a process."""
    assert server.process is not None
    pid = server.process.pid
    strace = shutil.which("strace")
    if strace is None:
        pytest.fail("The tests need strace and found none. `make test` installs it.")
    tracer = subprocess.Popen(
        [strace, "-f", "-qq", "-o", "/dev/null", "-p", str(pid), "-e", f"trace={call}",
         "-e", f"inject={call}:error={error}:when={first}..{last}"],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        until(lambda: is_traced(pid) or tracer.poll() is not None, "strace to begin")
        if tracer.poll() is not None:
            assert tracer.stderr is not None
            pytest.skip(f"This machine lets nobody trace a process: {tracer.stderr.read()}")
        yield
    finally:
        tracer.terminate()
        tracer.wait(10)
    until(lambda: not is_traced(pid), "strace to end")


def is_traced(pid: int) -> bool:
    """Whether somebody traces every thread of the process."""
    threads = Path(f"/proc/{pid}/task").glob("*/status")
    return all("TracerPid:\t0\n" not in thread.read_text() for thread in threads)
