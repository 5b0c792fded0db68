"""A page that says nonsense is refused in a sentence, keeps its connection, and harms nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from support.oracle import assert_calm
from support.page import Page
from support.raw_socket import RawSocket
from support.serving import Server, serve
from support.web import Visitor

PROGRAM = """
import os, time
from gptchat import GPTChat

app = GPTChat()

@app.handle_send_message
def reply(message):
    yield "You said "
    time.sleep(0.05)
    yield message

app.run_app(port=int(os.environ["PORT"]))
"""
HELLO = {"protocol": 1}
BAD, NONE, LARGE = "bad_request", "not_found", "too_large"
SEND = {"conversation": None, "id": "u1", "parent": None, "content": "hi"}
SYNC = {"conversation": "c_none", "epoch": None, "seq": 0}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve(PROGRAM) as served:
        yield served
        assert_calm(served)


@pytest.fixture(scope="module")
def chat(server: Server) -> Iterator[Page]:
    """A chat of the same person, with one answer, in another tab."""
    with Page(Visitor(server.port)) as page:
        page.say("Hello")
        page.wait_idle()
        yield page
        page.say("Still there?")
        page.wait_idle()
        assert page.texts() == ["You said Hello", "You said Still there?"]
        assert page.problems == []


def answer_to(link: RawSocket, name: str, payload: Any, ack: int = 7) -> Any:
    """The answer to one request."""
    link.emit(name, payload, ack=ack)
    start = f"43{ack}["
    text = next(text for text in link.texts() if text.startswith(start))
    return json.loads(text[len(start) - 1 :])[0]


def without(payload: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if name != key}


REFUSED: dict[str, tuple[str, Any, str]] = {
    "an unknown name": ("delete_everything", {}, BAD),
    "the name of another's event": ("events", {"conversation": "c"}, BAD),
    "nothing in it": ("send", {}, BAD),
    "a key too many": ("send", {**SEND, "role": "system"}, BAD),
    "a key too few": ("send", without(SEND, "parent"), BAD),
    "another type": ("send", {**SEND, "content": 5}, BAD),
    "a list for a text": ("send", {**SEND, "content": ["hi"]}, BAD),
    "a text for a number": ("sync", {**SYNC, "seq": "0"}, BAD),
    "a truth for a number": ("sync", {**SYNC, "seq": True}, BAD),
    "another type than its name": ("stop", {**SEND, "type": "send"}, BAD),
    "no content at all": ("send", without(SEND, "content"), BAD),
    "content twice": ("send", {**SEND, "content_id": "t_1"}, BAD),
    "an empty message": ("send", {**SEND, "content": " \n "}, BAD),
    "an id called after a file": ("send", {**SEND, "id": "../../etc"}, BAD),
    "an id too long": ("send", {**SEND, "id": "u" * 65}, BAD),
    "an id with a line": ("send", {**SEND, "id": "u1\n"}, BAD),
    "an empty id": ("send", {**SEND, "id": ""}, BAD),
    "content never posted": ("send", {**without(SEND, "content"), "content_id": "x"}, NONE),
    "a chat that is not": ("send", {**SEND, "conversation": "c_none"}, NONE),
    "stop of a chat that is not": ("stop", {"conversation": "c_none"}, NONE),
    "sync of a chat that is not": ("sync", SYNC, NONE),
    "a chat called after a file": ("sync", {**SYNC, "conversation": "../x"}, NONE),
    "a chat called by SQL": ("stop", {"conversation": "' OR 1=1 --"}, NONE),
    "a message too long": ("send", {**SEND, "content": "x" * 199_999 + " y" * 50}, LARGE),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_bad_request_is_refused_in_a_sentence(server: Server, chat: Page, what: str) -> None:
    name, payload, code = REFUSED[what]
    with RawSocket(server.port).hello(HELLO) as link:
        told = answer_to(link, name, payload)
        assert set(told) == {"refused"}
        assert told["refused"]["code"] == code, told
        assert told["refused"]["sentence"].endswith(".")
        assert len(told["refused"]["sentence"]) < 120
        known = {"conversation": chat.conversation, "epoch": None, "seq": 0}
        assert "events" in answer_to(link, "sync", known, ack=8), "the connection did not survive"


def of(chat: Page) -> dict[str, tuple[str, dict[str, Any], str]]:
    """Requests in an order that makes no sense, or about messages that are not what they seem."""
    here = {"conversation": chat.conversation}
    asked, answered = list(chat.view.nodes)[:2]
    edit = {**here, "message": asked, "id": "e1", "content": "x"}
    return {
        "answer what is not there": ("send", {**SEND, **here, "parent": "u_none"}, NONE),
        "edit what is not there": ("edit", {**edit, "message": "m"}, NONE),
        "edit an answer": ("edit", {**edit, "message": answered}, BAD),
        "edit with a bad id": ("edit", {**edit, "id": "e 1"}, BAD),
        "regenerate what is not there": ("regenerate", {**here, "message": "m", "id": "r1"}, NONE),
        "regenerate by a bad id": ("regenerate", {**here, "message": answered, "id": "✓"}, BAD),
        "select what is not there": ("select", {**here, "message": "m_none"}, NONE),
    }  # fmt: skip


def test_requests_that_make_no_sense_here_change_nothing(server: Server, chat: Page) -> None:
    before = chat.visitor.snapshot(str(chat.conversation))
    for what, (name, payload, code) in of(chat).items():
        with RawSocket(server.port).hello(HELLO) as link:
            told = answer_to(link, name, payload)
            assert told.get("refused", {}).get("code") == code, f"{what}: {told}"
    assert chat.visitor.snapshot(str(chat.conversation)) == before


def test_syncs_out_of_order_are_answered_with_what_helps(server: Server, chat: Page) -> None:
    """F19: a page of another epoch, or ahead of us."""
    here = {"conversation": chat.conversation}
    reset = {**here, "reset": True}
    with RawSocket(server.port).hello(HELLO) as link:
        for number, (epoch, seq) in enumerate(
            [(chat.epoch, 10**9), (chat.epoch, -1), ("other", 0), ("other", chat.seq), (None, 5)]
        ):
            asked = {**here, "epoch": epoch, "seq": seq}
            assert answer_to(link, "sync", asked, ack=number) == reset, asked
        assert answer_to(link, "leave", {"conversation": "c_none"}, ack=50) == {}
        assert answer_to(link, "stop", here, ack=51) == here, "a stop when nothing runs is no error"


def test_five_bad_requests_in_a_minute_end_the_connection(server: Server) -> None:
    """F25."""
    before = len(server.log())
    with RawSocket(server.port).hello(HELLO) as link:
        for number in range(4):
            assert "refused" in answer_to(link, "nonsense", {"number": number}, ack=number)
        link.emit("nonsense", {}, ack=9)
        assert link.closed_with() == 1008
    lines = [line for line in server.log()[before:].splitlines() if line]
    assert len([line for line in lines if "nonsense" in line]) <= 5
    assert len(lines) <= 6, f"more than one line for each: {lines}"


def test_a_page_of_another_version_is_told_so(server: Server) -> None:
    """F19."""
    for auth in ({"protocol": 99}, {}, {"protocol": "1"}):
        with RawSocket(server.port) as link:
            link.read()
            link.say("40" + json.dumps(auth))
            told = link.read()[1]
            assert told.startswith(b"44"), told
            assert json.loads(told[2:])["data"] == {"code": "version"}


def test_a_refused_page_does_not_disturb_the_others(server: Server, chat: Page) -> None:
    seen = chat.counts["connects"]
    with RawSocket(server.port).hello(HELLO) as link:
        for number in range(5):
            link.emit("send", {"number": number})
        link.closed_with()
    assert chat.counts["connects"] == seen
    chat.ask("sync", conversation=chat.conversation, epoch=chat.epoch, seq=chat.seq)
