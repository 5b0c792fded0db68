"""A scripted reply comes in exactly the pieces OpenAI would send."""

from __future__ import annotations

from openai import OpenAI

from gptchat.testing import FakeOpenAI, Reply
from support.asking import ask, deltas


def test_a_stream_is_the_role_then_the_words_then_the_end(fake: FakeOpenAI, client: OpenAI) -> None:
    fake.script = "Hello, world!"

    chunks = list(ask(client, stream=True))

    first, *middle, last = [chunk.choices[0] for chunk in chunks]
    assert first.delta.model_dump(exclude_unset=True) == {
        "role": "assistant",
        "content": "",
        "refusal": None,
    }
    assert "".join(choice.delta.content for choice in middle) == "Hello, world!"
    assert all(choice.finish_reason is None for choice in [first, *middle])
    assert last.delta.model_dump(exclude_unset=True) == {}
    assert last.finish_reason == "stop"
    assert len({chunk.id for chunk in chunks}) == 1


def test_without_stream_the_same_script_is_one_message(fake: FakeOpenAI, client: OpenAI) -> None:
    fake.script = Reply("Hello, world!", reasoning="Greet them.")

    choice = ask(client).choices[0]

    assert choice.message.content == "Hello, world!"
    assert choice.message.reasoning_content == "Greet them."
    assert choice.finish_reason == "stop"


def test_usage_comes_last_and_only_when_asked_for(fake: FakeOpenAI, client: OpenAI) -> None:
    fake.script = Reply("one two three")

    plain = list(ask(client, stream=True))
    counted = list(ask(client, stream=True, stream_options={"include_usage": True}))

    assert [chunk.usage for chunk in plain] == [None] * len(plain)
    assert len(counted) == len(plain) + 1
    assert counted[-1].choices == []
    assert counted[-1].usage.completion_tokens == 3


def test_reasoning_comes_before_the_words_and_a_refusal_instead_of_them(
    fake: FakeOpenAI, client: OpenAI
) -> None:
    fake.script = [Reply("Yes.", reasoning="Hm."), Reply(refusal="I cannot help with that.")]

    thought, refused = deltas(client), deltas(client)

    assert thought[1:-1] == [{"reasoning_content": "Hm."}, {"content": "Yes."}]
    assert "".join(delta.get("refusal") or "" for delta in refused) == "I cannot help with that."


def test_tool_calls_come_as_openai_sends_them(fake: FakeOpenAI, client: OpenAI) -> None:
    fake.script = Reply(
        tool_calls=[
            {"name": "get_weather", "arguments": {"city": "Oslo"}, "id": "call_a"},
            {"name": "get_time", "arguments": "{}"},
        ]
    )

    said = deltas(client)

    assert said[0]["content"] is None
    calls = [delta["tool_calls"][0] for delta in said if "tool_calls" in delta]
    assert calls[0] == {
        "index": 0,
        "id": "call_a",
        "type": "function",
        "function": {"name": "get_weather", "arguments": ""},
    }
    written = [call["function"]["arguments"] for call in calls if call["index"] == 0]
    assert "".join(written) == '{"city": "Oslo"}'
    assert len(written) > 2, "the arguments should come in pieces"
    assert [call["id"] for call in calls if "id" in call][1].startswith("call_")


def test_the_same_calls_without_stream_can_be_sent_straight_back(
    fake: FakeOpenAI, client: OpenAI
) -> None:
    fake.script = [Reply(tool_calls=[{"name": "add", "arguments": {"a": 1}}]), "Done."]

    choice = ask(client).choices[0]
    (call,) = choice.message.tool_calls
    answer = {"role": "tool", "tool_call_id": call.id, "content": "1"}
    after = ask(client, messages=[{"role": "user", "content": "Add."}, choice.message, answer])

    assert choice.finish_reason == "tool_calls"
    assert call.function.arguments == '{"a": 1}'
    assert after.choices[0].message.content == "Done."
    assert fake.refusals == []


def test_a_legacy_function_call_is_streamed(fake: FakeOpenAI, client: OpenAI) -> None:
    fake.script = Reply(function_call={"name": "add", "arguments": {"a": 1}}, chunk=2)

    calls = [delta["function_call"] for delta in deltas(client) if "function_call" in delta]
    whole = ask(client).choices[0]

    assert calls[0] == {"name": "add", "arguments": ""}
    assert "".join(call["arguments"] for call in calls) == '{"a": 1}'
    assert whole.message.function_call.arguments == '{"a": 1}'
    assert whole.finish_reason == "function_call"


def test_raw_deltas_cross_the_wire_as_they_are(fake: FakeOpenAI, client: OpenAI) -> None:
    half = {"content": "\ud83d"}
    fake.script = Reply(deltas=[{"role": "assistant", "content": "Hi "}, half, {}])

    assert deltas(client)[:3] == [{"role": "assistant", "content": "Hi "}, half, {}]


def test_an_empty_answer_is_an_answer(fake: FakeOpenAI, client: OpenAI) -> None:
    fake.script = Reply("")

    assert deltas(client) == [{"role": "assistant", "content": "", "refusal": None}, {}]
    assert ask(client).choices[0].message.content == ""
