"""Every address and every event, found in the code itself, is closed to whoever it is not for.

A new route or request falls under these promises by itself. If it has a part that
nobody has spoken of here, the test says so: write whose it is, in one of the tables.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any, NotRequired, get_args, get_origin

import pytest
import socketio
from typing_extensions import get_type_hints
from werkzeug.routing import Rule

from gptchat import GPTChat
from gptchat.protocol import Request
from gptchat.sockets import crowding
from gptchat.sockets.presence import Presence
from support.signing_in import Browser
from support.waiting import until

OWNED = ("conversation", "message", "parent", "content_id", "files")
"""Parts of an event that name something of somebody's."""

OWNED_IN_ADDRESS = {"conversation": "conversation", "message": "message", "id": "file"}
"""Parts of an address that name something of somebody's, and what."""

EVERYBODYS = {"name"}
"""Parts of an address that name what is the same for everybody who is in: assets, pictures."""

PLAIN: dict[str, Any] = {
    "epoch": None, "seq": 0, "content": "Hello", "title": "Mine", "pinned": True,
}  # fmt: skip
"""Parts of an event that name nothing. `id` is made anew by the page each time."""

OPTIONAL = {"model"}
"""Parts that may be left out and name nothing of anybody's."""

QUERIES = {"/api/conversations/<conversation>/export": "?form=markdown"}
"""What an address needs to be answered at all."""

NEVER_THEIRS = {"/frame/<conversation>/<message>"}
"""Addresses at which nobody of these tests has anything: they have no tool."""

OPEN = {"/healthz"}
"""What is answered to everybody."""

ANSWERED_ALIKE = {"leave"}
"""Events that do nothing to what they name: anybody's is answered as one's own."""

PAGES = {"/", "/c/<conversation>"}
"""Addresses that show the page: the sign-in page to whoever is not in."""

EVENTS: list[type] = list(get_args(Request))
_ids = itertools.count(1)


def type_of(event: type) -> str:
    """The name of the event, as it travels."""
    return str(get_args(get_type_hints(event)["type"])[0])


def optional_parts(event: type) -> set[str]:
    kinds = get_type_hints(event, include_extras=True)
    return {part for part, kind in kinds.items() if get_origin(kind) is NotRequired}  # type: ignore[comparison-overlap]


def new_id() -> str:
    return f"door{next(_ids)}"


class Person:
    """Somebody with a chat, a file and a long text of their own."""

    def __init__(self, app: GPTChat, name: str) -> None:
        self.browser = Browser(app, host=app.url.split("/")[2])
        self.who, self.canary = {"X-Who": name}, f"canary of {name}"
        self.client = socketio.Client(reconnection=False)
        self.client.connect(
            app.url, transports=["websocket"], headers=self.who, auth={"protocol": 1}
        )
        self.message = new_id()
        self.conversation = self.begin(self.message)
        text = self.open("/api/contents", "POST", data=self.canary.encode()).get_json()
        named = {"X-File-Name": "canary.txt"}
        file = self.open("/api/files", "POST", data=self.canary.encode(), headers=named).get_json()
        self.content_id, self.file = text["content_id"], file["attachment"]["id"]

    def begin(self, id: str) -> str:
        asked = {"conversation": None, "id": id, "parent": None, "content": self.canary}
        return str(self.ask("send", asked)["conversation"])

    def ask(self, event: str, payload: Mapping[str, Any]) -> Any:
        return self.client.call(event, payload, timeout=10)

    def open(self, path: str, method: str = "GET", **more: Any) -> Any:
        headers = {**self.who, **more.pop("headers", {})}
        return self.browser.open(path, method, headers=headers, **more)

    def part(self, name: str) -> Any:
        """What they would say in this part of an event."""
        return {
            "conversation": self.conversation, "message": self.message, "parent": self.message,
            "content_id": self.content_id, "files": [self.file],
        }[name]  # fmt: skip


class Nobody:
    """Has what has never been."""

    conversation, message, file = "c_0123456789abcdef01234567", "door0", "f_0123456789abcdef012345"

    def part(self, name: str) -> Any:
        return {
            "conversation": self.conversation, "message": self.message, "parent": self.message,
            "content_id": "t_0123456789abcdef012345", "files": [self.file],
        }[name]  # fmt: skip


@pytest.fixture(scope="module")
def app() -> Iterator[GPTChat]:
    made = GPTChat(lambda message: f"You said: {message}", store=None)
    made.authenticate(lambda request: request.headers.get("X-Who"))
    with pytest.MonkeyPatch.context() as patch:
        # Ben asks for much in no time, and each refusal must be for the reason that is tested.
        patch.setattr(crowding, "QUESTIONS_AT_ONCE", 10_000)
        made.run_app(port=0, block=False)
        yield made
        made.close()


@pytest.fixture(scope="module")
def ada(app: GPTChat) -> Person:
    person = Person(app, "ada")
    rooms = app._rooms
    until(lambda: not rooms.runs.is_busy(person.conversation), "the answer")
    rooms.hub.settled(person.conversation).wait()
    return person


@pytest.fixture(scope="module")
def ben(app: GPTChat) -> Person:
    return Person(app, "ben")


def rules(app: GPTChat) -> list[tuple[Rule, str]]:
    """Every address, with every method it takes."""
    found = app.flask.url_map.iter_rules()
    methods = {"GET", "POST", "PUT", "PATCH", "DELETE"}
    return [
        (rule, method) for rule in found for method in sorted((rule.methods or set()) & methods)
    ]


