"""Whatever a socket does, the server keeps its memory, its threads and its other visitors."""

from __future__ import annotations

import http.client
import json
import socket
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from support.raw_socket import BINARY, CONTINUATION, DEFLATE, PING, PONG, TEXT, RawSocket
from support.serving import Server, serve
from support.waiting import until

PROGRAM = Path(__file__).parents[1] / "support" / "hostile_program.py"
MIB = 1024 * 1024


@contextmanager
def doors(*, head_within: float = 20, **limits: Any) -> Iterator[Server]:
    """The doors alone, in a process of their own, with these limits."""
    env = {"LIMITS": json.dumps(limits), "HEAD_WITHIN": str(head_within)}
    with serve(PROGRAM, env=env) as server:
        yield server


def state(server: Server) -> dict[str, int]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("GET", "/state")
    answer: dict[str, int] = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def settles(server: Server, *, threads: int, within: float = 8) -> dict[str, int]:
    """The state once no socket is left and the threads are back, or when time is up."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        now = state(server)
        if now["sockets"] == 0 and now["threads"] <= threads:
            return now
        time.sleep(0.1)
    return state(server)


def a_good_page_is_served(server: Server) -> bool:
    began = time.monotonic()
    with RawSocket(server.port).hello() as page:
        page.emit("echo", {"are you": "well"}, ack=7)
        return page.read()[1] == b'437[{"are you":"well"}]' and time.monotonic() - began < 1


def push(page: RawSocket, kind: int, data: bytes, **how: bool) -> bool:
    """Send a frame; False once the server has had enough."""
    try:
        page.frame(kind, data, **how)
    except OSError:
        return False
    return True


def test_a_deflate_bomb_is_stopped_at_the_size_of_a_message() -> None:
    """F28."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = b"".join(squeeze.compress(b"4" * MIB) for _ in range(500))
    bomb += squeeze.flush(zlib.Z_SYNC_FLUSH)
    with doors() as server:
        before = state(server)["rss"]
        with RawSocket(server.port, extra=DEFLATE) as page:
            push(page, TEXT, bomb, squeezed=True)
            assert page.read()[1].startswith(b"0{")
            assert page.closed_with() == 1009
        assert state(server)["rss"] - before < 64 * MIB
        assert a_good_page_is_served(server)


def test_a_message_that_never_ends_is_not_kept() -> None:
    """F28."""
    with doors() as server, RawSocket(server.port).hello() as page:
        before = state(server)["rss"]
        sent = 0
        while sent < 100 and push(
            page, TEXT if sent == 0 else CONTINUATION, b"4" * MIB, final=False
        ):
            sent += 1
        assert sent < 60, "100 MB of one unfinished message were read"
        assert state(server)["rss"] - before < 32 * MIB


def test_a_message_larger_than_agreed_ends_the_connection_with_1009() -> None:
    """F28."""
    with doors() as server:
        with RawSocket(server.port).hello() as page:
            page.emit("echo", {"text": "x" * (256 * 1024)})
            assert page.closed_with() == 1009
        with RawSocket(server.port).hello() as page:
            page.emit("echo", {"text": "x" * 190_000}, ack=1)
            assert len(page.read()[1]) > 190_000, "a message within the limit was not answered"


def test_binary_attachments_are_refused_and_not_kept() -> None:
    """F28."""
    with doors() as server:
        before = state(server)["rss"]
        with RawSocket(server.port).hello() as page:
            for _ in range(10):
                push(page, TEXT, b'459999999999-["echo",{"_placeholder":true,"num":0}]')
                push(page, BINARY, b"x" * 200_000)
            assert page.closed_with() == 1008
        assert state(server)["rss"] - before < 32 * MIB


MALFORMED = [
    "", "4", "x", "9", "2", "5", "6", "b4AAAA", "4" + "[" * 200_000, '42["echo",' + "[" * 100_000,
    "42{}", "42[]", "42[1]", "42[{}]", "43[1]", "431[1]", "44", "47", "4٣", "42nonsense",
    '42["echo"]', '42["echo",1]', '42["echo",{},{}]', '42["connect",{}]', '42["disconnect",{}]',
    '42/other,["echo",{}]', '42["echo",{"a":NaN}]', '42["echo",{"a":"\\ud800"}]',
    '429999999999999999["echo",{}]', '42["echo",{"n":' + "9" * 5000 + "}]",
    '42["echo",' + '{"a":' * 40 + "1" + "}" * 41 + "]", "40", '42["' + "e" * 100 + '",{}]',
]  # fmt: skip


