"""aimock, a model's server that is none of ours: another opinion of what OpenAI's language is.

It comes with the client's packages (`make setup`). What it says is read from its own
fixtures; `--chaos-…` makes it fail.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.ports import free_port
from support.serving import TOP

BINARY = TOP / "client" / "node_modules" / ".bin" / "llmock"
STARTS_WITHIN = 20.0


@dataclass
class Aimock:
    """One running server."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def kill(self) -> None:
        """End it in the middle of whatever it says."""
        self.process.kill()
        self.process.wait()

    def chaos(self, **rates: float) -> None:
        """Fail from now on: `dropRate`, `malformedRate`, `disconnectRate`; nothing ends it."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/__aimock/chaos",
            data=json.dumps(rates).encode() if rates else None,
            headers={"Content-Type": "application/json"},
            method="POST" if rates else "DELETE",
        )
        urllib.request.urlopen(request, timeout=5).close()

    def asked(self) -> list[dict[str, Any]]:
        """The requests for an answer so far, oldest first."""
        address = f"http://127.0.0.1:{self.port}/__aimock/journal"
        with urllib.request.urlopen(address, timeout=5) as answer:
            entries: list[dict[str, Any]] = json.load(answer)
        return [each for each in entries if "completions" in each["path"]]


@contextmanager
def aimock(
    fixtures: Sequence[Mapping[str, Any]], folder: Path, *words: str,
    port: int | None = None, keys: str = "",
) -> Iterator[Aimock]:  # fmt: skip
    """aimock, saying what these fixtures say. `keys`: the only ones it accepts."""
    assert BINARY.exists(), "aimock is not installed. Run `make setup`."
    said = folder / "fixtures.json"
    said.write_text(json.dumps({"fixtures": fixtures}))
    at = port or free_port()
    command = [str(BINARY), "--port", str(at), "--fixtures", str(said), *words]
    env = {"AIMOCK_API_KEYS": keys} if keys else {}
    with (folder / "aimock.log").open("ab") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env={**os.environ, **env}, start_new_session=True
        )
    running = Aimock(at, process)
    try:
        _wait(running)
        yield running
    finally:
        running.kill()


def _wait(running: Aimock) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        with suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{running.port}/health", timeout=5).close()
            return
        assert running.process.poll() is None, "aimock has ended by itself."
        time.sleep(0.05)
    raise AssertionError(f"aimock does not answer after {STARTS_WITHIN} s.")
