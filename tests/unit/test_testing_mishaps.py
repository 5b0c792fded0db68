"""Every mishap of a provider, by script: what the client meets, and what a person sees of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, IncompleteRead
from typing import Any
from urllib.parse import urlsplit

import openai
import pytest
from openai import OpenAI

from gptchat import GPTChat
from gptchat.testing import FakeOpenAI, Reply, TestClient
from support.asking import ask, hear

WORDS = "one two three four"
BROKE_OFF = "The connection to the model broke off."


def said(content: str | None, **more: Any) -> dict[str, Any]:
    """A chunk with one choice."""
    return {"choices": [{"index": 0, "delta": {"content": content}, **more}]}


@pytest.fixture
def person(client: OpenAI) -> Iterator[TestClient]:
    """Somebody whose handler hands on what the model says."""

    def handler(messages: Any) -> Any:
        return client.chat.completions.create(
            model="m", messages=messages, stream=True, stream_options={"include_usage": True}
        )

    with GPTChat(handler, store=None).test_client(raise_errors=False) as made:
        yield made


@pytest.mark.parametrize(
    ("reply", "error", "text", "sentence"),
    [
        (Reply(error=401), openai.AuthenticationError, "", "did not accept the key"),
        (Reply(error=429), openai.RateLimitError, "", "too many requests"),
        (Reply(error=500), openai.InternalServerError, "", "has a problem"),
        (Reply(WORDS, cut=2), openai.APIConnectionError, "one two", BROKE_OFF),
        (Reply(WORDS, cut=2, cut_inside=True), openai.APIConnectionError, "one two", BROKE_OFF),
        (Reply(WORDS, error=500, error_after=2), openai.APIError, "one two", "broke off"),
        (
            Reply(chunks=[said("one "), '{"choices": [{"delta": {"con', said("two")]),
            json.JSONDecodeError,
            "one ",
            "could not be read",
        ),
    ],
    ids=["401", "429", "500", "cut", "cut inside an event", "error inside", "no JSON"],
)
def test_words_so_far_stay_and_one_calm_sentence_says_what_happened(
    fake: FakeOpenAI,
    client: OpenAI,
    person: TestClient,
    reply: Reply,
    error: type[Exception],
    text: str,
    sentence: str,
) -> None:
    fake.script = reply
    heard: list[str] = []
    with pytest.raises(error):
        hear(ask(client, stream=True), heard)
    assert "".join(heard) == text

    answer = person.send("Go")
    assert isinstance(answer.error, error)
    assert (answer.status, answer.text) == ("failed", text)
    assert sentence in (answer.sentence or "")
    fake.script = "Fine."
    assert person.send("And now?").text == "Fine."
    person.reload()


def test_an_event_cut_through_the_middle_arrives_by_half(fake: FakeOpenAI) -> None:
    fake.script = Reply(WORDS, cut=1, cut_inside=True)
    body = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "stream": True}
    address = urlsplit(fake.base_url)
    raw = HTTPConnection(str(address.hostname), address.port)
    headers = {"Authorization": "Bearer k"}
    raw.request("POST", f"{address.path}/chat/completions", json.dumps(body), headers)
    with closing(raw), pytest.raises(IncompleteRead) as cut:
        raw.getresponse().read()
    arrived = cut.value.partial
    last = arrived.rpartition(b"data: ")[2]
    assert last
    assert not last.endswith(b"\n")
    with pytest.raises(json.JSONDecodeError):
        json.loads(last)


@pytest.mark.parametrize("reply", [Reply(WORDS, delay=0.2), Reply(WORDS, silence=0.2)])
def test_a_slow_byte_and_a_stall_only_take_time(
    fake: FakeOpenAI, client: OpenAI, person: TestClient, reply: Reply
) -> None:
    fake.script = reply
    for answer in (lambda: hear(ask(client, stream=True), []), lambda: person.send("Go")):
        began = time.monotonic()
        answer()
        assert time.monotonic() - began >= 0.2
    assert person.text == WORDS


def test_a_stall_for_ever_is_ended_by_the_clients_own_patience(fake: FakeOpenAI) -> None:
    fake.script = Reply(WORDS, silence="forever", silence_after=2)
    with fake.client(timeout=0.2) as hasty:

        def handler(messages: Any) -> Any:
            return hasty.chat.completions.create(model="m", messages=messages, stream=True)

        with GPTChat(handler, store=None).test_client(raise_errors=False) as person:
            answer = person.send("Go")
    assert (answer.status, answer.text) == ("failed", "one two")
    assert answer.sentence == "The model took too long to answer."


def test_retry_after_is_obeyed_by_a_client_that_may_retry(fake: FakeOpenAI) -> None:
    busy = {"status": 429, "headers": {"Retry-After": "0.2"}}
    fake.script = [Reply(error=busy), "Here you are."]
    began = time.monotonic()
    with fake.client(max_retries=1) as patient:
        assert ask(patient).choices[0].message.content == "Here you are."
    assert time.monotonic() - began >= 0.2


def test_an_error_of_the_script_is_not_tried_again_unless_it_says_so(fake: FakeOpenAI) -> None:
    fake.script = [Reply(error=500), "Never asked for."]
    with fake.client(max_retries=2) as patient, pytest.raises(openai.InternalServerError):
        ask(patient)
    assert len(fake.requests) == 1


USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
ODD: dict[str, list[Any]] = {
    "no choices, no delta, no content": [
        {"choices": [], "prompt_filter_results": []},
        {"choices": [{"index": 0, "delta": None, "finish_reason": None}]},
        said("one "),
        said(None),
        {"choices": [{"index": 0, "delta": {}}]},
        said("two"),
        {"choices": [], "usage": USAGE},
    ],
    "another id at the end": [
        said("one "),
        said("two"),
        {"id": "", "choices": [], "usage": USAGE},
    ],
    "no index anywhere": [
        {"choices": [{"delta": {"content": "one "}}]},
        {"choices": [{"delta": {"content": "two"}}]},
        {"choices": [], "usage": USAGE},
    ],
    "role and finish reason on every chunk": [
        {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "one "}}]},
        {
            "choices": [{"index": 0, "delta": {"role": "assistant", "content": "two"}}],
            "usage": USAGE,
        },
    ],
}


@pytest.mark.parametrize("chunks", ODD.values(), ids=ODD)
def test_odd_chunks_cross_the_wire_and_do_no_harm(
    fake: FakeOpenAI, client: OpenAI, person: TestClient, chunks: list[Any]
) -> None:
    fake.script = Reply(chunks=chunks)
    sent = [chunk.model_dump(exclude_unset=True) for chunk in ask(client, stream=True)]
    assert [chunk["choices"] for chunk in sent] == [chunk["choices"] for chunk in chunks]

    answer = person.send("Go")
    assert (answer.status, answer.text, answer.usage) == ("done", "one two", USAGE)
    assert len(answer.nodes) == 1
    person.reload()


@pytest.mark.parametrize("everywhere", ["id", "name", "index missing"])
def test_calls_repeated_or_unnumbered_on_every_chunk_are_one_call(
    fake: FakeOpenAI, person: TestClient, everywhere: str
) -> None:
    head: dict[str, Any] = {"index": 0, "id": "call_1", "type": "function"}
    first = {**head, "function": {"name": "look", "arguments": '{"a"'}}
    then = {**head, "function": {"arguments": ": 1}"}}
    match everywhere:
        case "name":
            then["function"]["name"] = "look"
        case "index missing":
            del first["index"]
            then = {"function": {"arguments": ": 1}"}}
    fake.script = Reply(deltas=[{"tool_calls": [first]}, {"tool_calls": [then]}])

    [call] = person.send("Go").tool_calls
    assert call["id"] == "call_1"
    assert call["function"] == {"name": "look", "arguments": '{"a": 1}'}


def test_of_several_choices_the_first_is_shown(fake: FakeOpenAI, client: OpenAI) -> None:
    fake.script = WORDS
    indexes = [chunk.choices[0].index for chunk in ask(client, stream=True, n=2)]
    assert indexes[:4] == [0, 1, 0, 1]
    assert [choice.index for choice in ask(client, n=3).choices] == [0, 1, 2]

    def handler(messages: Any) -> Any:
        return client.chat.completions.create(model="m", messages=messages, stream=True, n=2)

    with GPTChat(handler, store=None).test_client() as person:
        assert person.send("Go").text == WORDS
