"""A stranger tests their handler with the fixtures pytest finds by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from openai import OpenAI

from gptchat import GPTChat
from gptchat.errors import NoHandler
from gptchat.testing import FakeOpenAI, TestClient
from support.documents import readme_blocks
from support.strangers import Project, strangers_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return strangers_project(tmp_path)


def test_the_tests_in_the_readme_pass_with_the_program_in_the_readme(tmp_path: Path) -> None:
    project = Project(tmp_path, "gptchat_app = my_chat.py")
    blocks = readme_blocks()
    project.write("my_chat.py", blocks[0])
    project.write("test_my_chat.py", next(block for block in blocks if "chat_client" in block))
    assert "3 passed" in project.test()


def test_a_strangers_handler_is_tested_as_it_is_in_many_processes_too(project: Project) -> None:
    assert "10 passed" in project.test("-n", "2")


def test_the_plugin_can_be_left_out(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write("test_nothing.py", "def test_nothing(): pass")
    said = project.test("-p", "no:gptchat", "--fixtures")
    assert "chat_app" not in said
    assert "chat_app" in project.test("--fixtures")


def test_a_stranger_who_does_not_ask_for_it_does_not_wait_for_it(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write(
        "test_nothing.py",
        """
        import sys

        def test_nothing():
            assert not any(name.split(".")[0] in ("gptchat", "openai") for name in sys.modules)
        """,
    )
    assert "1 passed" in project.test()


def test_gptchat_needs_no_pytest() -> None:
    program = "import sys; sys.modules['pytest'] = None; import gptchat.testing"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_program_named_in_quotes_is_found(tmp_path: Path) -> None:
    project = Project(tmp_path, 'gptchat_app = "my_chat.py"')
    project.write("my_chat.py", "from gptchat import GPTChat; app = GPTChat(lambda: 'Hi!')")
    project.write(
        "test_my_chat.py",
        """
        def test_it_answers(chat_client):
            assert chat_client.send("Hello").text == "Hi!"
        """,
    )
    assert "1 passed" in project.test()


# ------------------------------------------------------------------- the fixtures


def test_the_application_is_a_new_one_kept_in_memory(
    chat_app: GPTChat, chat_client: TestClient
) -> None:
    chat_app.handle_send_message(lambda message: message.upper())
    assert chat_client.send("hi").text == "HI"


def test_a_client_without_a_program_says_how_to_name_one(chat_client: TestClient) -> None:
    with pytest.raises(NoHandler, match=r"does not know your program\. Set gptchat_app in pytest"):
        chat_client.send("Hi")


def test_a_client_made_during_the_test_finds_the_model(fake_openai: FakeOpenAI) -> None:
    fake_openai.script = "Hello!"
    with OpenAI() as client:
        said = client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "Hi"}]
        )
    assert said.choices[0].message.content == "Hello!"
    assert os.environ["OPENAI_BASE_URL"] == fake_openai.base_url


@pytest.mark.chat_app("../examples/01_echo.py")
def test_a_marker_says_which_application_is_meant(chat_client: TestClient) -> None:
    assert chat_client.send("Hi").text == "You said: Hi"
