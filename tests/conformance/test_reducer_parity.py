"""The page and the server make the same of any log: random ones, compared as canonical JSON.

The page's TypeScript runs as it is, behind replay.ts; Hypothesis finds the smallest log on
which the two differ. What a log of another kind needs is a branch there and a test here.
"""

from __future__ import annotations

import copy
import json
import subprocess
from collections.abc import Callable, Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gptchat.conversation import Conversation
from gptchat.deltas import Normaliser, apply, compose, settle
from gptchat.messages import text_length
from gptchat.protocol import Message, NormalDelta
from support.bundling import bundle
from support.growing import RAW_DELTAS, messages, normal_deltas
from support.logs import event_logs

HERE = Path(__file__).parent

Page = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """What the page makes of a log."""
    into = tmp_path_factory.mktemp("replay") / "replay.mjs"
    script = bundle(HERE / "replay.ts", into, form="esm", platform="node")
    process = subprocess.Popen(
        ["node", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    )
    requests, answers = process.stdin, process.stdout
    assert requests is not None
    assert answers is not None

    def ask(log: dict[str, Any]) -> Any:
        requests.write(json.dumps(log) + "\n")
        requests.flush()
        return json.loads(answers.readline())

    yield ask
    requests.close()
    process.wait(timeout=10)
    answers.close()


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1)


def replay_deltas(start: Message, deltas: list[NormalDelta]) -> dict[str, Any]:
    streaming = reduce(apply, copy.deepcopy(deltas), copy.deepcopy(start))
    settled, reason = settle(streaming, "m")
    return {
        "streaming": streaming,
        "composed": reduce(compose, deltas, NormalDelta()),
        "settled": settled,
        "reason": reason,
        "length": text_length(streaming),
    }


def replay_conversation(events: list[Any]) -> dict[str, Any]:
    conversation = Conversation()
    for event in copy.deepcopy(events):
        conversation.apply(event)
    return {
        "nodes": list(conversation.nodes.values()),
        "children": [[parent, ids] for parent, ids in conversation.children.items() if ids],
        "leaf": conversation.leaf,
        "runs": list(conversation.runs.values()),
        "path": [node["id"] for node in conversation.path()],
    }


@given(start=messages(), deltas=st.lists(normal_deltas(), max_size=5))
def test_any_deltas_grow_any_message_alike(
    page: Page, start: Message, deltas: list[NormalDelta]
) -> None:
    shown = page({"kind": "deltas", "start": start, "deltas": deltas})
    assert canonical(shown) == canonical(replay_deltas(start, deltas))


@given(raw=st.lists(RAW_DELTAS, max_size=8))
def test_what_providers_send_is_shown_as_it_is_kept(page: Page, raw: list[dict[str, Any]]) -> None:
    normaliser = Normaliser()
    deltas = [normaliser.normalise(delta) for delta in raw]
    shown = page({"kind": "deltas", "start": {}, "deltas": deltas})
    assert canonical(shown) == canonical(replay_deltas({}, deltas))


@given(events=event_logs())
def test_any_log_makes_the_same_conversation(page: Page, events: list[dict[str, Any]]) -> None:
    shown = page({"kind": "conversation", "events": events})
    assert canonical(shown) == canonical(replay_conversation(events))
