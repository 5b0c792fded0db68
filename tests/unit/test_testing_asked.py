"""A test reads what the model was asked, and is told plainly what differs."""

from __future__ import annotations

from typing import Any

import pytest
from openai import OpenAI

from gptchat.testing import FakeOpenAI
from support.asking import ask

TOOL: Any = {"type": "function", "function": {"name": "look", "parameters": {}}}
SYSTEM = {"role": "system", "content": "Be brief."}
PICTURE: Any = {"type": "image_url", "image_url": {"url": "data:,"}}


def test_the_newest_request_is_read_at_a_glance(fake: FakeOpenAI, client: OpenAI) -> None:
    parts = [{"type": "text", "text": "Look"}, PICTURE, {"type": "text", "text": "here"}]
    ask(client)
    ask(client, messages=[SYSTEM, {"role": "user", "content": parts}], tools=[TOOL])

    assert fake.asked.roles == ["system", "user"]
    assert fake.asked.tools == ["look"]
    assert fake.asked.text == "Look\nhere"
    assert fake.asked["model"] == fake.requests[1]["model"]


def test_what_was_asked_is_compared_by_name(fake: FakeOpenAI, client: OpenAI) -> None:
    messages = [SYSTEM, {"role": "user", "content": "Hi"}]
    ask(client, messages=messages, model="m", temperature=0.5)

    fake.assert_asked(model="m", messages=messages)
    fake.assert_asked(stream=None)


def test_what_differs_is_told_line_by_line(fake: FakeOpenAI, client: OpenAI) -> None:
    ask(client, messages=[SYSTEM, {"role": "user", "content": "Hi"}], model="m")

    with pytest.raises(AssertionError) as told:
        fake.assert_asked(model="n", messages=[SYSTEM, {"role": "user", "content": "Ho"}])

    lines = str(told.value).splitlines()
    assert lines[:4] == [
        "The model was asked something else:",
        "model (- expected, + asked):",
        '-"n"',
        '+"m"',
    ]
    assert '-    "content": "Ho",' in lines
    assert '+    "content": "Hi",' in lines
    assert not any("Be brief" in line for line in lines)


def test_a_model_nobody_asked_says_so(fake: FakeOpenAI) -> None:
    with pytest.raises(AssertionError, match="has not been asked anything"):
        fake.assert_asked(model="m")
