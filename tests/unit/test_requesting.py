"""A request holds only what OpenAI accepts."""

from __future__ import annotations

import copy
from typing import Any

from gptchat.messages import for_openai

SAID: dict[str, Any] = {
    "role": "assistant",
    "content": "Hi",
    "refusal": None,
    "name": "Ada",
    "reasoning_content": "Hm",
    "reasoning_details": [{}],
    "annotations": [{}],
    "logprobs": {"content": []},
    "finish_reason": "stop",
    "audio": {"id": "audio_1", "data": "AAAA", "transcript": "Hi", "expires_at": 1},
    "tool_calls": [
        {
            "slot": 0,
            "index": 0,
            "id": "c",
            "type": "function",
            "extra_content": {},
            "function": {"name": "f", "arguments": "{}", "parsed_arguments": {}},
        },
        {"id": "d", "type": "custom", "custom": {"name": "sh", "input": "ls"}},
    ],
}


def test_of_an_answer_only_what_openai_takes_back_is_sent() -> None:
    before = copy.deepcopy(SAID)
    assert for_openai(SAID) == {
        "role": "assistant",
        "content": "Hi",
        "name": "Ada",
        "audio": {"id": "audio_1"},
        "tool_calls": [
            {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}},
            {"id": "d", "type": "custom", "custom": {"name": "sh", "input": "ls"}},
        ],
    }
    assert before == SAID


def test_what_is_sent_can_be_changed_without_changing_the_conversation() -> None:
    message = {"role": "user", "content": [{"type": "text", "text": "hi"}]}
    for_openai(message)["content"][0]["text"] = "changed"
    assert message["content"] == [{"type": "text", "text": "hi"}]


def test_handlers_always_find_content() -> None:
    call = {"name": "f", "arguments": "{}"}
    assert for_openai({"role": "assistant", "function_call": call}) == {
        "role": "assistant",
        "content": None,
        "function_call": call,
    }
    assert for_openai({"role": "assistant"})["content"] == ""
    assert for_openai({"role": "tool", "tool_call_id": "c", "content": None})["content"] == ""


def test_each_role_keeps_its_own_keys() -> None:
    keys = {"name": "n", "tool_call_id": "c", "tool_calls": [], "refusal": "no", "mine": 1}
    kept = {
        role: sorted(
            for_openai({"role": role, "content": "x", **keys}).keys() - {"role", "content"}
        )
        for role in ("system", "developer", "user", "assistant", "tool", "function")
    }
    assert kept == {
        "system": ["name"],
        "developer": ["name"],
        "user": ["name"],
        "assistant": ["name", "refusal"],
        "tool": ["tool_call_id"],
        "function": ["name"],
    }


def test_parts_a_role_may_not_have_stay_behind() -> None:
    parts = [{"type": "thinking", "thinking": "Hm"}, {"type": "text", "text": "Hi"}]
    assert for_openai({"role": "assistant", "content": parts})["content"] == parts[1:]
    assert for_openai({"role": "assistant", "content": parts[:1]})["content"] == ""
    picture = [{"type": "image_url", "image_url": {"url": "data:,", "detail": None}}]
    assert for_openai({"role": "user", "content": picture})["content"] == [
        {"type": "image_url", "image_url": {"url": "data:,"}}
    ]
