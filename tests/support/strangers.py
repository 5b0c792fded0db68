"""Somebody else's project, tested by somebody else's pytest with our plugin in it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

DURATION = re.compile(r"^([\d.]+)s (?:setup|call|teardown)\s+(\S+)", re.MULTILINE)


PROGRAM = """
    from gptchat import app
    from openai import OpenAI

    client = OpenAI()

    @app.handle_send_message
    def reply(messages):
        return client.chat.completions.create(model="gpt-4o", messages=messages, stream=True)

    app.run_app(port=5002)
"""
TESTS = """
    import pytest

    def test_the_model_is_asked(chat_client, fake_openai):
        fake_openai.script = ["Hello!"]
        assert chat_client.send("Hi").text == "Hello!"
        assert fake_openai.requests[0]["model"] == "gpt-4o"

    @pytest.mark.parametrize("n", range(9))
    def test_stop_keeps_the_words_so_far(n, chat_client, fake_openai):
        answer = chat_client.stop_after(2).send("one two three four")
        assert (answer.status, answer.text) == ("stopped", "one two")
"""


class Project:
    """A folder with programs and tests, and strict settings that are not ours."""

    def __init__(self, folder: Path, settings: str = "") -> None:
        self.folder = folder
        # As strict as a careful stranger: a warning of ours would be an error of theirs.
        strict = "filterwarnings = error\naddopts = --strict-markers --strict-config"
        self.write("pytest.ini", f"[pytest]\n{strict}\n{settings}\n")

    def write(self, name: str, text: str) -> None:
        """Put a file there."""
        (self.folder / name).write_text(dedent(text), "utf-8")

    def test(self, *arguments: str) -> str:
        """Run its tests; what pytest said. Fails if they do."""
        environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("PYTEST", "OPENAI"))
        }
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=100,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def durations(said: str) -> dict[str, float]:
    """Seconds by test, set-up and all, in what `pytest -vv --durations=0` says."""
    found: dict[str, float] = {}
    for seconds, test in DURATION.findall(said):
        found[test] = found.get(test, 0.0) + float(seconds)
    return found


def strangers_project(folder: Path) -> Project:
    """A small program, and ten tests of it."""
    made = Project(folder, "gptchat_app = my_chat:app\npythonpath = .")
    made.write("my_chat.py", PROGRAM)
    made.write("test_my_chat.py", TESTS)
    return made
