"""`gptchat.testing` is all a test of a handler needs."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from openai import OpenAI

from gptchat import testing
from gptchat.testing import typewriter


def test_it_offers_the_client_the_model_and_the_typewriter() -> None:
    assert set(testing.__all__) == {
        *("Answer", "Asked", "Exchange", "FakeOpenAI", "Reply", "TestClient", "typewriter"),
    }


@pytest.mark.parametrize("text", ["", "Hello, you!", "  two\n\n  lines ", "Donaudampfschiff 🎉"])
def test_the_typewriter_loses_no_letter(text: str) -> None:
    assert "".join(typewriter(text, delay=0)) == text


def test_the_typewriter_takes_its_time() -> None:
    began = time.monotonic()

    words = list(typewriter("four words it is", delay=0.05))

    assert len(words) == 4
    assert time.monotonic() - began >= 0.2


def test_the_fake_model_can_be_served_from_a_terminal(tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text('["Hello from the file."]', "utf-8")
    command = [sys.executable, "-m", "gptchat.testing", str(script), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = "".join(process.stdout.readline() for _ in range(3))
        found = re.search(r"OPENAI_BASE_URL=(\S+)", told)
        assert found, told
        client = OpenAI(base_url=found[1], api_key="any", max_retries=0)
        said = client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "Hi"}]
        )
        process.terminate()
        assert process.wait(10) == 0
    assert said.choices[0].message.content == "Hello from the file."


@pytest.mark.parametrize("text", ["no json", '[{"txet": "Hello"}]'])
def test_a_script_that_cannot_be_read_is_told_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "script.json").write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "gptchat.testing", "script.json", "--port", "0"],
        cwd=tmp_path, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert done.returncode == 2
    assert re.fullmatch(r"gptchat\.testing: .+\n", done.stderr)
