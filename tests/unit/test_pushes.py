"""Messages from outside any run reach the conversation they name, and no other."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from gptchat import pushes as room
from gptchat.errors import BadReply, NoConversation
from support.engine import Engine


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(lambda: "Hi") as made:
        yield made


def test_a_message_pushed_stands_below_the_newest(engine: Engine) -> None:
    chat, other = engine.send(), engine.send()
    id = engine.pushes.whole(chat, "Your parcel is here.", None)
    assert engine.last(chat)["id"] == id
    assert engine.words(chat)[-1] == ("assistant", "Your parcel is here.")
    assert len(engine.words(other)) == 2


def test_a_message_pushed_again_is_replaced_where_it_stands(engine: Engine) -> None:
    chat = engine.send()
    id = engine.pushes.whole(chat, "10 %", None)
    engine.send("more", chat)
    assert engine.pushes.whole(chat, "20 %", id) == id
    assert [text for _, text in engine.words(chat)][2] == "20 %"
    assert len(engine.words(chat)) == 5


def test_deltas_join_a_pushed_message(engine: Engine) -> None:
    chat = engine.send()
    for text in ("One ", "two ", "\ud83d", "\ude00"):
        engine.pushes.grow(chat, {"content": text}, "p1")
    assert engine.words(chat)[-1] == ("assistant", "One two \N{GRINNING FACE}")


def test_pushes_of_many_threads_all_arrive(engine: Engine) -> None:
    chat = engine.send()
    threads = [
        threading.Thread(target=engine.pushes.whole, args=(chat, f"{i}", None)) for i in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(t for _, t in engine.words(chat)[2:]) == sorted(f"{i}" for i in range(20))


def test_a_conversation_nobody_knows_is_told(engine: Engine) -> None:
    with pytest.raises(NoConversation, match=r"'c_unknown'.*ctx.conversation_id"):
        engine.pushes.whole("c_unknown", "x", None)


def test_what_is_no_message_is_refused(engine: Engine) -> None:
    chat = engine.send()
    with pytest.raises(BadReply):
        engine.pushes.whole(chat, b"x", None)
    assert len(engine.words(chat)) == 2


def test_only_so_many_pushed_messages_are_remembered(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "REMEMBERED", 2)
    chat = engine.send()
    for i in range(5):
        engine.pushes.whole(chat, f"{i}", f"p{i}")
    assert len(engine.pushes._pushed) == 2
