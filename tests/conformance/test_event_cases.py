"""What each event does to a conversation, case by case: the page replays the same files.

`client/src/state/conversation.cases.test.ts` is the other side. A case holds a promise, the
conversation before (as a snapshot), the events, and the conversation after them.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from typing_extensions import get_type_hints

from gptchat.conversation import Conversation
from gptchat.protocol import Event
from gptchat.store import Store

FOLDER = Path(__file__).parent / "cases" / "events"
CASES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}

every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def told(conversation: Conversation) -> dict[str, Any]:
    return {
        "nodes": list(conversation.nodes.values()),
        "leaf": conversation.leaf,
        "path": [node["id"] for node in conversation.path()],
        "runs": list(conversation.runs.values()),
    }


def begun(given: dict[str, Any]) -> Conversation:
    given = copy.deepcopy(given)
    return Conversation.restore(given["nodes"], given["leaf"], given["runs"])


@every_case
def test_a_case_says_what_it_promises(case: dict[str, Any]) -> None:
    assert case["promise"].endswith(".")


@every_case
def test_the_events_do_what_the_case_promises(case: dict[str, Any]) -> None:
    conversation = begun(case["given"])
    for event in copy.deepcopy(case["events"]):
        conversation.apply(event)
    assert told(conversation) == case["then"], case["promise"]


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    opened = Store(None)
    yield opened
    opened.close()


@every_case
def test_the_store_keeps_what_the_case_promises(store: Store, case: dict[str, Any]) -> None:
    chat = case["promise"]
    store.create("me", chat)
    given: list[Any] = [{"type": "message", "node": node} for node in case["given"]["nodes"]]
    given += [{"type": "run", "run": run} for run in case["given"]["runs"]]
    store.append({chat: [*given, {"type": "select", "leaf": case["given"]["leaf"]}]})
    for event in case["events"]:
        store.append({chat: [copy.deepcopy(event)]})
    kept = store.load(chat)
    assert told(kept) == case["then"], case["promise"]
    ended: Any = [{**run, "state": "ended"} for run in kept.runs.values()]
    store.append({chat: [{"type": "run", "run": run} for run in ended]})


def test_every_event_of_the_protocol_has_a_case() -> None:
    words = {get_args(get_type_hints(kind)["type"])[0] for kind in get_args(Event)}
    assert words <= {event["type"] for case in CASES.values() for event in case["events"]}
