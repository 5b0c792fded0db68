"""Streams are told from other things, and ended from another thread."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from openai import OpenAI

from gptchat import streams, workers
from gptchat.testing import FakeOpenAI, Reply
from support.asking import ask


def words() -> Iterator[str]:
    yield "a"


async def awords() -> AsyncIterator[str]:
    yield "a"


@pytest.mark.parametrize("value", [words(), iter([1]), map(str, [1]), {1}, range(3)])
def test_what_is_iterated_is_a_stream(value: Any) -> None:
    assert streams.is_stream(value)
    assert not streams.is_async_stream(value)


@pytest.mark.parametrize("value", ["text", b"x", {"a": 1}, [1], (1,), None, 7, awords()])
def test_what_has_characters_keys_or_items_is_none(value: Any) -> None:
    assert not streams.is_stream(value)


def test_what_is_iterated_by_async_for_is_an_async_stream() -> None:
    assert streams.is_async_stream(awords())


def test_shutting_a_stream_of_openai_frees_its_reader_at_once(
    fake: FakeOpenAI, client: OpenAI
) -> None:
    fake.script = [Reply("One two three four", silence="forever")]
    stream = ask(client, stream=True)
    freed, began = threading.Event(), threading.Event()

    def read() -> None:
        try:
            for _ in stream:
                began.set()
        except Exception:
            pass
        freed.set()

    thread = threading.Thread(target=read)
    thread.start()
    assert began.wait(5)
    time.sleep(0.02)
    assert not freed.is_set()
    streams.shut(stream)
    assert freed.wait(1)
    thread.join()


@pytest.mark.parametrize("value", [None, "x", words(), object(), SimpleNamespace(response=None)])
def test_shutting_what_has_no_connection_does_nothing(value: Any) -> None:
    streams.shut(value)


def test_shutting_twice_or_after_the_end_does_nothing() -> None:
    one, other = socket.socketpair()
    network = SimpleNamespace(get_extra_info=lambda name: one)
    stream = SimpleNamespace(response=SimpleNamespace(extensions={"network_stream": network}))
    streams.shut(stream)
    assert other.recv(1) == b""
    one.close()
    streams.shut(stream)
    other.close()


def test_shutting_awaited_work_cancels_it() -> None:
    work = workers.Awaited(asyncio.sleep(3600))
    streams.shut(work)
    with pytest.raises(asyncio.CancelledError):
        work.result()


def test_closing_never_raises() -> None:
    class Odd:
        def close(self) -> None:
            raise OSError

    streams.close(Odd())
    streams.close(object())
    closed = words()
    next(closed)
    streams.close(closed)
    assert list(closed) == []


def test_closing_async_streams_awaits_what_must_be_awaited() -> None:
    closed: list[str] = []

    class Sdk:
        async def close(self) -> None:
            closed.append("sdk")

    class Odd:
        async def aclose(self) -> None:
            raise OSError

    async def main() -> None:
        for each in (Sdk(), Odd(), object(), awords()):
            await streams.aclose(each)

    workers.Awaited(main()).result()
    assert closed == ["sdk"]
