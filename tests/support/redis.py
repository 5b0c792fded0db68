"""A private Redis: on a free port, keeping nothing, ended with the tests."""

from __future__ import annotations

import shutil
import subprocess
import tempfile

import pytest

from support.ports import free_port
from support.waiting import until


class Redis:
    """`with Redis() as redis:` – `redis.url` is what a program names."""

    def __init__(self) -> None:
        self._program = shutil.which("redis-server")
        if self._program is None:
            pytest.fail("The tests need redis-server and found none. `make test` installs it.")
        self._folder = tempfile.TemporaryDirectory(prefix="gptchat-redis-")
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self) -> Redis:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._folder.cleanup()

    def start(self) -> None:
        """Let it listen, on the port it always has."""
        where = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", self._folder.name]
        self._process = subprocess.Popen(
            [str(self._program), *where, "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until(self._answers, "Redis")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def tell(self, *command: str) -> object:
        """What it answers to a command."""
        import redis  # Here, so that other tests run where nobody installed it.

        with redis.Redis(port=self.port) as client:
            return client.execute_command(*command)

    def _answers(self) -> bool:
        import redis

        try:
            return bool(self.tell("PING"))
        except redis.RedisError:
            return False
