"""When the machine's clock is set anew in mid-answer, nobody is thrown out and no word is lost."""

from __future__ import annotations

import http.client
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from support import counting_program as program
from support.oracle import assert_calm, assert_exact
from support.page import Page
from support.serving import Server, serve
from support.signing_in import PASSWORD
from support.timeshift import Clock
from support.web import Visitor

# libfaketime cannot let a thread sleep until a moment of the monotonic clock, as Python asks.
PROGRAM = f"""
import runpy, select, time
time.sleep = lambda seconds: select.select([], [], [], seconds)
runpy.run_path({program.__file__!r}, run_name="__main__")
"""
HOUR, DAY = 3600, 86_400
JUMPS = (HOUR, -HOUR, DAY, 0)


def test_an_answer_goes_on_while_the_clock_jumps(kept_in: dict[str, Any], tmp_path: Path) -> None:
    """F29: an hour on, an hour back, a day on, and home again."""
    clock, count = Clock(tmp_path), 500
    env = {**clock.environment, **program.environment(**kept_in)}
    with serve(PROGRAM, folder=tmp_path, env=env) as server, Page(Visitor(server.port)) as page:
        page.say(str(count))
        for part, jump in enumerate(JUMPS, 1):
            page.wait_text(f"{part * count // 6} ")
            clock.jump(jump)
        page.wait_idle()
        assert_exact([page], [program.source(count)])
        assert page.last()["status"] == "done"
        assert page.counts["connects"] <= 2, "the page was thrown out again and again"
        wait_for_a_few_beats()
        clock.jump(DAY)
        page.say("5")
        page.wait_idle()
        assert page.text() == program.source(5)
        assert_calm(server)


def wait_for_a_few_beats() -> None:
    """Of the heart that renews leases, which are kept in the time of the wall."""
    time.sleep(0.5)


def test_nobody_is_signed_out_by_a_clock_that_jumps(tmp_path: Path) -> None:
    """F29: a session is weeks long; an hour back does not end it, nor does a day on."""
    clock = Clock(tmp_path)
    env = {**clock.environment, "GPTCHAT_PASSWORD": PASSWORD}
    with serve(PROGRAM, folder=tmp_path, env={**env, **program.environment(auth="password")}) as it:
        cookie = signed_in(it)
        assert status(it, "") == 401
        for jump in JUMPS:
            clock.jump(jump)
            assert status(it, cookie) == 200, f"a jump by {jump} s signs people out"


def signed_in(server: Server) -> str:
    """The cookie of a browser that has signed in."""
    answer = asked(server, "POST", "/", body=urlencode({"secret": PASSWORD}))
    return str(answer.headers["Set-Cookie"]).partition(";")[0]


def status(server: Server, cookie: str) -> int:
    return asked(server, "GET", "/api/config", cookie=cookie).status


def asked(
    server: Server, method: str, path: str, body: str | None = None, cookie: str = ""
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=15)
    headers = {"Origin": server.url.rstrip("/"), "Cookie": cookie}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@pytest.mark.long
def test_leases_survive_a_clock_that_jumps(kept_in: dict[str, Any], tmp_path: Path) -> None:
    """F29: two servers of one database, of which one's clock is an hour ahead."""
    if not kept_in:
        kept_in = {"store": str(tmp_path / "chats.db")}
    clock = Clock(tmp_path)
    late = {**clock.environment, **program.environment(**kept_in)}
    clock.jump(0)
    with serve(PROGRAM, env=program.environment(**kept_in)) as server:
        with Page(Visitor(server.port)) as page:
            page.say("600")
            page.wait_text("20 ")
            with serve(PROGRAM, env=late) as other:
                clock.jump(-HOUR)
                page.wait_idle()
                assert_calm(other)
            assert_exact([page], [program.source(600)])
