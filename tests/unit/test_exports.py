"""What is taken away says what was said, in every form, and nothing in it runs by itself."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gptchat.exports import FORMS, Transcript, file_name
from gptchat.exports.transcript import MOST_EMBEDDED, Files
from gptchat.testing.rules import check
from support.files import png
from support.talks import CAT, MADE, NODES, everything, messages, node


def written(form: str, transcript: Transcript | None = None) -> str:
    return FORMS[form].write(transcript or everything())


def talk(*said: dict[str, Any], title: str = "A chat") -> Transcript:
    """One message below the other."""
    nodes = [
        node(str(place), str(place - 1) if place else None, message)
        for place, message in enumerate(said)
    ]
    return Transcript(title, nodes, nodes[-1]["id"], MADE)


def of_python(text: str) -> Any:
    name, _, value = text.partition("=")
    assert name.strip() == "messages"
    return ast.literal_eval(value.strip())


# ------------------------------------------------------------------- OpenAI messages


def test_json_is_the_branch_on_screen_as_the_api_takes_it() -> None:
    said = json.loads(written("json"))
    check({"model": "gpt-4o", "messages": said})
    assert [message["role"] for message in said] == ["user", "assistant", "tool", "assistant"]
    picture, lost, text = said[0]["content"]
    assert picture["image_url"]["url"].startswith("data:image/png;base64,iVBOR")
    assert lost == {"type": "text", "text": "[The file 'lost.csv' was attached here.]"}
    assert text["text"].startswith("What is this?")


def test_jsonl_has_a_line_for_every_branch() -> None:
    lines = [json.loads(line) for line in written("jsonl").splitlines()]
    assert [len(line["messages"]) for line in lines] == [4, 2, 2]


def test_no_line_of_jsonl_is_broken_by_a_separator_in_a_text() -> None:
    said = {"role": "user", "content": "one\u2028two\u2029three\x85four\nfive"}
    [line] = written("jsonl", talk(said)).splitlines()
    assert json.loads(line) == {"messages": [said]}


def test_files_beyond_what_one_export_holds_are_named() -> None:
    files = Files(lambda id: png(), most=len(png()))
    assert files.get(CAT) == png()
    assert files.get(CAT | {"id": "f_3"}) is None
    assert len(png()) < MOST_EMBEDDED


# --------------------------------------------------------------------------- programs


@given(messages)
def test_the_python_literal_is_the_messages(said: list[dict[str, Any]]) -> None:
    transcript = talk(*said)
    assert of_python(written("python", transcript)) == json.loads(written("json", transcript))


def test_the_python_literal_holds_calls_and_pictures() -> None:
    assert of_python(written("python")) == json.loads(written("json"))


def test_nothing_unseen_stands_in_a_program_or_a_command() -> None:
    said = {"role": "user", "content": "a\u202eb\x9b201~\x1b[0m\ud7ff\u2066c\U000e0041"}
    for form in ("python", "script", "curl"):
        text = written(form, talk(said, title="\u202etitle\n\x1b"))
        assert [c for c in text if not c.isprintable() and c != "\n"] == []


def test_the_script_is_python_whatever_the_title() -> None:
    title = 'A """title""" \\'
    tree = ast.parse(written("script", talk({"role": "user", "content": "Hi"}, title=title)))
    assert ast.get_docstring(tree, clean=False) == title
    assert "messages=messages" in ast.unparse(tree)


def test_the_script_asks_the_model_that_answered() -> None:
    assert 'model="gpt-4o"' in written("script")
    parrot = node("a", None, {"role": "user", "content": "Hi"}, model="P'\"")
    program = ast.parse(written("script", Transcript("", [parrot], "a", MADE)))
    assert "P'\"" in [each.value for each in ast.walk(program) if isinstance(each, ast.Constant)]


HOSTILE = [
    "'; rm -rf / #", "$(touch caught)", "`touch caught`", "\nJSON\ntouch caught\n", "\\", "\r\n",
    "!!", "%s", "JSON",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_shell_hands_the_command_on_and_runs_nothing_of_it(tmp_path: Path, text: str) -> None:
    command = written("curl", talk({"role": "user", "content": text}))
    shell = shutil.which("sh")
    assert shell is not None
    assert subprocess.run([shell, "-n"], input=command, text=True).returncode == 0
    # In the place of curl stands a program that writes down what it is given.
    (tmp_path / "curl").write_text('#!/bin/sh\nprintf "%s\\n" "$@" > arguments\ncat > body\n')
    (tmp_path / "curl").chmod(0o755)
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin", "OPENAI_API_KEY": "a b"}
    subprocess.run([shell], input=command, text=True, cwd=tmp_path, env=env, check=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["arguments", "body", "curl"]
    body = json.loads((tmp_path / "body").read_text())
    assert body["messages"] == [{"role": "user", "content": text}]
    arguments = (tmp_path / "arguments").read_text().splitlines()
    assert "https://api.openai.com/v1/chat/completions" in arguments
    assert "Authorization: Bearer a b" in arguments


# --------------------------------------------------------------------------- Markdown


def test_markdown_says_who_spoke_and_shows_calls_thoughts_files_and_ends() -> None:
    text = written("markdown")
    assert text.startswith("# Cats “and” \\<dogs\\>\n")
    assert "## You\n" in text
    assert "## Assistant (gpt-4o)\n" in text
    assert "*Attached:* `cat.png`" in text
    assert "> **Thought**\n>\n> Let me see." in text
    assert '**Called `add`**\n\n```json\n{"a": 1}\n```\n\nResult:\n\n```\n42\n```' in text
    assert text.rstrip().endswith("*Reached the length limit*")


def test_markdown_shows_how_an_answer_failed() -> None:
    failed = Transcript("", NODES, "e", MADE)
    assert "> **Error:** The model is away." in written("markdown", failed)


def test_no_result_ends_the_block_it_stands_in() -> None:
    said: list[dict[str, Any]] = [
        {"role": "assistant", "content": None, "tool_calls": [
            {"id": "1", "type": "function", "function": {"name": "a`b", "arguments": ""}}]},
        {"role": "tool", "tool_call_id": "1", "content": "```\n# Mine\n````"},
    ]  # fmt: skip
    text = written("markdown", talk(*said))
    assert "`````\n```\n# Mine\n````\n`````" in text
    assert "**Called `` a`b ``**" in text


# ------------------------------------------------------------------------- the tree


def test_the_tree_has_every_branch_end_and_file() -> None:
    tree = json.loads(written("tree"))
    assert (tree["format"], tree["version"]) == ("gptchat/conversation", 1)
    assert (tree["title"], tree["leaf"]) == ("Cats “and” <dogs>", "4")
    assert [each["parent"] for each in tree["messages"]] == [None, "1", "2", "3", "1", "1"]
    assert [each["status"] for each in tree["messages"]] == ["done"] * 4 + ["failed", "stopped"]
    assert tree["messages"][4]["error"]["sentence"] == "The model is away."
    assert [each.get("run") for each in tree["messages"]] == [None, "r1", "r1", "r1", "r2", None]
    cat, lost = tree["files"]
    assert (cat["id"], cat["name"], cat["data"][:5]) == ("f1", "cat.png", "iVBOR")
    assert lost == {"id": "f2", "name": "lost.csv", "type": "text/csv", "size": 12}


def test_an_answer_that_streams_is_exported_with_the_words_so_far() -> None:
    streaming = node("a", None, {"role": "assistant", "content": "Half", "tool_calls": [
        {"slot": "0", "index": 0, "type": "function", "function": {"name": "f", "arguments": "{"}}
    ]}, status="streaming")  # fmt: skip
    tree = json.loads(written("tree", Transcript("", [streaming], "a", MADE)))
    [only] = tree["messages"]
    assert (only["status"], only["message"]["content"]) == ("interrupted", "Half")
    assert "slot" not in only["message"]["tool_calls"][0]


# ---------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Trip to Oslo", "Trip to Oslo-2026-09-21.md"),
        ("日本語 ünd “mehr”", "日本語 ünd “mehr”-2026-09-21.md"),
        ("../../etc/passwd", "-..-etc-passwd-2026-09-21.md"),
        ('a<b>:"c"|?*', "a b c-2026-09-21.md"),
        ("exe.\u202egpj", "exe.gpj-2026-09-21.md"),
        ("", "file-2026-09-21.md"),
        ("x" * 300, "x" * 80 + "-2026-09-21.md"),
    ],
)
def test_the_name_of_the_file_is_the_title_on_every_system(title: str, name: str) -> None:
    assert file_name(Transcript(title, [], None, MADE), FORMS["markdown"]) == name


@given(st.text())
def test_no_title_makes_a_path_of_the_name(title: str) -> None:
    name = file_name(Transcript(title, [], None, MADE), FORMS["tree"])
    assert not set(name) & set('/\\<>:"|?*\0\n\r')
    assert name.endswith(".gptchat.json")
