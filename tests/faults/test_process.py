"""Processes come, go and share; disks fill up and files are locked: nothing said is lost."""

from __future__ import annotations

import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import psutil
import pytest

from gptchat.store import Store
from support.counting_program import source
from support.oracle import answers, assert_calm, assert_exact, database, log_numbers
from support.page import Gone, Page
from support.serving import TOP, Server, serve
from support.web import Visitor

PROGRAM = """
import os, time
from gptchat import GPTChat

app = GPTChat(lease_seconds=1, grace_seconds=float(os.environ.get("GRACE", "0.2")))

@app.handle_send_message
def reply(message):
    for number in range(int(message)):
        yield f"{number} 🙂 "
        time.sleep(0.005)

app.run_app(port=int(os.environ["PORT"]))
"""
MANY, LONG = 400, 100_000
ROOM = 8192  # Bytes: enough for the server's log, too few for a page of the database.


@contextmanager
def tab(server: Server) -> Iterator[Page]:
    with Page(Visitor(server.port)) as page:
        yield page


# ----------------------------------------------------------------- coming and going


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_server_told_to_end_in_mid_answer_keeps_it_and_what_waits(how: signal.Signals) -> None:
    """F8, F9."""
    with serve(PROGRAM) as server:
        with tab(server) as page:
            page.say(str(LONG))
            page.wait_text("20 ")
            waiting = page.say("3")
            seen = page.text()
            ended_by(server, how)
            assert is_whole(server)
            server.start()
            page.wait_idle()
            answer = page.view.path()[1]
            assert answer["message"]["content"].startswith(seen)
            assert source(LONG).startswith(answer["message"]["content"])
            assert answer["status"] == "interrupted"
            assert page.view.nodes[waiting]["parent"] == answer["id"]
            answer_again(page, waiting)
            assert page.text() == source(3)
            assert page.problems == []
        assert_calm(server)


def test_an_answer_under_way_is_given_its_time_and_nothing_new_begins() -> None:
    """F8."""
    with serve(PROGRAM, env={"GRACE": "60"}) as server, tab(server) as page, tab(server) as idle:
        page.say(str(MANY))
        page.wait_text("20 ")
        assert server.process is not None
        server.process.send_signal(signal.SIGTERM)
        idle.wait(lambda: not idle.is_connected, "the server has sent it away")
        asked = {"conversation": page.conversation, "id": "u_late", "parent": None, "content": "3"}
        page.wait_idle()
        assert page.text() == source(MANY)
        assert page.last()["status"] == "done"
        sent = page.tell("send", asked)
        with pytest.raises(Gone):
            page.answer(sent)
        assert server.process.wait(30) == 0
        server.process = None
        assert is_whole(server)
        server.start()
        page.say("3", id="u_late")
        page.wait_idle()
        assert page.text() == source(3)
        assert_calm(server)


@pytest.mark.long
def test_what_waits_when_the_last_answer_ends_in_its_time_begins_no_more() -> None:
    """F8."""
    with serve(PROGRAM, env={"GRACE": "60"}) as server, tab(server) as page:
        page.say(str(MANY))
        page.wait_text("20 ")
        waiting = [page.say("3"), page.say("4")]
        page.wait(lambda: len(page.view.runs) == 3, "both wait")
        ended_by(server, signal.SIGTERM)
        server.start()
        page.wait_idle()
        assert page.texts() == [source(MANY), "", ""]
        for question, count in zip(waiting, (3, 4), strict=True):
            answer_again(page, question)
            assert page.text() == source(count)
        assert page.problems == []
        assert_calm(server)


def answer_again(page: Page, question: str) -> None:
    """Press what stands below a question that was not answered."""
    [answer] = [id for id, node in page.view.nodes.items() if node["parent"] == question]
    assert page.view.nodes[answer]["status"] == "interrupted"
    page.ask("regenerate", conversation=page.conversation, message=answer, id=f"r_{question}")
    page.wait_idle()


def ended_by(server: Server, how: signal.Signals) -> None:
    process = server.process
    assert process is not None
    process.send_signal(how)
    assert process.wait(15) == 0, f"ended with {process.returncode}"
    server.process = None


def is_whole(server: Server) -> bool:
    """Whether the file opens, is sound, and needs nothing beside it."""
    assert not database(server).with_name("program.db-wal").exists(), "a write-ahead log was left"
    with closing(sqlite3.connect(database(server))) as connection:
        return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))


def run_once(folder: Path, port: int) -> subprocess.CompletedProcess[str]:
    """Run the program until it gives up by itself."""
    script = folder / "program.py"
    script.write_text(PROGRAM, "utf-8")
    return subprocess.run(
        [sys.executable, str(script)], cwd=folder, capture_output=True, text=True, timeout=20,
        env={"PORT": str(port), "PYTHONPATH": str(TOP / "package"), "PATH": ""}, check=False,
    )  # fmt: skip


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    return done.stderr.strip().splitlines()[-1]


def test_a_taken_port_is_told_with_a_free_one(tmp_path: Path) -> None:
    """F30."""
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run_once(tmp_path, port)
        assert done.returncode != 0
        assert f"Port {port} is already in use." in last_line(done)
        free = int(last_line(done).rsplit("port=", 1)[1].rstrip("."))
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", free))


@pytest.mark.parametrize("content", [b"", b"This is no database." * 100, b"SQLite format 3\0" * 90])
def test_a_file_that_is_no_database_is_not_touched(tmp_path: Path, content: bytes) -> None:
    """F14."""
    file = tmp_path / ".gptchat" / "program.db"
    file.parent.mkdir()
    file.write_bytes(content)
    if not content:
        with serve(PROGRAM, folder=tmp_path) as server, tab(server) as page:
            page.say("3")
            page.wait_idle()
        return
    done = run_once(tmp_path, 0)
    assert done.returncode != 0
    assert "cannot be opened" in last_line(done)
    assert "Nothing was changed." in last_line(done)
    assert file.read_bytes() == content


