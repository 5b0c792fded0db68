"""Where others may come in, nobody takes all the answers; on this machine nobody is counted."""

from __future__ import annotations

from typing import Any

import pytest

from gptchat.refusals import Refuse
from gptchat.sockets.crowding import ANSWERS_FOR_ONE, ANSWERS_FROM_ONE, QUESTIONS_AT_ONCE, Crowding
from support.engine import new_id
from support.guarding import gate_for


def send(chat: str | None = None, id: str = "") -> Any:
    return {"type": "send", "conversation": chat, "id": id or new_id(), "parent": None}


def refusal(crowding: Crowding, owner: str, address: str, asked: Any) -> str | None:
    try:
        crowding.check(owner, address, asked)
    except Refuse as no:
        return str(no.refusal["code"])
    return None


@pytest.fixture
def busy() -> set[str]:
    """The chats in which somebody is being answered."""
    return set()


@pytest.fixture
def crowding(busy: set[str]) -> Crowding:
    return Crowding(gate_for(anonymous=True), busy.__contains__)


def test_a_person_is_answered_in_a_few_chats_at_once(crowding: Crowding, busy: set[str]) -> None:
    for number in range(ANSWERS_FOR_ONE):
        assert refusal(crowding, "ada", "10.0.0.1", send(f"c{number}")) is None
        busy.add(f"c{number}")
    assert refusal(crowding, "ada", "10.0.0.1", send("another")) == "busy"
    assert refusal(crowding, "ada", "10.0.0.1", send("c0")) is None, "it waits in its chat"
    assert refusal(crowding, "ben", "10.0.0.1", send("theirs")) is None
    busy.remove("c1")
    assert refusal(crowding, "ada", "10.0.0.1", send("another")) is None


def test_a_repeated_question_is_not_another_one(crowding: Crowding) -> None:
    everything = Crowding(gate_for(anonymous=True), lambda chat: True)
    for number in range(ANSWERS_FOR_ONE):
        assert refusal(everything, "ada", "10.0.0.1", send(id=f"u{number}")) is None
    assert refusal(everything, "ada", "10.0.0.1", send(id="u1")) is None
    assert refusal(everything, "ada", "10.0.0.1", send(id="u9")) == "busy"


def test_an_address_has_only_so_many_answers(crowding: Crowding, busy: set[str]) -> None:
    for number in range(ANSWERS_FROM_ONE):
        assert refusal(crowding, f"p{number}", "10.0.0.1", send(f"c{number}")) is None
        busy.add(f"c{number}")
    assert refusal(crowding, "one more", "10.0.0.1", send("c")) == "busy"
    assert refusal(crowding, "elsewhere", "10.0.0.2", send("c")) is None


def test_questions_come_at_the_pace_of_a_person(crowding: Crowding) -> None:
    told = [refusal(crowding, "ada", "", send("c")) for _ in range(QUESTIONS_AT_ONCE + 2)]
    assert told[:QUESTIONS_AT_ONCE] == [None] * QUESTIONS_AT_ONCE
    assert told[-1] == "rate"
    assert refusal(crowding, "ben", "", send("c")) is None
    assert refusal(crowding, "ada", "", {"type": "stop", "conversation": "c"}) is None


def test_on_this_machine_nobody_is_counted(busy: set[str]) -> None:
    alone = Crowding(gate_for(), lambda chat: True)
    assert {refusal(alone, "local", "127.0.0.1", send(f"c{n}")) for n in range(99)} == {None}
