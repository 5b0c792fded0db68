"""FakeOpenAI misbehaves exactly as scripted, and sees at once who hangs up on it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from gptchat.testing import FakeOpenAI, Reply

WORDS = "one two three four five six seven eight nine ten"


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as running:
        yield running


@pytest.fixture
def client(fake: FakeOpenAI) -> Iterator[openai.OpenAI]:
    with fake.client() as made:
        yield made


def ask(client: openai.OpenAI, **more: Any) -> Any:
    messages = [{"role": "user", "content": "Hello?"}]
    return client.chat.completions.create(**({"model": "m", "messages": messages} | more))


def read(stream: Any, into: list[str]) -> None:
    into.extend(chunk.choices[0].delta.content or "" for chunk in stream)


def test_a_client_that_hangs_up_in_a_silence_is_noticed_at_once(
    fake: FakeOpenAI, client: openai.OpenAI
) -> None:
    fake.script = Reply(WORDS, silence="forever")
    stream = ask(client, stream=True)
    next(stream)
    assert fake.open_connections == 1
    assert not fake.wait_closed(0.1), "the stream is silent, not closed"

    stream.close()

    assert fake.wait_closed(0.5), "the closed connection went unnoticed"
    assert fake.exchanges[0].ending == "hung up"


def test_a_client_that_hangs_up_before_the_first_byte_is_noticed(fake: FakeOpenAI) -> None:
    fake.script = Reply(WORDS, delay=60)
    with fake.client(timeout=0.2) as client, pytest.raises(openai.APITimeoutError):
        ask(client, stream=True)

    assert fake.wait_closed(0.5)
    assert fake.exchanges[0].chunks == 0


def test_a_client_that_hangs_up_between_words_is_noticed(
    fake: FakeOpenAI, client: openai.OpenAI
) -> None:
    fake.script = Reply("word " * 10_000, rate=100)
    stream = ask(client, stream=True)
    next(stream)

    stream.close()

    assert fake.wait_closed(0.5)
    assert fake.exchanges[0].chunks < 100


def test_a_cut_stream_ends_without_a_goodbye_after_what_was_said(
    fake: FakeOpenAI, client: openai.OpenAI
) -> None:
    fake.script = Reply(WORDS, cut=3)
    heard: list[str] = []

    with pytest.raises(openai.APIConnectionError):
        read(ask(client, stream=True), heard)

    assert "".join(heard) == "one two three"
    assert fake.exchanges[0].ending == "cut"


def test_a_cut_may_be_a_share_of_the_answer(fake: FakeOpenAI, client: openai.OpenAI) -> None:
    fake.script = Reply(WORDS, cut=0.5)
    heard: list[str] = []

    with pytest.raises(openai.APIConnectionError):
        read(ask(client, stream=True), heard)

    assert "".join(heard) == "one two three four five"


def test_a_cut_answer_without_stream_is_no_answer(fake: FakeOpenAI, client: openai.OpenAI) -> None:
    fake.script = Reply(WORDS, cut=3)

    with pytest.raises(openai.APIConnectionError):
        ask(client)


def test_after_a_cut_the_next_request_is_answered(fake: FakeOpenAI, client: openai.OpenAI) -> None:
    fake.script = [Reply(WORDS, cut=3), "Here again."]
    with pytest.raises(openai.APIConnectionError):
        read(ask(client, stream=True), [])

    assert ask(client).choices[0].message.content == "Here again."


def test_an_error_is_the_status_and_the_sentence_openai_would_send(
    fake: FakeOpenAI, client: openai.OpenAI
) -> None:
    fake.script = [
        Reply(error=429),
        Reply(error={"status": 503, "message": "Back at noon.", "headers": {"retry-after": "5"}}),
    ]

    with pytest.raises(openai.RateLimitError, match="Rate limit reached") as limited:
        ask(client, stream=True)
    with pytest.raises(openai.InternalServerError, match=r"Back at noon\.") as closed:
        ask(client)

    assert limited.value.code == "rate_limit_exceeded"
    assert closed.value.response.headers["retry-after"] == "5"


def test_an_error_in_mid_stream_keeps_the_words_before_it(
    fake: FakeOpenAI, client: openai.OpenAI
) -> None:
    fake.script = Reply(WORDS, error=500, error_after=2)
    heard: list[str] = []

    with pytest.raises(openai.APIError, match="The server had an error"):
        read(ask(client, stream=True), heard)

    assert "".join(heard) == "one two"


def test_a_rate_is_kept_and_a_silence_is_as_long_as_scripted(
    fake: FakeOpenAI, client: openai.OpenAI
) -> None:
    fake.script = Reply(WORDS, rate=50, silence=0.3, silence_after=5)
    times: list[float] = []

    for _ in ask(client, stream=True):
        times.append(time.monotonic())

    gaps = [after - before for before, after in zip(times, times[1:], strict=False)]
    assert max(gaps) == pytest.approx(0.32, abs=0.1)
    assert gaps.index(max(gaps)) == 5, "the silence comes after the fifth word"
    assert times[-1] - times[0] == pytest.approx(0.5, abs=0.15)


def test_a_slow_first_byte_delays_everything(fake: FakeOpenAI, client: openai.OpenAI) -> None:
    fake.script = Reply(WORDS, delay=0.3)
    began = time.monotonic()

    ask(client, stream=True)

    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize(
    ("chunk", "said"),
    [
        ("words", ["ab", " cd", "\n"]),
        ("characters", ["a", "b", " ", "c", "d", "\n"]),
        (4, ["ab c", "d\n"]),
        ("whole", ["ab cd\n"]),
    ],
)
def test_the_text_is_cut_as_scripted(
    fake: FakeOpenAI, client: openai.OpenAI, chunk: Any, said: list[str]
) -> None:
    fake.script = Reply("ab cd\n", chunk=chunk)
    heard: list[str] = []

    read(ask(client, stream=True), heard)

    assert [piece for piece in heard if piece] == [*said]


def test_a_test_can_hang_up_from_the_server_side(fake: FakeOpenAI, client: openai.OpenAI) -> None:
    fake.script = Reply(WORDS, silence="forever")
    stream = ask(client, stream=True)
    next(stream)

    fake.exchanges[0].hang_up()

    with pytest.raises(openai.APIConnectionError):
        list(stream)


def test_an_address_openai_does_not_have_is_told_as_openai_tells_it(fake: FakeOpenAI) -> None:
    with fake.client(base_url=fake.base_url + "/v2") as client:
        with pytest.raises(openai.NotFoundError, match=r"Invalid URL \(POST /v1/v2/chat"):
            ask(client)
        with pytest.raises(openai.NotFoundError, match=r"Invalid URL \(GET /v1/v2/models"):
            client.models.list()


@pytest.mark.parametrize(
    ("body", "key", "status", "sentence"),
    [
        (b'{"model": ', "Authorization: Bearer k\r\n", b" 400 ", b"could not parse the JSON body"),
        (b"[" * 50_000, "Authorization: Bearer k\r\n", b" 400 ", b"could not parse the JSON body"),
        (b"{}", "", b" 401 ", b"You didn't provide an API key."),
    ],
)
def test_junk_gets_an_answer_too(
    fake: FakeOpenAI, body: bytes, key: str, status: bytes, sentence: bytes
) -> None:
    port = int(fake.base_url.rsplit(":", 1)[1].partition("/")[0])
    head = f"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: {len(body)}\r\n{key}\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
        wire.sendall(head.encode() + body)
        answer = wire.recv(65_536)
        wire.shutdown(socket.SHUT_WR)
        answer += b"".join(iter(lambda: wire.recv(65_536), b""))

    assert status in answer.splitlines()[0]
    assert sentence in answer
