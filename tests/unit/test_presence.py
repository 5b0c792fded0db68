"""Whoever is signed out is out at once: no event, no connection, no word of an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import socketio

from gptchat import GPTChat
from gptchat.bus import Alone
from gptchat.guard import Person, secret_ways
from gptchat.refusals import Refuse
from gptchat.sockets.presence import MOST_FROM_ONE, MOST_OF_ONE, Presence
from gptchat.store import Store
from support.engine import new_id
from support.guarding import gate_for
from support.signing_in import PASSWORD, Browser
from support.waiting import until

Open = Callable[..., "Tab"]


class Tab:
    """A page that is connected with the cookie of a browser."""

    def __init__(self, browser: Browser, **auth: Any) -> None:
        self.told: list[Any] = []
        self.client = socketio.Client(reconnection=False)
        self.client.on("connect_error", self.told.append)
        port = browser.host.partition(":")[2]
        self.client.connect(
            f"http://{browser.host}",
            transports=["websocket"],
            headers={"Cookie": f"gptchat-{port}={browser.cookie}"},
            auth={"protocol": 1, **auth},
        )

    def send(self) -> Any:
        asked = {"conversation": None, "id": new_id(), "parent": None, "content": "Hi"}
        return self.client.call("send", asked, timeout=10)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GPTChat]:
    monkeypatch.setattr(secret_ways, "WRONG_TAKES", 0)
    monkeypatch.setattr(secret_ways, "SCRYPT", {"n": 2, "r": 8, "p": 1})
    made = GPTChat(
        lambda message: message, store=tmp_path / "chats.db", auth={"password": PASSWORD}
    )
    made.run_app(port=0, block=False)
    yield made
    made.close()


@pytest.fixture
def browser(app: GPTChat) -> Browser:
    made = Browser(app, host=app.url.split("/")[2])
    made.sign_in()
    return made


@pytest.fixture
def tab(browser: Browser) -> Iterator[Open]:
    open_ones: list[Tab] = []

    def connect(of: Browser = browser, **auth: Any) -> Tab:
        open_ones.append(Tab(of, **auth))
        return open_ones[-1]

    yield connect
    for each in open_ones:
        each.client.disconnect()


def test_nobody_connects_without_a_session(app: GPTChat) -> None:
    stranger = Browser(app, host=app.url.split("/")[2])
    for stranger.cookie in ("", "guess"):
        with pytest.raises(socketio.exceptions.ConnectionError):
            Tab(stranger)


def test_signing_out_ends_every_connection_of_that_session_and_no_other(
    app: GPTChat, browser: Browser, tab: Open
) -> None:
    """F36."""
    other = Browser(app, host=browser.host)
    other.sign_in()
    mine, theirs = [tab(), tab()], tab(other)
    assert "conversation" in mine[0].send()
    browser.sign_out()
    until(lambda: not any(each.client.connected for each in mine), "the end of the connections")
    assert "conversation" in theirs.send()


def test_signing_in_anew_ends_the_connections_of_the_session_before(
    browser: Browser, tab: Open
) -> None:
    mine = tab()
    browser.sign_in()
    until(lambda: not mine.client.connected, "the end of the connection")


def test_an_event_of_a_revoked_session_is_refused_even_if_its_connection_lives(
    browser: Browser, tab: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Presence, "sweep", lambda self: None)
    mine = tab()
    elsewhere = Store(tmp_path / "chats.db")  # Another process of the same application.
    elsewhere.sessions.end_all()
    elsewhere.close()
    assert mine.send()["refused"]["code"] == "signed_out"
    assert mine.client.connected


def test_a_session_that_another_process_ends_is_disconnected_here(
    browser: Browser, tab: Open, tmp_path: Path
) -> None:
    """F36."""
    mine = tab()
    elsewhere = Store(tmp_path / "chats.db")
    elsewhere.sessions.end_all()
    elsewhere.close()
    until(lambda: not mine.client.connected, "the watch")


def test_a_change_of_the_way_in_turns_out_who_came_in_by_the_last(
    app: GPTChat, browser: Browser, tab: Open
) -> None:
    mine = tab()
    app.set_config(auth={"password": "battery staple"})
    until(lambda: not mine.client.connected, "the watch")
    assert not browser.is_in


def test_a_page_that_was_made_for_somebody_else_is_not_shown_on(
    app: GPTChat, browser: Browser, tab: Open
) -> None:
    assert tab(person=browser.key).client.connected
    other = Browser(app, host=browser.host)
    other.sign_in()
    with pytest.raises(socketio.exceptions.ConnectionError):
        tab(other, person=browser.key)


def test_one_person_and_one_address_have_only_so_many_pages_open() -> None:
    here = Presence(gate_for(anonymous=True), lambda sid: None, Alone())

    def is_let_in(owner: str, address: str) -> bool:
        try:
            here.enter(new_id(), Person(owner, owner, "anonymous"), address)
        except Refuse:
            return False
        return True

    here.enter("first", Person("ada", "ada", "anonymous"), "10.0.0.1")
    assert all(is_let_in("ada", "10.0.0.1") for _ in range(MOST_OF_ONE - 1))
    assert not is_let_in("ada", "10.0.0.2")
    assert all(is_let_in(f"p{n}", "10.0.0.1") for n in range(MOST_FROM_ONE - MOST_OF_ONE))
    assert not is_let_in("ben", "10.0.0.1")
    assert is_let_in("ben", "10.0.0.2")
    here.leave("first")
    assert is_let_in("ada", "10.0.0.1")
    assert all(is_let_in(f"q{n}", "127.0.0.1") for n in range(2 * MOST_FROM_ONE))
