"""A server that cannot begin says why in one line; one cut short while it begins breaks nothing."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from gptchat.store import Store
from gptchat.store.schema import VERSION
from support.oracle import database
from support.page import Page
from support.ports import free_port
from support.serving import TOP, Server, serve
from support.web import Visitor

PROGRAM = """
import os
from gptchat import GPTChat

app = GPTChat(lambda message: "You said " + message)
app.run_app(host=os.environ.get("HOST", "127.0.0.1"), port=int(os.environ["PORT"]),
            allow_anonymous=os.environ.get("ANYBODY") == "1")
"""
OLD = TOP / "tests/support/version_0001.sql"


def begin(folder: Path, *before: str, **env: str) -> subprocess.Popen[str]:
    """Start the program, and wait for nothing."""
    script = folder / "program.py"
    script.write_text(PROGRAM, "utf-8")
    return subprocess.Popen(
        [*before, sys.executable, "-u", str(script)], cwd=folder, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
        env={"PYTHONPATH": str(TOP / "package"), "PATH": os.environ["PATH"], **env},
    )  # fmt: skip


def refusal(folder: Path, *before: str, **env: str) -> str:
    """The one line with which the program gives up."""
    process = begin(folder, *before, **env)
    try:
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode not in (0, None)
    return said.strip().splitlines()[-1]


def without(right: str) -> list[str]:
    """How to begin a program without a right that only root has."""
    rights = [f"--bounding-set=-{right}", f"--inh-caps=-{right}"]
    return ["setpriv", *rights] if os.geteuid() == 0 else []


# ------------------------------------------------------------------------ where it listens


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("no-such-host.invalid", "0", "cannot listen on no-such-host.invalid"),
        ("192.0.2.1", "0", "cannot listen on 192.0.2.1"),
        ("127.0.0.1", "70000", "cannot listen on 127.0.0.1:70000"),
    ],
)
def test_where_nobody_can_listen_is_one_line(
    tmp_path: Path, host: str, port: str, said: str
) -> None:
    """F30: a name nobody knows, an address of another machine, a port there is not."""
    line = refusal(tmp_path, HOST=host, PORT=port, ANYBODY="1")
    assert said in line
    assert "Pass another host or port." in line


def test_a_port_that_only_an_administrator_may_use_is_one_line(tmp_path: Path) -> None:
    """F30: a privileged port, without the one right that root has for it."""
    first = int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())
    if first <= 80:
        pytest.skip("This machine lets everybody listen on every port.")
    line = refusal(tmp_path, *without("net_bind_service"), PORT="80")
    assert "cannot listen on 127.0.0.1:80: Permission denied" in line


def test_any_port_is_told_which_it_is(tmp_path: Path) -> None:
    """F30: port 0, on IPv6 alone."""
    if not socket.has_ipv6 or not Path("/proc/net/if_inet6").read_text():
        pytest.skip("This machine has no IPv6.")
    process = begin(tmp_path, HOST="::1", PORT="0")
    try:
        assert process.stdout is not None
        told = re.search(r"http://\[::1\]:(\d+)/", process.stdout.readline())
        assert told is not None
        assert int(told[1]) > 0
        socket.create_connection(("::1", int(told[1]))).close()
    finally:
        process.terminate()
        process.communicate(timeout=10)


# --------------------------------------------------------------------------- what it opens


def test_a_file_that_may_only_be_read_is_told_and_left(tmp_path: Path) -> None:
    """F14: it was made so; as root, without the right to write to it all the same."""
    file = tmp_path / ".gptchat" / "program.db"
    file.parent.mkdir()
    Store(file).close()
    file.chmod(0o444)
    before = file.read_bytes()
    line = refusal(tmp_path, *without("dac_override"), PORT=str(free_port()))
    assert "may be read and not written" in line
    assert "Nothing was changed." in line
    assert file.read_bytes() == before


# ----------------------------------------------------------------------- ended while it begins


def old_file(folder: Path) -> Path:
    """A database of the first version, with chats in it."""
    file = folder / ".gptchat" / "program.db"
    file.parent.mkdir(exist_ok=True)
    for left in file.parent.glob("program.db*"):
        left.unlink()
    with closing(sqlite3.connect(file)) as made:
        made.executescript(OLD.read_text("utf-8"))
    return file


def messages_in(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = opened.execute("SELECT body FROM messages ORDER BY conversation, id")
        return [str(json.loads(body)["message"]) for (body,) in rows]


def test_a_server_interrupted_while_it_begins_leaves_a_whole_file(
    tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    """F9: Ctrl+C twice at any moment of a start, in the middle of a migration too."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    luck, versions = random.Random(seed), set[str]()
    for number in range(rounds(2, 60)):
        file = old_file(tmp_path)
        before = messages_in(file)
        process = begin(tmp_path, PORT=str(free_port()))
        try:
            time.sleep(luck.uniform(0.05, 0.9))
            how = signal.SIGINT if number % 2 else signal.SIGTERM
            for _ in range(2):
                process.send_signal(how)
                time.sleep(luck.uniform(0, 0.02))
            process.communicate(timeout=15)
        finally:
            with suppress(ProcessLookupError):
                process.kill()
        assert messages_in(file) == before, "what had been said is not there any more"
        with closing(sqlite3.connect(file)) as opened:
            versions.add(opened.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    print(f"left as {versions}")
    with serve(PROGRAM, folder=tmp_path) as server:
        talk(server)
    with closing(sqlite3.connect(database(server))) as opened:
        assert opened.execute("SELECT version_num FROM alembic_version").fetchone() == (VERSION,)


def talk(server: Server) -> None:
    with Page(Visitor(server.port)) as page:
        page.say("hello")
        page.wait_idle()
        assert page.text() == "You said hello"


def test_ctrl_c_twice_in_mid_answer_ends_it_with_its_file_in_order(tmp_path: Path) -> None:
    """F9: an impatient developer."""
    with serve(PROGRAM, folder=tmp_path) as server:
        talk(server)
        process = server.process
        assert process is not None
        for _ in range(2):
            process.send_signal(signal.SIGINT)
            time.sleep(0.01)
        process.wait(10)
        server.process = None
        assert messages_in(database(server))
        server.start()
        talk(server)
