"""As it is deployed: gunicorn over PostgreSQL and Redis, behind nginx under a prefix, by turns.

The program and nginx's configuration are those of examples/deploy. Each gunicorn has one worker,
so that it is known which one answers.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import pytest

from support.nginx import Nginx
from support.oracle import answers, assert_exact
from support.page import Page
from support.ports import free_port
from support.postgres import Postgres
from support.redis import Redis
from support.sources import TOP
from support.waiting import until
from support.web import Visitor

LEASE, GRACE = 2.0, 5.0
FEW, MANY, LONG = 40, 120, 3000


def source(count: int) -> str:
    return "".join(f"{number} " for number in range(count))


class Gunicorn:
    """One gunicorn with one worker, at a port of its own."""

    def __init__(self, folder: Path, database: str, redis: Redis) -> None:
        self.port, self._log = free_port(), folder / f"{free_port()}.log"
        given = {"DATABASE": database, "REDIS": redis.url, "HOSTS": "127.0.0.1"}
        self._env = {
            **os.environ, **given, "LEASE": str(LEASE), "GRACE": str(GRACE),
            "PYTHONPATH": str(TOP / "package"),
        }  # fmt: skip

    def __enter__(self) -> Gunicorn:
        command = ["--worker-class", "gthread", "--threads", "60", "--workers", "1"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", *command, "-b", f"127.0.0.1:{self.port}",
                 "--no-control-socket", "chat:app"],
                cwd=TOP / "examples/deploy", env=self._env, stdout=log, stderr=log,
            )  # fmt: skip
        until(self._answers, f"gunicorn: {self._log.read_text()}", within=30)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGQUIT)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._process.kill()
        self._process.wait()

    @property
    def worker(self) -> psutil.Process:
        """The process that serves."""
        [worker] = psutil.Process(self._process.pid).children()
        return worker

    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")

    def _answers(self) -> bool:
        assert self._process.poll() is None, self.log()
        with suppress(OSError, ValueError):
            return Visitor(self.port, "/chat/").get("")[0] == 200
        return False


class Site:
    """Two gunicorns, and nginx in front of them."""

    def __init__(self, stack: ExitStack, folder: Path, database: str, redis: Redis) -> None:
        self.gunicorns = [stack.enter_context(Gunicorn(folder, database, redis)) for _ in range(2)]
        self.nginx = stack.enter_context(Nginx([each.port for each in self.gunicorns]))

    def visitor(self) -> Visitor:
        """Somebody new at the front door."""
        return Visitor(self.nginx.port, "/chat/")

    def at(self, visitor: Visitor, gunicorn: Gunicorn) -> Visitor:
        """The same person, whom nginx happens to send to this one."""
        there = Visitor(gunicorn.port, "/chat/")
        move(there, gunicorn, visitor.cookie)
        return there


def move(visitor: Visitor, gunicorn: Gunicorn, cookie: str) -> None:
    """Let somebody go to this process. A cookie is named after the port people come to."""
    visitor.port = gunicorn.port
    visitor.cookie = f"gptchat-{gunicorn.port}={cookie.partition('=')[2]}"


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    with Redis() as running:
        yield running


@pytest.fixture(scope="module")
def site(
    postgres: Postgres, redis: Redis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    database = postgres.new_database()
    with ExitStack() as stack:
        made = Site(stack, tmp_path_factory.mktemp("site"), database, redis)
        yield made
        for each in made.gunicorns:
            assert "Traceback" not in each.log(), each.log()
    postgres.forget(database)


@pytest.mark.timeout(300)
def test_pages_are_exact_whichever_process_each_of_them_comes_to(site: Site) -> None:
    """24 pages: of each person one tab asks, and two others look on."""
    with ExitStack() as stack:
        people = []
        for number in range(8):
            visitor = site.visitor()
            tabs = [stack.enter_context(Page(visitor)) for _ in range(3)]
            for tab in tabs:
                tab.patience = 3600.0  # What it shows it was told.
            tabs[0].say(str(MANY + number))
            for tab in tabs[1:]:
                tab.show(str(tabs[0].conversation))
            people.append(tabs)
        for number, tabs in enumerate(people):
            for tab in tabs:
                tab.wait_idle(60)
            assert_exact(tabs, [source(MANY + number)])


def test_polling_is_refused_by_every_process(site: Site) -> None:
    for _ in range(4):
        assert site.visitor().get("socket.io/?EIO=4&transport=polling")[0] == 400


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_redis_gone_for_five_seconds_across_an_end_loses_nothing(
    site: Site, redis: Redis
) -> None:
    visitor, (here, there) = site.visitor(), site.gunicorns
    with Page(site.at(visitor, here)) as asking, Page(site.at(visitor, there)) as looking:
        looking.patience = 3600.0
        asking.say(str(MANY))
        looking.show(str(asking.conversation))
        redis.kill()
        asking.wait_idle()
        time.sleep(5.0)
        redis.start()
        looking.wait_idle()
        assert_exact([asking, looking], [source(MANY)])


@pytest.mark.serial
@pytest.mark.timeout(300)
def test_a_worker_killed_in_mid_answer_loses_nothing_that_was_seen(site: Site) -> None:
    visitor, (here, there) = site.visitor(), site.gunicorns
    with Page(site.at(visitor, here)) as asking, Page(site.at(visitor, there)) as looking:
        asking.say(str(LONG))
        looking.show(str(asking.conversation))
        looking.wait_text("20 ")
        here.worker.kill()
        killed = time.monotonic()
        looking.wait_idle()
        took = time.monotonic() - killed
        seen, kept = asking.text(), looking.text()
        assert looking.last()["status"] == "interrupted"
        assert kept.startswith(seen) or seen.startswith(kept)
        assert source(LONG).startswith(kept)
        assert took < 1.2 * LEASE + 1.0, "a lease, a fifth of it, and what a machine takes"
        looking.say("3")
        looking.wait_idle()
        assert looking.text() == source(3)
        asking.wait(lambda: asking.texts() == looking.texts(), "it has come back")
        [first, _] = answers(asking.visitor.snapshot(str(asking.conversation))["nodes"])
        assert first == kept
        assert asking.problems == looking.problems == []


@pytest.mark.timeout(300)
def test_a_worker_told_to_end_gives_its_answers_their_time(site: Site) -> None:
    """One answer ends in it, one takes too long; both pages go on elsewhere."""
    visitor, (here, there) = site.visitor(), site.gunicorns
    old = here.worker
    with Page(site.at(visitor, here)) as short, Page(site.at(visitor, here)) as long:
        long.say(str(LONG))
        short.say(str(FEW))
        short.wait_text("5 ")
        old.send_signal(signal.SIGTERM)
        until(lambda: not old.is_running(), "the end of the worker", within=40)
        for tab in (short, long):
            move(tab.visitor, there, visitor.cookie)
        short.wait_idle()
        long.wait_idle()
        assert (short.text(), short.last()["status"]) == (source(FEW), "done")
        assert long.last()["status"] == "interrupted"
        assert source(LONG).startswith(long.text())
        long.say("3")
        long.wait_idle()
        assert_exact([long], [long.texts()[0], source(3)])
        until(lambda: here._answers(), "the next worker", within=30)
