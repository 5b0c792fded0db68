"""What waited and was stopped takes its place, and holds up nothing for ever."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from gptchat.errors import AnswerFailed, NotFound, StoreError
from support.engine import Engine
from support.gate import Gate
from support.waiting import until


def queued(engine: Engine, *messages: str) -> str:
    """A conversation in which the first message is being answered and the others wait."""
    chat = engine.begin(messages[0])
    until(lambda: len(engine.path(chat)) == 2, "the answer has begun")
    for message in messages[1:]:
        engine.begin(message, chat)
    return chat


def said(engine: Engine, chat: str) -> list[str]:
    return [text for role, text in engine.words(chat) if role == "user"]


def test_a_message_sent_while_others_are_being_stopped_is_answered_below_them(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Engine(gate) as engine:
        chat = queued(engine, "one", "two")
        place = engine.runs._dropped._place

        def slowly(order: Any) -> None:
            sending.start()
            time.sleep(0.05)
            place(order)

        monkeypatch.setattr(engine.runs._dropped, "_place", slowly)
        sending = threading.Thread(target=lambda: engine.begin("late", chat))
        engine.stop(chat)
        gate.open.set()
        sending.join()
        engine.rest(chat)
        assert said(engine, chat) == ["one", "two", "late"]
        assert engine.words(chat)[-1] == ("assistant", "To late: done.")


def test_what_waited_takes_its_place_once_that_can_be_read_again(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gptchat.runs.dropped.PATIENCE", 0.05)
    with Engine(gate) as engine:
        chat = queued(engine, "one", "two", "three")
        load, mended = engine.store.load, threading.Event()

        def failing(conversation: str) -> Any:
            if threading.current_thread().name.startswith("gptchat-stop") and not mended.is_set():
                raise StoreError("The disk cannot be read.")
            return load(conversation)

        monkeypatch.setattr(engine.store, "load", failing)
        with pytest.raises(StoreError, match="tried again"):
            engine.stop(chat)
        engine.begin("late", chat)
        assert "late" not in gate.begun
        mended.set()
        gate.open.set()
        until(lambda: not engine.runs.is_busy(chat), "the answer to what came late")
        assert said(engine, chat) == ["one", "two", "three", "late"]
        assert engine.ends(chat) == ["stopped"] * 3 + ["done"]


def test_what_waited_in_a_conversation_that_is_gone_is_forgotten(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Engine(gate) as engine:
        chat, load = queued(engine, "one", "two"), engine.store.load

        def gone(conversation: str) -> Any:
            if threading.current_thread().name.startswith("gptchat-stop"):
                raise NotFound("There is no such conversation here.")
            return load(conversation)

        monkeypatch.setattr(engine.store, "load", gone)
        engine.stop(chat)
        assert not engine.runs.is_busy(chat)


def test_what_waited_takes_its_place_where_there_is_no_room_for_a_thread(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **_more: object) -> None:
        raise AnswerFailed("The server has no room.")

    with Engine(gate) as engine:
        chat = queued(engine, "one", "two", "three")
        monkeypatch.setattr("gptchat.runs.dropped.start_thread", full)
        engine.stop(chat)
        assert not engine.runs.is_busy(chat)
        assert said(engine, chat) == ["one", "two", "three"]
