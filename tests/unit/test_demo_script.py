"""Whatever a visitor of the demonstration says, the assistant has an answer worth reading."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai import OpenAI

from gptchat.demo.script import LONGEST_ECHO, Answer, Assistant, answers, choose, fill, menu
from gptchat.demo.tools import TOOLS, run
from gptchat.testing import FakeOpenAI
from gptchat.utils import concat_stream
from support.asking import ask

EVERY_ANSWER = pytest.mark.parametrize("answer", answers(), ids=lambda answer: answer.name)
ASKED_FOR = pytest.mark.parametrize(
    "answer", [answer for answer in answers() if answer.ask], ids=lambda answer: answer.name
)


@pytest.fixture
def fake() -> Any:
    """The demonstration's assistant, who is not asked to take his time."""
    assistant = Assistant()

    def hurried(request: dict[str, Any]) -> dict[str, Any]:
        return vars(assistant(request)) | {"delay": 0.0, "rate": None}

    with FakeOpenAI(hurried) as running:
        yield running


def say(client: OpenAI, text: str) -> str:
    """The assistant's words, once every function it wanted has answered."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": text}]
    said = []
    while messages[-1]["role"] != "assistant":
        stream = ask(client, messages=messages, tools=TOOLS, stream=True)
        message = concat_stream(stream).message.model_dump(exclude_none=True)
        message.pop("reasoning_content", None)
        said.append(message.get("content") or "")
        calls = message.get("tool_calls", [])
        results = [
            {"role": "tool", "tool_call_id": call["id"], "content": run(call)} for call in calls
        ]
        messages += [message, *results]
    return "\n".join(said)


@ASKED_FOR
def test_every_answer_is_given_to_the_words_that_ask_for_it(answer: Answer) -> None:
    assert [choose(word).name for word in answer.ask] == [answer.name] * len(answer.ask)


@pytest.mark.parametrize("answer", [a for a in answers() if not a.first_try], ids=lambda a: a.name)
def test_every_answer_goes_through_the_real_client(
    answer: Answer, fake: FakeOpenAI, client: OpenAI
) -> None:
    said = say(client, answer.ask[0] if answer.ask else "What do you make of all this, my friend?")

    assert said.strip()
    assert "{{" not in said, "a placeholder was not filled"
    assert fake.refusals == []


def test_an_answer_that_breaks_off_succeeds_on_the_second_try(
    fake: FakeOpenAI, client: OpenAI
) -> None:
    with pytest.raises(openai.APIError, match="The scripted model fell over"):
        say(client, "error")

    assert "this time it did not" in say(client, "error")


def test_one_conversation_breaking_off_does_not_spoil_another(client: OpenAI) -> None:
    for user in ("anna", "ben"):
        with pytest.raises(openai.APIError):
            list(ask(client, "error", stream=True, user=user))


def test_the_menu_lists_what_can_be_asked() -> None:
    offered = re.findall(r"^- `(\w+)` — .+$", menu(), flags=re.MULTILINE)

    assert {"tools", "code", "table", "slow", "long", "error", "think"} <= set(offered)
    assert [choose(word).ask[0] for word in offered] == offered


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Show me a table, please!", "21_table"),
        ("TOOLS", "10_tools"),
        ("`code`", "20_code"),
        ("What is gptchat?", "40_about"),
        ("Thank you!", "80_thanks"),
        ("Could you tell me how long the code of this thing really is?", "90_anything"),
        ("", "90_anything"),
        ("🎉", "90_anything"),
    ],
)
def test_a_request_is_understood_in_other_words(text: str, name: str) -> None:
    assert choose(text).name == name


def test_free_text_is_answered_with_what_a_handler_would_have_received(client: OpenAI) -> None:
    said = say(client, 'My cat said "meow"\nand left me here, alone, with ``` and {{menu}}.')

    assert r'"content": "My cat said \"meow\"\nand left me here' in said
    assert "{{menu}}" in said, "the visitor's own braces are no placeholders"
    assert "it opened our conversation" in said


def test_a_very_long_message_is_not_said_back_whole(client: OpenAI) -> None:
    assert len(say(client, "word " * 100_000)) < LONGEST_ECHO + 2_000


@given(st.text())
def test_nothing_a_visitor_types_leaves_the_assistant_speechless(text: str) -> None:
    assert Assistant()({"messages": [{"role": "user", "content": text}]}).text


def test_text_in_parts_is_understood() -> None:
    parts = [{"type": "text", "text": "math"}]

    assert "birthday" in (
        Assistant()({"messages": [{"role": "user", "content": parts}]}).text or ""
    )


@EVERY_ANSWER
def test_an_answer_is_well_made_markdown(answer: Answer) -> None:
    text = f"{answer.text}\n{answer.afterwards}"

    assert text.count("```") % 2 == 0, "a block of code is not closed"
    assert not re.search(r"[ \t]$", text, flags=re.MULTILINE), "a line ends in blanks"


@pytest.mark.parametrize(
    "shape",
    [
        *(r"^# \w", r"^## \w", r"^#### \w", r"^> \w", r"^- \[x\] ", r"^- \[ \] ", r"^1\. \*\*"),
        *(r"^   - \w", r"^     1\. ", r"^\|---", r"^\$\$$", r"\$[^$\n]+\$", r"\]\(https://"),
        *(r"^```python$", r"^```javascript$", r"^```bash$", r"\*\*\w", r"(?<!\*)\*\w"),
    ],
)
def test_the_answers_together_show_what_the_page_can_do(shape: str) -> None:
    text = "\n".join(f"{answer.text}\n{answer.afterwards}" for answer in answers())

    assert re.search(shape, text, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("language", "command"),
    [
        ("python", [sys.executable, "-c"]),
        ("javascript", ["node", "--input-type=module", "-e"]),
        ("bash", ["bash", "-c"]),
    ],
)
def test_the_programs_in_the_answers_do_what_they_say(language: str, command: list[str]) -> None:
    shown = next(answer.text for answer in answers() if answer.name == "20_code")
    (program,) = re.findall(rf"^```{language}\n(.*?)^```$", shown, re.M | re.S)

    ran = subprocess.run(
        [*command, program], input="b a b\nA b", capture_output=True, text=True, check=True
    )

    assert [line.split() for line in ran.stdout.splitlines()] == [["3", "b"], ["2", "a"]]


def test_a_placeholder_is_filled_once() -> None:
    assert fill("{{a}} and {{b.c}}", {"a": "{{b.c}}", "b.c": "2"}) == "{{b.c}} and 2"


def test_files_are_said_back_as_a_handler_gets_them_their_bytes_but_hinted_at(
    client: OpenAI,
) -> None:
    url = "data:image/png;base64," + "A" * 9000
    content: list[Any] = [
        {"type": "image_url", "image_url": {"url": url}},
        {"type": "text", "text": "What is this?"},
    ]
    asked = [{"role": "user", "content": content}]
    said = ask(client, messages=asked).choices[0].message.content
    assert '"url": "data:image/png;base64,AAAA' in said
    assert '"text": "What is this?"' in said
    assert len(said) < 2000
