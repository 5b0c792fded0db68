"""A server process being measured: its processor time, its memory, how soon it is there."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from support.ports import free_port

PROGRAMS = Path(__file__).with_name("programs.py")

BYTECODE = tempfile.TemporaryDirectory(prefix="gptchat-bench-bytecode-")
AS_INSTALLED = {
    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    "PYTHONPYCACHEPREFIX": BYTECODE.name,
}
"""pip compiles what it installs; in a checkout that must not write, every start would compile."""


@dataclass
class Measured:
    """One running program of programs.py."""

    port: int
    process: psutil.Process
    cold_start: float
    folder: Path

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    @property
    def rss_mb(self) -> float:
        """Resident memory in MB."""
        return float(self.process.memory_info().rss) / 1e6


@contextmanager
def serving(kind: str, **env: str) -> Iterator[Measured]:
    """Start a program in a folder of its own, and end it."""
    with tempfile.TemporaryDirectory(prefix="gptchat-bench-") as folder:
        port, began = free_port(), time.monotonic()
        command = [sys.executable, str(PROGRAMS), kind, str(port), folder]
        env = AS_INSTALLED | env
        with Path(folder, "log").open("wb") as log:
            child = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=env)
        try:
            _wait(port)
            took = time.monotonic() - began
            yield Measured(port, psutil.Process(child.pid), took, Path(folder))
        finally:
            child.terminate()
            child.wait(10)
        text = Path(folder, "log").read_text("utf-8", "replace")
        if "Traceback" in text:
            raise AssertionError(text)


def _wait(port: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
            return
        except urllib.error.HTTPError:
            return  # The plain program has no page; refusing is answering.
        except OSError:
            time.sleep(0.005)
    raise AssertionError("The program does not answer.")
