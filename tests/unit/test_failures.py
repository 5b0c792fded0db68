"""A person is told calmly what failed; the developer is told all, once; nobody is told a secret."""

from __future__ import annotations

import json
import logging

import pytest

from gptchat.errors import AnswerFailed, BadReply
from gptchat.failures import GENERAL, redact, report, sentence_for
from gptchat.testing import FakeOpenAI, Reply
from support.asking import ask
from support.engine import Engine

KEY = "sk-proj-Abc123_-def456"


class StatusError(Exception):
    def __init__(self, status_code: int, words: str = "") -> None:
        super().__init__(words)
        self.status_code = status_code


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (400, "refused"),
        (401, "key"),
        (403, "access"),
        (404, "not found"),
        (408, "too long"),
        (413, "conversation"),
        (418, "refused"),
        (422, "refused"),
        (429, "too many"),
        (500, "provider has a problem"),
        (503, "provider has a problem"),
    ],
)
def test_the_status_of_the_model_is_told_in_words(status: int, word: str) -> None:
    assert word in sentence_for(StatusError(status))


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("APITimeoutError", "too long"),
        ("APIConnectionError", "could not be reached"),
        ("RemoteProtocolError", "broke off"),
        ("ReadTimeout", "stopped answering"),
        ("ConnectError", "could not be reached"),
    ],
)
def test_what_happened_to_the_connection_is_told_in_words(name: str, word: str) -> None:
    assert word in sentence_for(type(name, (Exception,), {})())


@pytest.mark.parametrize(
    "error", [ValueError(KEY), KeyError(), SystemExit(3), KeyboardInterrupt(), RecursionError()]
)
def test_any_other_failure_is_told_in_general(error: BaseException) -> None:
    assert sentence_for(error) == GENERAL


@pytest.mark.parametrize(
    "error",
    [ValueError(KEY), BadReply(KEY), StatusError(401, KEY), StatusError(500, KEY), SystemExit(KEY)],
)
def test_a_sentence_never_holds_the_failures_own_words(error: BaseException) -> None:
    info = report(error, where="A handler", debug=False)
    assert KEY not in str(info)
    assert set(info) == {"sentence", "id"}


def test_a_model_that_sends_what_is_no_json_is_told_as_that() -> None:
    with FakeOpenAI(Reply(chunks=["{broken"])) as model, model.client() as client:
        with pytest.raises(json.JSONDecodeError) as caught:
            list(ask(client, stream=True))
    assert sentence_for(caught.value) == "The model sent something that could not be read."


def test_json_that_the_handler_reads_itself_is_not_the_models() -> None:
    with FakeOpenAI("{broken") as model, model.client() as client:
        with pytest.raises(json.JSONDecodeError) as caught:
            json.loads(ask(client).choices[0].message.content)
    assert sentence_for(caught.value) == GENERAL


def raised(error: ValueError) -> ValueError:
    try:
        raise error
    except ValueError as caught:
        return caught


def test_half_a_character_in_a_failure_does_not_keep_it_from_being_told() -> None:
    def answer() -> None:
        raise AnswerFailed("Half: \ud83d")

    with Engine(answer, debug=True) as engine:
        said = engine.last(engine.send())
    assert said["error"]["sentence"] == "Half: \N{REPLACEMENT CHARACTER}"
    assert "Half: \N{REPLACEMENT CHARACTER}" in said["error"]["details"]


def test_the_traceback_is_logged_once_and_found_by_its_id(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        info = report(raised(ValueError("no luck")), where="The handler of run r1", debug=False)
    [record] = caplog.records
    said = record.getMessage()
    assert "The handler of run r1" in said
    assert info["id"] in said
    assert said.count("Traceback") == 1
    assert "ValueError: no luck" in said


def test_debug_mode_shows_the_traceback_without_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MY_API_KEY", "hunter22")
    info = report(raised(ValueError(f"{KEY} and hunter22")), where="A handler", debug=True)
    assert "ValueError: [redacted] and [redacted]" in info["details"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_API_KEY", "very-private"),
        ("DB_PASSWORD", "correct horse"),
        ("GITHUB_TOKEN", "abcdef"),
        ("aws_secret_access", "x" * 40),
        ("MY_CREDENTIALS", "user:pass"),
    ],
)
def test_values_of_secret_environment_variables_are_redacted(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert redact(f"before {value} after") == "before [redacted] after"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (f"Incorrect API key provided: {KEY}.", "Incorrect API key provided: [redacted]."),
        ("sk-abc…", "sk-abc…"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [redacted]"),
        ("authorization: bearer abc.def", "authorization: bearer [redacted]"),
        ("postgresql://me:pw@host/db", "postgresql://[redacted]@host/db"),
        ("GET /v1?api_key=abc&x=1", "GET /v1?api_key=[redacted]&x=1"),
        ("OpenAI(api_key='abc123')", "OpenAI(api_key='[redacted]')"),
        ("{'x-api-key': 'abc123'}", "{'x-api-key': '[redacted]'}"),
        ("token=abc&x=1", "token=[redacted]&x=1"),
        ('{"password": "abc"}', '{"password": "[redacted]"}'),
    ],
)
def test_what_looks_like_a_secret_is_redacted(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "a task-manager, risk-averse, ask-me",
        "disk-usage is high",
        "True",
        "https://host:80/path",
        "a token is missing",
        "unexpected token in JSON",
    ],
)
def test_ordinary_words_stay(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SOME_KEY", "True")
    assert redact(text) == text
