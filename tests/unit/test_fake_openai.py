"""A program cannot tell FakeOpenAI from a model that says what the script says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from gptchat.testing import FakeOpenAI, Reply, typewriter

ASKED = [{"role": "user", "content": "Hello?"}]


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as running:
        yield running


@pytest.fixture
def client(fake: FakeOpenAI) -> Iterator[openai.OpenAI]:
    with fake.client() as made:
        yield made


def ask(client: openai.OpenAI, **more: Any) -> Any:
    return client.chat.completions.create(**({"model": "gpt-4o", "messages": ASKED} | more))


def deltas(client: openai.OpenAI, **more: Any) -> list[dict[str, Any]]:
    chunks = list(ask(client, stream=True, **more))
    return [chunk.choices[0].delta.model_dump(exclude_unset=True) for chunk in chunks]


def test_a_stream_is_the_role_then_the_words_then_the_end(
    fake: FakeOpenAI, client: openai.OpenAI
) -> None:
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


def test_without_stream_the_same_script_is_one_message(
    fake: FakeOpenAI, client: openai.OpenAI
) -> None:
    fake.script = Reply("Hello, world!", reasoning="Greet them.")

    choice = ask(client).choices[0]

    assert choice.message.content == "Hello, world!"
    assert choice.message.reasoning_content == "Greet them."
    assert choice.finish_reason == "stop"


def test_usage_comes_last_and_only_when_asked_for(fake: FakeOpenAI, client: openai.OpenAI) -> None:
    fake.script = Reply("one two three")

    plain = list(ask(client, stream=True))
    counted = list(ask(client, stream=True, stream_options={"include_usage": True}))

    assert [chunk.usage for chunk in plain] == [None] * len(plain)
    assert len(counted) == len(plain) + 1
    assert counted[-1].choices == []
    assert counted[-1].usage.completion_tokens == 3


def test_tool_calls_come_as_openai_sends_them(fake: FakeOpenAI, client: openai.OpenAI) -> None:
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
    fake: FakeOpenAI, client: openai.OpenAI
) -> None:
    fake.script = [Reply(tool_calls=[{"name": "add", "arguments": {"a": 1}}]), "Done."]

    choice = ask(client).choices[0]
    (call,) = choice.message.tool_calls
    answer = {"role": "tool", "tool_call_id": call.id, "content": "1"}
    after = ask(client, messages=[*ASKED, choice.message, answer])

    assert choice.finish_reason == "tool_calls"
    assert call.function.arguments == '{"a": 1}'
    assert after.choices[0].message.content == "Done."
    assert fake.refusals == []


def test_a_legacy_function_call_is_streamed(fake: FakeOpenAI, client: openai.OpenAI) -> None:
    fake.script = Reply(function_call={"name": "add", "arguments": {"a": 1}}, chunk=2)

    calls = [delta["function_call"] for delta in deltas(client) if "function_call" in delta]

    assert calls[0] == {"name": "add", "arguments": ""}
    assert "".join(call["arguments"] for call in calls) == '{"a": 1}'


def test_raw_deltas_cross_the_wire_as_they_are(fake: FakeOpenAI, client: openai.OpenAI) -> None:
    half = {"content": "\ud83d"}
    fake.script = Reply(deltas=[{"role": "assistant", "content": "Hi "}, half, {}])

    assert deltas(client)[:3] == [{"role": "assistant", "content": "Hi "}, half, {}]


def test_a_script_is_data_that_could_have_come_from_a_file(
    fake: FakeOpenAI, client: openai.OpenAI
) -> None:
    fake.script = [{"text": "One.", "finish_reason": "length"}, "Two."]

    first, second = ask(client).choices[0], ask(client).choices[0]

    assert (first.message.content, first.finish_reason) == ("One.", "length")
    assert second.message.content == "Two."


def test_a_function_of_the_request_answers_it(fake: FakeOpenAI, client: openai.OpenAI) -> None:
    fake.script = lambda request: f"You asked {request['model']}."

    assert ask(client, model="gpt-4").choices[0].message.content == "You asked gpt-4."


def test_a_script_that_has_ended_says_so(fake: FakeOpenAI, client: openai.OpenAI) -> None:
    fake.script = ["Only this."]
    ask(client)

    with pytest.raises(openai.BadRequestError, match="it has 1 replies and this is request 2"):
        ask(client)


def test_a_misspelt_reply_names_the_words_it_knows(fake: FakeOpenAI, client: openai.OpenAI) -> None:
    fake.script = {"txet": "Hello"}

    with pytest.raises(openai.InternalServerError, match=r"no 'txet'. It knows text, tool_calls"):
        ask(client)


def test_requests_are_remembered_as_they_came(fake: FakeOpenAI, client: openai.OpenAI) -> None:
    ask(client, temperature=0.5)
    ask(client, user="anna")

    assert [request.get("user") for request in fake.requests] == [None, "anna"]
    assert fake.requests[0]["messages"] == ASKED
    assert fake.requests[0]["temperature"] == 0.5


def test_any_model_answers_unless_models_are_named() -> None:
    with FakeOpenAI("Yes.", models=["small", "large"]) as fake, fake.client() as client:
        assert [model.id for model in client.models.list()] == ["small", "large"]
        assert client.models.retrieve("small").id == "small"
        assert ask(client, model="large").choices[0].message.content == "Yes."
        with pytest.raises(openai.NotFoundError, match="`huge` does not exist"):
            ask(client, model="huge")


def test_the_async_client_is_answered_too(fake: FakeOpenAI) -> None:
    async def read() -> str:
        async with fake.async_client() as client:
            stream = await client.chat.completions.create(
                model="m", messages=[{"role": "user", "content": "Hi there"}], stream=True
            )
            return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])

    assert asyncio.run(read()) == "Hi there"


def test_many_clients_are_answered_at_once(fake: FakeOpenAI) -> None:
    fake.script = lambda request: Reply(request["messages"][-1]["content"] * 20, delay=0.2)

    async def read(client: openai.AsyncOpenAI, word: str) -> bool:
        messages: Any = [{"role": "user", "content": word}]
        answer = await client.chat.completions.create(model="m", messages=messages)
        return answer.choices[0].message.content == word * 20

    async def everybody() -> list[bool]:
        async with fake.async_client() as client:
            return await asyncio.gather(*(read(client, f"{n} ") for n in range(60)))

    assert all(asyncio.run(everybody()))
    together = max(exchange.began for exchange in fake.exchanges)
    assert together < min(exchange.ended or 0.0 for exchange in fake.exchanges) + 1


def test_a_server_that_is_not_running_says_how_to_start_it() -> None:
    with pytest.raises(RuntimeError, match=r"Call its start\(\)"):
        _ = FakeOpenAI("Hello").base_url


def test_after_stop_nobody_answers_and_nothing_stays_open(fake: FakeOpenAI) -> None:
    fake.script = Reply("a b c d", silence="forever")
    with fake.client() as client:
        stream = ask(client, stream=True)
        next(stream)
        fake.stop()
        with pytest.raises(openai.APIConnectionError):
            list(stream)
    assert fake.wait_closed()
    assert fake.exchanges[0].ending == "stopped"


@pytest.mark.parametrize(
    "text", ["", "Hello, you!", "  two\n\n  lines ", "Donaudampfschifffahrt 🎉"]
)
def test_the_typewriter_loses_no_letter(text: str) -> None:
    assert "".join(typewriter(text, delay=0)) == text
