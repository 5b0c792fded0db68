"""What a test of somebody's handler takes, with the fixtures that pytest finds by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.report import Figure
from support.strangers import durations, strangers_project


def handler_test() -> Iterator[Figure]:
    """Ten tests of a stranger's program that asks a model: set-up, talk and end of each."""
    with TemporaryDirectory() as folder:
        said = strangers_project(Path(folder)).test("-vv", "--durations=0", "--durations-min=0")
    taken = durations(said).values()
    yield Figure("a test of a handler, median of 10", median(taken) * 1000, "ms", aim=100)
    yield Figure("a test of a handler, the slowest of 10", max(taken) * 1000, "ms")
