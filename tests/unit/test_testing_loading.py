"""Somebody's application is run afresh for a test, and served to nobody."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import gptchat
from gptchat.testing.loading import loaded

PROGRAM = """
from gptchat import GPTChat, app

@app.handle_send_message
def reply(message):
    return message.upper()

other = GPTChat(lambda: "other", store=None)
"""
SERVED = PROGRAM + "app.run_app(port=5002)"


HELPED = """
from gptchat import GPTChat
from the_helper import shout

app = GPTChat(lambda message: shout(message))
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "my-chat.py").write_text(SERVED, "utf-8")
    (tmp_path / "their_chat.py").write_text(SERVED, "utf-8")
    (tmp_path / "their_package").mkdir()
    (tmp_path / "their_package" / "__init__.py").touch()
    (tmp_path / "their_package" / "chat.py").write_text(PROGRAM, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


@pytest.mark.parametrize("place", ["my-chat.py", "their_chat", "their_package.chat"])
def test_a_program_that_ends_with_run_app_is_read_and_not_served(folder: Path, place: str) -> None:
    with loaded(f"{place}:app", folder) as app, app.test_client() as client:
        assert client.send("hi").text == "HI"
    with loaded(f"{place}:other", folder) as app, app.test_client() as client:
        assert client.send("hi").text == "other"


def test_a_program_finds_what_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "the_helper.py").write_text("shout = str.upper", "utf-8")
    (tmp_path / "my_chat.py").write_text(HELPED, "utf-8")
    with loaded("my_chat.py", tmp_path) as app, app.test_client() as client:
        assert client.send("hi").text == "HI"
    del sys.modules["the_helper"]


def test_each_time_it_is_another_application(folder: Path) -> None:
    before, known = gptchat.app, set(sys.modules)
    with loaded("their_chat:app", folder) as one:
        one.set_config(title="Changed")
    with loaded("their_chat:app", folder) as other:
        assert other is not one
        assert other.config.title == gptchat.GPTChat().config.title
        assert gptchat.app is other
    assert gptchat.app is before
    assert "their_chat" not in set(sys.modules) - known


def test_a_module_that_was_known_stays_what_it_was(folder: Path) -> None:
    import their_package.chat as known  # type: ignore[import-not-found]

    with loaded("their_package.chat:app", folder) as app:
        assert app is not known.app
    assert sys.modules["their_package.chat"] is known
    assert sys.modules["their_package"].chat is known


@pytest.mark.parametrize("name", ["their_chat", "their_chat:reply", "their_chat:nobody"])
def test_a_name_that_is_not_clear_is_told_with_those_there_are(folder: Path, name: str) -> None:
    with pytest.raises(LookupError, match=r"their_chat are: app, other\. Write for example"):
        with loaded(name, folder):
            pass


def test_a_program_that_is_not_there_is_told_with_its_place(folder: Path) -> None:
    with pytest.raises(LookupError, match=r"no program .*nowhere\.py"):
        with loaded("nowhere.py:app", folder):
            pass


def test_a_program_for_the_earlier_version_is_found(tmp_path: Path) -> None:
    before = sys.modules["gptchat.app"]
    (tmp_path / "old_chat.py").write_text(
        "from gptchat.app import handle_send_message, run_app\n"
        "handle_send_message(lambda message: message.upper())\n"
        "run_app(port=5002)\n",
        "utf-8",
    )
    for _ in range(2):
        with loaded("old_chat.py", tmp_path) as app, app.test_client() as client:
            assert client.send("hi").text == "HI"
    assert sys.modules["gptchat.app"] is before
