"""A database is made where it is wanted, and one that cannot be ours is left as it is."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gptchat.errors import StoreError
from gptchat.store import Store
from gptchat.store.database import Database
from gptchat.store.place import BY_SCRIPT, locate, script_name
from gptchat.store.schema import VERSION
from support.sources import TOP
from support.waiting import until


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}


def test_a_fresh_file_is_made_and_stamped(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "chats.db"
    Database(path).close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
            (VERSION,)
        ]
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_is_opened_again_as_it_was_left(tmp_path: Path) -> None:
    path = tmp_path / "chats.db"
    Database(path).close()
    before = path.read_bytes()
    Database(path).close()
    assert path.read_bytes() == before


def test_a_newer_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "chats.db"
    Database(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=f"version '0099'; this gptchat knows '{VERSION}'"):
        Database(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"This is no database at all." * 100, b"SQLite format 3\0" + b"x" * 5000]
)
def test_a_corrupt_file_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    """F14."""
    path = tmp_path / "chats.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"cannot be opened.*Nothing was changed.*store="):
        Database(path)
    assert path.read_bytes() == content
    assert [each.name for each in tmp_path.iterdir()] == ["chats.db"]


def test_a_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE messages (id INTEGER PRIMARY KEY, text TEXT)")
        connection.commit()
    with pytest.raises(StoreError, match=r"'messages'.*another program"):
        Database(path)
    assert tables(path) == {"messages"}


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        Database(tmp_path)


def test_a_password_in_the_address_is_never_shown() -> None:
    with pytest.raises(StoreError) as caught:
        Database("sqlite://me:hunter2@host/no.db")
    assert "hunter2" not in str(caught.value)


def test_an_unknown_kind_of_database_is_refused() -> None:
    with pytest.raises(StoreError, match="oracel"):
        Database("oracel://host/db")


def test_a_folder_that_cannot_be_written_means_memory_with_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    with caplog.at_level(logging.INFO, "gptchat"):
        database = Database(tmp_path / "file" / "chats.db")
    assert database.in_memory
    assert [r.levelname for r in caplog.records] == ["WARNING"]
    assert "kept in memory only" in caplog.text
    database.close()


def test_no_place_means_memory_and_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    database = Database(None)
    assert database.in_memory
    assert caplog.records == []
    database.close()


def test_the_folder_ignores_itself_for_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    url = locate(BY_SCRIPT)
    assert url == f"sqlite:///{tmp_path}/.gptchat/{script_name()}.db"
    assert (tmp_path / ".gptchat" / ".gitignore").read_text() == "*\n"


def test_a_folder_of_the_developers_own_is_left_clean(tmp_path: Path) -> None:
    locate(tmp_path / "mine" / "chats.db")
    assert list((tmp_path / "mine").iterdir()) == []


def test_an_address_is_taken_as_it_is() -> None:
    assert locate("postgresql://host/db") == "postgresql://host/db"


def test_many_processes_may_make_the_same_file_at_once(tmp_path: Path) -> None:
    path, errors = tmp_path / "chats.db", list[Exception]()

    def make() -> None:
        try:
            Database(path).close()
        except StoreError as error:
            errors.append(error)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


@pytest.mark.parametrize("in_file", [True, False])
def test_closing_while_it_is_read_is_told_and_breaks_nothing(tmp_path: Path, in_file: bool) -> None:
    for _ in range(10):
        database, reads = Database(tmp_path / "chats.db" if in_file else None), list[int]()

        def read(database: Database = database, reads: list[int] = reads) -> None:
            with contextlib.suppress(StoreError):
                while True:
                    with database.read() as connection:
                        connection.execute(sa.select(database.tables.secrets)).all()
                    reads.append(1)

        threads = [threading.Thread(target=read) for _ in range(3)]
        for thread in threads:
            thread.start()
        until(lambda reads=reads: len(reads) > 10)  # type: ignore[misc]
        database.close()
        for thread in threads:
            thread.join(5)
            assert not thread.is_alive()


@pytest.mark.parametrize("in_file", [True, False])
def test_a_transaction_is_kept_whole_or_not_at_all(tmp_path: Path, in_file: bool) -> None:
    """F12."""
    database = Database(tmp_path / "chats.db" if in_file else None)
    secrets = database.tables.secrets

    def broken() -> None:
        with database.write() as connection:
            connection.execute(sa.insert(secrets).values(name="a", value="1"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    with database.read() as connection:
        assert connection.execute(sa.select(secrets)).all() == []
    database.close()


# ---------------------------------------------------------------------------- older versions

VERSION_0001 = TOP / "tests/support/version_0001.sql"
"""What gptchat wrote while its database was of the first version; it was killed in mid-answer."""


def older(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_0001.read_text("utf-8"))
    return path


def shape(path: Path) -> dict[str, Any]:
    """Tables with their columns, and what is indexed."""
    engine = sa.create_engine(f"sqlite:///{path}")
    about = sa.inspect(engine)
    found = {
        name: (
            {c["name"]: (str(c["type"]), c["nullable"]) for c in about.get_columns(name)},
            {index["name"]: index["column_names"] for index in about.get_indexes(name)},
        )
        for name in about.get_table_names()
    }
    engine.dispose()
    return found


def test_a_database_of_the_first_version_is_brought_up_with_all_that_is_in_it(
    tmp_path: Path,
) -> None:
    path = older(tmp_path / "chats.db")
    with closing(sqlite3.connect(path)) as connection:
        kept = "SELECT * FROM messages ORDER BY conversation, id"
        before = connection.execute(kept).fetchall()
    store = Store(path)
    page = store.listing.page("local", None, 50)
    shown = [(each["title"], each.get("running", False)) for each in page["conversations"]]
    assert shown == [
        ("wait for it", True),
        ("notes.txt", False),
        ("Grüße aus Köln, schöne Straße!", False),
        ("What is the capital of Norway? I need…", False),
    ]
    said = [each["updated"] for each in page["conversations"]]
    assert said == sorted(said, reverse=True)
    assert not any(each.get("unread") for each in page["conversations"])
    [theirs] = store.listing.page("stranger", None, 50)["conversations"]
    assert theirs["title"] == "A stranger's words"
    for each in page["conversations"]:
        assert store.snapshot("local", each["id"])["nodes"]
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute(kept).fetchall() == before


def test_a_database_brought_up_has_the_shape_of_a_fresh_one(tmp_path: Path) -> None:
    path, fresh = older(tmp_path / "old.db"), tmp_path / "fresh.db"
    Database(path).close()
    Database(fresh).close()
    assert shape(path) == shape(fresh)
    before = path.read_bytes()
    Database(path).close()
    assert path.read_bytes() == before


def test_many_processes_may_meet_the_same_older_file_at_once(tmp_path: Path) -> None:
    path, errors = older(tmp_path / "chats.db"), list[Exception]()

    def open_it() -> None:
        try:
            Database(path).close()
        except StoreError as error:
            errors.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_file_that_cannot_be_brought_up_is_left_as_it_was(tmp_path: Path) -> None:
    path = older(tmp_path / "chats.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE messages SET body = 'no JSON'")
        connection.commit()
        before = list(connection.iterdump())
    with pytest.raises(StoreError, match="Nothing was changed"):
        Database(path)
    with closing(sqlite3.connect(path)) as connection:
        assert list(connection.iterdump()) == before


def test_alembic_is_loaded_for_an_older_file_only(tmp_path: Path) -> None:
    fresh, old = tmp_path / "fresh.db", older(tmp_path / "old.db")
    program = (
        "import sys\nfrom gptchat.store import Store\n"
        "for path in sys.argv[1:]:\n"
        "    Store(path).close()\n    print('alembic' in sys.modules)"
    )
    command = [sys.executable, "-c", program, *map(str, (fresh, fresh, old))]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "False", "True"]
