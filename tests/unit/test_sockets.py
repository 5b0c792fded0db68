"""Pages ask by socket and are told by socket: real ones, to a real server."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import socketio

from gptchat import GPTChat
from gptchat.errors import StoreError
from gptchat.guard import Person
from gptchat.protocol import MAX_EVENT_BY_SOCKET, MAX_SOCKET_MESSAGE, Event
from gptchat.sockets import frames, visitor_of
from gptchat.store.log import Numbered
from gptchat.store.rows import dumps
from support.tab import Page
from support.waiting import until


@pytest.fixture(scope="module")
def app() -> Iterator[GPTChat]:
    made = GPTChat(lambda message: f"You said: {message}", store=None)
    made.run_app(port=0, block=False)
    yield made
    made.close()


@pytest.fixture
def open_page(app: GPTChat) -> Iterator[Callable[..., Page]]:
    pages: list[Page] = []

    def make(**options: Any) -> Page:
        pages.append(Page(app.url, **options))
        return pages[-1]

    yield make
    for page in pages:
        page.client.disconnect()


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page()


def is_over(events: list[Any]) -> bool:
    return any(e["type"] == "run" and e["run"]["state"] == "ended" for e in events)


def test_a_page_that_shows_a_conversation_sees_all_of_it(page: Page) -> None:
    chat = page.send()
    answer = page.sync(chat)
    log = answer["events"]
    until(lambda: is_over(log + page.events(chat)), "the end of the run")
    later = [f for f in page.frames if f["seq"] > answer["seq"]]
    log = log + [event for frame in later for event in frame["events"]]
    again = page.sync(chat)
    assert log == again["events"]
    assert again["seq"] == len(log)


def test_two_tabs_see_the_same(open_page: Callable[..., Page]) -> None:
    one, two = open_page(), open_page()
    chat = one.send("first")
    until(lambda: is_over(one.sync(chat)["events"]))
    for page in (one, two):
        page.sync(chat)
        page.frames.clear()
    one.send("second", chat)
    until(lambda: is_over(one.events(chat)) and is_over(two.events(chat)))
    assert one.events(chat) == two.events(chat)


def test_a_page_that_leaves_hears_no_more(open_page: Callable[..., Page]) -> None:
    one, two = open_page(), open_page()
    chat = one.send()
    for page in (one, two):
        page.sync(chat)
    until(lambda: is_over(one.sync(chat)["events"]))
    assert two.ask("leave", conversation=chat) == {}
    two.frames.clear()
    one.frames.clear()
    one.send("more", chat)
    until(lambda: is_over(one.events(chat)))
    assert two.events(chat) == []


def test_a_page_of_another_version_is_told_to_reload(open_page: Callable[..., Page]) -> None:
    heard: list[Any] = []

    class Old(Page):
        def __init__(self, url: str) -> None:
            self.client = socketio.Client(reconnection=False)
            self.client.on("connect_error", heard.append)
            self.client.connect(url, transports=["websocket"], auth={"protocol": 0})

    url = open_page().client.connection_url
    with pytest.raises(socketio.exceptions.ConnectionError):
        Old(url)
    until(lambda: heard)
    assert heard[0]["data"] == {"code": "version"}


@pytest.mark.parametrize(
    ("name", "payload", "code"),
    [
        ("bogus", {}, "bad_request"),
        ("send", {"conversation": None}, "bad_request"),
        ("sync", {"conversation": "c_unknown", "epoch": None, "seq": 0}, "not_found"),
        ("stop", {"conversation": "\ud800"}, "bad_request"),
        ("stop", {"conversation": "c_unknown"}, "not_found"),
        ("select", {"conversation": "c_unknown", "message": "m"}, "not_found"),
    ],
)
def test_what_cannot_be_done_is_refused_and_the_connection_lives(
    page: Page, name: str, payload: dict[str, Any], code: str, caplog: pytest.LogCaptureFixture
) -> None:
    refused = page.client.call(name, payload, timeout=5)["refused"]
    assert refused["code"] == code
    assert refused["sentence"].endswith(".")
    assert "Traceback" not in caplog.text
    assert page.send().startswith("c_")


def test_a_store_that_fails_is_told_without_its_reasons(
    app: GPTChat, page: Page, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(error: Exception) -> Any:
        def failing(*_arguments: Any) -> None:
            raise error

        return failing

    actions = app._rooms.actions
    for error in (StoreError("disk sk-secret1234 full"), ValueError("sk-secret1234")):
        monkeypatch.setattr(actions, "stop", fail(error))
        refused = page.ask("stop", conversation="c")["refused"]
        assert refused["code"] == "not_saved"
        assert "secret" not in json.dumps(refused)
    assert caplog.text.count("Traceback") == 1
    assert "sk-secret" not in caplog.text


def test_open_pages_follow_the_configuration(app: GPTChat, page: Page) -> None:
    def titles() -> list[tuple[str, str]]:
        return [(name, data["title"]) for name, data in page.heard]

    before = app.config.title
    until(lambda: titles() == [("config", before)], "what a page is told as it comes")
    app.set_config(title="Renamed")
    until(lambda: titles() == [("config", before), ("config", "Renamed")], "the change")
    assert all("system" not in data for _, data in page.heard)


def test_events_of_a_page_are_answered_in_order(page: Page) -> None:
    chat, answers, done = page.send(), list[int](), threading.Event()

    def answered(number: int) -> Callable[[Any], None]:
        def note(_answer: Any) -> None:
            answers.append(number)
            if len(answers) == 30:
                done.set()

        return note

    for i in range(30):
        asked = {"conversation": chat, "epoch": None, "seq": 0}
        page.client.emit("sync", asked, callback=answered(i))
    assert done.wait(5)
    assert answers == list(range(30))


# --------------------------------------------------------------------------- frames


def piece(text: str) -> Event:
    return {"type": "delta", "id": "m", "delta": {"append": {"content": text}}}


def test_frames_are_numbered_without_gap_and_bounded() -> None:
    events = [piece("é" * 20_000) for _ in range(30)]
    made = list(frames("c", Numbered("e", 7), events))
    assert len(made) > 1
    at = 7
    for frame in made:
        assert frame["seq"] == at
        assert len(dumps(frame).encode()) <= MAX_SOCKET_MESSAGE
        at += len(frame["events"])
    assert [event for frame in made for event in frame["events"]] == events


@pytest.mark.parametrize(
    ("event", "id"),
    [
        (piece("x" * MAX_EVENT_BY_SOCKET), "m"),
        ({"type": "message", "node": {"id": "n", "text": "x" * MAX_EVENT_BY_SOCKET}}, "n"),
    ],
)
def test_an_event_too_large_for_the_socket_travels_by_name(event: Any, id: str) -> None:
    [frame] = frames("c", Numbered("e", 1), [piece("a"), event, piece("b")])
    assert frame["events"] == [piece("a"), {"type": "stale", "id": id}, piece("b")]


def test_a_waiting_message_too_large_for_the_socket_is_left_to_the_snapshot() -> None:
    node = {"id": "u", "message": {"role": "user", "content": "é" * 200_000}}
    run = {"id": "r", "parent": "u", "state": "queued", "trigger": "new", "created": 1.0}
    events: Any = [{"type": "run", "run": {**run, "message": node}}]
    [frame] = frames("c", Numbered("e", 1), events)
    assert len(dumps(frame).encode()) < MAX_SOCKET_MESSAGE
    assert frame["events"] == [{"type": "run", "run": run}]


def test_a_handler_sees_the_browsers_request_without_its_secrets() -> None:
    visitor = visitor_of(
        {
            "HTTP_USER_AGENT": "Firefox",
            "HTTP_COOKIE": "gptchat=secret",
            "HTTP_AUTHORIZATION": "Bearer secret",
            "REMOTE_ADDR": "127.0.0.1",
            "SERVER_NAME": "x",
        },
        Person("p_1", "Ada", "test"),
    )
    assert visitor.headers == {"User-Agent": "Firefox"}
    assert visitor.remote_addr == "127.0.0.1"
    assert (visitor.session, visitor.user) == ("p_1", "Ada")
    assert "secret" not in repr(visitor)


def test_the_first_word_is_not_kept_waiting(app: GPTChat, page: Page) -> None:
    hold = threading.Event()

    @app.handle_send_message
    def reply() -> Iterator[str]:
        yield "At once."
        hold.wait(5)

    try:
        before = time.monotonic()
        chat = page.send()
        page.sync(chat)
        until(lambda: "At once." in dumps(page.events(chat) + page.sync(chat)["events"]))
        assert time.monotonic() - before < 2
        assert page.ask("stop", conversation=chat) == {"conversation": chat}
        until(lambda: '"stopped"' in dumps(page.events(chat)))
    finally:
        hold.set()
