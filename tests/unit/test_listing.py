"""A person's conversations are one list, the same on every page of theirs and on nobody else's."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from gptchat import GPTChat
from gptchat.errors import NoConversation, NotFound
from gptchat.protocol import EventsFrame
from gptchat.refusals import Refuse
from gptchat.store.listing import MOST_PINNED, BadCursor
from gptchat.store.trash import KEEP_DELETED_SECONDS
from support.engine import OWNER, Engine, echo
from support.postgres import Place
from support.tab import Page
from support.waiting import until
from support.web import Visitor

STRANGER = "stranger"

ASKED: dict[str, dict[str, Any]] = {
    "rename": {"title": "Mine"},
    "pin": {"pinned": True},
    "duplicate": {"id": "d"},
    "delete": {},
    "restore": {},
    "read": {},
}
"""What a person may ask of one conversation in the list, and what is said with it."""


@pytest.fixture
def engine(place: Place) -> Iterator[Engine]:
    with Engine(echo, place=place) as made:
        yield made


def titles(engine: Engine, owner: str = OWNER) -> list[str]:
    return [each["title"] for each in engine.listed(owner)]


# ----------------------------------------------------------------------- what it shows


def test_a_chat_is_called_by_its_first_words_and_later_ones_change_nothing(engine: Engine) -> None:
    chat = engine.send("What is the capital of Norway?")
    assert engine.entry(chat)["title"] == "What is the capital of Norway?"
    engine.send("And of Sweden?", chat)
    engine.edit(chat, engine.path(chat)[0]["id"], "Of Finland, I mean")
    engine.rest(chat)
    assert engine.entry(chat)["title"] == "What is the capital of Norway?"


def test_a_chat_without_a_word_of_a_person_has_a_title_too(engine: Engine) -> None:
    file = engine.store.files.save(OWNER, "notes.txt", [b"Milk"])
    assert engine.entry(engine.send("", files=[file["id"]]))["title"] == "notes.txt"
    engine.store.create(OWNER, "c_empty")
    engine.store.append({"c_empty": []})
    assert engine.entry("c_empty")["title"] == "New chat"


def test_the_newest_word_comes_first_and_streaming_or_looking_moves_nothing(
    engine: Engine,
) -> None:
    one, two = engine.send("one"), engine.send("two")
    assert titles(engine) == ["two", "one"]
    engine.send("again", one)
    assert titles(engine) == ["one", "two"]
    before = engine.entry(two)["updated"]
    engine.actions.select(
        OWNER, {"type": "select", "conversation": two, "message": engine.path(two)[0]["id"]}
    )
    engine.change("read", two)
    assert engine.entry(two)["updated"] == before


def test_a_chat_runs_while_it_is_answered_and_is_unread_until_its_owner_looks() -> None:
    go = threading.Event()

    def slow(message: str) -> Iterator[str]:
        yield "Well"
        go.wait(20)

    with Engine(slow) as engine:
        chat = engine.begin("Hi")
        entry = engine.entry(chat)
        assert entry["running"]
        assert "unread" not in entry
        go.set()
        engine.rest(chat)
        entry = engine.entry(chat)
        assert "running" not in entry
        assert entry["unread"]
        engine.change("read", chat)
        assert "unread" not in engine.entry(chat)


def test_who_presses_stop_has_seen_the_answer() -> None:
    with Engine(lambda ctx: ctx.stopped.wait(20)) as engine:
        chat = engine.begin("Hi")
        engine.stop(chat)
        assert "unread" not in engine.entry(chat)


def test_what_is_pushed_from_outside_is_news_and_what_a_chat_begins_with_is_not() -> None:
    with Engine(echo, messages=[{"role": "assistant", "content": "Welcome"}]) as engine:
        chat = engine.send("Hi")
        engine.change("read", chat)
        before = engine.entry(chat)["updated"]
        engine.pushes.whole(chat, "Your tea is ready.", None)
        engine.rest(chat)
        assert engine.entry(chat)["unread"]
        assert engine.entry(chat)["updated"] > before
        fresh = engine.begin("Hello", id="u-fresh")
        engine.store.append({})
        assert engine.entry(fresh)["title"] == "Hello"


def test_a_chat_that_waits_for_its_turn_is_listed_by_the_words_that_wait() -> None:
    go = threading.Event()
    with Engine(lambda message: go.wait(20) and "ok", max_concurrent_runs=1) as engine:
        engine.begin("first")
        waiting = engine.begin("I can wait")
        assert engine.entry(waiting)["title"] == "I can wait"
        assert engine.entry(waiting)["running"]
        go.set()
        engine.rest(waiting)


# ------------------------------------------------------------------------------- pages


def test_pages_of_the_list_follow_each_other_without_gap_or_repetition(engine: Engine) -> None:
    chats = [engine.send(f"chat {i}") for i in range(7)]
    engine.change("pin", chats[0], pinned=True)
    engine.change("pin", chats[3], pinned=True)
    found, after = [], None
    while True:
        page = engine.store.listing.page(OWNER, after, 2)
        found.append([each["title"] for each in page["conversations"]])
        after = page["next"]
        if after is None:
            break
        if len(found) == 1:
            engine.send("newer than all of them")  # It comes before, and moves nothing.
    assert found == [
        ["chat 3", "chat 0", "chat 6", "chat 5"], ["chat 4", "chat 2"], ["chat 1"]
    ]  # fmt: skip


def test_chats_of_the_same_moment_are_each_listed_once(engine: Engine) -> None:
    import sqlalchemy as sa

    for i in range(6):
        engine.send(f"chat {i}")
    with engine.store._db.write() as connection:
        connection.execute(sa.update(engine.store._t.conversations).values(said=5.0))
    first = engine.store.listing.page(OWNER, None, 4)
    second = engine.store.listing.page(OWNER, first["next"], 4)
    ids = [each["id"] for page in (first, second) for each in page["conversations"]]
    assert len(set(ids)) == len(ids) == 6


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "W10", "bnVsbA", "WyJhIiwgImIiXQ", "W05hTiwgImMiXQ", "WzEuMCwgMV0", "WzEuMF0",
     "Wy0xLCAiYyJd", "é", "=", "'; DROP TABLE conversations; --", "W1s" + "W1tb" * 2000],
)  # fmt: skip
def test_a_cursor_that_is_none_of_ours_is_refused(engine: Engine, cursor: str) -> None:
    with pytest.raises(BadCursor):
        engine.store.listing.page(OWNER, cursor, 50)


def test_a_stranger_sees_nothing_of_it_and_changes_nothing_of_it(engine: Engine) -> None:
    chat = engine.send("mine")
    page = engine.store.listing.page(OWNER, None, 1)
    assert engine.listed(STRANGER) == []
    assert engine.store.listing.page(STRANGER, page["next"], 50)["conversations"] == []
    for kind, more in ASKED.items():
        told = []
        for id in (chat, "c_nobody", "", "' OR 1=1 --"):
            with pytest.raises(NotFound) as caught:
                engine.change(kind, id, owner=STRANGER, **more)
            told.append(str(caught.value))
        assert len(set(told)) == 1  # Foreign and unknown are told alike.
    assert engine.listing.change(STRANGER, {"type": "delete_all"}) == {}
    assert titles(engine) == ["mine"]


# ------------------------------------------------------------------------------ titles


def test_a_name_is_trimmed_and_stays(engine: Engine) -> None:
    chat = engine.send("words")
    engine.change("rename", chat, title="  My\n\u202etrip ")
    engine.send("more", chat)
    assert engine.entry(chat)["title"] == "My trip"


@pytest.mark.parametrize("title", ["", "  \n ", "\u200b", "\x00\x07", "x" * 121])
def test_a_name_that_is_none_is_refused(engine: Engine, title: str) -> None:
    chat = engine.send("words")
    with pytest.raises(Refuse, match="1 to 120") as caught:
        engine.change("rename", chat, title=title)
    assert caught.value.refusal["code"] == "bad_request"
    assert titles(engine) == ["words"]


def test_markup_and_quotes_in_a_name_are_words(engine: Engine) -> None:
    chat, name = engine.send("words"), "<img src=x onerror=alert(1)> '); DROP TABLE messages; -- %s"
    engine.change("rename", chat, title=name)
    assert engine.entry(chat)["title"] == name


# ---------------------------------------------------------------------------- pinning


def test_pinning_twice_keeps_the_place_and_unpinning_twice_is_fine(engine: Engine) -> None:
    one, two = engine.send("one"), engine.send("two")
    engine.change("pin", one, pinned=True)
    engine.change("pin", two, pinned=True)
    engine.change("pin", one, pinned=True)
    assert titles(engine) == ["two", "one"]
    engine.change("pin", two, pinned=False)
    engine.change("pin", two, pinned=False)
    assert titles(engine) == ["one", "two"]
    assert "pinned" not in engine.entry(two)


def test_there_is_an_end_to_pinning(engine: Engine) -> None:
    import sqlalchemy as sa

    chat = engine.send("one more")
    row = {"owner": OWNER, "created": 1.0, "updated": 1.0, "epoch": "e", "seq": 0, "pruned": 0}
    with engine.store._db.write() as connection:
        connection.execute(
            sa.insert(engine.store._t.conversations),
            [{**row, "id": f"p{i}", "pinned": 1.0} for i in range(MOST_PINNED)],
        )
    with pytest.raises(Refuse, match="100 chats are pinned"):
        engine.change("pin", chat, pinned=True)
    engine.change("pin", "p0", pinned=True)
    engine.change("pin", "p0", pinned=False)
    engine.change("pin", chat, pinned=True)


# --------------------------------------------------------------------------- deleting


def every_door(engine: Engine, chat: str, file: str) -> dict[str, Callable[[], object]]:
    message = "u1"
    doors: dict[str, Callable[[], object]] = {
        "sync": lambda: engine.store.sync(OWNER, chat, None, 0),
        "snapshot": lambda: engine.store.snapshot(OWNER, chat),
        "message": lambda: engine.store.node(OWNER, chat, message),
        "send": lambda: engine.begin("more", chat),
        "edit": lambda: engine.edit(chat, message, "else"),
        "regenerate": lambda: engine.regenerate(chat, message),
        "stop": lambda: engine.stop(chat),
        "select": lambda: engine.actions.select(
            OWNER, {"type": "select", "conversation": chat, "message": message}
        ),
        "repeated first send": lambda: engine.begin("first", None, id="first-id"),
        "rename": lambda: engine.change("rename", chat, title="x"),
        "pin": lambda: engine.change("pin", chat, pinned=True),
        "read": lambda: engine.change("read", chat),
        "duplicate": lambda: engine.change("duplicate", chat, id="d"),
        "file": lambda: engine.store.files.open(OWNER, file),
        "file sent again": lambda: engine.begin("see", files=[file]),
    }
    return doors


def test_a_deleted_chat_is_unknown_at_every_door_and_comes_back_whole(engine: Engine) -> None:
    file = engine.store.files.save(OWNER, "notes.txt", [b"Milk"])["id"]
    chat = engine.send("first", id="first-id", files=[file])
    before = engine.store.snapshot(OWNER, chat)
    assert engine.change("delete", chat) == {"conversation": chat}
    assert engine.change("delete", chat) == {"conversation": chat}
    assert engine.listed() == []
    for name, knock in every_door(engine, chat, file).items():
        with pytest.raises(NotFound):
            knock()
        assert name
    with pytest.raises(NoConversation):
        engine.pushes.whole(chat, "Your tea is ready.", None)
    assert engine.change("restore", chat) == {"conversation": chat}
    assert engine.change("restore", chat) == {"conversation": chat}
    assert engine.store.snapshot(OWNER, chat) == before
    engine.store.files.open(OWNER, file).body.close()


def test_deleting_stops_what_runs_and_what_waits_there() -> None:
    stopped = threading.Event()

    def wait(ctx: Any) -> None:
        ctx.stopped.wait(20)
        stopped.set()

    with Engine(wait) as engine:
        chat = engine.begin("first")
        engine.begin("second", chat)
        engine.change("delete", chat)
        assert stopped.wait(5)
        until(lambda: not engine.runs.is_busy(chat))
        engine.change("restore", chat)
        assert engine.ends(chat) == ["stopped", "stopped"]
        assert "running" not in engine.entry(chat)


def test_a_chat_deleted_in_another_process_is_unknown_and_stops_here(place: Place) -> None:
    stopped = threading.Event()

    def wait(ctx: Any) -> None:
        ctx.stopped.wait(20)
        stopped.set()

    with Engine(wait, place=place) as here, Engine(place=place) as there:
        chat = here.begin("Hi")
        there.change("delete", chat)
        with pytest.raises(NotFound):
            here.begin("more", chat)
        here.runs.beat()
        assert stopped.wait(5)


def test_everything_can_be_deleted_at_once(engine: Engine) -> None:
    chats = [engine.send("one"), engine.send("two")]
    theirs = engine.send("theirs", owner=STRANGER)
    engine.announced.clear()
    assert engine.listing.change(OWNER, {"type": "delete_all"}) == {}
    assert engine.listed() == []
    assert sorted(engine.announced) == sorted(chats)
    assert [each["id"] for each in engine.listed(STRANGER)] == [theirs]
    assert KEEP_DELETED_SECONDS >= 60


def rows(engine: Engine) -> dict[str, int]:
    """How many rows there are of everything that belongs to a conversation."""
    import sqlalchemy as sa

    t = engine.store._t
    with engine.store._db.read() as connection:
        return {
            table.name: connection.execute(
                sa.select(sa.func.count()).select_from(table)
            ).scalar_one()
            for table in (t.conversations, t.messages, t.events, t.runs, t.uses, t.files)
        }


def test_what_is_deleted_is_gone_for_good_after_a_while_with_its_files(
    place: Place, tmp_path: Path
) -> None:
    in_file = isinstance(place, Path)
    with Engine(echo, place=place) as engine:
        files = engine.store.files
        kept = engine.send("kept", files=[files.save(OWNER, "kept.txt", [b"kept"])["id"]])
        before, blobs = rows(engine), set(tmp_path.glob("*.files/*"))
        one, both = (files.save(OWNER, name, [name.encode()])["id"] for name in ("one", "both"))
        chat = engine.send("gone", files=[one, both])
        engine.send("more", chat)
        engine.send("again", kept, files=[both])
        engine.change("delete", chat)
        engine.store.trash.purge(time.time() - KEEP_DELETED_SECONDS)
        engine.change("restore", chat)  # It was too early.
        engine.change("delete", chat)
        engine.store.trash.purge(time.time() + 1)
        with pytest.raises(NotFound):
            engine.change("restore", chat)
        with pytest.raises(NotFound):
            files.open(OWNER, one)
        assert files.read(kept, both) == b"both"
        assert rows(engine)["conversations"] == before["conversations"]
        assert rows(engine)["files"] == before["files"] + 1
        assert not in_file or len(set(tmp_path.glob("*.files/*")) - blobs) == 1
        engine.change("delete", kept)
        engine.store.trash.purge(time.time() + 1)
        assert set(rows(engine).values()) == {0}
        assert list(tmp_path.glob("*.files/*")) == []


def test_a_handler_that_speaks_on_after_its_chat_is_gone_disturbs_nobody() -> None:
    go = threading.Event()

    def deaf(message: str) -> Iterator[str]:
        yield "Well"
        go.wait(20)

    with Engine(deaf) as engine:
        chat = engine.begin("Hi")
        engine.change("delete", chat)
        engine.store.trash.purge(time.time() + 1)
        go.set()
        engine.hub.append(chat, {"type": "select", "leaf": None}, urgent=True).wait()
        assert engine.send("Still there?")
        assert rows(engine)["conversations"] == 1


def test_chats_are_kept_for_the_days_that_were_asked_for() -> None:
    import sqlalchemy as sa

    go = threading.Event()

    def wait(message: str) -> str:
        if message == "slowly":
            go.wait(20)
        return "ok"

    with Engine(wait) as engine:
        old, pinned, new = (engine.send(text) for text in ("old", "pinned", "new"))
        running = engine.begin("slowly")
        engine.change("pin", pinned, pinned=True)
        chats = engine.store._t.conversations
        with engine.store._db.write() as connection:
            connection.execute(
                sa.update(chats).where(chats.c.id != new).values(said=chats.c.said - 7.1 * 86400)
            )
        engine.announced.clear()
        engine.listing.expire(None)
        assert engine.announced == []
        engine.listing.expire(7)
        assert sorted(engine.announced) == sorted([old, pinned])
        assert sorted(titles(engine)) == ["new", "slowly"]
        go.set()
        engine.rest(running)


# -------------------------------------------------------------------------- duplicating


def test_a_copy_has_the_whole_tree_and_goes_its_own_way(engine: Engine) -> None:
    file = engine.store.files.save(OWNER, "notes.txt", [b"Milk"])["id"]
    chat = engine.send("first", files=[file])
    engine.edit(chat, engine.path(chat)[0]["id"], "second")
    engine.rest(chat)
    answer = engine.change("duplicate", chat, id="d1")
    assert engine.change("duplicate", chat, id="d1") == answer
    copy = answer["conversation"]
    assert engine.announced[-1] == copy
    assert titles(engine) == ["first (copy)", "first"]
    was, now = engine.store.snapshot(OWNER, chat), engine.store.snapshot(OWNER, copy)
    assert (now["nodes"], now["leaf"], now["runs"]) == (was["nodes"], was["leaf"], [])
    assert engine.store.sync(OWNER, copy, None, 0) == {"conversation": copy, "reset": True}
    engine.send("third", copy)
    assert engine.store.snapshot(OWNER, chat) == was
    assert [text for _, text in engine.words(copy)][-2:] == ["third", "You said: third"]
    engine.change("delete", chat)
    engine.store.trash.purge(time.time() + 1)
    engine.store.files.open(OWNER, file).body.close()
    assert engine.change("duplicate", copy, id="d1")["conversation"] not in (chat, copy)


def test_a_copy_made_in_mid_answer_has_the_words_so_far() -> None:
    go = threading.Event()

    def slow(message: str) -> Iterator[str]:
        yield "Half of"
        yield " it"
        go.wait(20)
        yield " and the rest"

    with Engine(slow) as engine:
        chat = engine.begin("Hi")
        until(lambda: engine.last(chat)["message"].get("content") == "Half of it")
        copy = engine.change("duplicate", chat, id="d")["conversation"]
        assert "running" not in engine.entry(copy)
        assert engine.words(copy)[-1] == ("assistant", "Half of it")
        assert engine.last(copy)["status"] == "interrupted"
        go.set()
        engine.rest(chat)
        assert engine.words(chat)[-1] == ("assistant", "Half of it and the rest")
        assert engine.words(copy)[-1] == ("assistant", "Half of it")


def test_a_long_name_leaves_room_to_say_that_it_is_a_copy(engine: Engine) -> None:
    chat = engine.send("words")
    engine.change("rename", chat, title="x" * 120)
    copy = engine.change("duplicate", chat, id="d")["conversation"]
    assert engine.entry(copy)["title"] == "x" * 113 + " (copy)"


@pytest.mark.parametrize("id", ["", "x" * 65, "a b", "é", "../x"])
def test_a_copy_needs_an_id_to_be_repeated_by(engine: Engine, id: str) -> None:
    chat = engine.send("words")
    with pytest.raises(Refuse, match="An id is"):
        engine.change("duplicate", chat, id=id)


# --------------------------------------------------------------------- told by socket


go_on = threading.Event()


def echo_or_wait(message: str) -> str:
    if message == "slowly":
        go_on.wait(20)
    return echo(message)


@pytest.fixture(scope="module")
def app() -> Iterator[GPTChat]:
    made = GPTChat(echo_or_wait, store=None, allow_anonymous=True)
    made.run_app(port=0, block=False)
    yield made
    made.close()


@pytest.fixture
def tab(app: GPTChat) -> Iterator[Callable[[Visitor], Page]]:
    """Opens tabs of a browser."""
    opened: list[Page] = []

    def open_tab(browser: Visitor) -> Page:
        opened.append(Page(app.url, headers={"Cookie": browser.cookie}))
        return opened[-1]

    yield open_tab
    for page in opened:
        page.client.disconnect()


@pytest.fixture
def browser(app: GPTChat) -> Callable[[], Visitor]:
    return lambda: Visitor(urlsplit(app.url).port or 0)


def test_all_tabs_of_an_owner_are_told_of_the_list_and_nobody_elses(
    tab: Callable[[Visitor], Page], browser: Callable[[], Visitor]
) -> None:
    mine, theirs = browser(), browser()
    assert mine.cookie != theirs.cookie
    one, two, stranger = tab(mine), tab(mine), tab(theirs)
    chat = one.send("Hello there")
    until(lambda: one.listed(chat).get("unread") and two.listed(chat).get("unread"))
    for page in (one, two):
        assert page.listed(chat)["title"] == "Hello there"
    two.ask("read", conversation=chat)
    until(lambda: "unread" not in one.listed(chat))
    one.send("slowly", chat)
    until(lambda: two.listed(chat).get("running"))
    go_on.set()
    until(lambda: "running" not in two.listed(chat))
    two.ask("read", conversation=chat)
    two.ask("rename", conversation=chat, title="Greetings")
    until(lambda: one.listed(chat)["title"] == "Greetings")
    two.ask("pin", conversation=chat, pinned=True)
    until(lambda: "pinned" in one.listed(chat))
    answer = mine.get_json("api/conversations")
    assert answer == {"conversations": [one.listed(chat)], "next": None}
    two.ask("delete", conversation=chat)
    until(lambda: one.listed(chat) == {})
    assert one.sync(chat)["refused"]["code"] == "not_found"
    assert mine.get(f"api/conversations/{chat}")[0] == 404
    assert mine.get_json("api/conversations")["conversations"] == []
    two.ask("restore", conversation=chat)
    until(lambda: one.listed(chat).get("title") == "Greetings")
    assert one.ask("delete_all") == {}
    until(lambda: two.listed(chat) == {})
    for kind, more in ASKED.items():
        refused = stranger.ask(kind, conversation=chat, **more)["refused"]
        assert refused == stranger.ask(kind, conversation="c_nobody", **more)["refused"]
    assert stranger.lists() == []


def test_what_is_said_in_a_deleted_chat_reaches_nobody(
    app: GPTChat, tab: Callable[[Visitor], Page], browser: Callable[[], Visitor]
) -> None:
    page = tab(browser())
    chat = page.send("Hi")
    until(lambda: page.listed(chat).get("unread"))
    page.sync(chat)
    page.ask("delete", conversation=chat)
    frames: list[EventsFrame] = page.frames
    before = len(frames)
    house = app._house
    assert house is not None
    house.hub.append(chat, {"type": "select", "leaf": None}, urgent=True).wait()
    other = page.send("Something else")
    until(lambda: page.listed(other).get("unread"))
    assert len(frames) == before


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "limit=", "limit=-1", "limit=1e1", "limit=٣",
              "after=", "after=nonsense", "limit=" + "9" * 400],
)  # fmt: skip
def test_a_page_that_cannot_be_meant_is_refused_with_a_sentence(
    browser: Callable[[], Visitor], query: str
) -> None:
    status, _, body = browser().get(f"api/conversations?{quote(query, safe='=')}")
    assert status == 400
    assert json.loads(body)["refused"]["code"] == "bad_request"
