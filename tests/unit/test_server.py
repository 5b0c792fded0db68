"""`GPTChat` as a developer meets it: what it takes, what it refuses, and what it says then."""

from __future__ import annotations

import json
import re
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from gptchat import Chat, GPTChat, serving
from gptchat.errors import (
    BadOption,
    NoHandler,
    OpenToTheWorld,
    PortTaken,
    UnknownArgument,
    UnknownOption,
)
from gptchat.protocol import Send
from gptchat.store import Store
from support.engine import OWNER, WHO, new_id
from support.talking import say, words


@pytest.fixture
def app() -> Iterator[GPTChat]:
    made = GPTChat(lambda message: f"You said: {message}", store=None)
    yield made
    made.close()


# ------------------------------------------------------------------------ the handler


def test_without_a_handler_it_is_said_how_to_register_one() -> None:
    with pytest.raises(NoHandler) as caught:
        GPTChat(store=None).run_app(port=0)
    assert "@app.handle_send_message" in str(caught.value)


def test_a_second_handler_replaces_the_first(app: GPTChat) -> None:
    chat = say(app)

    @app.handle_send_message
    def other() -> str:
        return "Other."

    assert other() == "Other.", "The function stays what it was."
    say(app, "again", chat)
    assert words(app, chat)[1::2] == [("assistant", "You said: Hi"), ("assistant", "Other.")]


def test_a_handler_may_be_registered_with_options(app: GPTChat) -> None:
    @app.handle_send_message(yields="cumulative")
    def grow() -> Iterator[str]:
        yield from ["a", "ab", "abc"]

    assert words(app, say(app))[1] == ("assistant", "abc")


def test_a_handler_that_asks_for_the_unknown_is_refused_where_it_is_registered(
    app: GPTChat,
) -> None:
    with pytest.raises(UnknownArgument, match="Did you mean 'messages'"):
        app.handle_send_message(lambda mesages: "")


# ---------------------------------------------------------------------- the options


def test_unknown_options_are_answered_with_the_nearest_everywhere(app: GPTChat) -> None:
    for give in (
        lambda: GPTChat(titel="x"),
        lambda: app.set_config(titel="x"),
        lambda: app.set_config({"titel": "x"}),
        lambda: app.run_app(titel="x"),
    ):
        with pytest.raises(UnknownOption, match=r"'titel'.*'title'"):
            give()


def test_an_option_that_does_not_fit_changes_nothing(app: GPTChat) -> None:
    app.set_config(title="Before")
    with pytest.raises(BadOption):
        app.set_config(title="After", theme="pink")
    assert app.config.title == "Before"


# ------------------------------------------------------------------- where it listens


def test_a_port_that_is_taken_is_told_with_one_that_is_free(app: GPTChat) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken) as caught:
            app.run_app(port=port, block=False)
    assert f"Port {port} is already in use" in str(caught.value)
    [free] = re.findall(r"pass port=(\d+)\.", str(caught.value))
    app.run_app(port=int(free), block=False)
    assert app.url == f"http://127.0.0.1:{free}/"


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 99_999), ("no.such.host.invalid", 0)])
def test_where_nobody_can_listen_is_told(app: GPTChat, host: str, port: int) -> None:
    """F30."""
    with pytest.raises(PortTaken, match="another host or port"):
        app.run_app(host, port, block=False, allow_anonymous=True)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.0.1", "example.org"])
def test_listening_to_the_world_needs_a_decision(app: GPTChat, host: str) -> None:
    with pytest.raises(OpenToTheWorld, match="allow_anonymous=True") as caught:
        app.run_app(host, 0, block=False)
    assert "127.0.0.1" in str(caught.value)


def test_debug_is_for_this_machine_only(app: GPTChat) -> None:
    with pytest.raises(OpenToTheWorld, match="debug=True shows tracebacks"):
        app.run_app("0.0.0.0", 0, block=False, debug=True, allow_anonymous=True)


