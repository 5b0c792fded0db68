"""A person takes their own conversations away and brings them back, and nobody else's."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from gptchat import arrivals
from gptchat.arrivals import Arrivals
from gptchat.errors import NotFound
from gptchat.exports import FORMS
from gptchat.files import FileRefused
from gptchat.guard import Guard, Policy
from gptchat.pages import Archives, archives, make_flask
from gptchat.refusals import Refuse
from support.engine import OWNER, Engine, echo
from support.files import png
from support.guarding import gate_for
from support.talks import everything

OURS = {"Origin": "http://localhost", "X-Gptchat": "1"}

A_DAY = "That is more than one person may upload in a day. Try again tomorrow."

HELLO = {"role": "user", "content": "Hello"}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with Engine(echo, place=tmp_path / "chats.db") as made:
        yield made


@pytest.fixture
def desk(engine: Engine) -> Arrivals:
    return Arrivals(engine.store, engine.hub, engine.config, lambda: engine.config.allow_anonymous)


class Browser(Client):
    """A browser on this machine."""

    def open(self, *given: Any, **more: Any) -> TestResponse:
        more.setdefault("environ_overrides", {}).setdefault("REMOTE_ADDR", "127.0.0.1")
        return super().open(*given, **more)


@pytest.fixture
def browser(engine: Engine, desk: Arrivals) -> Browser:
    flask = make_flask(
        reader=engine.store,
        page=engine.config.for_page,
        version="1",
        archives=Archives(engine.store, desk),
    )
    return Browser(
        Guard(flask.wsgi_app, policy=Policy(max_import=arrivals.MOST_BYTES), gate=gate_for())
    )


def export(browser: Browser, chat: str, form: str = "json") -> TestResponse:
    return browser.get(f"/api/conversations/{chat}/export?form={form}")


def bring(browser: Browser, value: Any) -> TestResponse:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return browser.post("/api/import", data=body, headers=OURS)


def brought(answer: TestResponse) -> list[str]:
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return list(answer.json["conversations"])


def sentence(answer: TestResponse) -> str:
    assert answer.json is not None
    return str(answer.json["refused"]["sentence"])


# -------------------------------------------------------------------------- taken away


@pytest.mark.parametrize("form", list(FORMS))
def test_every_form_is_a_download_in_which_nothing_may_run(
    engine: Engine, browser: Browser, form: str
) -> None:
    answer = export(browser, engine.send("<script>Grüße</script>"), form)
    assert answer.status_code == 200
    assert answer.content_type == f"{FORMS[form].type}; charset=utf-8"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    name = answer.headers["Content-Disposition"]
    assert name.startswith('attachment; filename="')
    assert "filename*=UTF-8''script%20Gr%C3%BC%C3%9Fe" in name
    assert name.isascii()
    assert "Grüße" in answer.text or "Gr\\u00fc" in answer.text


def test_a_foreign_chat_is_answered_like_an_unknown_one(engine: Engine, browser: Browser) -> None:
    foreign = engine.begin(owner="stranger")
    engine.rest(foreign)
    first, second = export(browser, foreign), export(browser, "c_unknown")
    assert (first.status_code, first.text) == (second.status_code, second.text)
    assert first.status_code == 404


def test_a_form_nobody_knows_is_told_those_there_are(engine: Engine, browser: Browser) -> None:
    answer = export(browser, engine.send(), "docx")
    assert answer.status_code == 400
    assert "markdown, json, jsonl" in sentence(answer)


def test_the_bytes_of_files_are_in_the_export(engine: Engine, browser: Browser) -> None:
    file = engine.store.files.save(OWNER, "cat.png", [png()])
    chat = engine.send("Look", files=[file["id"]])
    assert 'src="data:image/png;base64,iVBOR' in export(browser, chat, "html").text
    assert "data:image/png;base64,iVBOR" in export(browser, chat, "python").text


# ----------------------------------------------------------------------------- brought


def test_what_was_exported_comes_back_as_it_was(engine: Engine, browser: Browser) -> None:
    file = engine.store.files.save(OWNER, "cat.png", [png()])
    chat = engine.send("Look", files=[file["id"]])
    engine.edit(chat, engine.path(chat)[0]["id"], "Look again")
    engine.rest(chat)
    engine.change("rename", chat, title="My cat")
    first = export(browser, chat, "tree").text
    [copy] = brought(bring(browser, first.encode()))
    assert copy != chat
    assert export(browser, copy, "tree").text == first
    assert engine.entry(copy)["title"] == "My cat"
    [attachment] = [
        part["attachment"]
        for node in engine.state(copy).nodes.values()
        for part in node["message"]["content"]
        if isinstance(part, dict) and part["type"] == "attachment"
    ]
    assert attachment["id"] != file["id"]
    assert engine.store.files.read(copy, attachment["id"]) == png()


def test_everything_there_is_comes_back(engine: Engine, desk: Arrivals, browser: Browser) -> None:
    text = FORMS["tree"].write(everything())
    answer = desk.bring(OWNER, [text.encode()])
    assert export(browser, answer["conversations"][0], "tree").text == text


def test_one_can_go_on_with_what_was_brought(engine: Engine, browser: Browser) -> None:
    [chat] = brought(bring(browser, [HELLO, {"role": "assistant", "content": "Hi!"}]))
    engine.send("And now?", chat)
    assert engine.words(chat)[-2:] == [("user", "And now?"), ("assistant", "You said: And now?")]


def test_the_list_shows_what_was_brought_under_its_own_title_and_date(
    engine: Engine, desk: Arrivals
) -> None:
    newest = engine.send("Just now")
    message = {"author": {"role": "user"}, "content": {"content_type": "text", "parts": ["Hi"]},
               "create_time": 1_000_000_000.0}  # fmt: skip
    chat = {"title": "From\nelsewhere", "mapping": {"a": {"parent": None, "message": message}}}
    [id] = desk.bring(OWNER, [json.dumps([chat]).encode()])["conversations"]
    assert [entry["title"] for entry in engine.listed()] == ["Just now", "From elsewhere"]
    entry = engine.entry(id)
    assert (entry["created"], entry["updated"]) == (1_000_000_000.0, 1_000_000_000.0)
    assert "unread" not in entry
    assert engine.announced[-1] == id != newest


def test_a_chat_without_a_title_is_called_by_its_first_words(
    engine: Engine, browser: Browser
) -> None:
    [chat] = brought(bring(browser, [HELLO]))
    assert engine.entry(chat)["title"] == "Hello"


def test_what_is_brought_is_its_bringer_s_alone(engine: Engine, desk: Arrivals) -> None:
    [chat] = desk.bring("visitor_1", [json.dumps([HELLO]).encode()])["conversations"]
    assert engine.entry(chat) is None
    assert engine.entry(chat, "visitor_1")["title"] == "Hello"


def test_a_long_chat_is_brought_whole(engine: Engine, desk: Arrivals) -> None:
    said = [{"role": ("user", "assistant")[i % 2], "content": str(i)} for i in range(2500)]
    [chat] = desk.bring(OWNER, [json.dumps(said).encode()])["conversations"]
    assert [content for _, content in engine.words(chat)] == [str(i) for i in range(2500)]
    assert "unread" not in engine.entry(chat)


def test_what_cannot_be_taken_is_told_and_the_rest_is_kept(
    engine: Engine, browser: Browser
) -> None:
    lines = [json.dumps({"messages": each}) for each in ([HELLO], [{"role": "x"}], [HELLO])]
    answer = bring(browser, "\n".join([*lines, "oops"]).encode())
    assert len(brought(answer)) == 2
    assert answer.json is not None
    first, second = answer.json["problems"]
    assert first.startswith("Line 2: Message 1: 'x' is not the role of a message.")
    assert second.startswith("Line 4: This is no JSON")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "The file is empty."),
        (b"\xff\xfe\x00", "no UTF-8 text"),
        (b"PK\x03\x04", "no JSON"),
        (b'[{"role": "user", "content": 5}]', "must be text or a list"),
        (b"[" * 200_000, "nested"),
    ],
)
def test_a_file_with_nothing_in_it_is_refused_with_the_reason(
    engine: Engine, browser: Browser, body: bytes, reason: str
) -> None:
    answer = bring(browser, body)
    assert answer.status_code == 400
    assert reason in sentence(answer)
    assert engine.listed() == []


def test_a_file_in_a_tree_that_pretends_is_refused(engine: Engine, browser: Browser) -> None:
    tree = json.loads(FORMS["tree"].write(everything()))
    tree["files"][0]["data"] = "PHNjcmlwdD4="
    assert "is not what its name says" in sentence(bring(browser, tree))
    assert engine.listed() == []


def test_where_no_files_are_taken_those_of_an_import_are_named(
    engine: Engine, desk: Arrivals
) -> None:
    engine.config.update({"prompt": {"allow_upload": False}})
    text = FORMS["tree"].write(everything())
    [chat] = desk.bring(OWNER, [text.encode()])["conversations"]
    part = engine.path(chat)[0]["message"]["content"][0]
    assert part["attachment"]["name"] == "cat.png"
    with pytest.raises(NotFound):
        engine.store.files.read(chat, part["attachment"]["id"])


def test_what_is_brought_counts_as_uploaded_that_day(
    engine: Engine, desk: Arrivals, browser: Browser
) -> None:
    engine.config.update({"allow_anonymous": True, "max_daily_upload_bytes": 3000})
    chat = [{"role": "user", "content": "é" * 500}]
    three = "\n".join([json.dumps({"messages": chat})] * 3).encode()
    answer = desk.bring(OWNER, [three])
    assert len(answer["conversations"]) == 2
    assert answer["problems"] == [A_DAY]
    refused = bring(browser, chat)
    assert (refused.status_code, sentence(refused)) == (429, A_DAY)
    assert len(engine.listed()) == 2
    with pytest.raises(FileRefused, match="in a day"):
        engine.store.files.save(OWNER, "a.txt", [b"x" * 1500], a_day=3000)
    assert len(desk.bring("ada", [three])["conversations"]) == 2
    with engine.store._db.write() as connection:
        connection.exec_driver_sql("UPDATE brought SET at = at - 86401")
    assert len(brought(bring(browser, chat))) == 1
    engine.config.update({"allow_anonymous": False})
    assert len(desk.bring(OWNER, [three])["conversations"]) == 3


def test_files_and_words_of_a_day_are_one_sum(engine: Engine, desk: Arrivals) -> None:
    engine.config.update({"allow_anonymous": True, "max_daily_upload_bytes": 3000})
    engine.store.files.save(OWNER, "a.txt", [b"x" * 2000], a_day=3000)
    with pytest.raises(Refuse, match="in a day"):
        desk.bring(OWNER, [json.dumps([{"role": "user", "content": "x" * 1000}]).encode()])


def test_a_form_of_another_site_cannot_bring_anything(browser: Browser) -> None:
    answer = browser.post("/api/import", data=b"[]", headers={"Origin": "http://localhost"})
    assert "The header X-Gptchat is missing" in sentence(answer)
    foreign = {"Origin": "https://evil.example", "X-Gptchat": "1"}
    assert browser.post("/api/import", data=b"[]", headers=foreign).status_code == 403


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 100)
    answer = bring(browser, b" " * 101)
    assert answer.status_code == 413
    assert "`gptchat import` takes larger ones" in sentence(answer)
    monkeypatch.undo()
    assert Policy(max_import=9_000_000).may_weigh("/api/import") == 9_000_000
    assert Policy(max_import=9_000_000).may_weigh("/api/contents") == 800_000


def test_no_more_files_are_read_at_once_than_fit(desk: Arrivals) -> None:
    def nested(depth: int) -> Iterator[bytes]:
        if depth < arrivals.TURNS:
            desk.bring(OWNER, nested(depth + 1))
            yield json.dumps([HELLO]).encode()
        else:
            with pytest.raises(Refuse, match="Try again in a moment"):
                desk.bring(OWNER, [b"[]"])
            yield json.dumps([HELLO]).encode()

    for _ in itertools.repeat(None, 2):  # Afterwards there is room again.
        assert len(desk.bring(OWNER, nested(1))["conversations"]) == 1
