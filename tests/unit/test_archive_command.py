"""Chats are taken away and brought back from a terminal, while the program runs or not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from gptchat import cli
from support.engine import Engine


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A program that runs in the folder the commands are typed in."""
    monkeypatch.chdir(tmp_path)
    with Engine(lambda message: f"You said: {message}", place=Path(".gptchat/chats.db")) as made:
        yield made


def test_all_chats_go_into_a_folder_and_come_back_as_they_were(
    engine: Engine, tmp_path: Path
) -> None:
    for _ in range(2):
        engine.send("Same title")
    assert cli.main(["export", "--all", "--out", "away"]) == 0
    files = sorted((tmp_path / "away").iterdir())
    assert [file.name.count("(2)") for file in files] == [1, 0]
    assert all(file.name.endswith(".gptchat.json") for file in files)
    assert cli.main(["import", *map(str, files), "--store", "other.db"]) == 0
    with Engine(place=Path("other.db")) as other:
        assert [entry["title"] for entry in other.listed()] == ["Same title"] * 2
        chat = other.listed()[0]["id"]
        assert other.words(chat)[1] == ("assistant", "You said: Same title")


def test_one_chat_is_written_in_the_form_asked_for(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    chat = engine.send("Hello")
    engine.send("Not this one")
    assert cli.main(["export", chat, "--form", "python"]) == 0
    [path] = Path().glob("*.py")
    assert capsys.readouterr().out.strip() == str(path)
    assert path.read_text("utf-8").startswith("messages = [")


def test_what_cannot_be_taken_is_told_by_file_and_line(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = json.dumps({"messages": [{"role": "user", "content": "Hi"}]})
    (tmp_path / "some.jsonl").write_text(f'{good}\n{{"messages": []}}\n')
    assert cli.main(["import", "some.jsonl"]) == 0
    assert capsys.readouterr().out == (
        "some.jsonl: Line 2: There are no messages in it.\nsome.jsonl: 1 chat imported.\n"
    )
    assert [entry["title"] for entry in engine.listed()] == ["Hi"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["import", "missing.json"], "missing.json cannot be read: No such file or directory."),
        (["import", "empty.json"], "empty.json: The file is empty."),
        (["export", "c_unknown"], "There is no chat 'c_unknown' of 'local' here."),
        (["export", "--all", "--store", "no.db"], "There is no store 'no.db'."),
    ],
)
def test_an_error_is_one_line(
    engine: Engine,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    reason: str,
) -> None:
    (tmp_path / "empty.json").touch()
    assert cli.main(words) == 2
    assert capsys.readouterr().err == f"gptchat: {reason}\n"
    assert not Path("no.db").exists()


def test_without_a_store_and_with_several_one_is_told_what_to_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["export", "--all"]) == 2
    assert "There is no store in .gptchat/." in capsys.readouterr().err
    (tmp_path / ".gptchat").mkdir()
    for name in ("one", "two"):
        (tmp_path / ".gptchat" / f"{name}.db").touch()
    assert cli.main(["export", "--all"]) == 2
    assert "one.db, .gptchat/two.db. Say which one with --store." in capsys.readouterr().err


def test_which_chats_are_meant_must_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["export"])
    assert "--all" in capsys.readouterr().err
