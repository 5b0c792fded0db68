"""The tree of a conversation: what each event does to it, and what a handler sees of it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given

from gptchat.conversation import Conversation, openai_messages
from gptchat.protocol import Node
from support.logs import event_logs


def node(id: str, parent: str | None = None, role: str = "user", **more: Any) -> Node:
    message = {"role": role, "content": f"<{id}>"}
    made = {"id": id, "parent": parent, "message": message, "status": "done", "created": 1.0}
    return {**made, **more}  # type: ignore[typeddict-item]


def tree(*nodes: Node, leaf: str | None = None) -> Conversation:
    conversation = Conversation()
    for each in nodes:
        conversation.apply({"type": "message", "node": each})
    conversation.leaf = leaf or conversation.leaf
    return conversation


def shown(conversation: Conversation) -> list[str]:
    return [each["id"] for each in conversation.path()]


FORKED = (node("u1"), node("a1", "u1", "assistant"), node("u2", "a1"))


def test_a_conversation_begins_empty() -> None:
    assert (Conversation().path(), Conversation().leaf) == ([], None)


def test_messages_below_the_leaf_are_shown() -> None:
    assert shown(tree(*FORKED)) == ["u1", "a1", "u2"]


def test_a_message_elsewhere_does_not_change_what_is_shown() -> None:
    assert shown(tree(*FORKED, node("a2", "u1", "assistant"))) == ["u1", "a1", "u2"]


def test_selecting_shows_another_branch_and_new_messages_follow_it() -> None:
    conversation = tree(*FORKED)
    conversation.apply({"type": "select", "leaf": "u1"})
    conversation.apply({"type": "message", "node": node("a2", "u1", "assistant")})
    assert shown(conversation) == ["u1", "a2"]
    conversation.apply({"type": "select", "leaf": None})
    assert shown(conversation) == []


def test_a_message_said_again_keeps_its_parent_and_its_place() -> None:
    conversation = tree(*FORKED)
    conversation.apply({"type": "message", "node": node("a1", "elsewhere", "assistant", run="r")})
    assert conversation.nodes["a1"]["parent"] == "u1"
    assert conversation.nodes["a1"]["run"] == "r"
    assert list(conversation.nodes) == ["u1", "a1", "u2"]
    assert conversation.children["u1"] == ["a1"]


def test_the_newest_below_is_the_end_of_the_newest_branch() -> None:
    conversation = tree(*FORKED, node("a2", "u1", "assistant"), node("u3", "a2"))
    assert conversation.newest_below("u1") == "u3"
    assert conversation.newest_below("a1") == "u2"
    assert conversation.newest_below("nobody") == "nobody"


def test_finishing_settles_the_message() -> None:
    conversation = tree(node("u1"), node("a", "u1", "assistant", status="streaming"))
    calls = {
        "1": {"set": {"index": 1, "function.name": "g"}},
        "0": {"set": {"index": 0, "id": "x"}},
    }
    conversation.apply({"type": "delta", "id": "a", "delta": {"calls": calls}})  # type: ignore[typeddict-item]
    conversation.apply({"type": "delta", "id": "a", "delta": {"set": {"finish_reason": "stop"}}})
    conversation.apply({"type": "finish", "id": "a", "status": "stopped", "at": 9.0, "length": 3})
    done = conversation.nodes["a"]
    assert (done["status"], done["finished"], done["finish_reason"]) == ("stopped", 9.0, "stop")
    assert [call["id"] for call in done["message"]["tool_calls"]] == ["x", "call_a_1"]
    assert "finish_reason" not in done["message"]


def test_only_a_message_nothing_follows_can_be_removed() -> None:
    conversation = tree(*FORKED)
    conversation.apply({"type": "remove", "id": "a1"})
    assert shown(conversation) == ["u1", "a1", "u2"]
    conversation.apply({"type": "remove", "id": "u2"})
    assert shown(conversation) == ["u1", "a1"]
    conversation.apply({"type": "remove", "id": "a1"})
    assert (shown(conversation), conversation.children["u1"]) == (["u1"], [])


def test_runs_are_kept_until_they_end() -> None:
    conversation = Conversation()
    run: Any = {"id": "r", "parent": "u", "state": "queued", "trigger": "new", "created": 1.0}
    for state in ("queued", "running", "stopping"):
        run = run | {"state": state}
        conversation.apply({"type": "run", "run": run})
        assert conversation.runs["r"]["state"] == state
    run = run | {"state": "ended", "end": "done"}
    conversation.apply({"type": "run", "run": run})
    conversation.apply({"type": "run", "run": run})
    assert conversation.runs == {}


@pytest.mark.parametrize(
    "event",
    [
        {"type": "of a newer server", "id": "u1"},
        {"type": "stale", "id": "u1"},
        {"type": "delta", "id": "nobody", "delta": {"append": {"content": "x"}}},
        {"type": "finish", "id": "nobody", "status": "done", "at": 1.0, "length": 0},
        {"type": "remove", "id": "nobody"},
    ],
)
def test_what_nobody_knows_changes_nothing(event: Any) -> None:
    conversation = tree(*FORKED)
    before = copy.deepcopy(vars(conversation))
    conversation.apply(event)
    assert vars(conversation) == before


@given(event_logs())
def test_a_conversation_restored_is_the_conversation(events: list[Any]) -> None:
    conversation = Conversation()
    for event in events:
        conversation.apply(event)
    nodes, runs = list(conversation.nodes.values()), list(conversation.runs.values())
    again = Conversation.restore(nodes, conversation.leaf, runs)
    assert {k: v for k, v in conversation.children.items() if v} == again.children
    assert (again.nodes, again.leaf, again.runs) == (
        conversation.nodes,
        conversation.leaf,
        conversation.runs,
    )


def test_a_handler_sees_the_path_and_the_system_text_before_it() -> None:
    path = tree(*FORKED).path()
    assert openai_messages(path, "Be kind.") == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "<u1>"},
        {"role": "assistant", "content": "<a1>"},
        {"role": "user", "content": "<u2>"},
    ]


def test_what_a_handler_does_to_its_messages_stays_with_the_handler() -> None:
    conversation = tree(node("u1"))
    conversation.nodes["u1"]["message"]["content"] = [{"type": "text", "text": "Hi"}]
    openai_messages(conversation.path())[0]["content"][0]["text"] = "changed"
    assert conversation.nodes["u1"]["message"]["content"][0]["text"] == "Hi"
