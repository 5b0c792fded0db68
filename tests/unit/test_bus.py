"""Processes call each other through Redis, wait for nobody, and believe nothing they hear."""

from __future__ import annotations

import builtins
import json
import logging
import queue
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gptchat.bus import SESSIONS, Alone, Bus, Call, bus_of
from gptchat.bus.calls import MOST_BYTES, MOST_NAMED, read, worker_topic, written
from gptchat.errors import BadOption
from gptchat.store import Store
from support.redis import Redis
from support.waiting import until

ME, OTHER = "0" * 16, "f" * 16


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    with Redis() as running:
        yield running


class Listener:
    """One process's bus, and the calls it has heard."""

    def __init__(self, redis: Redis, path: Path) -> None:
        self.store = Store(path)
        self.bus: Bus = bus_of(redis.url, self.store)
        self.heard: queue.SimpleQueue[Call] = queue.SimpleQueue()
        self.bus.start(self.heard.put)
        assert {self.next().topic, self.next().topic} == {SESSIONS, worker_topic(self.store.worker)}

    def next(self) -> Call:
        return self.heard.get(timeout=10)

    def listen(self, topic: str) -> None:
        """Listen, and wait until it does."""
        self.bus.listen(topic)
        assert self.next() == Call(topic)

    def close(self) -> None:
        self.bus.close()
        self.store.close()


@pytest.fixture
def two(redis: Redis, tmp_path: Path) -> Iterator[tuple[Listener, Listener]]:
    made = Listener(redis, tmp_path / "chats.db"), Listener(redis, tmp_path / "chats.db")
    yield made
    for each in made:
        each.close()


Two = tuple[Listener, Listener]


def test_a_call_reaches_whoever_listens_and_not_the_caller(two: Two) -> None:
    here, there = two
    here.listen("c:one")
    there.listen("c:one")
    here.bus.call("c:two")
    here.bus.call("c:one", ["a", "b"])
    assert there.next() == Call("c:one", ("a", "b"))
    there.bus.call("c:one")
    assert here.next() == Call("c:one")
    assert here.heard.empty()
    assert there.heard.empty()


def test_who_no_longer_listens_hears_nothing(two: Two, redis: Redis) -> None:
    here, there = two
    there.listen("c:one")
    there.listen("u:ada")
    there.bus.listen_only(lambda: ["u:ada"])
    until(lambda: not any(b"c:one" in name for name in channels(redis)), "the channel's end")
    here.bus.call("c:one")
    here.bus.call("u:ada")
    assert there.next().topic == "u:ada"


def channels(redis: Redis) -> Any:
    return redis.tell("PUBSUB", "CHANNELS")


def test_another_database_has_channels_of_its_own(two: Two, redis: Redis, tmp_path: Path) -> None:
    stranger = Listener(redis, tmp_path / "others.db")
    stranger.listen("c:one")
    two[0].listen("c:one")
    two[1].bus.call("c:one")
    assert two[0].next() == Call("c:one")
    assert stranger.heard.empty()
    stranger.close()


def test_a_redis_that_comes_back_is_told_what_it_missed(
    two: Two, redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    here, there = two
    there.listen("u:ada")
    redis.kill()
    here.bus.call("u:ada", ["c_1"])
    here.bus.call("u:ada", ["c_2"])
    until(lambda: caplog.text.count("does not answer") == 2, "both to notice")
    redis.start()
    heard = [there.next() for _ in range(3)]
    assert {call.topic for call in heard if call.is_back} >= {"u:ada", SESSIONS}
    until(lambda: caplog.text.count("answers again") == 2, "both to notice")
    here.bus.call("u:ada", ["c_3"])
    while "c_3" not in (call := there.next()).conversations:
        pass
    assert call.topic == "u:ada"


# --------------------------------------------------------------------------- what is heard


@pytest.mark.parametrize(
    "data",
    [
        None, 7, "text", b"", b"null", b"{}", b"[]", b"[1]", b"[[]]", b'["short"]',
        b"\x80\x04\x95K.",
        json.dumps([OTHER, 1]).encode(), json.dumps([OTHER, "a b"]).encode(),
        json.dumps([OTHER, "x" * 65]).encode(), json.dumps([OTHER, {"a": 1}]).encode(),
        json.dumps([OTHER + "\n", "a"]).encode(), json.dumps([OTHER.upper(), "a"]).encode(),
        json.dumps([OTHER, *["a"] * (MOST_NAMED + 1)]).encode(),
        b'["' + OTHER.encode() + b'"' + b" " * MOST_BYTES + b"]",
        b"[" * 30_000, b"\xff\xfe[", b'["ffffffffffffffff"', written(ME, ["a"]).encode(),
    ],
)  # fmt: skip
def test_what_is_no_call_of_another_process_is_not_heard(data: object) -> None:
    assert read(data, me=ME) is None


def test_a_call_is_read_as_it_was_written() -> None:
    ids = [f"c_{number}" for number in range(MOST_NAMED)]
    assert read(written(OTHER, ids).encode(), me=ME) == tuple(ids)
    assert read(written(OTHER, []).encode(), me=ME) == ()


def test_nonsense_on_our_channel_is_passed_over(two: Two, redis: Redis) -> None:
    here, there = two
    there.listen("c:one")
    name = next(each for each in channels(redis) if each.endswith(b"c:one")).decode()
    for data in ("", "null", "\x80\x04K\x01.", json.dumps([OTHER, "../x"])):
        redis.tell("PUBLISH", name, data)
    here.bus.call("c:one")
    assert there.next() == Call("c:one")
    assert there.heard.empty()


# ---------------------------------------------------------------------------- mistakes


def test_without_the_redis_package_the_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any, **named: Any) -> Any:
        if name == "redis":
            raise ModuleNotFoundError("No module named 'redis'")
        return real(name, *more, **named)

    store = Store(tmp_path / "chats.db")
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(BadOption, match=r"pip install 'gptchat\[prod\]'"):
        bus_of("redis://127.0.0.1:1/0", store)
    store.close()


@pytest.mark.parametrize(
    "address", ["redis://:hunter2@host:port/0", "redis://:hunter2@host/x?db=y"]
)
def test_an_address_that_cannot_be_meant_is_told_without_its_password(
    address: str, tmp_path: Path
) -> None:
    store = Store(tmp_path / "chats.db")
    with pytest.raises(BadOption) as caught:
        bus_of(address, store)
    assert "redis://:password@host" in str(caught.value)
    assert "hunter2" not in repr(caught.value)
    assert caught.value.__suppress_context__
    store.close()


def test_a_redis_that_is_away_is_told_without_its_password(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(tmp_path / "chats.db")
    bus = bus_of("redis://:hunter2@127.0.0.1:1/0", store)
    with caplog.at_level(logging.INFO):
        bus.start(lambda _call: None)
        until(lambda: "redis://127.0.0.1:1 does not answer" in caplog.text, "the log")
    assert "hunter2" not in caplog.text
    bus.close()
    store.close()


def test_conversations_in_memory_are_shared_with_nobody() -> None:
    store = Store(None)
    with pytest.raises(BadOption, match="in memory"):
        bus_of("redis://127.0.0.1:1/0", store)
    assert isinstance(bus_of(None, store), Alone)
    store.close()
