"""What providers send becomes one message, told in cases that both languages replay.

The browser replays the same files in client/src/state/deltas.test.ts, all but the chunks:
those are turned into the normal form on the server only.
"""

from __future__ import annotations

import copy
import json
from functools import reduce
from pathlib import Path
from typing import Any

import pytest

from gptchat.deltas import Normaliser, apply, compose, compose_all, is_empty, settle
from gptchat.messages import text_length, to_delta
from gptchat.protocol import Message, NormalDelta

FOLDER = Path(__file__).parent / "cases" / "deltas"
CASES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}
FROM_PROVIDERS = {name: case for name, case in CASES.items() if "chunks" in case}

every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
every_provider = pytest.mark.parametrize("case", FROM_PROVIDERS.values(), ids=FROM_PROVIDERS)


def grown(case: dict[str, Any], deltas: list[NormalDelta]) -> Message:
    return reduce(apply, copy.deepcopy(deltas), copy.deepcopy(case["start"]))


@every_case
def test_a_case_says_what_it_promises(case: dict[str, Any]) -> None:
    assert case["promise"].endswith(".")


@every_case
def test_deltas_one_by_one_make_the_message(case: dict[str, Any]) -> None:
    assert grown(case, case["deltas"]) == case["streaming"], case["promise"]


@every_case
def test_deltas_composed_make_the_same_message(case: dict[str, Any]) -> None:
    from_the_left = reduce(compose, case["deltas"], NormalDelta())
    from_the_right = reduce(lambda later, delta: compose(delta, later), case["deltas"][::-1])
    assert from_the_left == from_the_right == compose_all(case["deltas"])
    assert grown(case, [from_the_left]) == case["streaming"], case["promise"]


@every_case
def test_the_message_settles(case: dict[str, Any]) -> None:
    settled, beside = settle(case["streaming"], "m1")
    told = {key: case[key] for key in ("finish_reason", "usage") if case.get(key) is not None}
    assert (settled, beside) == (case["settled"], told), case["promise"]
    assert settle(settled, "m1")[0] == settled
    assert text_length(case["streaming"]) == text_length(settled) == case["length"]


@every_provider
def test_chunks_become_these_deltas(case: dict[str, Any]) -> None:
    chunks, start = copy.deepcopy(case["chunks"]), copy.deepcopy(case["start"])
    normaliser = Normaliser(start)
    deltas = [normaliser.normalise(to_delta(chunk)) for chunk in chunks]
    rest = normaliser.flush()
    assert deltas + ([rest] if rest else []) == case["deltas"], case["promise"]
    assert (chunks, start) == (case["chunks"], case["start"]), "The input was changed."


@every_provider
def test_a_delta_that_says_nothing_changes_nothing(case: dict[str, Any]) -> None:
    silent: list[dict[str, Any]] = [{}, {"content": None}, {"tool_calls": []}, {"role": ""}]
    normaliser = Normaliser(case["start"])
    assert all(is_empty(normaliser.normalise(delta)) for delta in silent)