def test_no_malformed_packet_ends_the_connection_or_makes_a_traceback() -> None:
    """F25."""
    with doors() as server:
        threads = state(server)["threads"]
        for payload in MALFORMED:
            with RawSocket(server.port).hello() as page:
                page.say(payload)
                page.emit("echo", {"after": "it"}, ack=5)
                answers = [page.read()[1]]
                if not answers[-1].startswith(b"435["):
                    answers.append(page.read()[1])
                assert answers[-1] == b'435[{"after":"it"}]', f"{payload[:40]!r} → {answers}"
                assert len(answers) == 2, f"{payload[:40]!r} was not refused"
                assert b"bad_request" in answers[0]
        assert settles(server, threads=threads)["sockets"] == 0
        log = server.log()
        assert "Traceback" not in log
        assert log.count("Refused a packet") == len(MALFORMED), "one line for each, and no more"
        assert max(map(len, log.splitlines())) < 300, "the log repeats what the stranger sent"


def test_a_refused_question_is_answered_and_a_refused_remark_is_told() -> None:
    with doors() as server, RawSocket(server.port).hello() as page:
        page.say('4299["echo",1]')
        assert page.read()[1].startswith(b'4399[{"refused":{"code":"bad_request"')
        page.say('42["echo",1]')
        assert page.read()[1].startswith(b'42["refused",{"code":"bad_request"')


def test_five_bad_packets_in_a_minute_end_the_connection() -> None:
    """F25."""
    with doors() as server, RawSocket(server.port).hello() as page:
        for _ in range(5):
            page.say("42{}")
        assert page.closed_with() == 1008


def test_our_own_failing_handler_keeps_the_connection() -> None:
    with doors() as server, RawSocket(server.port).hello() as page:
        page.emit("boom", {})
        page.emit("echo", {"still": "here"}, ack=1)
        assert page.read()[1] == b'431[{"still":"here"}]'


def test_a_flood_of_events_is_refused_then_cut_and_costs_no_threads() -> None:
    """F26."""
    with doors() as server:
        threads = state(server)["threads"]
        with RawSocket(server.port).hello() as page:
            for number in range(3000):
                page.emit("echo", {}, ack=number)
            answers = list(page.texts())
        refused = [answer for answer in answers if '"rate"' in answer]
        assert len(refused) == 3
        assert 39 <= len(answers) - len(refused) < 80, "a burst of 40, the connect included"
        assert settles(server, threads=threads)["threads"] <= threads


def test_a_slow_reader_that_pings_gets_every_frame_whole() -> None:
    """F6."""
    with (
        doors(outbox_bytes=64 * MIB) as server,
        RawSocket(server.port, receive_buffer=4096).hello() as page,
    ):
        page.sock.settimeout(30)
        page.emit("pour", {"count": 40, "size": 200_000})
        numbers: list[int] = []
        pongs = 0
        while len(numbers) < 40:
            push(page, PING, b"p" * 100)
            time.sleep(0.002)
            kind, data = page.read()
            if kind == PONG:
                pongs += 1
                continue
            _, frame = json.loads(data[2:])
            assert frame["text"] == chr(97 + frame["number"] % 26) * 200_000
            numbers.append(frame["number"])
        assert numbers == list(range(40))
        assert pongs > 0


def test_a_reader_that_stops_reading_costs_a_bound_and_is_told_of_every_gap() -> None:
    """F6."""
    with doors() as server, RawSocket(server.port, receive_buffer=65536).hello() as page:
        before = state(server)["rss"]
        page.emit("pour", {"count": 4000, "size": 50_000})
        until(lambda: state(server)["poured"] == 4000, "everything poured")
        assert state(server)["rss"] - before < 24 * MIB, "200 MB were poured for it"
        heard = heard_until(page, ack=1) + heard_until(page, ack=2)
        assert "resync" in heard
        assert 4000 - 1 in heard or heard[-1] == "resync", "a gap at the end was not told"
        assert gaps_without_resync([-1, *heard]) == []
        page.emit("pour", {"count": 3, "size": 10})
        later = [json.loads(page.read()[1][2:])[1]["number"] for _ in range(3)]
        assert later == [0, 1, 2], "after the resync it hears everything again"


