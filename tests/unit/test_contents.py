"""A message may carry files: a handler gets them as OpenAI would, whole."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gptchat.chat import Chat
from gptchat.errors import NotFound
from gptchat.refusals import Refuse
from support.engine import OWNER, Engine
from support.files import PDF, WAV, png

PICTURE_URL = "data:image/png;base64," + base64.b64encode(png()).decode()


class Seen:
    """A handler that remembers what it was given."""

    def __init__(self) -> None:
        self.messages: list[list[dict[str, Any]]] = []
        self.message: list[str] = []
        self.attachments: list[list[tuple[str, str, int, bytes]]] = []

    def __call__(self, messages: list[dict[str, Any]], message: str, ctx: Chat) -> str:
        self.messages.append(messages)
        self.message.append(message)
        self.attachments.append([(a.name, a.type, a.size, a.read()) for a in ctx.attachments])
        return "I see."


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def engine(seen: Seen, tmp_path: Path) -> Iterator[Engine]:
    with Engine(
        lambda messages, message, ctx: seen(messages, message, ctx), place=tmp_path / "a.db"
    ) as made:
        yield made


def upload(
    engine: Engine, name: str = "cat.png", body: bytes | None = None, owner: str = OWNER
) -> str:
    return engine.store.files.save(owner, name, [png() if body is None else body])["id"]


def test_a_handler_gets_the_files_as_openai_writes_them_and_the_text_last(
    engine: Engine, seen: Seen
) -> None:
    ids = [upload(engine), upload(engine, "a.pdf", PDF), upload(engine, "a.wav", WAV)]
    engine.send("What is this?", files=ids)
    assert seen.message == ["What is this?"]
    [content] = [message["content"] for message in seen.messages[0]]
    assert content == [
        {"type": "image_url", "image_url": {"url": PICTURE_URL}},
        {
            "type": "file",
            "file": {
                "filename": "a.pdf",
                "file_data": "data:application/pdf;base64," + base64.b64encode(PDF).decode(),
            },
        },
        {
            "type": "input_audio",
            "input_audio": {"data": base64.b64encode(WAV).decode(), "format": "wav"},
        },
        {"type": "text", "text": "What is this?"},
    ]


def test_the_conversation_holds_references_and_no_bytes(engine: Engine) -> None:
    chat = engine.send("What is this?", files=[upload(engine)])
    log = json.dumps(engine.events(chat)) + json.dumps(engine.store.snapshot(OWNER, chat))
    assert "base64" not in log
    attachment = engine.path(chat)[0]["message"]["content"][0]["attachment"]
    assert attachment == {
        "id": attachment["id"], "name": "cat.png", "type": "image/png",
        "size": len(png()), "width": 64, "height": 48,
    }  # fmt: skip


def test_ctx_holds_the_files_of_the_last_message_only(engine: Engine, seen: Seen) -> None:
    chat = engine.send("one", files=[upload(engine)])
    engine.send("two", chat)
    assert seen.attachments == [[("cat.png", "image/png", len(png()), png())], []]
    assert seen.messages[1][0]["content"][0]["image_url"]["url"] == PICTURE_URL
    assert seen.messages[1][-1] == {"role": "user", "content": "two"}


def test_files_may_be_sent_without_a_word(engine: Engine, seen: Seen) -> None:
    engine.send("", files=[upload(engine)])
    assert seen.message == [""]
    assert [part["type"] for part in seen.messages[0][0]["content"]] == ["image_url"]


def test_an_edited_message_keeps_those_of_its_files_that_are_named(
    engine: Engine, seen: Seen
) -> None:
    keep, drop = upload(engine), upload(engine, "a.pdf", PDF)
    chat = engine.send("one", files=[keep, drop])
    engine.edit(chat, engine.path(chat)[0]["id"], "other", files=[keep])
    engine.rest(chat)
    assert [part["type"] for part in seen.messages[1][0]["content"]] == ["image_url", "text"]


def test_another_answer_gets_the_same_files(engine: Engine, seen: Seen) -> None:
    chat = engine.send("one", files=[upload(engine)])
    engine.regenerate(chat, engine.last(chat)["id"])
    engine.rest(chat)
    assert seen.messages[0] == seen.messages[1]
    assert seen.attachments[0] == seen.attachments[1]


def test_a_message_that_waited_its_turn_keeps_its_files(seen: Seen, tmp_path: Path) -> None:
    import threading

    hold = threading.Event()

    def slow(messages: list[dict[str, Any]], message: str, ctx: Chat) -> str:
        hold.wait(5)
        return seen(messages, message, ctx)

    with Engine(slow, place=tmp_path / "a.db") as engine:
        chat = engine.begin("one")
        engine.begin("two", chat, files=[upload(engine)])
        hold.set()
        engine.rest(chat)
    assert len(seen.attachments[1]) == 1


def test_a_file_lost_on_the_disk_does_not_end_the_conversation(
    engine: Engine, seen: Seen, tmp_path: Path
) -> None:
    chat = engine.send("one", files=[upload(engine)])
    shutil.rmtree(tmp_path / "a.db.files")
    engine.send("two", chat)
    assert seen.messages[1][0]["content"] == [
        {"type": "text", "text": "[The file 'cat.png' was attached here. It is no longer there.]"},
        {"type": "text", "text": "one"},
    ]


def test_a_file_of_somebody_else_is_refused_like_an_unknown_one(engine: Engine) -> None:
    told = set()
    for id in (upload(engine, owner="ada"), "f_unknown"):
        with pytest.raises(NotFound) as caught:
            engine.begin("Look!", files=[id])
        told.add(str(caught.value))
    assert told == {"A file of this message cannot be found any more. Attach it again."}


def test_a_message_may_carry_so_many_files_and_each_once(engine: Engine, seen: Seen) -> None:
    engine.config.update({"max_files": 2})
    id = upload(engine)
    engine.send("twice", files=[id, id])
    assert len(seen.attachments[0]) == 1
    with pytest.raises(Refuse, match="2 files") as caught:
        engine.begin("three", files=[upload(engine) for _ in range(3)])
    assert caught.value.refusal["code"] == "too_large"


def test_where_files_are_not_taken_none_are_and_those_that_were_stay(
    engine: Engine, seen: Seen
) -> None:
    id = upload(engine)
    chat = engine.send("one", files=[id])
    engine.config.update({"prompt": {"allow_upload": False}})
    with pytest.raises(Refuse, match="not taken"):
        engine.begin("two", chat, files=[upload(engine)])
    engine.edit(chat, engine.path(chat)[0]["id"], "other", files=[id])
    engine.rest(chat)
    assert len(seen.attachments[1]) == 1


def test_a_handler_that_writes_a_reference_reads_nobody_elses_file(tmp_path: Path) -> None:
    got: list[Any] = []
    with Engine(lambda messages: got.append(messages) or "Hm.", place=tmp_path / "a.db") as engine:  # type: ignore[func-returns-value]
        foreign = engine.store.files.save("ada", "cat.png", [png()])
        engine.config.update(
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [{"type": "attachment", "attachment": foreign}],
                    }
                ]
            }
        )
        engine.send("Hi")
    assert "no longer there" in got[0][0]["content"][0]["text"]


def test_an_edit_keeps_the_pictures_a_program_put_into_the_message() -> None:
    picture = {"type": "image_url", "image_url": {"url": PICTURE_URL}}
    preset = {"role": "user", "content": [picture, {"type": "text", "text": "What is this?"}]}
    with Engine(lambda: "A cat.", messages=[preset]) as engine:
        chat = engine.send("Thanks.")
        engine.edit(chat, "preset_0", "And this?")
        engine.rest(chat)
        assert engine.words(chat)[0] == ("user", [picture, {"type": "text", "text": "And this?"}])
