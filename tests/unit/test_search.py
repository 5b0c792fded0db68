"""A person finds their own chats by what was said in them, and nobody else's."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import sqlalchemy as sa

from gptchat import GPTChat
from gptchat.protocol import Event
from gptchat.store import Store, search
from support.engine import OWNER, Engine, echo
from support.postgres import Place
from support.sources import TOP
from support.web import Visitor

STRANGER = "stranger"


@pytest.fixture
def engine(place: Place) -> Iterator[Engine]:
    with Engine(echo, place=place) as made:
        yield made


def said(id: str, text: str) -> Event:
    message = {"role": "user", "content": text}
    return {"type": "message", "node": {"id": id, "parent": None, "message": message,
                                        "status": "done", "created": 1.0}}  # fmt: skip


def found(engine: Engine, query: str, owner: str = OWNER) -> list[str]:
    """The titles of what is found, best first."""
    return [each["conversation"]["title"] for each in engine.store.search.find(owner, query)]


def test_titles_come_first_and_then_the_newest_words(engine: Engine) -> None:
    old = engine.send("Rivers of Europe")
    engine.send("Tell me of the Rhine, the Elbe and other rivers")
    engine.send("Nothing of that kind")
    assert found(engine, "rivers") == [
        "Rivers of Europe",
        "Tell me of the Rhine, the Elbe and…",
    ]
    engine.change("rename", old, title="Streams")
    assert found(engine, "rivers") == ["Tell me of the Rhine, the Elbe and…", "Streams"]
    assert found(engine, "streams") == ["Streams"]
    assert found(engine, "elbe rh") == ["Tell me of the Rhine, the Elbe and…"]
    assert found(engine, "elbe danube") == []


def test_a_result_names_the_message_and_marks_what_was_asked_for(engine: Engine) -> None:
    chat = engine.send("Was ist die größte Stadt in Köln 🎉?")
    engine.send("Und in Europa?", chat)
    [each] = engine.store.search.find(OWNER, "GROSSTE sta")
    assert each["conversation"] == engine.entry(chat)
    title = each["conversation"]["title"]
    assert [title[a:b] for a, b in each["title_marks"]] == ["größte", "Sta"]
    assert each["message"] == engine.path(chat)[1]["id"]  # The newest that says it: the answer.
    assert each["excerpt"] == "You said: Was ist die größte Stadt in Köln 🎉?"
    assert [each["excerpt"][a:b] for a, b in each["marks"]] == ["größte", "Sta"]
    [by_title] = engine.store.search.find(OWNER, "europa")
    assert by_title["title_marks"] == []
    engine.change("rename", chat, title="Geography")
    [by_title] = engine.store.search.find(OWNER, "geo")
    assert by_title["title_marks"] == [(0, 3)]
    assert "message" not in by_title


def test_what_streams_is_found_when_it_is_done_and_what_a_tool_says_never() -> None:
    call = {
        "id": "c",
        "type": "function",
        "function": {"name": "f", "arguments": '{"a": "argumentum"}'},
    }

    def reply(message: str) -> Iterator[Any]:
        yield {"role": "assistant", "content": "Let me look", "tool_calls": [call]}
        yield {"role": "tool", "tool_call_id": "c", "content": "resultatum"}
        yield "It is in the streamed answer"

    with Engine(reply) as engine:
        engine.send("Hi")
        assert found(engine, "streamed") == ["Hi"]
        assert found(engine, "look") == ["Hi"]
        assert found(engine, "argumentum") == found(engine, "resultatum") == []


def test_a_stranger_finds_nothing_and_nothing_deleted_is_found(engine: Engine) -> None:
    mine = engine.send("my secret garden")
    engine.send("a public garden", owner=STRANGER)
    assert found(engine, "garden") == ["my secret garden"]
    assert found(engine, "garden", STRANGER) == ["a public garden"]
    assert found(engine, "secret", STRANGER) == []
    assert found(engine, "garden", "somebody else") == []
    engine.change("delete", mine)
    assert found(engine, "garden") == []
    engine.change("restore", mine)
    assert found(engine, "garden") == ["my secret garden"]
    engine.change("delete", mine)
    engine.store.trash.purge(time.time() + 1)
    with engine.store._db.read() as connection:
        counts = [
            connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
            for table in ("texts", "titles_words", "messages_words")
        ]
    assert counts == [3, 1, 2]  # The stranger's title, question and answer.


def test_what_is_edited_regenerated_removed_or_copied_is_found_as_it_is(engine: Engine) -> None:
    chat = engine.send("apples")
    engine.edit(chat, engine.path(chat)[0]["id"], "pears")
    engine.rest(chat)
    [each] = engine.store.search.find(OWNER, "pears")
    assert each["message"] in [node["id"] for node in engine.path(chat)]
    assert found(engine, "apples") == ["apples"]  # The old branch is still there.
    engine.pushes.whole(chat, "pushed wrods", "p")
    engine.rest(chat)
    assert found(engine, "wrods") == ["apples"]
    engine.pushes.whole(chat, "pushed words", "p")
    engine.rest(chat)
    assert found(engine, "wrods") == []
    copy = engine.change("duplicate", chat, id="d")["conversation"]
    assert found(engine, "pushed words") == ["apples (copy)", "apples"]
    engine.change("delete", chat)
    assert [each["conversation"]["id"] for each in engine.store.search.find(OWNER, "pears")] == [
        copy
    ]


HOSTILE = [
    '"', "'", '""', '"a" OR "b"', "a AND", "NOT", "NEAR(a b)", "secret NEAR/2 garden",
    "scope:secret", "words : secret", "{scope words}: x", "^secret", "secret*", "*", "-secret",
    "(", ")", "a) OR (b", "secret; DROP TABLE texts; --", "' OR 1=1 --", "%", "_", "\\", "\0",
    "\ud83d", "\u202e", "a" * 10_000, "x " * 5_000, "🎉", "¿?", "+", "a+b", "col:a AND col2:b",
    "$secret", ":secret", "@secret",
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_what_looks_like_a_query_language_is_plain_words(engine: Engine, query: str) -> None:
    engine.send("nothing to see")
    engine.send("my secret", owner=STRANGER)
    for each in engine.store.search.find(OWNER, query):
        assert each["conversation"]["title"] == "nothing to see"
    if "secret" in query:
        assert found(engine, query) == []


def test_operators_are_words_that_can_be_found(engine: Engine) -> None:
    engine.send("cats OR dogs")
    engine.send("cats")
    assert found(engine, "cats or") == ["cats OR dogs"]
    assert found(engine, 'cats "OR"') == ["cats OR dogs"]
    assert found(engine, "(cats)") == ["cats", "cats OR dogs"]


def test_a_word_that_is_everywhere_finds_the_newest_fifty(engine: Engine) -> None:
    old = engine.send("the first")
    for i in range(55):
        engine.store.create(OWNER, f"c{i}")
        engine.store.append({f"c{i}": [said("u", f"the {i}")]})
    assert len(found(engine, "the")) == 50
    assert "the first" not in found(engine, "the")
    engine.store.append({old: [said(f"m{i}", f"rare {i}") for i in range(1200)]})
    engine.send("rare too", "c7")
    assert found(engine, "rare") == ["the 7", "the first"]


def test_old_conversations_are_found_after_the_database_was_brought_up(tmp_path: Path) -> None:
    import sqlite3
    from contextlib import closing

    path = tmp_path / "chats.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((TOP / "tests/support/version_0001.sql").read_text("utf-8"))
    for _ in range(2):  # The second time nothing is indexed again.
        store = Store(path)
        titles = [
            each["conversation"]["title"]
            for query in ("grusse", "finland", "stranger")
            for each in store.search.find("local", query)
        ]
        assert titles == [
            "Grüße aus Köln, schöne Straße!", "What is the capital of Norway? I need…"
        ]  # fmt: skip
        store.close()


@pytest.fixture(scope="module")
def app() -> Iterator[GPTChat]:
    made = GPTChat(echo, store=None, allow_anonymous=True)
    made.run_app(port=0, block=False)
    yield made
    made.close()


def test_a_page_searches_by_http_and_is_told_in_the_words_of_the_protocol(app: GPTChat) -> None:
    browser = Visitor(urlsplit(app.url).port or 0)
    house: Any = app._house
    house.store.create("somebody", "c1")
    assert browser.get_json("api/search?q=" + quote("hé!")) == {"found": []}
    assert browser.get_json("api/search") == {"found": []}
    for query in HOSTILE:
        if "\ud83d" not in query:
            status, _, body = browser.get("api/search?q=" + quote(query[:2000]))
            assert (status, json.loads(body)) == (200, {"found": []})
    assert browser.get("api/search?q=%FF%00%ED%A0%BD")[0] == 200


def test_an_index_that_is_gone_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "chats.db"
    with Engine(echo, place=path) as engine:
        engine.send("apples")
        with engine.store._db.write() as connection:
            connection.exec_driver_sql("DROP TABLE messages_words")
    with Engine(echo, place=path) as engine:
        engine.send("pears")
        assert found(engine, "apples") == ["apples"]
        assert found(engine, "said") == ["pears", "apples"]


def test_what_strangers_say_does_not_come_between(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "LOOKED_AT", 10)
    engine.send("the needle")
    for i in range(12):
        engine.send(f"needle {i}", owner=STRANGER)
    assert found(engine, "needle") == ["the needle"]


@pytest.fixture
def in_memory() -> Iterator[Engine]:
    with Engine(echo) as made:
        yield made


def test_no_step_reads_a_whole_table(in_memory: Engine) -> None:
    """With 200,000 messages each such step took 50 ms in SQLite, at every flush."""
    engine = in_memory
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_more: Any) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            asked.append((statement, given[0] if isinstance(given, list) else given))

    chat, other = engine.send("first"), engine.send("another")
    sa.event.listen(engine.store._db._engine, "before_cursor_execute", note)
    engine.store.append({chat: [said("a", "1"), said("b", "2")], other: [said("c", "3")]})
    engine.send("second", chat)
    engine.edit(chat, engine.path(chat)[0]["id"], "third")
    engine.rest(chat)
    page = engine.store.listing.page(OWNER, None, 1)
    engine.store.listing.page(OWNER, page["next"] or "WzEuMCwgImMiXQ", 1)
    engine.store.search.find(OWNER, "first")
    engine.change("rename", chat, title="Name")
    engine.change("duplicate", chat, id="d")
    engine.store.snapshot(OWNER, chat)
    sa.event.remove(engine.store._db._engine, "before_cursor_execute", note)
    assert len(asked) > 30
    with engine.store._db.read() as connection:
        for statement, given in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
            steps = [row.detail for row in plan]
            whole = [s for s in steps if s.startswith("SCAN") and "VIRTUAL" not in s]
            assert [s for s in whole if "CONSTANT" not in s] == [], statement
