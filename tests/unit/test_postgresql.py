"""PostgreSQL keeps what SQLite keeps, and what goes wrong with a server is told and survived.

What every store must do is asked of both where it is asked: `test_store.py` and its neighbours.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import itertools
import logging
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gptchat.errors import NotFound, StoreError
from gptchat.hub import Hub
from gptchat.protocol import Event
from gptchat.store import Store
from gptchat.store import postgresql as room
from gptchat.store.database import Database
from gptchat.store.tries import BY_ONE
from support.engine import OWNER, Engine
from support.listening import Listening
from support.ports import free_port
from support.postgres import PASSWORD, WRITTEN, Place, Postgres
from support.sources import TOP

ME = "me"
VERSION_0001 = TOP / "tests/support/version_0001.sql"


def message(id: str, content: str = "") -> Event:
    text = {"role": "assistant", "content": content}
    node = {"id": id, "parent": None, "message": text, "status": "streaming", "created": 1.0}
    return {"type": "message", "node": node}  # type: ignore[typeddict-item]


def piece(id: str, text: str) -> Event:
    return {"type": "delta", "id": id, "delta": {"append": {"content": text}}}


def end(id: str) -> Event:
    return {"type": "finish", "id": id, "status": "done", "at": 2.0}  # type: ignore[return-value]


@contextlib.contextmanager
def opened(place: Place) -> Iterator[Store]:
    store = Store(place)
    yield store
    store.close()


def words(store: Store, chat: str, id: str) -> Any:
    return store.load(chat).nodes[id]["message"]["content"]


# ------------------------------------------------------------------------- coming in


def test_an_address_is_all_it_takes(postgres: Postgres) -> None:
    place = postgres.new_database()
    with opened(place) as store:
        store.create(ME, "c")
        store.append({"c": [message("m", "words")]})
    with opened(place.replace("postgresql://", "postgres://")) as again:
        assert words(again, "c", "m") == "words"


def refusal(place: str) -> str:
    with pytest.raises(StoreError) as caught:
        Database(place)
    told, error = "", caught.value
    while error is not None:  # Everything that a log would show.
        told, error = f"{told}\n{error!r}", error.__cause__ or error.__context__  # type: ignore[assignment]
    for part in (PASSWORD, WRITTEN, "hunter2"):
        assert part not in told
    return str(caught.value)


def test_who_is_not_let_in_reads_why_and_never_the_password(postgres: Postgres) -> None:
    told = refusal(postgres.address("postgres", password="hunter2"))
    assert "password authentication failed" in told
    assert "gptchat:***@127.0.0.1" in told
    assert "are right" in told
    assert 'database "nowhere" does not exist' in refusal(postgres.address("nowhere"))
    assert "refused" in refusal(f"postgresql://me:hunter2@127.0.0.1:{free_port()}/chats")
    assert "no-such-host" in refusal("postgresql://me:hunter2@no-such-host.invalid/chats")


def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        told = refusal(f"postgresql://me:hunter2@127.0.0.1:{port}/chats?connect_timeout=2")
    assert "timeout" in told


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:hunter2@x@host/chats",
        "postgresql://me:hunter2/x@host/chats",
        "postgresql://me:1:hunter2@host:port/chats",
        "postgresql://host/chats?password=hunter2&sslmode=often",
        "mysql://me:hunter2@host/chats",
    ],
)
def test_an_address_that_cannot_be_meant_is_told_without_its_password(address: str) -> None:
    assert "store=" in refusal(address)


def test_without_psycopg_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "psycopg":
            raise ModuleNotFoundError("No module named 'psycopg'")
        return real(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    assert "pip install 'gptchat[postgres]'" in refusal("postgresql://me:hunter2@host/chats")


def test_a_database_that_cannot_hold_all_letters_is_refused(postgres: Postgres) -> None:
    latin = postgres.new_database("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    assert "LATIN1" in refusal(latin)
    postgres.forget(latin)


def test_a_database_of_another_program_is_left_as_it_is(postgres: Postgres) -> None:
    place = postgres.new_database()
    name = place.rpartition("/")[2]
    postgres.tell("CREATE TABLE messages (id int)", name)
    assert "another program" in refusal(place)
    tables = postgres.tell("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", name)
    assert tables == [("messages",)]
    postgres.forget(place)


def test_many_processes_may_make_the_same_database_at_once(postgres: Postgres) -> None:
    place, errors, secrets = postgres.new_database(), list[Exception](), set[str]()

    def make() -> None:
        try:
            with opened(place) as store:
                secrets.add(store.secret("cookies"))
        except Exception as error:
            errors.append(error)

    in_threads(make, 6)
    assert errors == []
    assert len(secrets) == 1
    postgres.forget(place)


# ------------------------------------------------------------- a server that comes and goes


def test_a_server_restarted_in_mid_answer_loses_and_doubles_nothing(
    postgres: Postgres, in_postgres: str, caplog: pytest.LogCaptureFixture
) -> None:
    """F15."""
    with opened(in_postgres) as store:
        store.create(ME, "c")
        hub = Hub(store, lambda *_sent: None)
        hub.append("c", message("m"))
        for number in range(60):
            ticket = hub.append("c", piece("m", f"{number} "), urgent=True)
            if number in (20, 40):
                postgres.stop(signal.SIGQUIT if number == 20 else signal.SIGINT)
                with pytest.raises(StoreError):
                    hub.append("c", piece("m", ""), urgent=True).wait(0.3)
                with pytest.raises(StoreError, match="cannot be read"):
                    store.load("c")
                postgres.start()
            else:
                ticket.wait(20)
        hub.settled("c").wait(20)
        assert words(store, "c", "m") == "".join(f"{number} " for number in range(60))
        hub.close()
    assert PASSWORD not in caplog.text
    assert WRITTEN not in caplog.text


class CutAtCommit(Listening):
    """Passes everything on, but the answer to one COMMIT: then the connection is gone."""

    def __init__(self, target: int) -> None:
        super().__init__()
        self._target, self.cuts = target, 0

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, out = await asyncio.open_connection("127.0.0.1", self._target)
        cut = asyncio.Event()

        async def asking() -> None:
            while data := await reader.read(65536):
                if b"COMMIT\0" in data and self.cuts:
                    self.cuts -= 1
                    cut.set()
                out.write(data)
            out.close()

        async def answering() -> None:
            while data := await there.read(65536):
                if cut.is_set():
                    writer.transport.abort()
                    return
                writer.write(data)
            writer.close()

        with contextlib.suppress(OSError):
            await asyncio.gather(asking(), answering())


def test_words_whose_commit_nobody_heard_of_are_not_said_twice(
    postgres: Postgres, in_postgres: str
) -> None:
    """F12: the one call whose failure tells nothing of whether it was done."""
    with CutAtCommit(postgres.port) as between:
        place = postgres.address("chats", port=between.port)
        with opened(f"{place}?sslmode=disable") as store:
            store.create(ME, "c")
            hub = Hub(store, lambda *_sent: None)
            hub.append("c", message("m", "One")).wait(10)
            between.cuts = 1
            hub.append("c", piece("m", " two"), urgent=True).wait(10)
            assert between.cuts == 0
            hub.append("c", piece("m", " three"), urgent=True).wait(10)
            assert words(store, "c", "m") == "One two three"
            assert store.snapshot(ME, "c")["seq"] == 3
            hub.close()


def test_what_the_server_can_never_take_holds_up_nothing_else(
    in_postgres: str, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(in_postgres) as store:
        store.create(ME, "c")
        hub = Hub(store, lambda *_sent: None)
        # More than an index of PostgreSQL holds; a sign it does not know is replaced.
        long = "".join(chr(0x4E00 + i % 20_000) for i in range(8_000))
        hub.append(
            "c",
            message("m", "One"),
            message(long),
            message("nul\0"),
            end("nul\0"),
            piece("m", " two"),
        )
        hub.settled("c").wait(10)
        assert words(store, "c", "m") == "One two"
        assert set(store.load("c").nodes) == {"m", "nul\0"}
        assert caplog.text.count("it is dropped") == 1
        hub.close()


@pytest.mark.parametrize("id", ["c\0", "\ud800", "x" * 100_000])
def test_asking_with_what_postgresql_cannot_know_finds_nothing(place: Place, id: str) -> None:
    with Engine(lambda message: message, place=place) as engine:
        chat = engine.send("Hi")
        for ask in (
            lambda: engine.store.snapshot(OWNER, id),
            lambda: engine.store.snapshot(id, chat),
            lambda: engine.store.node(OWNER, chat, id),
            lambda: engine.store.files.open(OWNER, id),
            lambda: engine.store.trash.delete(OWNER, id),
        ):
            with pytest.raises(NotFound):
                ask()


# --------------------------------------------------------------------- older versions


def older(postgres: Postgres) -> str:
    """A database as the first version wrote it: SQLite's words for it, in PostgreSQL's."""
    place = postgres.new_database()
    script = VERSION_0001.read_text("utf-8").replace("BEGIN TRANSACTION;", "BEGIN;")
    script = re.sub(r"\bDOUBLE\b", "DOUBLE PRECISION", re.sub(r"\bBLOB\b", "BYTEA", script))
    script = re.sub(r"\bINTEGER NOT NULL", "BIGSERIAL", re.sub(r"X'(\w*)'", r"'\\x\1'", script))
    script = re.sub(r"(INSERT INTO \"runs\" VALUES\(.*?,)([01])(,'\{)", r"\1'\2'\3", script)
    postgres.tell(script, place.rpartition("/")[2])
    return place


def test_a_database_of_the_first_version_is_brought_up_by_whoever_comes_first(
    postgres: Postgres,
) -> None:
    place, found, errors = older(postgres), list[Any](), list[Exception]()

    def open_it() -> None:
        try:
            with opened(place) as store:
                page = store.listing.page("local", None, 50)
                found.append([(each["title"]) for each in page["conversations"]])
                assert store.search.find("local", "norway")
        except Exception as error:
            errors.append(error)

    in_threads(open_it, 3)
    assert errors == []
    assert (
        found
        == [
            [
                "wait for it",
                "notes.txt",
                "Grüße aus Köln, schöne Straße!",
                "What is the capital of Norway? I need…",
            ]
        ]
        * 3
    )
    postgres.forget(place)


# ----------------------------------------------------------------------- many at once


def in_threads(function: Callable[[], object], count: int) -> None:
    threads = [threading.Thread(target=function) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_folding_a_log_while_it_grows_forgets_nothing(in_postgres: str) -> None:
    with opened(in_postgres) as store, opened(in_postgres) as other:
        store.create(ME, "c")
        store.append({"c": [message("m")]})
        done = threading.Event()

        def fold() -> None:
            while not done.is_set():
                other.pruning.prune(time.time() + 1)

        folding = threading.Thread(target=fold)
        folding.start()
        for number in range(60):
            store.append({"c": [piece("m", f"{number} ")]})
        done.set()
        folding.join()
        assert words(store, "c", "m") == "".join(f"{number} " for number in range(60))


def test_no_more_tries_than_there_are_however_many_at_once(in_postgres: str) -> None:
    stores, waits = [Store(in_postgres) for _ in range(4)], list[int]()
    turn, together = itertools.cycle(stores), threading.Barrier(len(stores))

    def guess() -> None:
        store = next(turn)
        for _ in range(BY_ONE):
            together.wait(20)
            waits.append(store.tries.take("10.0.0.1"))

    in_threads(guess, len(stores))
    assert waits.count(0) == BY_ONE
    for store in stores:
        store.close()


def test_more_threads_than_connections_wait_for_their_turn(in_postgres: str) -> None:
    """F15: the pool is exhausted."""
    with opened(in_postgres) as store:
        store.create(ME, "c")
        store.append({"c": [message("m", "words")]})
        most = room.POOL["pool_size"] + room.POOL["max_overflow"]
        seen, begun = list[Any](), threading.Barrier(4 * most)

        def read() -> None:
            begun.wait(20)
            seen.append(words(store, "c", "m"))

        in_threads(read, 4 * most)
        assert seen == ["words"] * (4 * most)


def test_nothing_is_logged_of_an_ordinary_day(
    in_postgres: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO), opened(in_postgres) as store:
        store.create(ME, "c")
        store.append({"c": [message("m", "words")]})
        store.checkpoint()
    assert caplog.records == []
