"""The command `gptchat` says what it can do, does it, and tells an error in one line."""

from __future__ import annotations

import shlex
import socket
import subprocess
import sys
from typing import Any

import pytest

from gptchat import cli
from gptchat.endpoint import Asked
from gptchat.errors import OpenToTheWorld, PortTaken
from gptchat.version import __version__
from support.serving import TOP


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


def test_alone_it_lists_what_it_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    assert "talk to a scripted assistant" in capsys.readouterr().out


def test_it_knows_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["--version"])

    assert left.value.code == 0
    assert capsys.readouterr().out == f"gptchat {__version__}\n"


def test_it_is_the_same_as_python_m_gptchat() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "gptchat", "--version"],
        cwd=TOP / "package",
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout == f"gptchat {__version__}\n"


def test_what_is_typed_reaches_the_demonstration(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}
    monkeypatch.setattr(cli, "run_demo", lambda **options: asked.update(options))

    cli.main(["demo"])
    usual = dict(asked)
    cli.main(["demo", "--port", "8080", "--host", "0.0.0.0", "--open", "--allow-anonymous"])

    assert usual == {
        "host": "127.0.0.1",
        "port": 5000,
        "open_browser": False,
        "allow_anonymous": False,
        "auth": None,
    }
    assert asked == {
        "host": "0.0.0.0",
        "port": 8080,
        "open_browser": True,
        "allow_anonymous": True,
        "auth": None,
    }


def test_a_taken_port_is_one_line_with_a_free_port_to_type(
    capsys: pytest.CaptureFixture[str], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = cli.main(["demo", "--port", str(port)])

    line = told(capsys)
    assert ended == 2
    assert line.startswith(f"gptchat: Port {port} is already in use.")
    assert "--port " in line
    assert line.count("\n") == 1


def test_listening_to_everybody_needs_a_decision(
    capsys: pytest.CaptureFixture[str], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    ended = cli.main(["demo", "--host", "0.0.0.0", "--port", "0"])

    assert ended == 2
    line = told(capsys)
    assert "--allow-anonymous" in line
    assert "--auth token" in line


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (PortTaken("Taken. Pass port=5001."), "gptchat: Taken. Pass --port 5001.\n"),
        (PortTaken("Not on host='::1'."), "gptchat: Not on --host ::1.\n"),
        (OpenToTheWorld('Open:\n\n  host="0.0.0.0"'), "gptchat: Open: --host 0.0.0.0\n"),
    ],
)
def test_advice_for_programs_becomes_advice_for_the_terminal(
    error: Exception,
    line: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(**options: Any) -> None:
        raise error

    monkeypatch.setattr(cli, "run_demo", fail)

    assert cli.main(["demo"]) == 2
    assert told(capsys) == line


@pytest.mark.parametrize("port", ["none", "-1", "65536", "5e3"])
def test_a_port_that_is_none_is_explained(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["demo", f"--port={port}"])

    assert left.value.code == 2
    assert "a port is a number from 1 to 65535" in told(capsys)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("chat.py", "Did you mean: gptchat run chat.py?"),
        ("'my chat.py' --port 80", "Did you mean: gptchat run 'my chat.py' --port 80?"),
        ("dmeo --open", "Did you mean: gptchat demo --open?"),
        ("serve-it-all", "Known are: demo, chat, run, export, import."),
    ],
)
def test_a_word_that_is_no_command_is_answered_with_the_one_that_was_meant(
    typed: str, answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = shlex.split(typed)
    assert cli.main(words) == 2
    assert told(capsys) == f"gptchat: There is no command {words[0]!r}. {answer}\n"


def test_ctrl_c_is_no_error_worth_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(**options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "run_demo", interrupted)

    assert cli.main(["demo"]) == 130


def test_what_is_typed_reaches_the_chat(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(cli, "run_chat", lambda what, **_serving: asked.append(what))

    cli.main(["chat"])
    cli.main(["chat", "--base-url", "gpu/v1", "--model", "m", "--system", "s", "--key-env", "K"])

    assert asked == [Asked(), Asked("gpu/v1", "m", "s", "K")]


def test_words_after_two_dashes_are_the_programs_own(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(cli, "run_program", asked.append)

    cli.main(["run", "a.py", "--reload", "--port", "1", "--", "--port", "2", "--", "x"])

    [what] = asked
    assert what.program.path.name == "a.py"
    assert what.program.arguments == ["--port", "2", "--", "x"]
    assert (what.reload, what.serving.port, what.serving.host) == (True, 1, None)