def address(rule: Rule, of: Person | Nobody) -> str:
    """The address, with this person's own things in it."""
    path = rule.rule
    for part in rule.arguments:
        assert part in OWNED_IN_ADDRESS or part in EVERYBODYS, (
            f"Nobody says whose the <{part}> of {path} is: OWNED_IN_ADDRESS or EVERYBODYS."
        )
        value = getattr(of, OWNED_IN_ADDRESS[part]) if part in OWNED_IN_ADDRESS else "x.js"
        path = re.sub(rf"<(\w+:)?{part}>", value, path)
    return path + QUERIES.get(rule.rule, "")


def payload(event: type, of: Person, foreign: str = "", owner: Any = None) -> dict[str, Any]:
    """A request that would be done, but for the one part that is somebody else's."""
    optional = optional_parts(event)
    said: dict[str, Any] = {}
    for part in get_type_hints(event):
        if part == "type" or (part in optional and part != foreign):
            continue
        if part in OWNED:
            said[part] = (owner if part == foreign else of).part(part)
        elif part == "id":
            said[part] = new_id()
        else:
            assert part in PLAIN, f"Nobody says what {part!r} of {type_of(event)!r} is: PLAIN."
            said[part] = PLAIN[part]
    if optional >= {"content", "content_id"} and "content_id" not in said:
        said["content"] = PLAIN["content"]
    return said


def owned_parts(event: type) -> list[str]:
    for part in event.__annotations__:
        known = {*OWNED, *PLAIN, *OPTIONAL, "type", "id"}
        assert part in known, f"Nobody says what {part!r} of {type_of(event)!r} is: OWNED or PLAIN."
    return [part for part in event.__annotations__ if part in OWNED]


FOREIGN = [(event, part) for event in EVENTS for part in owned_parts(event)]


def test_whoever_is_not_in_gets_nothing_but_the_way_in(app: GPTChat, ada: Person) -> None:
    stranger = Browser(app, host=ada.browser.host)
    for rule, method in rules(app):
        answer = stranger.open(address(rule, ada), method)
        which = f"{method} {rule.rule}"
        if rule.rule in OPEN:
            assert answer.status_code == 200, which
            continue
        assert answer.status_code == 401, which
        assert ada.canary not in answer.text, which
        is_page = rule.rule in PAGES
        assert answer.content_type.startswith("text/html") == is_page, which
        if rule.rule.startswith("/api/"):
            assert answer.get_json()["refused"]["code"] == "signed_out", which
        elif not is_page:
            assert "not signed in" in answer.text, which


def test_what_is_somebody_elses_is_answered_like_what_has_never_been(
    app: GPTChat, ada: Person, ben: Person
) -> None:
    for rule, method in rules(app):
        which = f"{method} {rule.rule}"
        theirs = ben.open(address(rule, ada), method)
        unknown = ben.open(address(rule, Nobody()), method)
        assert ada.canary not in theirs.text, which
        assert theirs.status_code == unknown.status_code, which
        assert theirs.data == unknown.data or not rule.arguments & OWNED_IN_ADDRESS.keys(), which
        if rule.arguments & OWNED_IN_ADDRESS.keys() and rule.rule not in PAGES:
            assert theirs.status_code == 404, which
            own = 404 if rule.rule in NEVER_THEIRS else 200
            assert ada.open(address(rule, ada), method).status_code == own, f"{which}, their own"


def test_what_takes_no_id_tells_of_nobody_else(app: GPTChat, ada: Person, ben: Person) -> None:
    secret = (ada.conversation, ada.message, ada.file, ada.content_id)
    for rule, method in rules(app):
        if rule.arguments or method != "GET":
            continue
        for query in ("", "?q=canary", f"?conversation={ada.conversation}", "?owner=user:ada"):
            answer = ben.open(rule.rule + query)
            assert not any(each in answer.text for each in secret), f"{rule.rule}{query}"


def test_everybody_can_open_what_is_their_own(ada: Person) -> None:
    """Or the promises above would hold for doors that never open."""
    assert ada.canary in ada.open(f"/api/conversations/{ada.conversation}").text
    assert ada.canary in ada.open(f"/files/{ada.file}").text


@pytest.mark.parametrize(
    ("event", "part"), FOREIGN, ids=[f"{type_of(event)}-{part}" for event, part in FOREIGN]
)
def test_no_event_reaches_what_is_somebody_elses(
    ada: Person, ben: Person, event: type, part: str
) -> None:
    name = type_of(event)
    before = ada.open(f"/api/conversations/{ada.conversation}").data
    theirs = ben.ask(name, payload(event, ben, part, ada))
    unknown = ben.ask(name, payload(event, ben, part, Nobody()))
    assert theirs == unknown
    assert "refused" in theirs or name in ANSWERED_ALIKE
    assert ada.open(f"/api/conversations/{ada.conversation}").data == before


def test_no_event_without_an_id_touches_anybody_else(app: GPTChat, ada: Person) -> None:
    fay = Person(app, "fay")
    before = ada.open(f"/api/conversations/{ada.conversation}").data
    for event in EVENTS:
        if not owned_parts(event):
            assert "refused" not in fay.ask(type_of(event), payload(event, fay))
    assert ada.open(f"/api/conversations/{ada.conversation}").data == before


def test_no_event_of_a_session_that_has_ended_is_answered(
    app: GPTChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Presence, "sweep", lambda self: None)
    monkeypatch.setattr(Presence, "_end", lambda self, sessions: None)
    eve = Person(app, "eve")
    app._rooms.store.sessions.end_all("eve")
    for event in EVENTS:
        answer = eve.ask(type_of(event), payload(event, eve))
        assert answer["refused"]["code"] == "signed_out", type_of(event)
