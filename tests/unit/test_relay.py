"""Words of another process reach a page whenever it came."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gptchat.bus.bus import Alone
from gptchat.sockets import relay as relays
from gptchat.sockets.listing import Lists, room_of
from gptchat.sockets.relay import Relay
from gptchat.store import Store
from support.engine import OWNER, Engine, echo
from support.waiting import until


class Pages:
    """Who is in which room, and what they were told."""

    def __init__(self) -> None:
        self.rooms: dict[str, set[str]] = {}
        self.server = SimpleNamespace(manager=SimpleNamespace(rooms={"/": self.rooms}))
        self.told: list[Any] = []

    def emit(self, name: str, frame: Any, to: str) -> None:
        self.told += frame["events"] if name == "events" and to in self.rooms else []


class Silent(Alone):
    """A bus on which every call is lost, and something happens while it is asked to listen."""

    is_shared = True
    meanwhile: Callable[[], None] | None = None

    def listen_only(self, _topics: object) -> None:
        work, self.meanwhile = self.meanwhile, None
        if work is not None:
            work()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "chats.db")
    yield made
    made.close()


def test_a_page_that_comes_while_its_process_looks_around_is_told_all_the_same(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "LOOK_EVERY", 0.05)
    pages, bus = Pages(), Silent()
    relay = Relay(store, pages, Lists(store, pages, bus), bus)
    with Engine(echo, place=tmp_path / "chats.db") as there:
        chat = there.send("one")

        def comes() -> None:
            pages.rooms[room_of(chat)] = {"a page"}
            answer: Any = store.sync(OWNER, chat, None, 0)
            relay.follow(chat, answer["epoch"], answer["seq"])

        bus.meanwhile = comes
        relay.start()
        until(lambda: bus.meanwhile is None and pages.rooms, "the page")
        there.send("two", chat)
        until(lambda: "You said: two" in str(pages.told), "the words of the other process")
        relay.close()
