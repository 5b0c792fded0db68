"""Waiting for what must come soon, and saying what was awaited if it does not."""

from __future__ import annotations

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