def test_the_page_is_served_in_the_background_until_it_is_closed(
    app: GPTChat, capsys: pytest.CaptureFixture[str]
) -> None:
    app.run_app(port=0, block=False)
    assert capsys.readouterr().out == f"gptchat is at {app.url}  (Ctrl+C ends it)\n"
    chat = say(app)
    with urllib.request.urlopen(f"{app.url}api/conversations/{chat}", timeout=5) as answer:
        snapshot = json.load(answer)
    assert [n["message"]["content"] for n in snapshot["nodes"]] == ["Hi", "You said: Hi"]
    url = app.url
    app.close()
    with pytest.raises(OSError, match=r"refused|reset"):
        urllib.request.urlopen(url, timeout=5)


def test_before_it_is_served_it_has_no_address(app: GPTChat) -> None:
    with pytest.raises(NoHandler, match="run_app"):
        _ = app.url


def test_closing_twice_is_fine(app: GPTChat) -> None:
    app.run_app(port=0, block=False)
    app.close()
    app.close()


def test_a_free_port_is_free() -> None:
    port = serving.free_port("127.0.0.1")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))


# -------------------------------------------------------------------- several, embedded


def test_two_apps_in_one_process_know_nothing_of_each_other() -> None:
    apps = [GPTChat(lambda i=i: f"I am {i}.", store=None, title=f"{i}") for i in range(2)]
    try:
        for app in apps:
            app.run_app(port=0, block=False)
        chats = [say(app) for app in apps]
        for i, app in enumerate(apps):
            assert words(app, chats[i])[1] == ("assistant", f"I am {i}.")
            with urllib.request.urlopen(app.url, timeout=5) as page:
                assert f'"title": "{i}"'.replace(" ", "") in page.read().decode().replace(" ", "")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{apps[0].url}api/conversations/{chats[1]}", timeout=5)
    finally:
        for app in apps:
            app.close()


def test_inside_another_application_it_answers_below_its_prefix_only(app: GPTChat) -> None:
    host = Flask("host")
    host.route("/")(lambda: "The host's own page.")
    app.init_app(host, "/chat")
    client = host.test_client()
    own = client.get("/")
    assert own.text == "The host's own page."
    assert "Content-Security-Policy" not in own.headers
    page = client.get("/chat/", headers={"Host": "localhost"})
    assert page.status_code == 200
    assert '<base href="/chat/"' in page.text
    assert (
        client.get("/chat/api/conversations/none", headers={"Host": "localhost"}).status_code == 404
    )


def test_it_is_a_wsgi_application_itself(app: GPTChat) -> None:
    from werkzeug.test import Client

    here = {"REMOTE_ADDR": "127.0.0.1"}
    assert Client(app).get("/", environ_base=here).status_code == 200
    assert app.flask is app.flask
    assert app.socketio is app.socketio


def test_closing_interrupts_what_is_being_answered_and_keeps_its_words(tmp_path: Path) -> None:
    begun = threading.Event()

    def slow(ctx: Chat) -> None:
        ctx.send("so far")
        begun.set()
        ctx.stopped.wait(5)

    app = GPTChat(slow, store=tmp_path / "chats.db")
    asked: Send = {"type": "send", "conversation": None, "id": new_id(), "parent": None}
    chat = app._rooms.actions.send(OWNER, {**asked, "content": "go"}, WHO)
    assert begun.wait(5)
    app.close()
    reopened = Store(tmp_path / "chats.db")
    snapshot = reopened.snapshot(OWNER, chat)
    reopened.close()
    assert snapshot["runs"] == []
    assert [node["status"] for node in snapshot["nodes"]] == ["done", "done", "interrupted"]
    assert snapshot["nodes"][1]["message"]["content"] == "so far"


def test_a_misspelt_argument_of_run_app_is_answered_with_the_nearest(app: GPTChat) -> None:
    with pytest.raises(UnknownOption, match=r"'prot'\. Did you mean 'port'"):
        app.run_app(prot=5011)
    with pytest.raises(UnknownOption, match="title"):
        app.run_app(titel="Parrot")
