"""`gptchat chat` before a server that is none of ours: what it answers, and how it fails.

Both are real processes on real ports. Each failure is a sentence that says what to do, the
words so far stay, and Retry works once the server does.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from gptchat.testing import FakeOpenAI, Reply
from support.aimock import Aimock, aimock
from support.chatting import answer, expect_busy, expect_idle, say, tools
from support.commands import ended, gptchat
from support.ports import free_port
from support.proxy import Proxy
from support.serving import Server
from support.waiting import until

SLOW = "Slow and steady wins the race, " * 40
FIXTURES: list[dict[str, Any]] = [
    {
        "match": {"userMessage": "slow"},
        "response": {"content": SLOW},
        "latency": 100,
        "chunkSize": 6,
    },
    {
        "match": {"userMessage": "think"},
        "response": {"content": "It is **42**.", "reasoning": "Let me see."},
    },
    {
        "match": {"userMessage": "weather"},
        "response": {"toolCalls": [{"name": "get_weather", "arguments": {"city": "Oslo"}}]},
    },
    {"match": {"model": "tortoise"}, "response": {"content": "Hello from the tortoise."}},
    {"match": {"model": "hare"}, "response": {"content": "Hello from the hare."}},
]
KEY = "sk-not-for-the-log-1234"


@pytest.fixture
def model(tmp_path: Path) -> Iterator[Aimock]:
    with aimock(FIXTURES, tmp_path) as running:
        yield running


@pytest.fixture
def server(model: Aimock, tmp_path: Path) -> Iterator[Server]:
    env = {"OPENAI_API_KEY": KEY}
    with gptchat("chat", "--base-url", model.base_url, folder=tmp_path, env=env) as running:
        yield running


@pytest.fixture
def chat(page: Page, server: Server) -> Page:
    page.goto(server.url)
    page.wait_for_selector("[data-connection=online]")
    return page


def error(page: Page) -> Locator:
    return page.locator("[data-gc=error]").last


def retry(page: Page) -> None:
    error(page).get_by_role("button", name="Retry").click()


# ------------------------------------------------------------------------------- it answers


def test_an_answer_streams_with_its_thoughts(chat: Page) -> None:
    say(chat, "Please think")
    expect(answer(chat)).to_contain_text("It is 42.")
    expect(answer(chat).locator("strong")).to_have_text("42")
    answer(chat).get_by_role("button", name="Thought").click()
    expect(answer(chat)).to_contain_text("Let me see.")


def test_a_call_of_a_tool_is_shown(chat: Page) -> None:
    say(chat, "The weather?")
    tools(chat).get_by_role("button").first.click()
    expect(tools(chat)).to_contain_text("get_weather")
    expect(tools(chat)).to_contain_text("Oslo")


def test_another_model_is_chosen_in_the_menu(chat: Page, model: Aimock) -> None:
    say(chat, "Hello")
    expect(answer(chat)).to_contain_text("Hello from the tortoise.")
    expect_idle(chat)
    chat.locator("[data-gc=model]").get_by_role("button").click()
    expect(chat.get_by_role("menuitemradio")).to_have_text(["tortoise", "hare"])
    chat.get_by_role("menuitemradio", name="hare").click()
    say(chat, "And you?")
    expect(answer(chat)).to_contain_text("Hello from the hare.")
    assert [asked["body"]["model"] for asked in model.asked()] == ["tortoise", "hare"]


def test_stop_keeps_the_words_and_hangs_up(page: Page, model: Aimock, tmp_path: Path) -> None:
    with Proxy(model.port) as line:
        address = f"http://127.0.0.1:{line.port}/v1"
        with gptchat("chat", "--base-url", address, folder=tmp_path) as server:
            page.goto(server.url)
            say(page, "slow")
            expect(answer(page)).to_contain_text("Slow and steady")
            page.get_by_role("button", name="Stop generating").click()
            expect_idle(page)
            expect(answer(page)).to_contain_text("Slow and steady")
            time.sleep(1)  # What was on its way when it hung up has come.
            carried = line.carried
            time.sleep(1)
            assert line.carried == carried, "The server went on speaking after Stop."


def test_stop_hangs_up_on_a_server_that_has_not_begun_to_answer(page: Page, tmp_path: Path) -> None:
    with FakeOpenAI(Reply("Late.", delay=60), models=["slow"]) as model:
        with gptchat("chat", "--base-url", model.base_url, folder=tmp_path) as server:
            page.goto(server.url)
            say(page, "Hello")
            until(lambda: model.exchanges, "the question")
            page.get_by_role("button", name="Stop generating").click()
            until(lambda: model.exchanges[0].ending == "hung up", "the end of the line")


# --------------------------------------------------------------------------------- it fails


@pytest.mark.parametrize(
    ("rates", "sentence"),
    [
        ({"dropRate": 1}, "failed with status 500. See why in its log, then retry."),
        ({"malformedRate": 1}, "sent something that is no answer in OpenAI's form."),
        ({"disconnectRate": 1}, "broke off"),
        ({"rateLimitRate": 1}, "is receiving too many requests. Wait a moment, then retry."),
    ],
)
def test_a_fault_is_told_with_what_to_do_and_a_retry_works(
    chat: Page, server: Server, model: Aimock, rates: dict[str, float], sentence: str
) -> None:
    model.chaos(**rates)
    say(chat, "Hello")
    expect(error(chat)).to_contain_text(f"{model.base_url} {sentence}")
    expect_idle(chat)
    model.chaos()
    retry(chat)
    expect(answer(chat)).to_contain_text("Hello from the tortoise.")
    expect(error(chat)).to_have_count(0)
    assert "Traceback" not in server.log()
    assert KEY not in server.log()


def test_a_server_killed_in_mid_answer_keeps_the_words(
    chat: Page, model: Aimock, tmp_path: Path
) -> None:
    say(chat, "slow")
    expect(answer(chat)).to_contain_text("Slow and steady")
    expect_busy(chat)
    model.kill()
    expect(error(chat)).to_contain_text("broke off in the middle of its answer.")
    expect(answer(chat)).to_contain_text("Slow and steady")
    retry(chat)
    expect(error(chat)).to_contain_text(f"Nothing answers at {model.base_url}. Start the server")
    quick = [{"match": {}, "response": {"content": "Back again."}}]
    with aimock(quick, tmp_path, port=model.port):
        retry(chat)
        expect(answer(chat)).to_contain_text("Back again.")


def test_a_server_that_is_not_up_yet_is_waited_for(page: Page, tmp_path: Path) -> None:
    port = free_port()
    place = f"http://127.0.0.1:{port}/v1"
    with gptchat("chat", "--base-url", f"127.0.0.1:{port}", folder=tmp_path) as server:
        assert f"nothing answers at {place} yet" in server.log()
        page.goto(server.url)
        say(page, "Hello")
        expect(error(page)).to_contain_text(f"Nothing answers at {place}. Start the server there")
        with aimock(FIXTURES, tmp_path, port=port):
            expect(page.locator("[data-gc=model]").get_by_role("button")).to_be_visible()
            retry(page)
            expect(answer(page)).to_contain_text("Hello from the tortoise.")


def test_an_unknown_model_is_told_at_the_start_and_in_the_page(
    page: Page, model: Aimock, tmp_path: Path
) -> None:
    words = ("chat", "--base-url", model.base_url, "--model", "snail")
    with gptchat(*words, folder=tmp_path) as server:
        assert "does not list 'snail'. It is tried all the same." in server.log()
        page.goto(server.url)
        say(page, "Hello")
        expect(error(page)).to_contain_text("has no model 'snail'. Choose another one")


def test_a_refused_key_ends_the_command_or_is_told_in_the_page(page: Page, tmp_path: Path) -> None:
    port, env = free_port(), {"OPENAI_API_KEY": KEY}
    words = ("chat", "--base-url", f"http://127.0.0.1:{port}/v1", "--model", "hare")
    with gptchat(*words, folder=tmp_path, env=env) as server:
        with aimock(FIXTURES, tmp_path, port=port, keys="another"):
            page.goto(server.url)
            say(page, "Hello")
            expect(error(page)).to_contain_text("does not accept the key in OPENAI_API_KEY.")
            code, _, told = ended(*words, folder=tmp_path, env=env)
        assert KEY not in server.log()
    assert (code, told.count("\n")) == (2, 1)
    assert "does not accept the key in OPENAI_API_KEY." in told
    assert KEY not in told
