"""FakeOpenAI answers the real client from its script, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI

from gptchat.testing import FakeOpenAI, Reply
from support.asking import ask


def test_a_list_is_used_up_one_reply_a_request(fake: FakeOpenAI, client: OpenAI) -> None:
    fake.script = [{"text": "One.", "finish_reason": "length"}, "Two."]

    first, second = ask(client).choices[0], ask(client).choices[0]

    assert (first.message.content, first.finish_reason) == ("One.", "length")
    assert second.message.content == "Two."


def test_one_reply_answers_every_time(fake: FakeOpenAI, client: OpenAI) -> None:
    fake.script = "Always this."

    assert [ask(client).choices[0].message.content for _ in range(3)] == ["Always this."] * 3


def test_a_function_of_the_request_answers_it_alone_or_in_a_list(
    fake: FakeOpenAI, client: OpenAI
) -> None:
    fake.script = ["First.", lambda request: f"You asked {request['model']}."]
    in_a_list = [ask(client, model="gpt-4").choices[0].message.content for _ in range(2)]
    fake.script = lambda request: request["messages"][0]["content"].upper()

    assert in_a_list == ["First.", "You asked gpt-4."]
    assert ask(client, "louder").choices[0].message.content == "LOUDER"


def test_without_a_script_it_says_what_it_was_told(client: OpenAI) -> None:
    assert ask(client, "Is this thing on?").choices[0].message.content == "Is this thing on?"


def test_a_script_that_has_ended_says_so(fake: FakeOpenAI, client: OpenAI) -> None:
    fake.script = ["Only this."]
    ask(client)

    with pytest.raises(openai.BadRequestError, match=r"1 replies and this is request 2\. Add a"):
        ask(client)


def test_a_script_that_raises_is_told_to_the_client_and_the_log(
    fake: FakeOpenAI, client: OpenAI, caplog: pytest.LogCaptureFixture
) -> None:
    fake.script = lambda request: request["colour"]

    with pytest.raises(openai.InternalServerError, match="script raised KeyError: 'colour'"):
        ask(client)

    assert "KeyError: 'colour'" in caplog.text


def test_requests_are_remembered_as_they_came(fake: FakeOpenAI, client: OpenAI) -> None:
    ask(client, temperature=0.5)
    ask(client, "And now?", user="anna")

    assert [request.get("user") for request in fake.requests] == [None, "anna"]
    assert fake.requests[0]["temperature"] == 0.5
    assert fake.requests[1]["messages"] == [{"role": "user", "content": "And now?"}]
    assert [exchange.ending for exchange in fake.exchanges] == ["answered", "answered"]


def test_a_test_can_wait_for_a_request_to_come(fake: FakeOpenAI) -> None:
    assert not fake.wait_requests(1, timeout=0.05)

    with fake.client() as client:
        ask(client)

    assert fake.wait_requests(1)


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
    fake.script = lambda request: Reply(request["messages"][-1]["content"] * 20, delay=0.3)

    async def read(client: openai.AsyncOpenAI, word: str) -> bool:
        messages: Any = [{"role": "user", "content": word}]
        answer = await client.chat.completions.create(model="m", messages=messages)
        return answer.choices[0].message.content == word * 20

    async def everybody() -> list[bool]:
        async with fake.async_client() as client:
            return await asyncio.gather(*(read(client, f"{n} ") for n in range(60)))

    began = time.monotonic()
    assert all(asyncio.run(everybody()))
    assert time.monotonic() - began < 60 * 0.3 / 3, "the answers waited for one another"


def test_a_server_that_is_not_running_says_how_to_start_it() -> None:
    with pytest.raises(RuntimeError, match=r"Call its start\(\)"):
        _ = FakeOpenAI("Hello").base_url


def test_it_can_be_started_and_stopped_by_hand_and_on_a_port_of_choice(fake: FakeOpenAI) -> None:
    port = int(fake.base_url.split(":")[2].partition("/")[0])
    fake.stop()

    again = FakeOpenAI("On the same port.", port=port).start()

    assert again.base_url == f"http://127.0.0.1:{port}/v1"
    with again.client() as client:
        assert ask(client).choices[0].message.content == "On the same port."
    again.stop()
    again.stop()


def test_after_stop_nobody_answers_and_nothing_stays_open(fake: FakeOpenAI) -> None:
    fake.script = Reply("a b c d", silence="forever")
    with fake.client() as client:
        stream = ask(client, stream=True)
        next(stream)
        fake.stop()
        with pytest.raises(openai.APIConnectionError):
            list(stream)
        with pytest.raises(openai.APIConnectionError):
            ask(client)

    assert fake.wait_closed()
    assert fake.exchanges[0].ending == "stopped"


def test_a_reply_that_makes_no_sense_is_told_and_hangs_nobody(
    fake: FakeOpenAI, client: OpenAI
) -> None:
    fake.script = lambda request: {"tool_calls": [{"nmae": "add"}]}

    with pytest.raises(openai.InternalServerError, match="script raised ValueError: The 'tool_cal"):
        ask(client)

    assert fake.wait_closed(0.1)


def test_a_mistake_in_a_script_is_not_asked_for_twice(fake: FakeOpenAI) -> None:
    fake.script = lambda request: request["colour"]

    with fake.client(max_retries=2) as client, pytest.raises(openai.InternalServerError):
        ask(client)

    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    ("script", "error", "told"),
    [
        ([{"text": "a"}, {"txt": "x"}], TypeError, "no 'txt'.* It is number 1 of the script"),
        ({"text": "x", "rate": "fast"}, ValueError, "'rate' of .* cannot be 'fast'"),
        (42, TypeError, "this one is 42"),
        (None, TypeError, "this one is None"),
    ],
)
def test_a_misspelt_script_is_told_when_it_is_set(
    fake: FakeOpenAI, script: Any, error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        fake.script = script
    assert callable(fake.script)


def test_a_script_may_lie_in_a_file(fake: FakeOpenAI, client: OpenAI, tmp_path: Path) -> None:
    place = tmp_path / "script.json"
    place.write_text('["One.", {"text": "Two.", "finish_reason": "length"}]', "utf-8")
    fake.script = place

    said = [ask(client).choices[0] for _ in range(2)]

    assert [choice.message.content for choice in said] == ["One.", "Two."]
    assert said[1].finish_reason == "length"


@pytest.mark.parametrize(
    ("text", "error", "told"),
    [("[", ValueError, r"script\.json is no JSON"), ('[{"txet": "Hi"}]', TypeError, "no 'txet'")],
)
def test_a_file_that_is_no_script_is_told_when_it_is_read(
    tmp_path: Path, text: str, error: type[Exception], told: str
) -> None:
    place = tmp_path / "script.json"
    place.write_text(text, "utf-8")
    with pytest.raises(error, match=told):
        FakeOpenAI(place)
