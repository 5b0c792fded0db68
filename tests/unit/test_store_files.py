"""What people upload is kept whole, once, for its owner, and while a message refers to it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gptchat.errors import NotFound, StoreError
from gptchat.files import FileRefused
from gptchat.store import Store
from gptchat.store.files import KEEP_UNSENT_SECONDS
from support.engine import OWNER, Engine
from support.files import HTML, PDF, png
from support.postgres import Place

LATER = time.time() + 2 * KEEP_UNSENT_SECONDS


@pytest.fixture
def engine(place: Place) -> Iterator[Engine]:
    """Over a database with a folder beside it, and over one without."""
    with Engine(place=place) as made:
        yield made


def body(store: Store, id: str, owner: str = OWNER) -> bytes:
    with store.files.open(owner, id).body as file:
        return file.read()


def folder(tmp_path: Path) -> list[Path]:
    place = tmp_path / "chats.db.files"
    return sorted(place.iterdir()) if place.exists() else []


def test_a_file_comes_back_as_it_came(engine: Engine) -> None:
    file = engine.store.files.save(OWNER, "../cat.png", [png()[:50], png()[50:]])
    assert file["name"] == "cat.png"
    assert (file["type"], file["size"], file["width"]) == ("image/png", len(png()), 64)
    assert body(engine.store, file["id"]) == png()


def test_a_foreign_file_is_answered_like_an_unknown_one(engine: Engine) -> None:
    file = engine.store.files.save("ada", "cat.png", [png()])
    told = []
    for id in (file["id"], "f_unknown", "../chats.db", ""):
        with pytest.raises(NotFound) as caught:
            engine.store.files.open("bob", id)
        told.append(str(caught.value))
        with pytest.raises(NotFound):
            engine.store.files.claim("bob", [id])
    assert len(set(told)) == 1


def test_the_same_bytes_are_kept_once_and_outlive_one_of_their_owners(tmp_path: Path) -> None:
    with Engine(place=tmp_path / "chats.db") as engine:
        files = engine.store.files
        ada, bob = files.save("ada", "a.png", [png()]), files.save("bob", "b.png", [png()])
        assert len(folder(tmp_path)) == 1
        files.claim("bob", [bob["id"]])
        engine.begin("Hi", owner="bob", files=[bob["id"]])
        assert files.prune(LATER) == 1
        with pytest.raises(NotFound):
            files.open("ada", ada["id"])
        assert body(engine.store, bob["id"], "bob") == png()


def test_an_upload_that_is_never_sent_is_forgotten_after_a_while(engine: Engine) -> None:
    files = engine.store.files
    file = files.save(OWNER, "cat.png", [png()])
    assert files.prune(time.time() - KEEP_UNSENT_SECONDS) == 0
    assert body(engine.store, file["id"]) == png()
    assert files.prune(LATER) == 1
    with pytest.raises(NotFound):
        files.open(OWNER, file["id"])


def test_a_forgotten_upload_leaves_nothing_on_the_disk(tmp_path: Path) -> None:
    with Engine(place=tmp_path / "chats.db") as engine:
        engine.store.files.save(OWNER, "cat.png", [png()])
        mine = tmp_path / "chats.db.files" / "notes.txt"
        mine.write_text("not gptchat's")
        engine.store.files.prune(LATER)
        assert folder(tmp_path) == [mine]


def test_what_a_message_refers_to_is_never_forgotten(engine: Engine) -> None:
    file = engine.store.files.save(OWNER, "cat.png", [png()])
    chat = engine.send("Look!", files=[file["id"]])
    engine.edit(chat, engine.path(chat)[0]["id"], "Look here!", files=[file["id"]])
    engine.rest(chat)
    assert engine.store.files.prune(LATER) == 0
    assert engine.store.files.read(chat, file["id"]) == png()


@pytest.mark.parametrize("wrong", [b"", HTML])
def test_a_file_that_is_refused_leaves_nothing(tmp_path: Path, wrong: bytes) -> None:
    with Engine(place=tmp_path / "chats.db") as engine:
        with pytest.raises(FileRefused):
            engine.store.files.save(OWNER, "cat.png", [wrong])
        assert folder(tmp_path) == []


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def cut() -> Iterator[bytes]:
        yield png()[:20]
        raise ConnectionResetError

    with Engine(place=tmp_path / "chats.db") as engine:
        with pytest.raises(ConnectionResetError):
            engine.store.files.save(OWNER, "cat.png", cut())
        assert folder(tmp_path) == []


def test_what_a_killed_process_left_is_swept_after_an_hour(tmp_path: Path) -> None:
    with Engine(place=tmp_path / "chats.db") as engine:
        engine.store.files.save(OWNER, "cat.png", [png()])
        left = tmp_path / "chats.db.files" / "unfinished-0123456789abcdef"
        left.write_bytes(b"half")
        engine.store.files.prune(0)
        assert left.exists()
        hours_ago = time.time() - 2 * 3600
        os.utime(left, (hours_ago, hours_ago))
        engine.store.files.prune(0)
        assert not left.exists()
        assert len(folder(tmp_path)) == 1


def test_files_never_take_the_last_of_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Engine(place=tmp_path / "chats.db") as engine:
        monkeypatch.setattr("gptchat.store.blobs.FREE_AT_LEAST", 1 << 62)
        with pytest.raises(OSError, match="nearly full"):
            engine.store.files.save(OWNER, "cat.png", [png()])
        assert engine.words(engine.send("Hi"))[0] == ("user", "Hi")


def test_a_day_holds_so_many_bytes_of_one_person(engine: Engine) -> None:
    files, most = engine.store.files, 2 * len(PDF) + 10
    for _ in range(2):
        files.save("ada", "a.pdf", [PDF], a_day=most)
    with pytest.raises(FileRefused, match="in a day") as caught:
        files.save("ada", "a.pdf", [PDF], a_day=most)
    assert caught.value.code == "rate"
    files.save("bob", "a.pdf", [PDF], a_day=most)


def test_a_file_that_is_gone_from_the_disk_is_not_found(tmp_path: Path) -> None:
    with Engine(place=tmp_path / "chats.db") as engine:
        file = engine.store.files.save(OWNER, "cat.png", [png()])
        for path in folder(tmp_path):
            path.unlink()
        with pytest.raises(NotFound):
            engine.store.files.open(OWNER, file["id"])


def test_a_database_from_before_there_were_files_gets_their_tables(tmp_path: Path) -> None:
    place = tmp_path / "chats.db"
    with Engine(place=place) as engine:
        chat = engine.send("Hi")
        with engine.store._db.write() as connection:
            for table in ("files", "uses", "blobs"):
                connection.exec_driver_sql(f"DROP TABLE {table}")
    with Engine(place=place) as engine:
        file = engine.store.files.save(OWNER, "cat.png", [png()])
        engine.send("Look!", chat, files=[file["id"]])
        assert engine.store.files.read(chat, file["id"]) == png()


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = Store(tmp_path / "chats.db")
    store.close()
    with pytest.raises(StoreError):
        store.files.save(OWNER, "cat.png", [png()])
    assert folder(tmp_path) == []
