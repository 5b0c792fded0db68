"""A clock that jumps, for one process: libfaketime reads from a file what to add to the time.

    clock = Clock(folder)
    with serve(program, env=clock.environment) as server:
        clock.jump(3600)

Only the wall clock jumps. The monotonic clock goes on, as it does when an administrator, a
virtual machine or the network sets a machine's time.
"""

from __future__ import annotations

from pathlib import Path

import pytest

PLACES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib*/faketime/libfaketimeMT.so.1")


def library() -> Path:
    """Where it is; Debian keeps it off the path."""
    for pattern in PLACES:
        for found in Path("/").glob(pattern.lstrip("/")):
            return found
    pytest.fail("The tests need libfaketime and found none. `make test` installs it.")


class Clock:
    """The time as one server reads it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.jump(0)
        self.environment = {
            "LD_PRELOAD": str(library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def jump(self, seconds: int) -> None:
        """From now on the time is so many seconds from the true one."""
        beside = self._file.with_suffix(".new")
        beside.write_text(f"{seconds:+d}s\n")
        beside.replace(self._file)  # In one step: half a file would be another time.
