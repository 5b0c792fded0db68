"""A stream adds up to the answer it would have been without streaming."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.lib.streaming._deltas import accumulate_delta
from openai.types.chat import ChatCompletionChunk
from openai.types.chat.chat_completion import Choice
from openai.types.chat.chat_completion_chunk import Choice as ChunkChoice

import gptchat.utils
from gptchat.messages.repair import repair_messages
from gptchat.testing.rules import check
from gptchat.utils import concat_stream, iter_stream_choices
from support.growing import CLEAN_TEXTS

FOLDER = Path(__file__).parent.parent / "conformance" / "cases" / "deltas"
CASES = [json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))]


def chunk(delta: dict[str, Any] | None, reason: str | None = None, index: int = 0) -> Any:
    choice = {"index": index, "delta": delta or {}, "finish_reason": reason}
    head = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return ChatCompletionChunk.model_validate({**head, "choices": [choice]})


def calls(index: int, id: str | None, name: str | None, arguments: str) -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {"index": index, "id": id, "function": function, "type": "function" if id else None}


CHUNKS = [
    chunk({"role": "assistant", "content": "Hel"}),
    chunk({"content": "lo", "tool_calls": []}),
    chunk({"tool_calls": [calls(0, "a", "f", ""), calls(1, "b", "g", "{")]}),
    chunk({"tool_calls": [calls(1, None, None, "}")]}),
    chunk({"tool_calls": [calls(0, None, None, '{"x": 1}')]}),
    chunk({}, "tool_calls"),
]


def test_the_readmes_loop_gets_a_choice_it_can_run_calls_from() -> None:
    choice = concat_stream([chunk.choices[0] for chunk in CHUNKS])
    assert isinstance(choice, Choice)
    assert (choice.index, choice.finish_reason) == (0, "tool_calls")
    assert choice.message.content == "Hello"
    assert choice.message.tool_calls is not None
    made = [(c.id, c.function.name, c.function.arguments) for c in choice.message.tool_calls]  # type: ignore[union-attr]
    assert made == [("a", "f", '{"x": 1}'), ("b", "g", "{}")]


@pytest.mark.parametrize(
    "form",
    [
        lambda chunk: chunk,
        lambda chunk: chunk.choices[0],
        lambda chunk: chunk.choices[0].delta,
        lambda chunk: chunk.model_dump(),
        lambda chunk: chunk.choices[0].model_dump(),
        lambda chunk: chunk.choices[0].delta.model_dump(),
    ],
)
def test_chunks_choices_deltas_and_dicts_add_up_alike(form: Any) -> None:
    assert concat_stream(map(form, CHUNKS)).message == concat_stream(CHUNKS).message


@pytest.mark.parametrize("length", range(len(CHUNKS)))
def test_a_stream_cut_anywhere_is_what_came_so_far(length: int) -> None:
    choice = concat_stream(CHUNKS[:length])
    assert choice.model_dump()["finish_reason"] is None
    assert choice.message.role == "assistant"
    assert "Hello".startswith(choice.message.content or "")


def test_nothing_at_all_is_an_empty_answer() -> None:
    choice = concat_stream([])
    assert choice.index == 0
    assert choice.message.content is None
    assert choice.message.tool_calls is None


def test_a_refusal_and_logprobs_are_kept() -> None:
    token = {"token": "No", "logprob": -0.5, "bytes": None, "top_logprobs": []}
    said = {"index": 0, "delta": {"refusal": "No"}, "logprobs": {"refusal": [token]}}
    choice = concat_stream([said, {"index": 0, "delta": {"refusal": "."}}])
    assert choice.message.refusal == "No."
    assert choice.logprobs is not None
    assert choice.logprobs.refusal is not None
    assert choice.logprobs.refusal[0].token == "No"


def test_the_choice_that_speaks_first_is_followed() -> None:
    stream = [chunk({"content": "b"}, index=1), chunk({"content": "a"}), chunk({}, "stop", index=1)]
    choice = concat_stream(stream)
    assert (choice.index, choice.message.content, choice.finish_reason) == (1, "b", "stop")


def test_ids_nobody_sent_are_made_of_the_messages_id() -> None:
    stream = [{"tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]}]
    choice = concat_stream(stream, id="m1")
    assert choice.message.tool_calls is not None
    assert choice.message.tool_calls[0].id == "call_m1_0"
    first, second = (concat_stream(stream).message.tool_calls for _ in range(2))
    assert first is not None
    assert second is not None
    assert first[0].id != second[0].id, "Two answers of one conversation shared the id of a call."


def test_the_merged_message_can_be_sent_back() -> None:
    message = concat_stream(CHUNKS).message
    said = [{"role": "user", "content": "hi"}, message.model_dump(exclude_none=True)]
    check({"model": "m", "messages": repair_messages(said)})


def test_the_chunks_are_not_changed() -> None:
    before = copy.deepcopy(CHUNKS)
    concat_stream(CHUNKS)
    assert before == CHUNKS


FROM_THE_BEGINNING = [case for case in CASES if case.get("chunks") and not case["start"]]


@pytest.mark.parametrize("case", FROM_THE_BEGINNING, ids=lambda case: case["promise"])
def test_what_the_page_shows_is_what_the_handler_gets(case: dict[str, Any]) -> None:
    shown = dict(case["settled"])
    shown.pop("logprobs", None)
    message = concat_stream(case["chunks"], id="m1").message.to_dict(exclude_none=True)
    unsaid = {"role": "assistant", "content": None, "refusal": None}
    assert {**unsaid, **message} == {**unsaid, **shown}


@given(st.lists(st.tuples(st.integers(0, 2), CLEAN_TEXTS), max_size=8))
def test_openais_own_merging_agrees_where_it_can(pieces: list[tuple[int, str]]) -> None:
    begun = [{"tool_calls": [calls(i, f"c{i}", "f", "")]} for i in range(3)]
    raw = [*begun, *({"content": t, "tool_calls": [calls(i, None, None, t)]} for i, t in pieces)]
    theirs: dict[Any, Any] = {}
    for delta in raw:
        choice = ChunkChoice.model_validate({"index": 0, "delta": delta, "finish_reason": None})
        theirs = accumulate_delta(theirs, choice.delta.to_dict(exclude_none=True))  # type: ignore[arg-type]
    ours = concat_stream(raw).message.to_dict(exclude_none=True)
    for call in theirs["tool_calls"]:
        del call["index"]
    assert ours == {"role": "assistant", **theirs}


class Stream:
    """Three chunks, and word of having been closed."""

    closed = False

    def __iter__(self) -> Iterator[Any]:
        usage = chunk({}).model_copy(update={"choices": []})
        yield from [chunk({"content": "a"}), usage, chunk({"content": "x"}, index=1)]
        yield chunk({"content": "b"})

    def close(self) -> None:
        self.closed = True


def test_the_choices_of_a_stream_can_be_iterated_without_its_quirks() -> None:
    stream = Stream()
    words = [choice.delta.content for choice in iter_stream_choices(stream)]
    assert (words, stream.closed) == (["a", "b"], True)


def test_a_stream_left_early_is_closed() -> None:
    stream = Stream()
    choices = iter_stream_choices(stream)
    next(choices)
    choices.close()  # type: ignore[attr-defined]
    assert stream.closed


def test_reaching_for_the_utilities_does_not_load_openai() -> None:
    code = "import gptchat.util, sys; sys.exit('openai' in sys.modules)"
    package = Path(gptchat.utils.__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", code], cwd=package, check=False).returncode == 0
