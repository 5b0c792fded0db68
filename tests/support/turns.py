"""Several tests at a time, and those marked `serial` alone.

`make test` runs in several processes. Most tests wait for a browser or a socket, and may
share the machine; one that measures time may not. The processes agree by locking two files.
"""

from __future__ import annotations

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest


class Turns:
    """Who may run now, agreed among the processes that were given the same name."""

    def __init__(self, name: str) -> None:
        self._door = (Path(tempfile.gettempdir()) / f"gptchat-tests-{name}.door").open("w")
        self._room = (Path(tempfile.gettempdir()) / f"gptchat-tests-{name}.room").open("w")

    @contextmanager
    def taken(self, *, alone: bool) -> Iterator[None]:
        """Be in the room: alone, or with others who do not mind.

        Who wants to be alone waits in the door, so that nobody slips in meanwhile.
        """
        with _locked(self._door, fcntl.LOCK_EX):
            fcntl.flock(self._room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        try:
            yield
        finally:
            fcntl.flock(self._room, fcntl.LOCK_UN)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Run one test when its turn has come."""
        with self.taken(alone=item.get_closest_marker("serial") is not None):
            return (yield)

    def pytest_unconfigure(self) -> None:
        """Take the files away: whoever still has them open keeps them until the end."""
        for file in (self._door, self._room):
            file.close()
            Path(file.name).unlink(missing_ok=True)


@contextmanager
def _locked(file: IO[str], how: int) -> Iterator[None]:
    fcntl.flock(file, how)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
