"""Tests that measure time run alone, and do not wait for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from support.turns import Turns


@pytest.fixture
def name(request: pytest.FixtureRequest) -> Iterator[str]:
    """Of a run of tests, whose files are taken away."""
    yield request.node.name
    Turns(request.node.name).pytest_unconfigure()


class Process:
    """Another process of the run, with one test to do."""

    def __init__(self, name: str, *, alone: bool) -> None:
        self.began, self.may_end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, args=(Turns(name), alone), daemon=True)
        self._thread.start()

    def _work(self, turns: Turns, alone: bool) -> None:
        with turns.taken(alone=alone):
            self.began.set()
            self.may_end.wait(10)

    def end(self) -> None:
        self.may_end.set()
        self._thread.join(10)


def test_tests_run_side_by_side(name: str) -> None:
    one, other = Process(name, alone=False), Process(name, alone=False)
    assert one.began.wait(10)
    assert other.began.wait(10)
    one.end()
    other.end()


def test_a_serial_test_waits_for_the_others_and_then_they_wait_for_it(name: str) -> None:
    common = Process(name, alone=False)
    assert common.began.wait(10)
    serial = Process(name, alone=True)
    assert not serial.began.wait(0.1)
    late = Process(name, alone=False)
    assert not late.began.wait(0.1)
    common.end()
    assert serial.began.wait(10)
    assert not late.began.wait(0.1)
    serial.end()
    assert late.began.wait(10)
    late.end()
