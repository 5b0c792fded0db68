"""A page that comes is greeted by the developer's function, and its new chat begins with that."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import request as flask_request

from gptchat import GPTChat
from gptchat.chat import Request
from gptchat.errors import NoConversation, RunEnded, UnknownArgument
from support.page import Page
from support.waiting import until
from support.web import Visitor


@pytest.fixture
def app() -> Iterator[GPTChat]:
    made = GPTChat(lambda messages: f"Message {len(messages)}", store=None)
    yield made
    made.close()


def visit(app: GPTChat) -> Visitor:
    app.run_app(port=0, block=False)
    return Visitor(int(app.url.split(":")[2].strip("/")))


def greeted(page: Page) -> list[Any]:
    """What the page was told its new chat begins with."""
    until(lambda: any('"config"' in frame for frame in page.heard), "the greeting")
    frame = next(frame for frame in page.heard if '"config"' in frame)
    messages: list[Any] = json.loads(frame[frame.index("[") :])[1]["messages"]
    return messages


def test_a_page_is_greeted_and_its_chat_begins_with_that(app: GPTChat) -> None:
    @app.handle_connect
    def greet() -> None:
        app.set_all_messages([{"role": "assistant", "content": "Welcome."}])
        id = app.new_id()
        app.update_message({"content": "How are "}, id)
        app.update_message({"content": "you?"}, id)

    page = Page(visit(app))
    assert [m["content"] for m in greeted(page)] == ["Welcome.", "How are you?"]
    page.say("Fine.")
    page.wait(lambda: page.text() == "Message 3", "the answer")
    assert page.texts() == ["Welcome.", "How are you?", "Message 3"]
    page.close()


def test_a_greeting_may_depend_on_who_comes(app: GPTChat) -> None:
    @app.handle_connect
    def greet(request: Request) -> None:
        assert flask_request.environ["REMOTE_ADDR"] == request.remote_addr
        app.update_message(f"You come from {request.remote_addr}.")

    page = Page(visit(app))
    assert greeted(page)[0]["content"] == "You come from 127.0.0.1."
    page.close()


def test_an_async_function_may_greet_too(app: GPTChat) -> None:
    @app.handle_connect
    async def greet() -> None:
        app.update_message("Soon.")

    page = Page(visit(app))
    assert greeted(page) == [{"role": "assistant", "content": "Soon."}]
    page.close()


def test_a_chat_that_has_begun_keeps_what_it_has(app: GPTChat) -> None:
    visitor = visit(app)
    page = Page(visitor)
    page.say("Hi")
    page.wait(lambda: page.text() == "Message 1", "the answer")

    @app.handle_connect
    def greet() -> None:
        app.set_all_messages(["All new."])

    page.cut()
    page.wait(lambda: page.counts["connects"] == 2, "it is back")
    page.say("Again")
    page.wait(lambda: page.text() == "Message 3", "the answer")
    assert page.texts() == ["Message 1", "Message 3"]
    page.close()


def test_a_greeting_outlives_a_change_of_the_configuration(app: GPTChat) -> None:
    @app.handle_connect
    def greet() -> None:
        app.update_message("Hello, you.")

    page = Page(visit(app))
    greeted(page)
    app.set_config(title="Renamed", messages=[{"role": "assistant", "content": "Hello, all."}])
    until(lambda: sum("Renamed" in frame for frame in page.heard) == 2, "the new title")
    last = [frame for frame in page.heard if "Renamed" in frame][-1]
    assert "Hello, you." in last
    assert "Hello, all." not in last
    page.say("Hi")
    page.wait(lambda: page.text() == "Message 2", "the answer")
    page.close()


def test_a_page_may_be_turned_away(app: GPTChat) -> None:
    tried = []

    @app.handle_connect
    def greet() -> bool:
        tried.append(1)
        return False

    page = Page(visit(app))
    until(lambda: len(tried) > 1, "it tries again")
    assert not page.is_connected
    page.close()


def test_a_function_that_raises_is_told_in_the_log_and_keeps_nobody_out(
    app: GPTChat, caplog: pytest.LogCaptureFixture
) -> None:
    @app.handle_connect
    def greet() -> None:
        app.update_message("Half a greeting")
        raise LookupError("the name book is gone")

    page = Page(visit(app))
    page.say("Hi")
    page.wait(lambda: page.text() == "Message 1", "the answer")
    assert "The function of handle_connect failed" in caplog.text
    assert "the name book is gone" in caplog.text
    page.close()


def test_a_late_word_is_refused(app: GPTChat) -> None:
    ids = []

    @app.handle_connect
    def greet() -> None:
        ids.append(app.new_id())

    page = Page(visit(app))
    until(lambda: page.is_connected, "it is connected")
    with pytest.raises((RunEnded, NoConversation), match=r"to=\S*conversation_id"):
        app.update_message({"content": "Too late."}, ids[0])
    page.close()


def test_a_parameter_nobody_can_fill_is_refused_where_it_is_registered(app: GPTChat) -> None:
    with pytest.raises(UnknownArgument, match=r"greet\(\) asks for sid.*`request`"):

        @app.handle_connect
        def greet(sid: str) -> None:
            """Never called."""
