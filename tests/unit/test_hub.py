"""Events are committed, then emitted; in order, and none is lost while saving fails."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from gptchat import hub as room
from gptchat.errors import StoreError
from gptchat.hub import Hub
from gptchat.protocol import Event
from gptchat.store import Store
from gptchat.store.log import Numbered
from support.postgres import Place
from support.waiting import until

ME = "me"


def piece(id: str, text: str) -> Event:
    return {"type": "delta", "id": id, "delta": {"append": {"content": text}}}


def select(leaf: str | None) -> Event:
    return {"type": "select", "leaf": leaf}


class Watched(Hub):
    """A hub over a store in memory, whose emits are kept and whose saving may be made to fail."""

    def __init__(self, *chats: str, place: Place | None = None) -> None:
        self.store = Store(place)
        for chat in chats:
            self.store.create(ME, chat)
        self.emitted: list[tuple[str, int, list[Event]]] = []
        self.committed_before: list[bool] = []
        self.before_append: Callable[[dict[str, Any]], None] = lambda batch: None
        self.append_for_real = self.store.append
        self.store.append = self._append  # type: ignore[method-assign]
        super().__init__(self.store, self._note)

    def _append(self, batch: Any) -> Any:
        self.before_append(batch)
        return self.append_for_real(batch)

    def _note(self, chat: str, place: Numbered, events: Sequence[Event]) -> None:
        last = place.seq + len(events) - 1
        self.committed_before.append(self.store.snapshot(ME, chat)["seq"] >= last)
        self.emitted.append((chat, place.seq, list(events)))

    def sent(self, chat: str) -> list[Event]:
        return [event for to, _, events in self.emitted if to == chat for event in events]

    def words(self, chat: str, id: str) -> str:
        deltas = [e for e in self.sent(chat) if e["type"] == "delta" and e["id"] == id]
        return "".join(e["delta"]["append"]["content"] for e in deltas)


@pytest.fixture(params=["in memory", "in PostgreSQL"])
def hub(request: pytest.FixtureRequest) -> Iterator[Watched]:
    is_server = request.param == "in PostgreSQL"
    place = request.getfixturevalue("in_postgres") if is_server else None
    made = Watched("a", "b", "c", place=place)
    yield made
    made.close()
    made.store.close()


def test_what_is_emitted_was_committed_before(hub: Watched) -> None:
    for i in range(20):
        hub.append("a", select(str(i)))
        time.sleep(0.002)
    hub.settled("a").wait()
    until(lambda: len(hub.sent("a")) == 20)
    assert all(hub.committed_before)


def test_numbers_follow_each_other_in_the_order_of_appending(hub: Watched) -> None:
    for i in range(50):
        hub.append("a", select(str(i)), urgent=i % 7 == 0)
    hub.settled("a").wait()
    until(lambda: len(hub.sent("a")) == 50)
    assert [e["leaf"] for e in hub.sent("a")] == [str(i) for i in range(50)]  # type: ignore[typeddict-item]
    at = 1
    for _, seq, events in hub.emitted:
        assert seq == at
        at += len(events)


def test_only_neighbouring_deltas_of_one_message_are_merged(hub: Watched) -> None:
    one, other, between = piece("m", "a"), piece("n", "x"), select(None)
    hub.append("a", one, piece("m", "b"), other, piece("m", "c"), between, piece("m", "d"))
    hub.append("a", piece("m", "e"))
    hub.settled("a").wait()
    until(lambda: hub.emitted)
    assert hub.sent("a") == [
        piece("m", "ab"), other, piece("m", "c"), between, piece("m", "de")
    ]  # fmt: skip
    assert one == piece("m", "a"), "What was handed over is never changed."


def test_the_first_word_leaves_at_once_and_later_ones_together(
    hub: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "TICK", 30.0)
    hub.append("a", piece("m", "a"))  # Starts the flusher, and has not waited a tick yet.
    hub.append("a", piece("m", "b"))
    hub.append("b", select(None), urgent=True).wait(5)
    until(lambda: len(hub.emitted) == 2)
    assert hub.words("a", "m") == "ab", "An urgent event takes along what waits."
    hub.append("a", piece("m", "c"))
    time.sleep(0.05)
    assert hub.words("a", "m") == "ab", "What is not urgent waits for the tick."
    hub.settled("a").wait(5)
    until(lambda: hub.words("a", "m") == "abc")


def test_a_ticket_is_kept_once_its_events_are_committed(hub: Watched) -> None:
    hub.append("a", select("x"), urgent=True).wait()
    assert hub.store.load("a").leaf == "x"
    hub.settled("b").wait(0)
    never = room.Ticket()
    with pytest.raises(StoreError, match=r"0\.01 seconds.*tried again"):
        never.wait(0.01)


def failing(times: int, error: Exception) -> Callable[[dict[str, Any]], None]:
    left = [times]

    def before(batch: dict[str, Any]) -> None:
        if left[0]:
            left[0] -= 1
            raise error

    return before


def test_while_saving_fails_nothing_is_lost_doubled_or_told(
    hub: Watched, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """F12."""
    monkeypatch.setattr(room, "RETRY_SECONDS", (0.01,))
    hub.before_append = failing(8, StoreError("disk full"))
    ticket = hub.append("a", piece("m", "one "), urgent=True)
    with pytest.raises(StoreError):
        ticket.wait(0.02)
    assert hub.emitted == []
    hub.append("a", piece("m", "two "))
    hub.append("b", piece("n", "other"))
    ticket.wait(5)
    hub.settled("a").wait(5)
    until(lambda: hub.words("b", "n") == "other")
    assert hub.words("a", "m") == "one two "
    assert hub.store.snapshot(ME, "a")["seq"] == 2
    said = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(said) == 1, "One line, not one for each try."
    assert "disk full" in caplog.text


def test_a_lock_held_by_another_process_is_waited_for(hub: Watched) -> None:
    import sqlalchemy as sa

    locked = sa.exc.OperationalError("INSERT", {}, Exception("database is locked"))
    real = hub.append_for_real

    def locked_once(batch: Any) -> Any:
        hub.append_for_real = real
        with hub.store._db.told_if_unavailable():
            raise locked

    hub.append_for_real = locked_once
    hub.append("a", select("x"), urgent=True).wait()
    assert hub.store.load("a").leaf == "x"


@pytest.mark.parametrize(
    "bad",
    [
        {"type": "confetti", "colours": {1, 2}},
        {"type": "confetti", "text": "\ud800"},
        {"type": "message", "node": {"id": "m"}},
        {
            "type": "confetti",
            "deep": __import__("functools").reduce(lambda x, _: [x], range(5000), 1),
        },
    ],
    ids=["a set", "a lone surrogate", "no parent", "too deep"],
)
def test_an_event_that_cannot_be_written_holds_up_nothing_else(
    hub: Watched, bad: Any, caplog: pytest.LogCaptureFixture
) -> None:
    hub.append("a", select("before"), bad, select("after"))
    hub.append("b", select("other"), urgent=True).wait(5)
    assert (hub.store.load("a").leaf, hub.store.load("b").leaf) == ("after", "other")
    until(lambda: len(hub.emitted) >= 3)
    assert hub.sent("a") == [select("before"), select("after")]
    assert caplog.text.count("cannot be written; it is dropped") == 1


def test_a_page_that_cannot_be_told_keeps_nobody_else_from_being_told(
    hub: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    told, note = list[str](), hub._emit

    def emit(chat: str, place: Numbered, events: Sequence[Event]) -> None:
        if chat == "a":
            raise OSError("gone")
        told.append(chat)

    hub._emit = emit
    hub.append("a", select("x"))
    hub.append("b", select("y"), urgent=True).wait()
    until(lambda: told == ["b"])
    hub._emit = note
    assert hub.store.load("a").leaf == "x"
    assert "Emitting to a failed" in caplog.text


def test_events_of_a_conversation_that_is_gone_are_forgotten(hub: Watched) -> None:
    hub.append("gone", select("x"), urgent=True).wait()
    assert hub.emitted == []


def test_words_of_many_threads_all_arrive_each_in_order(hub: Watched) -> None:
    def speak(chat: str, id: str) -> None:
        for i in range(300):
            hub.append(chat, piece(id, f"{i},"))

    pairs = [(chat, id) for chat in "abc" for id in "mn"]
    threads = [threading.Thread(target=speak, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for chat in "abc":
        hub.settled(chat).wait()
    expected = "".join(f"{i}," for i in range(300))
    until(lambda: [hub.words(chat, id) for chat, id in pairs] == [expected] * 6, "all words")


def test_closing_flushes_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "TICK", 30.0)
    hub = Watched("a")
    hub.append("a", select("x"), urgent=True).wait()
    hub.append("a", select("last words"))
    hub.close()
    assert hub.store.load("a").leaf == "last words"
    hub.store.close()


def test_closing_does_not_wait_for_ever_for_a_store_that_fails(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(room, "RETRY_SECONDS", (0.001, 0.001))
    hub = Watched("a")
    hub.before_append = failing(10_000, StoreError("disk full"))
    hub.append("a", select("x"))
    hub.close()
    assert "could not be saved" in caplog.text
    assert hub._thread is not None
    assert not hub._thread.is_alive()
    hub.store.close()


def test_a_hub_that_was_never_used_has_no_thread() -> None:
    before = threading.active_count()
    hub = Watched()
    assert threading.active_count() == before
    hub.close()
    hub.store.close()
