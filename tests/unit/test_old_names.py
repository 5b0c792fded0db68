"""A program for gptchat 0.0.12 finds what it asks for, and is told once what it is called now."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import warnings
from collections.abc import Iterator

import flask
import pytest

import gptchat.utils
from gptchat import GPTChat, old_names
from gptchat.errors import NoConversation
from support.page import Page
from support.talking import say, words
from support.web import Visitor


@pytest.fixture
def app() -> Iterator[GPTChat]:
    made = GPTChat(lambda message: message, store=None)
    old_names._told.clear()
    yield made
    made.close()


def test_the_decorator_keeps_its_old_name(app: GPTChat) -> None:
    with pytest.warns(DeprecationWarning, match=r"Use app\.handle_send_message"):

        @app.handle_start_generating
        def reply(message: str) -> str:
            return message.upper()

    assert words(app, say(app, "hi"))[-1] == ("assistant", "HI")


def test_a_word_of_advice_is_given_once_and_where_the_old_name_stands(app: GPTChat) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert app.app is app.flask  # type: ignore[attr-defined]
        assert app.app is app.flask  # type: ignore[attr-defined]
    assert [str(warning.message)[-14:] for warning in told] == ["Use app.flask."]
    assert [warning.filename for warning in told] == [__file__]


@pytest.mark.parametrize("name", ["concat_stream", "iter_stream_choices"])
def test_what_the_old_module_imported_is_still_an_attribute(app: GPTChat, name: str) -> None:
    with pytest.warns(DeprecationWarning, match=f"gptchat.utils.{name}"):
        assert getattr(app, name) is getattr(gptchat.utils, name)


def test_a_run_begins_and_ends_by_itself(app: GPTChat) -> None:
    @app.handle_send_message
    def reply(message: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            app.generating_started()  # type: ignore[attr-defined]
            app.update_message(message)
            app.generating_done()  # type: ignore[attr-defined]
            app.update_message("More.")

    assert words(app, say(app, "One."))[1:] == [("assistant", "One."), ("assistant", "More.")]


def test_options_assigned_as_a_dict_are_set_as_was_meant(app: GPTChat) -> None:
    with pytest.warns(DeprecationWarning, match=r"app\.set_config"):
        app.config = {"agent_name": "Parrot"}
    assert app.config.agent_name == "Parrot"


def test_the_old_name_of_an_option_is_understood(app: GPTChat) -> None:
    with pytest.warns(DeprecationWarning, match="'messages'"):
        app.set_config({"default_messages": [{"role": "assistant", "content": "Hi"}]})
    assert app.config.messages == [{"role": "assistant", "content": "Hi"}]


def test_what_is_gone_says_what_to_do(app: GPTChat) -> None:
    with pytest.raises(AttributeError, match="use update_message"):
        app.socket_emit("message-update", {})  # type: ignore[attr-defined]


def test_a_name_nobody_ever_had_is_an_ordinary_error(app: GPTChat) -> None:
    with pytest.raises(AttributeError, match=r"'GPTChat' object has no attribute 'nmae'\.?"):
        app.nmae  # type: ignore[attr-defined]  # noqa: B018
    assert not hasattr(app, "__wrapped__")


def test_a_tool_result_has_its_type(app: GPTChat) -> None:
    result: old_names.ToolCallResult = {"role": "tool", "content": "4", "tool_call_id": "c1"}
    assert gptchat.ToolCallResult is old_names.ToolCallResult is app.ToolCallResult
    app.handle_send_message(lambda: app.update_message(result) and None)
    assert words(app, say(app))[-1] == ("tool", "4")


def test_the_old_module_of_the_app_is_the_app() -> None:
    program = (
        "import gptchat.app as old\n"
        "from gptchat.app import update_message, set_config, ToolCallResult\n"
        "from gptchat import app\n"
        "assert old is app and set_config == app.set_config\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, timeout=60)


def test_run_app_takes_its_port_first(app: GPTChat) -> None:
    app.run_app(0, block=False, use_reloader=False, log_output=False)
    assert app.url.startswith("http://127.0.0.1:")


def test_flasks_request_is_there_in_a_handler_and_names_its_connection(app: GPTChat) -> None:
    @app.handle_send_message
    def reply() -> Iterator[str]:
        app.update_message(f"From {flask.request.remote_addr}.", to=flask.request.sid)  # type: ignore[attr-defined]
        yield flask.current_app.name

    app.run_app(port=0, block=False)
    page = Page(Visitor(int(app.url.split(":")[2].strip("/"))))
    page.say("Hello")
    page.wait(lambda: page.texts() == ["From 127.0.0.1.", app.flask.name], "the answer")
    page.close()


def test_flasks_request_is_there_in_an_async_handler(app: GPTChat) -> None:
    @app.handle_send_message
    async def reply() -> str:
        await asyncio.sleep(0)
        return flask.request.headers["User-Agent"]

    with app.test_client(headers={"User-Agent": "a test"}) as person:
        assert person.send("Who am I?").text == "a test"


def test_another_connection_is_no_conversation(app: GPTChat) -> None:
    @app.handle_send_message
    def reply() -> None:
        app.update_message("Psst", to="the sid of somebody else")

    with app.test_client() as person:
        with pytest.raises(NoConversation, match=r"ctx\.conversation_id"):
            person.send("Hi")