def heard_until(page: RawSocket, *, ack: int) -> list[Any]:
    """The numbers of events and the resyncs before the answer to a question asked now."""
    page.emit("echo", {}, ack=ack)
    heard: list[Any] = []
    for text in page.texts():
        if text == f"43{ack}[{{}}]":
            return heard
        name, data = json.loads(text[2:])
        heard.append("resync" if name == "resync" else data["number"])
    raise AssertionError("the server closed the connection")


def gaps_without_resync(heard: list[Any]) -> list[tuple[Any, Any]]:
    return [(a, b) for a, b in pairwise(heard) if "resync" not in (a, b) and b != a + 1]


def test_a_browser_that_is_gone_leaves_nothing_behind() -> None:
    """F10: its machine sleeps, or lost its network."""
    with doors(ping_interval=0.4, ping_timeout=0.4) as server:
        threads = state(server)["threads"]
        silent = [RawSocket(server.port) for _ in range(20)]
        for page in silent:
            page.read()
            page.say("40")
        time.sleep(0.2)
        assert state(server)["sockets"] == 20
        now = settles(server, threads=threads)
        assert now["sockets"] == 0
        assert now["threads"] <= threads
        assert all(page.is_ended() for page in silent), "a TCP connection was left open"


def test_a_socket_that_never_connects_is_sent_away() -> None:
    """F2."""
    with doors(connect_within=0.5) as server:
        threads = state(server)["threads"]
        with RawSocket(server.port) as page:
            page.read()
            assert page.closed_with() == 1008
        assert settles(server, threads=threads)["threads"] <= threads


def test_pages_beyond_the_limit_are_asked_to_wait_and_come_in_later() -> None:
    """F27."""
    with doors(max_connections=5) as server:
        pages = [RawSocket(server.port).hello() for _ in range(5)]
        assert RawSocket(server.port).status == 503
        pages[0].close()
        time.sleep(0.3)
        assert RawSocket(server.port).status == 101


def test_connections_that_come_and_go_leave_no_threads() -> None:
    """F27."""
    with doors() as server:
        threads = state(server)["threads"]
        for _ in range(100):
            RawSocket(server.port).hello().close()
        assert settles(server, threads=threads)["threads"] <= threads


def test_half_a_request_is_not_waited_for_longer_than_its_head_may_take() -> None:
    """F27."""
    with doors(head_within=1.5) as server:
        threads = state(server)["threads"]
        halves = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(60)]
        for half in halves:
            half.sendall(b"GET / HTTP/1.1\r\nHost: 127")
        assert a_good_page_is_served(server), "others had to wait for them"
        for _ in range(12):  # A byte now and then does not buy more time.
            for half in halves:
                with suppress(OSError):
                    half.sendall(b".")
            time.sleep(0.2)
        assert settles(server, threads=threads)["threads"] <= threads
        for half in halves:
            half.close()


def test_a_websocket_outlives_the_time_a_request_head_may_take() -> None:
    with doors(head_within=0.5) as server, RawSocket(server.port).hello() as page:
        time.sleep(1.2)
        page.emit("echo", {"still": "here"}, ack=1)
        assert page.read()[1] == b'431[{"still":"here"}]'


@pytest.mark.parametrize(
    "head",
    [
        "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        "GET /socket.io/?EIO=3&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Origin: http://127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n",
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Origin: http://127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n",
        "GET /socket.io/?EIO=4&transport=websocket&sid=x HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Origin: http://127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n",
    ],
    ids=["polling", "old protocol", "no key", "an upgrade of polling"],
)
def test_a_handshake_that_is_none_gets_a_plain_400(head: str) -> None:
    """F2, F28: polling, too, which could carry many packets."""
    with doors() as server, socket.create_connection(("127.0.0.1", server.port)) as sock:
        sock.sendall(head.encode() + b"\r\n")
        answer = sock.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 400")
        assert b"Content-Security-Policy" in answer
        assert "Traceback" not in server.log()
        assert state(server)["sockets"] == 0