def test_a_file_of_a_newer_gptchat_is_not_touched(tmp_path: Path) -> None:
    """F14."""
    file = tmp_path / ".gptchat" / "program.db"
    file.parent.mkdir()
    Store(file).close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from the future'")
        connection.commit()
    before = file.read_bytes()
    done = run_once(tmp_path, 0)
    assert done.returncode != 0
    assert "from the future" in last_line(done)
    assert file.read_bytes() == before


# ------------------------------------------------------------------------- sharing


def test_two_programs_in_one_folder_keep_their_chats_apart(tmp_path: Path) -> None:
    scripts = [tmp_path / name for name in ("one.py", "two.py")]
    for script in scripts:
        script.write_text(PROGRAM, "utf-8")
    with serve(scripts[0], folder=tmp_path) as one, serve(scripts[1], folder=tmp_path) as two:
        with tab(one) as first, tab(two) as second:
            for page in (first, second):
                page.say(str(MANY))
            for page in (first, second):
                page.wait_idle()
                assert_exact([page], [source(MANY)])
            assert second.visitor.get(f"api/conversations/{first.conversation}")[0] == 404
    assert sorted(path.name for path in (tmp_path / ".gptchat").glob("*.db")) == [
        "one.db",
        "two.db",
    ]


def test_two_processes_of_one_program_share_chats_and_stop(tmp_path: Path) -> None:
    with serve(PROGRAM, folder=tmp_path) as one, tab(one) as page:
        page.say(str(LONG))
        page.wait_text("20 ")
        with serve(PROGRAM, folder=tmp_path) as two:
            time.sleep(1.5)  # Longer than a lease: the other must not think the first one lost.
            with Page(Visitor(two.port), page.conversation) as other:
                other.patience = 0.3  # What happens in another process is found by syncing.
                other.wait_text("20 ")
                assert other.view.runs, "a start elsewhere ended the run"
                other.stop()
                page.wait_idle(5)
                assert page.last()["status"] == "stopped"
                other.wait(lambda: other.text() == page.text(), "it shows the same")
                page.say(str(MANY))
                page.wait_idle()
                assert page.text() == source(MANY)
            assert_calm(two)
        assert_calm(one)
        numbers = log_numbers(database(one), str(page.conversation))
        assert numbers == list(range(1, len(numbers) + 1))


# -------------------------------------------------------------------- disk and locks


@contextmanager
def locked(server: Server) -> Iterator[None]:
    """Another process writes to the file, and takes its time."""
    with closing(sqlite3.connect(database(server), isolation_level=None)) as other:
        other.execute("PRAGMA busy_timeout = 5000")
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full_disk(server: Server) -> Iterator[None]:
    """No file of the server's may be written beyond its first bytes, as if the disk were full."""
    assert server.process is not None
    limits, limit = psutil.Process(server.process.pid), resource.RLIMIT_FSIZE
    hard = limits.rlimit(limit)[1]
    limits.rlimit(limit, (ROOM, hard))
    yield
    limits.rlimit(limit, (hard, hard))


Trouble = Callable[[Server], AbstractContextManager[None]]


@pytest.mark.parametrize(
    ("trouble", "seconds"),
    [
        (locked, 2.0),
        (full_disk, 2.0),
        pytest.param(locked, 8.0, marks=pytest.mark.long),
        pytest.param(full_disk, 12.0, marks=pytest.mark.long),
    ],
)
def test_what_cannot_be_saved_for_a_while_is_late_and_not_lost(
    trouble: Trouble, seconds: float
) -> None:
    """F11, F13."""
    with serve(PROGRAM) as server, tab(server) as page:
        page.say(str(int(seconds * 100) + MANY))
        page.wait_text("20 ")
        with trouble(server):
            time.sleep(0.3)
            seen = page.text()
            time.sleep(seconds - 0.3)
            assert page.text() == seen, "it was shown before it was saved"
            assert answers(page.visitor.snapshot(str(page.conversation))["nodes"]) == [seen]
        page.wait_idle(30)
        assert_exact([page], [source(int(seconds * 100) + MANY)])
        assert server.log().count("Saving failed") <= 2
        assert_calm(server)
        page.say(str(MANY))
        page.wait_idle()
        assert page.text() == source(MANY)


@pytest.mark.parametrize("trouble", [locked, full_disk])
def test_a_message_sent_while_nothing_can_be_saved_is_not_acknowledged(trouble: Trouble) -> None:
    """F11, F13."""
    with serve(PROGRAM) as server, tab(server) as page:
        page.say("3")
        page.wait_idle()
        asked = {"conversation": page.conversation, "id": "u_late", "parent": None, "content": "3"}
        with trouble(server):
            sent = page.tell("send", asked)
            time.sleep(1.5)
            assert sent.empty(), f"it was answered: {sent.get()}"
        assert page.answer(sent) == {"conversation": page.conversation}
        page.wait_node("u_late")
        page.wait_idle()
        assert page.text() == source(3)
        assert sum(node["parent"] == "u_late" for node in page.view.nodes.values()) == 1


def test_an_unwritable_folder_means_memory_and_one_warning(tmp_path: Path) -> None:
    """F14."""
    (tmp_path / ".gptchat").write_text("a file where the folder would be")
    with serve(PROGRAM, folder=tmp_path) as server, tab(server) as page:
        page.say("3")
        page.wait_idle()
        assert page.text() == source(3)
        assert server.log().count("kept in memory only") == 1
        assert_calm(server)
    shutil.rmtree(tmp_path / ".gptchat", ignore_errors=True)
