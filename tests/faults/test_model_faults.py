"""When the model fails, its words stay, one calm sentence says so, and no secret gets out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from gptchat.testing import FakeOpenAI, Reply
from support.page import Page
from support.serving import Server, serve
from support.web import Visitor

CANARY = "sk-canary-5f3a9c1e77b24d60"
OTHER_CANARY = "canary-4e1d0b92"
PROGRAM = """
import os, json
from gptchat import GPTChat
from openai import OpenAI

app, client = GPTChat(), OpenAI(max_retries=0)

@app.handle_send_message
def reply(messages, message):
    if message.startswith("raise"):
        return failing(message)
    return client.chat.completions.create(
        model="m", messages=messages, stream=True, stream_options={"include_usage": True})

def failing(message):
    if "first" not in message:
        yield "Half an ans"
    raise RuntimeError("It failed with key " + os.environ["OPENAI_API_KEY"]
        + " at https://u:" + os.environ["DB_PASSWORD"] + "@db/x?token=" + os.environ["DB_PASSWORD"])

app.run_app(port=int(os.environ["PORT"]))
"""
SENTENCE = re.compile(r"[A-Z][^\n]{10,90}\.\Z")


class Bench:
    """A server between one tab and a model."""

    def __init__(self, server: Server, model: FakeOpenAI) -> None:
        self.server, self.model = server, model
        self.page = Page(Visitor(server.port))

    def ask(self, text: str = "Go") -> Any:
        """Say something; the answer when it has ended. The log since then is `self.said`."""
        before = len(self.server.log())
        self.page.say(text)
        self.page.wait_idle()
        self.said = self.server.log()[before:]
        return self.page.last()


@pytest.fixture(scope="module")
def served() -> Iterator[Bench]:
    with FakeOpenAI("Hello") as model:
        env = {
            "OPENAI_BASE_URL": model.base_url,
            "OPENAI_API_KEY": CANARY,
            "DB_PASSWORD": OTHER_CANARY,
        }
        with serve(PROGRAM, env=env) as server:
            bench = Bench(server, model)
            with bench.page:
                yield bench
                no_secret_got_out(bench)


@pytest.fixture
def bench(served: Bench) -> Iterator[Bench]:
    """The bench, for one fault; a new turn must work after it."""
    yield served
    served.model.script = "Fine."
    after = served.ask("And now?")
    assert (after["message"]["content"], after["status"]) == ("Fine.", "done")
    assert served.model.refusals == []
    assert served.page.problems == []


def chunk(delta: dict[str, Any]) -> dict[str, Any]:
    """A chunk with one choice."""
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}


def no_secret_got_out(bench: Bench) -> None:
    heard = "".join([*bench.page.heard, *bench.page.visitor.heard])
    for secret in (CANARY, OTHER_CANARY, CANARY[-12:], "Traceback", "/tmp/", "RuntimeError"):
        assert secret not in heard, f"{secret!r} reached the browser"
    for secret in (CANARY, OTHER_CANARY, CANARY[-12:]):
        assert secret not in bench.server.log(), "a secret is in the log"


def expect_calm_failure(bench: Bench, node: Any, text: str) -> str:
    """The words stayed, one sentence and an id were told, the traceback is in the log, once."""
    assert node["status"] == "failed"
    assert (node["message"].get("content") or "") == text, "the words did not stay"
    told = node["error"]
    assert set(told) == {"sentence", "id"}
    assert SENTENCE.match(told["sentence"]), f"{told['sentence']!r} is no calm sentence"
    assert bench.said.count(told["id"]) == 1, "the id does not lead to the log"
    assert bench.said.count("Traceback (most recent call last)") >= 1
    assert bench.said.count(" failed (error ") == 1, "the failure was logged more than once"
    return str(told["sentence"])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 503])
def test_a_refusal_of_the_model_is_one_calm_sentence(bench: Bench, status: int) -> None:
    text = f"Incorrect API key provided: {CANARY}. See https://u:{OTHER_CANARY}@x"
    bench.model.script = Reply(error={"status": status, "message": text})
    sentence = expect_calm_failure(bench, bench.ask(), "")
    assert ("key" in sentence) == (status == 401)
    assert ("requests" in sentence) == (status == 429)


def test_an_error_inside_the_stream_keeps_the_words(bench: Bench) -> None:
    error = {"status": 500, "message": f"overloaded {CANARY}"}
    bench.model.script = Reply("One two three four", error=error, error_after=2)
    expect_calm_failure(bench, bench.ask(), "One two")


def test_a_connection_cut_in_mid_stream_keeps_the_words(bench: Bench) -> None:
    bench.model.script = Reply("One two three four", cut=3)
    sentence = expect_calm_failure(bench, bench.ask(), "One two three")
    assert "connection" in sentence


def test_a_tool_call_cut_in_its_arguments_stays_as_it_is(bench: Bench) -> None:
    call = {"name": "look", "arguments": {"where": "everywhere"}, "id": "call_1"}
    bench.model.script = Reply(tool_calls=[call], chunk=3, cut=3)
    node = bench.ask()
    expect_calm_failure(bench, node, "")
    (kept,) = node["message"]["tool_calls"]
    assert kept["id"] == "call_1"
    assert '{"where":"everywhere"}'.startswith(kept["function"]["arguments"].replace(" ", ""))


def test_a_model_that_never_answers_can_be_stopped(bench: Bench) -> None:
    bench.model.script = Reply("Never", delay=3600)
    earlier = len(bench.model.exchanges)
    bench.page.say("Go")
    assert bench.model.wait_requests(earlier + 1)
    bench.page.stop()
    bench.page.wait_idle()
    assert bench.page.last()["status"] == "stopped"
    assert "error" not in bench.page.last()
    for exchange in bench.model.exchanges:
        exchange.hang_up()


@pytest.mark.parametrize("broken", ["{not json", '{"choices": [{"delta": {"con'])
def test_a_chunk_that_is_no_json_keeps_the_words(bench: Bench, broken: str) -> None:
    bench.model.script = Reply(chunks=[chunk({"role": "assistant", "content": "One "}), broken])
    expect_calm_failure(bench, bench.ask(), "One ")


def test_chunks_without_choices_or_words_change_nothing(bench: Bench) -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    chunks: list[Any] = [
        {"choices": [], "prompt_filter_results": []},
        chunk({"role": "assistant", "content": ""}),
        chunk({"content": "One "}),
        json.dumps(chunk({})) + "\n\n: a comment",
        {"choices": []},
        chunk({"content": "two"}),
        {"choices": [], "usage": usage},
    ]
    bench.model.script = Reply(chunks=chunks)
    node = bench.ask()
    assert (node["message"]["content"], node["status"]) == ("One two", "done")
    assert "error" not in node


def test_a_stream_that_ends_without_a_word_says_so_in_some_way(bench: Bench) -> None:
    bench.model.script = Reply(chunks=[{"choices": []}])
    bench.page.say("Go")
    bench.page.wait(lambda: not bench.page.view.runs and bench.page.last(), "the run has ended")
    assert bench.page.problems == []


@pytest.mark.parametrize(("ask", "text"), [("raise first", ""), ("raise later", "Half an ans")])
def test_a_handler_that_raises_tells_no_secret(bench: Bench, ask: str, text: str) -> None:
    sentence = expect_calm_failure(bench, bench.ask(ask), text)
    assert sentence == "Something went wrong while answering."
    assert bench.said.count("Traceback") == 1
    assert "It failed with key [redacted]" in bench.said
