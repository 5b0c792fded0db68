"""A refusal reaches the program as OpenAI's own error."""

from __future__ import annotations

import openai
import pytest
from openai import OpenAI

from gptchat.testing import FakeOpenAI
from support.asking import ask


def test_a_refusal_has_openais_sentence_param_code_and_type(
    fake: FakeOpenAI, client: OpenAI
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        ask(client, messages=[{"role": "parrot", "content": "Hello?"}])

    assert refused.value.body == {
        "message": "Invalid value: 'parrot'. Supported values are: 'system', 'assistant', "
        "'user', 'function', 'tool', 'developer'.",
        "type": "invalid_request_error",
        "param": "messages[0].role",
        "code": "invalid_value",
    }


def test_a_refusal_is_remembered_and_uses_up_no_reply(fake: FakeOpenAI, client: OpenAI) -> None:
    fake.script = ["The only reply."]

    with pytest.raises(openai.BadRequestError):
        ask(client, messages=[])

    assert fake.exchanges[0].ending == "refused"
    assert fake.refusals[0].startswith("Invalid 'messages': empty array.")
    assert ask(client).choices[0].message.content == "The only reply."
