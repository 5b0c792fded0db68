"""`gptchat run` serves a program as it is, and says in a line why it cannot."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from textwrap import dedent

import pytest

from support.commands import ended, gptchat
from support.ports import free_port
from support.serving import Server

SILENT = """
    from gptchat import GPTChat
    bot = GPTChat(lambda message: message, title="Silent")
"""
SERVES_ITSELF = """
    from gptchat import app

    @app.handle_send_message
    def reply(message):
        return message

    if __name__ == "__main__":
        app.run_app(port={port}, title="By itself")
"""


def write(folder: Path, source: str, name: str = "program_.py", **values: object) -> str:
    (folder / name).write_text(dedent(source).format(**values) if values else dedent(source))
    return name


def title(server: Server) -> str:
    with urllib.request.urlopen(f"{server.url}api/config", timeout=5) as answer:
        return str(json.load(answer)["config"]["title"])


def test_a_program_that_does_not_serve_itself_is_served(tmp_path: Path) -> None:
    with gptchat("run", write(tmp_path, SILENT), folder=tmp_path) as server:
        assert title(server) == "Silent"


def test_a_program_that_serves_itself_does(tmp_path: Path) -> None:
    port = free_port()
    name = write(tmp_path, SERVES_ITSELF, port=port)
    with gptchat("run", name, folder=tmp_path, port=port) as server:
        assert title(server) == "By itself"


def test_what_is_typed_wins_over_what_the_program_says(tmp_path: Path) -> None:
    name = write(tmp_path, SERVES_ITSELF, port=1)
    with gptchat("run", name, folder=tmp_path) as server:
        assert title(server) == "By itself"


def test_the_program_has_its_own_arguments_name_and_neighbours(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    write(tmp_path, "word = 'neighbour'", "there/beside.py")
    source = """
        import sys
        from pathlib import Path
        from beside import word
        from gptchat import app

        app.set_config(title=f"{sys.argv[1:]} {__name__} {Path(__file__).name} {word}")
        app.handle_send_message(lambda message: message)
    """
    name = write(tmp_path, source, "there/mine.py")
    with gptchat("run", name, "--", "--fast", "-x", folder=tmp_path) as server:
        assert title(server) == "['--fast', '-x'] __main__ mine.py neighbour"
        assert (tmp_path / ".gptchat" / "mine.db").exists()


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("x = 1", "Nobody answers in program_.py. Decorate a function of it"),
        (
            "from gptchat import GPTChat as G\na, b = G(lambda: 1), G(lambda: 2)",
            "There are several chats in program_.py: a, b. Call run_app on the one you mean.",
        ),
        ("from gptchat import app\napp.set_config(titel=1)", "There is no option 'titel'."),
    ],
)
def test_what_cannot_be_served_is_told_in_one_line(
    tmp_path: Path, source: str, sentence: str
) -> None:
    code, _, said = ended("run", write(tmp_path, source), folder=tmp_path)
    assert code == 2
    assert said.startswith(f"gptchat: {sentence}")
    assert said.count("\n") == 1


def test_a_file_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    assert ended("run", "none.py", folder=tmp_path) == (
        2, "", "gptchat: There is no file 'none.py' here.\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("source", "last"),
    [("import nowhere", "ModuleNotFoundError: No module named 'nowhere'"),
     ("def reply(:", "SyntaxError: invalid syntax")],
)  # fmt: skip
def test_an_error_of_the_program_is_told_as_python_tells_it(
    tmp_path: Path, source: str, last: str
) -> None:
    code, _, said = ended("run", write(tmp_path, source), folder=tmp_path)
    assert code == 1
    assert said.splitlines()[-1] == last
    assert "run_command.py" not in said


def test_a_program_may_end_itself(tmp_path: Path) -> None:
    name = write(tmp_path, "raise SystemExit(7)")
    assert ended("run", name, folder=tmp_path)[0] == 7


def test_reloading_is_for_this_machine_only(tmp_path: Path) -> None:
    name = write(tmp_path, SILENT)
    code, _, said = ended("run", name, "--reload", "--host", "0.0.0.0", folder=tmp_path)
    assert code == 2
    assert "--reload shows tracebacks, so it is for this machine only" in said


def test_a_taken_port_is_told_once(tmp_path: Path) -> None:
    name = write(tmp_path, SILENT)
    with gptchat("run", name, folder=tmp_path) as server:
        words = ("run", name, "--reload", "--port", str(server.port))
        code, _, said = ended(*words, folder=tmp_path)
    assert code == 2
    assert said.count("is already in use") == 1
