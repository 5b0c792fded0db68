"""`gptchat chat` finds the server that is meant, and ends at once only where it can never work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gptchat.endpoint import chat_command
from gptchat.endpoint.addresses import OPENAI
from gptchat.endpoint.chat_command import Asked, find_endpoint, make_chat, run_chat
from gptchat.endpoint.endpoint import Endpoint
from gptchat.errors import NoEndpoint
from gptchat.server import GPTChat
from gptchat.testing import FakeOpenAI, Reply
from support.ports import free_port
from support.web_answers import answering

QUIET: Any = {"host": "127.0.0.1", "port": 0}


@pytest.fixture
def model() -> Iterator[FakeOpenAI]:
    with FakeOpenAI(models=["small", "large"]) as running:
        yield running


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[GPTChat]:
    """The applications that would have been served."""
    apps: list[GPTChat] = []
    monkeypatch.setattr(GPTChat, "run_app", lambda app, **_options: apps.append(app))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return apps


def chatting(endpoint: Endpoint, **asked: Any) -> GPTChat:
    app, listing = make_chat(endpoint, Asked(**asked), store=None)
    listing.look()
    return app


# -------------------------------------------------------------------- which server is meant


def test_what_is_typed_wins_over_the_environment() -> None:
    env = {"OPENAI_BASE_URL": "http://env/v1", "OPENAI_API_KEY": "k"}
    assert find_endpoint(Asked("gpu:8000/v1"), env).address == "http://gpu:8000/v1"
    assert find_endpoint(Asked(), env).address == "http://env/v1"
    assert find_endpoint(Asked(), {"OPENAI_API_KEY": "k"}).address == OPENAI


def test_the_key_comes_from_the_variable_that_is_named() -> None:
    env = {"OPENAI_API_KEY": "usual", "MINE": "mine"}
    assert find_endpoint(Asked("gpu"), env).key == "usual"
    assert find_endpoint(Asked("gpu", key_env="MINE"), env).key == "mine"
    assert find_endpoint(Asked("gpu"), {}).key is None
    with pytest.raises(NoEndpoint, match="variable NONE is not set"):
        find_endpoint(Asked("gpu", key_env="NONE"), env)


def test_ollama_on_this_machine_is_meant_if_it_answers(
    monkeypatch: pytest.MonkeyPatch, model: FakeOpenAI
) -> None:
    monkeypatch.setattr(chat_command, "OLLAMA", model.base_url)
    assert find_endpoint(Asked(), {}).address == model.base_url
    monkeypatch.setattr(chat_command, "OLLAMA", f"http://127.0.0.1:{free_port()}/v1")
    with pytest.raises(NoEndpoint, match="Say where the model is: gptchat chat --base-url"):
        find_endpoint(Asked(), {})


# -------------------------------------------------------------------- what ends it at once


def test_a_server_that_is_not_there_yet_is_a_warning(
    served: list[GPTChat], capsys: pytest.CaptureFixture[str]
) -> None:
    run_chat(Asked(f"http://127.0.0.1:{free_port()}/v1"), **QUIET)
    assert len(served) == 1
    assert "yet. The page starts, and answers once it does." in capsys.readouterr().err


@pytest.mark.parametrize(("status", "ends"), [(401, True), (403, False), (503, False)])
def test_a_key_that_is_refused_ends_it_and_a_busy_server_does_not(
    served: list[GPTChat], monkeypatch: pytest.MonkeyPatch, status: int, ends: bool
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-1234")
    with answering(status, b"{}") as url:
        if ends:
            with pytest.raises(NoEndpoint, match="does not accept the key in OPENAI_API_KEY"):
                run_chat(Asked(url, "m"), **QUIET)
        else:
            run_chat(Asked(url, "m"), **QUIET)
    assert bool(served) is not ends


def test_a_server_without_models_and_none_named_ends_it(served: list[GPTChat]) -> None:
    with answering(200, b'{"object": "list", "data": null}') as url:
        with pytest.raises(NoEndpoint, match=r"lists no models\. Pull one, or name one"):
            run_chat(Asked(url), **QUIET)
        run_chat(Asked(url, "any"), **QUIET)
    assert len(served) == 1


def test_a_server_that_is_no_api_ends_it_with_a_look_at_the_address(
    served: list[GPTChat],
) -> None:
    for status, body in ((200, b"<!doctype html><title>A router</title>"), (404, b"{}")):
        with answering(status, body, "text/html") as url:
            with pytest.raises(NoEndpoint, match=r"lists no models\. Check the address, which usu"):
                run_chat(Asked(url), **QUIET)
    assert served == []


def test_a_host_that_cannot_be_found_is_told_as_such(
    served: list[GPTChat], capsys: pytest.CaptureFixture[str]
) -> None:
    run_chat(Asked("http://no-such-host.invalid/v1"), **QUIET)
    said = capsys.readouterr().err
    assert said.startswith("gptchat: The host 'no-such-host.invalid' cannot be found. Check the ad")
    assert told(served[0]).startswith("The host 'no-such-host.invalid' cannot be found.")


def test_a_model_that_is_not_listed_is_a_warning(
    served: list[GPTChat], model: FakeOpenAI, capsys: pytest.CaptureFixture[str]
) -> None:
    run_chat(Asked(model.base_url, "tiny"), **QUIET)
    assert "does not list 'tiny'. It is tried all the same." in capsys.readouterr().err
    assert served != []


# ------------------------------------------------------------------------ how it answers


def test_it_hands_the_conversation_on_with_the_system_message(model: FakeOpenAI) -> None:
    app = chatting(Endpoint(model.base_url, None), system="Be brief.")
    person = app.test_client()
    assert person.send("Hello").text == "Hello"
    assert model.requests[-1]["model"] == "small"
    assert model.requests[-1]["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello"},
    ]


def told(app: GPTChat) -> str:
    """The sentence of an answer that failed."""
    answer = app.test_client(raise_errors=False).send("Hello")
    assert answer.status == "failed"
    return str(answer.nodes[-1]["error"]["sentence"])


def test_a_failure_is_told_with_its_place_and_logged_in_one_line(
    model: FakeOpenAI, caplog: pytest.LogCaptureFixture
) -> None:
    model.script = Reply(error=500)
    assert told(chatting(Endpoint(model.base_url, None))) == (
        f"{model.base_url} failed with status 500. See why in its log, then retry."
    )
    assert "Traceback" not in caplog.text


def test_strangers_are_not_told_what_stands_behind_the_page(model: FakeOpenAI) -> None:
    model.script = Reply(error=500)
    app, _listing = make_chat(
        Endpoint(model.base_url, None), Asked(model="m"), store=None, allow_anonymous=True
    )
    assert model.base_url not in told(app)


def test_a_page_of_html_is_no_answer() -> None:
    with answering(200, b"<!doctype html><title>A router</title>", "text/html") as url:
        assert "is no answer in OpenAI's form" in told(chatting(Endpoint(url, None), model="m"))


def test_a_server_that_is_not_there_is_told_and_asked_again_by_a_retry() -> None:
    port = free_port()
    app = chatting(Endpoint(f"http://127.0.0.1:{port}/v1", None))
    assert told(app) == (
        f"Nothing answers at http://127.0.0.1:{port}/v1. Start the server there, then retry."
    )
    with FakeOpenAI(models=["late"], port=port):
        assert app.test_client().send("Hello").text == "Hello"
