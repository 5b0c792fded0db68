"""Pages enter rooms and leave them on threads of their own, and each is where it went last."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from socketio import Server

from gptchat.sockets.rooms import Rooms

HERE = "/"


@pytest.fixture
def rooms() -> Iterator[Rooms]:
    """Rooms on a machine whose threads take turns at every step."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield Server(async_mode="threading", client_manager=Rooms()).manager
    sys.setswitchinterval(before)


def at_once(*acts: Callable[[], object]) -> None:
    together = threading.Barrier(len(acts))
    threads = [threading.Thread(target=lambda act=act: (together.wait(), act())) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def come(rooms: Rooms, name: str) -> str:
    sid = str(rooms.pre_connect(name, HERE))
    rooms.connect(sid, HERE)
    return sid


def go(rooms: Rooms, sid: str) -> None:
    rooms.pre_disconnect(sid, HERE)
    rooms.disconnect(sid, HERE)


def test_who_has_entered_is_in_the_room_whoever_leaves_it(rooms: Rooms) -> None:
    faults: list[BaseException] = []

    def go_in_and_out(sid: str) -> None:
        try:
            for _ in range(2_000):
                rooms.enter_room(sid, HERE, "a chat")
                assert sid in dict(rooms.get_participants(HERE, "a chat"))
                rooms.leave_room(sid, HERE, "a chat")
        except Exception as error:
            faults.append(error)

    pages = [come(rooms, name) for name in ("one", "another")]
    at_once(*(lambda sid=sid: go_in_and_out(sid) for sid in pages))
    assert faults == []


def test_pages_that_come_and_go_at_once_leave_nothing_behind(rooms: Rooms) -> None:
    faults: list[BaseException] = []

    def visit(name: str) -> None:
        try:
            for number in range(500):
                go(rooms, come(rooms, f"{name} {number}"))
        except Exception as error:
            faults.append(error)

    at_once(*(lambda name=name: visit(name) for name in "abcdef"))
    assert faults == []
    assert (rooms.rooms, rooms.pending_connect, rooms.pending_disconnect) == ({}, {}, {})
