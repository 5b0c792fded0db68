"""What a page says is bounded before it is believed; what it is told, before it is sent."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gptchat.listener import redacted
from gptchat.protocol import MAX_SOCKET_MESSAGE
from gptchat.sockets.outbox import Outbox
from gptchat.sockets.packets import (
    MAX_DEPTH,
    MAX_KEYS,
    MAX_STRING,
    Allowance,
    Packet,
    Unacceptable,
    WireJSON,
)
from gptchat.sockets.transport import Limits, socketio_options


def event(data: Any, name: str = "send") -> str:
    return "27" + json.dumps([name, data])


def nested(depth: int) -> Any:
    """Data whose innermost value is `depth + 1` levels deep, the event's own list counted."""
    data: Any = 1
    for _ in range(depth - 2):
        data = [data]
    return {"deep": data}


def refusal(text: object) -> Unacceptable:
    with pytest.raises(Unacceptable) as raised:
        Packet(encoded_packet=text)
    return raised.value


@pytest.mark.parametrize(
    "data",
    [
        {"text": "x" * MAX_STRING},
        {str(n): n for n in range(MAX_KEYS)},
        nested(MAX_DEPTH - 1),
        {"text": "é 漢 🙂 \x00"},
        {},
    ],
    ids=["longest text", "most keys", "deepest", "any letters", "nothing"],
)
def test_what_just_fits_is_read_exactly(data: Any) -> None:
    packet = Packet(encoded_packet=event(data))
    assert packet.data == ["send", data]
    assert packet.id == 7
    assert packet.namespace is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"text": "x" * (MAX_STRING + 1)}, "too_large"),
        ({"x" * (MAX_STRING + 1): 1}, "too_large"),
        ({str(n): n for n in range(MAX_KEYS + 1)}, "bad_request"),
        (nested(MAX_DEPTH), "bad_request"),
        ({"text": "\ud800"}, "bad_request"),
        ({"number": float("nan")}, "bad_request"),
    ],
    ids=["text", "key", "keys", "depth", "half a character", "no number"],
)
def test_one_more_is_refused_and_knows_its_question(data: Any, code: str) -> None:
    problem = refusal(event(data))
    assert problem.refusal["code"] == code
    assert problem.refusal["sentence"].endswith(".")
    assert problem.ack == 7


@pytest.mark.parametrize(
    "text", ["50-[]", "51-[1]", "60-[]", "451-[]", "3[1]", "4{}", "8", "", b"2"]
)
def test_binary_parts_answers_and_unknown_types_are_refused(text: object) -> None:
    if text:
        assert refusal(text).refusal["code"] == "bad_request"
    else:
        assert Packet(encoded_packet=text).data is None, "nothing given is nothing decoded"


@pytest.mark.parametrize("name", ["", "connect", "disconnect", "*", "x" * 65])
def test_no_event_can_pose_as_the_connection_itself(name: str) -> None:
    assert refusal(event({}, name)).refusal["code"] == "bad_request"


@given(st.text(max_size=200))
@example("2" + "[" * 100_000)
@example('2["a",' + '{"a":' * 5000)
@example("2" + "9" * 100_000)
def test_no_text_whatever_does_worse_than_a_refusal(text: str) -> None:
    with suppress(Unacceptable):
        Packet(encoded_packet=text)


@given(st.recursive(st.none() | st.text() | st.integers(), lambda inner: st.lists(inner)))
def test_what_is_sent_is_what_is_received(data: Any) -> None:
    sent = Packet(data=["events", {"data": data}]).encode()
    assert json.loads(sent[1:]) == ["events", {"data": data}]
    sent.encode()  # A websocket carries UTF-8: half a character must travel as an escape.


def test_text_travels_without_escapes() -> None:
    assert WireJSON.dumps({"a": "漢é\u2028"}, separators=(",", ":")) == '{"a":"漢é\u2028"}'
    assert WireJSON.dumps("\ud83d") == '"\\ud83d"'


def outbox(**limits: int) -> Outbox:
    return Outbox(**{"max_bytes": 100, "max_events": 10, **limits}, resync="RESYNC")


def everything(box: Outbox) -> list[str]:
    """What a writer would write before it had to wait."""
    texts = []
    box.put("END", droppable=False)
    while (text := box.take()) != "END":
        texts.append(str(text))
    return texts


def test_what_fits_comes_out_in_order() -> None:
    box = outbox()
    for text in "abc":
        box.put(text, droppable=True)
    assert everything(box) == ["a", "b", "c"]


@pytest.mark.parametrize("texts", [["x" * 51, "y" * 50], ["x"] * 11, ["é" * 51]])
def test_a_browser_too_slow_loses_what_waits_and_is_told_once(texts: list[str]) -> None:
    box = outbox()
    for text in texts:
        box.put(text, droppable=True)
    box.put("too late", droppable=True)
    assert box.waiting_bytes == 0
    assert box.take() == "RESYNC"
    box.put("new", droppable=True)
    assert everything(box) == ["new"]


def test_answers_outlive_an_overflow_and_come_before_the_resync() -> None:
    box = outbox()
    box.put("answer", droppable=False)
    for _ in range(20):
        box.put("event", droppable=True)
    assert [box.take(), box.take()] == ["answer", "RESYNC"]


def test_a_heartbeat_does_not_wait_behind_a_megabyte() -> None:
    box = outbox()
    box.put("long", droppable=True)
    box.put_first("2")
    assert everything(box) == ["2", "long"]


def test_answers_without_end_give_the_browser_up() -> None:
    box = outbox()
    given_up = []
    for _ in range(44):
        box.put("x" * 10, droppable=False)
        given_up.append(box.overflowing)
    assert given_up == [False] * 40 + [True] * 4
    assert box.waiting_bytes <= 410


def test_closing_lets_the_rest_out_and_wakes_who_waits() -> None:
    box = outbox()
    taken: list[str | None] = []

    def write() -> None:
        while (text := box.take()) is not None:
            taken.append(text)
        taken.append(None)

    writer = threading.Thread(target=write)
    writer.start()
    box.put("last words", droppable=False)
    box.close()
    box.put("after", droppable=False)
    writer.join(2)
    assert taken == ["last words", None]


def test_an_allowance_is_a_burst_and_then_a_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    allowance = Allowance(per_second=20, at_once=40)
    assert [allowance.take() for _ in range(41)] == [True] * 40 + [False]
    now += 0.5
    assert [allowance.take() for _ in range(11)] == [True] * 10 + [False]
    now += 3600
    assert [allowance.take() for _ in range(41)] == [True] * 40 + [False]


def test_the_options_leave_nothing_to_detection() -> None:
    options = socketio_options(Limits(ping_interval=7))
    assert options["async_mode"] == "threading"
    assert options["async_handlers"] is False
    assert options["transports"] == ["websocket"]
    assert options["serializer"] is Packet
    assert options["cors_allowed_origins"] == []
    assert options["manage_session"] is False
    assert options["max_http_buffer_size"] == MAX_SOCKET_MESSAGE
    assert options["ping_interval"] == 7


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("GET /?token=abc HTTP/1.1", "GET /?token=… HTTP/1.1"),
        ("GET /?a=1&TOKEN=abc&b=2", "GET /?a=1&TOKEN=…&b=2"),
        ("GET /?api_key=sk-1 x", "GET /?api_key=… x"),
        ("GET /\x1b[31m", "GET /\\x1b[31m"),
        ("GET /é", "GET /é"),
    ],
)
def test_a_log_line_holds_no_secret_and_no_control_character(line: str, shown: str) -> None:
    assert redacted(line) == shown
