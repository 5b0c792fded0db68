"""A server without files, threads or memory to spare is well again when it has them."""

from __future__ import annotations

import contextlib
import resource
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from gptchat.workers import NO_ROOM
from support import counting_program as program
from support.oracle import assert_exact, assert_threads_back, threads
from support.page import Page
from support.raw_socket import RawSocket
from support.serving import Server, serve
from support.waiting import until
from support.web import Visitor

PROGRAM = Path(program.__file__)
MORE = 12  # People at once: stacks of threads that have ended serve some of them.
FORKING = """
import multiprocessing, os, subprocess, sys
from gptchat import GPTChat

app = GPTChat()

@app.handle_send_message
def reply(message):
    yield "One "
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    yield "two "
    yield subprocess.run([sys.executable, "-c", "print('three')"], capture_output=True,
                         text=True).stdout

app.run_app(port=int(os.environ["PORT"]))
"""


@contextmanager
def limited(server: Server, limit: int, most: int) -> Iterator[None]:
    """The running server may have no more than this, for a while."""
    assert server.process is not None
    process = psutil.Process(server.process.pid)
    before = process.rlimit(limit)
    process.rlimit(limit, (most, before[1]))
    yield
    process.rlimit(limit, before)


def process_of(server: Server) -> Any:
    assert server.process is not None
    return psutil.Process(server.process.pid)


@contextmanager
def in_a_chat(options: dict[str, Any]) -> Iterator[tuple[Server, Page]]:
    """A server, and somebody it has answered."""
    with serve(PROGRAM, env=program.environment(**options)) as server:
        with Page(Visitor(server.port)) as page:
            page.say("1")
            page.wait_idle()
            yield server, page


def test_a_server_out_of_files_keeps_who_is_there_and_lets_others_in_later(
    kept_in: dict[str, Any],
) -> None:
    """F31: 64 files, more people than that."""
    with in_a_chat(kept_in) as (server, page):
        before = process_of(server).num_fds()
        with limited(server, resource.RLIMIT_NOFILE, before + 20):
            page.say("300")
            with crowd(server, 60) as people:
                page.wait_text("200 ")
                assert len(people) > 0
        until(lambda: is_served(server), "the door to open again", within=30)
        page.wait_idle()
        page.say("5")
        page.wait_idle()
        assert_exact([page], [program.source(count) for count in (1, 300, 5)])
        until(lambda: process_of(server).num_fds() <= before + 4, "files to be given back")
        assert len(server.log()) < 100_000, "it filled the log with one complaint"


@contextmanager
def crowd(server: Server, many: int) -> Iterator[list[socket.socket]]:
    """So many connections that say nothing yet."""
    with ExitStack() as links:
        people = list[socket.socket]()
        for _ in range(many):
            with suppress(OSError):
                link = socket.create_connection(("127.0.0.1", server.port), timeout=2)
                people.append(links.enter_context(contextlib.closing(link)))
        yield people


def is_served(server: Server) -> bool:
    with suppress(OSError, EOFError):
        return Visitor(server.port).get("")[0] == 200
    return False


def test_a_server_that_can_make_no_thread_says_so_below_the_message(
    kept_in: dict[str, Any],
) -> None:
    """F31: no memory for another thread's stack."""
    with in_a_chat(kept_in) as (server, page), ExitStack() as stack:
        others = [stack.enter_context(Page(page.visitor)) for _ in range(MORE)]
        for other in others:
            other.wait_connected()
        room = process_of(server).memory_info().vms + 4 * 2**20  # A stack is 8 MB.
        with limited(server, resource.RLIMIT_AS, room):
            for other in others:
                other.say("200")
            for other in others:
                other.wait_idle()
        failed = [other for other in others if other.last()["status"] == "failed"]
        assert failed, "There was memory for all of them."
        answered = [other for other in others if other not in failed]
        assert [other.text() for other in answered] == [program.source(200)] * len(answered)
        for other in failed:
            assert other.last()["error"]["sentence"] == NO_ROOM
            other.say("5")
            other.wait_idle()
            assert other.text() == program.source(5)
            assert other.problems == []


def test_a_handler_may_fork() -> None:
    """F31: a child of the server's is nobody who holds its sockets or its database."""
    with serve(FORKING) as server, Page(Visitor(server.port)) as page:
        for _ in range(3):
            page.say("Go")
            page.wait_idle()
        assert_exact([page], ["One two three\n"] * 3)


@pytest.mark.timeout(1200)
def test_a_thousand_idle_pages_leave_room_and_then_nothing(
    rounds: Callable[[int, int], int],
) -> None:
    """F27: idle ones, half a request from others, and some who come and go all the time."""
    idle, half, seconds = rounds(50, 990), rounds(30, 150), rounds(1, 600)
    with serve(PROGRAM, env=program.environment()) as server:
        with Page(Visitor(server.port)) as page:
            page.say("1")
            page.wait_idle()
        until(lambda: threads(server) < 12, "its first connection to end")
        before = threads(server)
        with ExitStack() as links:
            for _ in range(idle):
                links.enter_context(RawSocket(server.port).hello({"protocol": 1}))
            for _ in range(half):
                link = socket.create_connection(("127.0.0.1", server.port))
                links.enter_context(contextlib.closing(link)).sendall(b"GET / HTTP/1.1\r\nHost: 1")
            ends = time.monotonic() + seconds
            while time.monotonic() < ends:
                RawSocket(server.port).hello({"protocol": 1}).close()
                time.sleep(0.01)
            with Page(Visitor(server.port)) as page:
                page.say("20")
                page.wait_idle()
                assert page.text() == program.source(20)
        assert_threads_back(server, before)
