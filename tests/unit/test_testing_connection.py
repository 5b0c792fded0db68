"""FakeOpenAI sees at once who hangs up on it, and answers whatever comes over the wire."""

from __future__ import annotations

import asyncio
import socket

import openai
import pytest
from openai import OpenAI

from gptchat.testing import FakeOpenAI, Reply
from support.asking import ask

WORDS = "one two three four five six seven eight nine ten"
KEY = "Authorization: Bearer k\r\n"


def test_a_client_that_hangs_up_in_a_silence_is_noticed_at_once(
    fake: FakeOpenAI, client: OpenAI
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


def test_a_client_that_hangs_up_between_words_is_noticed(fake: FakeOpenAI, client: OpenAI) -> None:
    fake.script = Reply("word " * 10_000, rate=100)
    stream = ask(client, stream=True)
    next(stream)

    stream.close()

    assert fake.wait_closed(0.5)
    assert fake.exchanges[0].chunks < 100


def test_a_cancelled_async_stream_is_noticed(fake: FakeOpenAI) -> None:
    fake.script = Reply(WORDS, silence="forever")

    async def read() -> None:
        async with fake.async_client() as client:
            stream = await client.chat.completions.create(
                model="m", messages=[{"role": "user", "content": "Hi"}], stream=True
            )
            async with stream, asyncio.timeout(0.2):
                async for _ in stream:
                    pass

    with pytest.raises(TimeoutError):
        asyncio.run(read())

    assert fake.wait_closed(0.5)
    assert fake.exchanges[0].ending == "hung up"


def test_a_socket_shut_down_from_another_thread_is_noticed(fake: FakeOpenAI) -> None:
    fake.script = Reply(WORDS, silence="forever")
    body = b'{"model": "m", "stream": true, "messages": [{"role": "user", "content": "Hi"}]}'
    with _connected(fake) as wire:
        wire.sendall(_request(body))
        wire.recv(1)
        wire.shutdown(socket.SHUT_RDWR)

        assert fake.wait_closed(0.5)


def test_a_test_can_hang_up_from_the_server_side(fake: FakeOpenAI, client: OpenAI) -> None:
    fake.script = Reply(WORDS, silence="forever")
    stream = ask(client, stream=True)
    next(stream)

    fake.exchanges[0].hang_up()

    with pytest.raises(openai.APIConnectionError):
        list(stream)


def test_one_connection_serves_many_requests(fake: FakeOpenAI) -> None:
    body = b'{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'
    with _connected(fake) as wire:
        # Two at once: the second waits its turn, and does not look like a client hanging up.
        wire.sendall(_request(body) * 2)
        answers = b""
        while answers.count(b'"content":"Hi"') < 2:
            received = wire.recv(65_536)
            assert received, f"the connection ended after {answers!r}"
            answers += received

    assert [exchange.ending for exchange in fake.exchanges] == ["answered", "answered"]


def test_words_leave_without_waiting_for_one_another(fake: FakeOpenAI) -> None:
    body = b'{"model": "m", "stream": true, "messages": [{"role": "user", "content": "Hi"}]}'
    fake.script = Reply("first second", silence="forever", silence_after=1)
    with _connected(fake) as wire:
        wire.sendall(_request(body))
        heard = b""
        while b"first" not in heard:
            heard += wire.recv(65_536)

    assert b"second" not in heard


@pytest.mark.parametrize(
    ("body", "key", "status", "sentence"),
    [
        (b'{"model": ', KEY, b" 400 ", b"could not parse the JSON body"),
        (b"[" * 50_000, KEY, b" 400 ", b"could not parse the JSON body"),
        (b"[]", KEY, b" 400 ", b"could not parse the JSON body"),
        (b"{}", "", b" 401 ", b"You didn't provide an API key."),
    ],
)
def test_junk_gets_an_answer_too(
    fake: FakeOpenAI, body: bytes, key: str, status: bytes, sentence: bytes
) -> None:
    with _connected(fake) as wire:
        wire.sendall(_request(body, key))
        wire.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: wire.recv(65_536), b""))

    assert status in answer.splitlines()[0]
    assert sentence in answer


def test_no_word_waits_for_the_receipt_of_the_one_before(fake: FakeOpenAI, client: OpenAI) -> None:
    fake.script = Reply(WORDS, silence="forever")
    stream = ask(client, stream=True)
    next(stream)

    wire = fake.exchanges[0]._connection

    assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    stream.close()


def _connected(fake: FakeOpenAI) -> socket.socket:
    port = int(fake.base_url.split(":")[2].partition("/")[0])
    return socket.create_connection(("127.0.0.1", port), timeout=5)


def _request(body: bytes, key: str = KEY) -> bytes:
    head = f"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: {len(body)}\r\n{key}\r\n"
    return head.encode() + body
