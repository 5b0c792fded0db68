"""The command `gptchat`, run as people run it, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from support.ports import free_port
from support.serving import TOP, Server, serve

COMMAND = """
import sys
from gptchat.cli import main

sys.exit(main())
"""


@contextmanager
def gptchat(
    *words: str, folder: Path, port: int | None = None, env: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """`gptchat WORDS` at work in a folder, once it answers. `port`: where, if not by `--port`."""
    at = port or free_port()
    # What follows `--` is not ours.
    own = list(words[: words.index("--")]) if "--" in words else list(words)
    rest = list(words[len(own) :])
    typed = [*own, *([] if port else ["--port", str(at)]), *rest]
    with serve(COMMAND, *typed, port=at, folder=folder, env=env) as server:
        yield server


def ended(*words: str, folder: Path, env: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    """`gptchat WORDS`, which ends by itself: its exit code, and what it said."""
    ran = subprocess.run(
        [sys.executable, "-m", "gptchat", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(TOP / "package"), **(env or {})},
        capture_output=True,
        text=True,
        timeout=30,
    )
    return ran.returncode, ran.stdout, ran.stderr
