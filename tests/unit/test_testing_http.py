"""FakeOpenAI misbehaves exactly as scripted."""

from __future__ import annotations

import time
from itertools import pairwise

import openai
import pytest
from openai import OpenAI

from gptchat.testing import FakeOpenAI, Reply
from support.asking import ask, hear

WORDS = "one two three four five six seven eight nine ten"


@pytest.mark.parametrize(
    ("cut", "kept"), [(0, ""), (3, "one two three"), (0.5, "one two three four five"), (99, WORDS)]
)
def test_a_cut_stream_ends_without_a_goodbye_after_what_was_said(
    fake: FakeOpenAI, client: OpenAI, cut: float, kept: str
) -> None:
    fake.script = Reply(WORDS, cut=cut)
    heard: list[str] = []

    with pytest.raises(openai.APIConnectionError):
        hear(ask(client, stream=True), heard)

    assert "".join(heard) == kept
    assert fake.exchanges[0].ending == "cut"


def test_a_cut_answer_without_stream_is_no_answer(fake: FakeOpenAI, client: OpenAI) -> None:
    fake.script = Reply(WORDS, cut=3)

    with pytest.raises(openai.APIConnectionError):
        ask(client)


def test_after_a_cut_the_next_request_is_answered(fake: FakeOpenAI, client: OpenAI) -> None:
    fake.script = [Reply(WORDS, cut=3), "Here again."]
    with pytest.raises(openai.APIConnectionError):
        hear(ask(client, stream=True), [])

    assert ask(client).choices[0].message.content == "Here again."


def test_an_error_is_the_status_and_the_sentence_openai_would_send(
    fake: FakeOpenAI, client: OpenAI
) -> None:
    fake.script = [
        Reply(error=429),
        Reply(error={"status": 503, "message": "Back at noon.", "headers": {"retry-after": "5"}}),
    ]

    with pytest.raises(openai.RateLimitError, match="Rate limit reached") as limited:
        ask(client, stream=True)
    with pytest.raises(openai.InternalServerError, match=r"Back at noon\.") as closed:
        ask(client)

    assert limited.value.code == "rate_limit_exceeded"
    assert closed.value.response.headers["retry-after"] == "5"


def test_an_error_in_mid_stream_keeps_the_words_before_it(fake: FakeOpenAI, client: OpenAI) -> None:
    fake.script = Reply(WORDS, error=500, error_after=2)
    heard: list[str] = []

    with pytest.raises(openai.APIError, match="The server had an error"):
        hear(ask(client, stream=True), heard)

    assert "".join(heard) == "one two"
    assert fake.exchanges[0].ending == "error"


def test_a_rate_is_kept_and_a_silence_is_as_long_as_scripted(
    fake: FakeOpenAI, client: OpenAI
) -> None:
    fake.script = Reply(WORDS, rate=50, silence=0.5, silence_after=5)

    times = [time.monotonic() for _ in ask(client, stream=True)]

    gaps = [after - before for before, after in pairwise(times)]
    assert gaps.index(max(gaps)) == 5, "the silence comes after the fifth word"
    assert max(gaps) >= 0.45
    assert times[-1] - times[0] >= 0.5 + 9 / 50


def test_an_answer_without_stream_takes_as_long_as_its_stream(
    fake: FakeOpenAI, client: OpenAI
) -> None:
    fake.script = Reply(WORDS, rate=50, silence=0.1)
    began = time.monotonic()

    ask(client)

    assert time.monotonic() - began >= 0.3


def test_a_slow_first_byte_delays_everything(fake: FakeOpenAI, client: OpenAI) -> None:
    fake.script = Reply(WORDS, delay=0.3)
    began = time.monotonic()

    ask(client, stream=True)

    assert time.monotonic() - began >= 0.3


def test_an_address_openai_does_not_have_is_told_as_openai_tells_it(fake: FakeOpenAI) -> None:
    with fake.client(base_url=fake.base_url + "/v2") as client:
        with pytest.raises(openai.NotFoundError, match=r"Invalid URL \(POST /v1/v2/chat"):
            ask(client)
        with pytest.raises(openai.NotFoundError, match=r"Invalid URL \(GET /v1/v2/models"):
            client.models.list()
