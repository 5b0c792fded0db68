"""Waiting for what must come soon, and saying what was awaited if it does not."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

PATIENCE = 10.0
"""Seconds; a busy machine with two cores must not make a test fail."""


def until(is_true: Callable[[], object], what: str = "it", *, within: float = PATIENCE) -> None:
    """Return as soon as `is_true()`; fail with a sentence after `within` seconds."""
    deadline = time.monotonic() + within
    while not is_true():
        assert time.monotonic() < deadline, f"Waited {within:g} s in vain for {what}."
        time.sleep(0.002)


def is_busy() -> bool:
    """Whether others use this machine so much that a clock tells of them rather than of us."""
    return hasattr(os, "getloadavg") and os.getloadavg()[0] > (os.cpu_count() or 1)
