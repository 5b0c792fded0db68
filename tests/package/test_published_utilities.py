"""What 0.0.12's utilities read rightly, ours read alike; where it erred, it is said how.

Both are asked the same, the old one in an environment of its own.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from openai.types.chat.chat_completion_chunk import Choice

from gptchat.utils import concat_stream, parse_incomplete_json
from support.installing import Environment, run, succeed
from support.sources import TOP

ASK = """
import json, sys
from gptchat.util.openai_util import concat_stream, parse_incomplete_json
from openai.types.chat.chat_completion_chunk import Choice

def joined(choices):
    try:
        choice = concat_stream([Choice.model_validate(each) for each in choices])
    except Exception as error:
        return {"raises": type(error).__name__}
    return choice.model_dump(exclude_none=True)

asked = json.load(open(sys.argv[1], encoding="utf-8"))
told = {
    "json": [parse_incomplete_json(text, end) for text, end in asked["json"]],
    "streams": {name: joined(choices) for name, choices in asked["streams"].items()},
}
json.dump(told, open(sys.argv[2], "w", encoding="utf-8"))
"""
DOCUMENTS = [
    '{"symbol": "ACME", "days": 30, "exact": true, "note": null}',
    '{"code": "print(1, 2)\\nif x: pass", "within": {"a": 1, "b": [1, 2, {"c": 3}]}, "end": 0.5}',
    '{"list": ["a", "b,c", "d]"], "empty": {}, "none": [], "é": "ü \\u00fc \\"quoted\\", yes"}',
    '["one", "two, three", 4, [5, 6], {"seven": 8}, "nine"]',
    '[{"a": 1, "b": 2}, {"a": 3, "b": 4}]',
    '{"a": 1}',
    "{}",
    "[]",
]
CUTS = [
    (document[:end], "]" if document.startswith("[") else "}")
    for document in DOCUMENTS
    for end in range(len(document) + 1)
]
CASES = TOP / "tests/conformance/cases/deltas"
USUAL: dict[str, list[dict[str, Any]]] = {
    "two_calls_one_after_the_other": [
        {"role": "assistant", "content": "Let me look."},
        {"tool_calls": [{"index": 0, "id": "a", "type": "function",
                         "function": {"name": "f", "arguments": ""}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": '{"x": '}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": "1}"}}]},
        {"tool_calls": [{"index": 1, "id": "b", "type": "function",
                         "function": {"name": "g", "arguments": "{}"}}]},
    ],
    "nothing_but_a_role": [{"role": "assistant"}],
    "nothing_at_all": [],
}  # fmt: skip

WHERE_IT_ERRED = {
    "anthropic_compatible": "One call a chunk was read, the others' arguments were lost.",
    "cerebras_same_index": "A new call under an old index was joined to the old one.",
    "deepseek_reasoning": "Reasoning was lost.",
    "emoji_cut_in_half": "Halves of characters stayed, which no JSON may hold; a cut "
    "stream was called finished.",
    "gemini_signature": "The signature was lost, without which the next request is refused.",
    "goes_on_after_a_whole_message": "A call without an id was left out, and the role not read.",
    "groq_whole_call": "Reasoning was lost.",
    "llama_cpp_both_calls": "Of the two forms of a call only one was read.",
    "mistral_id_null": "The text `null` was taken for an id, so that calls shared it.",
    "mistral_same_index_one_chunk": "One call a chunk was read.",
    "nothing_but_a_role": "A cut stream was called finished.",
    "nothing_at_all": "A cut stream was called finished.",
    "openai_annotations": "It raised IndexError.",
    "openai_audio": "Audio was lost; a cut stream was called finished.",
    "openai_calls_out_of_order": "Calls were known by their order, not their index.",
    "openai_cut_stream": "A cut stream was called finished.",
    "openai_parallel_calls": "One call a chunk was read.",
    "openai_refusal": "The refusal was lost.",
    "openrouter_reasoning": "Reasoning was lost.",
    "two_calls_one_after_the_other": "A cut stream was called finished.",
    "unknown_fields": "Fields of providers' own were lost.",
    "vllm_new_id_each_chunk": "A cut stream was called finished.",
}
"""Streams that 0.0.12 joined wrongly, and in what."""


def streams() -> dict[str, list[dict[str, Any]]]:
    """The choices each provider streams, as far as OpenAI's own classes can say them."""
    found = {
        name: [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
        for name, deltas in USUAL.items()
    }
    for path in sorted(CASES.glob("*.json")):
        case = json.loads(path.read_text("utf-8"))
        chunks = [chunk for chunk in case.get("chunks", []) if chunk.get("choices")]
        choices = [chunk["choices"][0] for chunk in chunks]
        with suppress(ValueError):
            if read(choices):
                found[path.stem] = choices
    return found


def read(choices: list[dict[str, Any]]) -> list[Choice]:
    """Choices as OpenAI's classes have them. Raises ValueError where they cannot."""
    return [Choice.model_validate(choice) for choice in choices]


@pytest.fixture(scope="module")
def told(published: Environment, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What 0.0.12 answers to all of this."""
    folder = tmp_path_factory.mktemp("asked")
    program, asked, answered = folder / "ask.py", folder / "asked.json", folder / "told.json"
    program.write_text(ASK, "utf-8")
    asked.write_text(json.dumps({"json": CUTS, "streams": streams()}), "utf-8")
    succeed(run(published.python, program, asked, answered))
    answers: dict[str, Any] = json.loads(answered.read_text("utf-8"))
    return answers


def test_cut_json_is_read_alike(told: dict[str, Any]) -> None:
    differences = [
        (text, old, ours)
        for (text, end), old in zip(CUTS, told["json"], strict=True)
        if (ours := parse_incomplete_json(text, end)) != old and not erred(text, old, ours)
    ]
    assert differences == []


def erred(text: str, old: Any, ours: Any) -> bool:
    """Whether 0.0.12 read this in one of the ways that are known to be wrong."""
    if text.startswith("[") and old == {}:
        return bool(ours == [])  # It answered an array with an object.
    if text == '{"a": 1':
        return bool(ours == {})  # It took a number that may still grow, though only a first one.
    # It lost the newest value for a comma inside of it, though that value had come whole.
    whole = json.loads(text + ("]" if text.startswith("[") else "}"))
    return bool(ours == whole and old == without_the_last(whole))


def without_the_last(value: Any) -> Any:
    return value[:-1] if isinstance(value, list) else dict(list(value.items())[:-1])


def test_streams_are_joined_alike(told: dict[str, Any]) -> None:
    different = {
        name
        for name, choices in streams().items()
        if concat_stream(read(choices)).model_dump(exclude_none=True) != told["streams"][name]
    }
    assert different == set(WHERE_IT_ERRED)


def test_what_is_said_of_cut_streams_is_all_that_differs_in_them(told: dict[str, Any]) -> None:
    for name, why in WHERE_IT_ERRED.items():
        if why == "A cut stream was called finished.":
            ours = concat_stream(read(streams()[name])).model_dump(exclude_none=True)
            assert {**ours, "finish_reason": "stop"} == told["streams"][name], name
