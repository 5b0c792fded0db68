"""Socket.IO ⇄ the rooms below: requests of pages in, events of conversations out.

The only importer of flask_socketio. A page joins a conversation's room first
and reads the log second: whatever is committed in between reaches it twice,
never not at all. What is said in the rooms is the business of `relay.py`, what
keeps the connection itself sane that of `transport.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from flask_socketio import ConnectionRefusedError, SocketIO

from gptchat.actions import Actions
from gptchat.bus import Bus
from gptchat.chat import Request as Visitor
from gptchat.config import Config, PageConfig
from gptchat.errors import NotFound, StoreError
from gptchat.failures import report
from gptchat.greetings import Greeter, TurnedAway
from gptchat.guard import Gate, Person, person_of
from gptchat.listing import Listing
from gptchat.protocol import (
    PROTOCOL,
    Message,
    Refusal,
    Request,
    ResetAnswer,
    Sync,
    SyncAnswer,
)
from gptchat.refusals import Refuse, refuse
from gptchat.sockets.connection import Limits
from gptchat.sockets.crowding import Crowding
from gptchat.sockets.listing import Lists, room_of, room_of_owner
from gptchat.sockets.parsing import parse
from gptchat.sockets.presence import Presence, signed_out
from gptchat.sockets.relay import Relay
from gptchat.sockets.transport import harden, socketio_options
from gptchat.store import Store

logger = logging.getLogger("gptchat")

NOT_SAVED: Refusal = {
    "code": "not_saved",
    "sentence": "This could not be saved. It will be tried again.",
}


class Sockets:
    """Every open page of this process."""

    def __init__(
        self, store: Store, config: Config, page: Callable[[], PageConfig], gate: Gate, bus: Bus
    ) -> None:
        limits = Limits(max_connections=config.max_connections)
        self.socketio = SocketIO(**socketio_options(limits))
        self._store, self._page = store, page
        self._actions: Actions | None = None
        lists = Lists(store, self.socketio, bus)
        self.announce = lists.announce
        self.relay = Relay(store, self.socketio, lists, bus)
        self._bus = bus
        self._visitors: dict[str, Visitor] = {}
        self._greetings: dict[str, list[Message]] = {}
        self._limits = limits
        self._is_parting = False
        self.presence = Presence(gate, self._hang_up, bus)
        self._gate = gate

    def open(self, flask: Any, actions: Actions, listing: Listing, greeter: Greeter) -> None:
        """Begin to answer."""
        self._actions, self._listing, self._greeter, self._flask = actions, listing, greeter, flask
        self._crowding = Crowding(self._gate, actions.is_busy)
        self.socketio.init_app(flask, **socketio_options(self._limits))
        harden(self.socketio, limits=self._limits, on_refused=self._tell_refusal)
        server = self.socketio.server
        server.on("connect", self._connect)
        server.on("disconnect", self._disconnect)
        server.on("*", self._request)
        self.relay.start()

    # --------------------------------------------------------------------- out

    def part(self, conversations: Iterable[str]) -> None:
        """Send every page to another process, but those that show one of these conversations."""
        self._is_parting = True
        rooms = self.socketio.server.manager.rooms.get("/", {})
        stay = {sid for id in conversations for sid in list(rooms.get(room_of(id), ()))}
        for sid in set(self._visitors) - stay:
            self._hang_up(sid)

    def tell_config(self) -> None:
        """Let every open page follow a change of the configuration."""
        config = self._page()
        if self.socketio.server is not None:
            self.socketio.emit("config", config)
            for sid in list(self._greetings):
                self._tell_page(sid, config)

    def _tell_refusal(self, sid: str, refusal: Refusal) -> None:
        self.socketio.emit("refused", refusal, to=sid)

    # ---------------------------------------------------------------------- in

    def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        protocol = auth.get("protocol") if isinstance(auth, dict) else None
        if protocol != PROTOCOL:
            raise ConnectionRefusedError(
                "This page is of another version. Please reload it.", {"code": "version"}
            )
        person = self._entered(sid, environ, auth)
        visitor = replace(
            visitor_of(environ, person), sid=sid, context=partial(self._in_flask, sid, environ)
        )
        try:
            greeting = self._greeter.greet(visitor)
        except TurnedAway:
            self.presence.leave(sid)
            raise ConnectionRefusedError("This server does not let this page in.") from None
        self._visitors[sid] = visitor
        self._enter(sid, room_of_owner(person.owner))
        if greeting is not None:
            self._greetings[sid] = greeting
        # A page that comes back may have missed a change, or the server's new beginning.
        self._tell_page(sid, self._page())

    def _entered(self, sid: str, environ: dict[str, Any], said: dict[str, Any]) -> Person:
        """Who is at the page, if it is still the one whom it was made for."""
        person = person_of(environ)
        try:
            if person is None or said.get("person", person.key) != person.key:
                raise signed_out()
            self.presence.enter(sid, person, str(environ.get("REMOTE_ADDR", "")))
        except Refuse as no:
            raise ConnectionRefusedError(no.refusal["sentence"], dict(no.refusal)) from None
        return person

    def _hang_up(self, sid: str) -> None:
        server = self.socketio.server
        connection = server.manager.eio_sid_from_sid(sid, "/")
        server.disconnect(sid)
        if connection is not None:
            server.eio.disconnect(connection)

    @contextmanager
    def _in_flask(self, sid: str, environ: dict[str, Any]) -> Iterator[None]:
        """Let Flask's `request` be the one that began the connection, its `sid` included."""
        with self._flask.request_context(dict(environ)) as context:
            context.request.sid = sid
            yield

    def _tell_page(self, sid: str, config: PageConfig) -> None:
        greeting = self._greetings.get(sid)
        told = {**config, "messages": greeting} if greeting else config
        self.socketio.emit("config", told, to=sid)

    def _disconnect(self, sid: str, *_reason: Any) -> None:
        self.presence.leave(sid)
        self._visitors.pop(sid, None)
        self._greetings.pop(sid, None)

    def _request(self, name: str, sid: str, *payload: Any) -> Mapping[str, Any]:
        """Act on one event of one page. Returns its answer, whatever happens."""
        try:
            owner = self.presence.check(sid).owner
        except Refuse as no:
            return {"refused": no.refusal}
        except StoreError:
            return {"refused": NOT_SAVED}
        try:
            asked = parse(name, payload[0] if len(payload) == 1 else None)
        except Refuse as no:
            server = self.socketio.server
            server.eio.blame(server.manager.eio_sid_from_sid(sid, "/"), no.refusal)
            return {"refused": no.refusal}
        try:
            return self._answer(sid, owner, asked)
        except Refuse as no:
            return {"refused": no.refusal}
        except NotFound as error:
            return {"refused": {"code": "not_found", "sentence": str(error)}}
        except StoreError:
            return {"refused": NOT_SAVED}
        except Exception as error:  # noqa: BLE001 – one request must not end the page
            told = report(error, where=f"The request {name[:40]!r}", debug=False)
            sentence = f"Something went wrong (error {told['id']})."
            return {"refused": {"code": "not_saved", "sentence": sentence}}

    def _answer(self, sid: str, owner: str, request: Request) -> Mapping[str, Any]:
        visitor, actions = self._visitors.get(sid), self._actions
        if visitor is None or actions is None:
            raise refuse("gone", "The connection has ended.")
        if self._is_parting and request["type"] in ("send", "edit", "regenerate"):
            self._hang_up(sid)  # Unanswered, it is asked again: of a process that goes on.
            raise refuse("gone", "The server ends.")
        self._crowding.check(owner, visitor.remote_addr or "", request)
        match request["type"]:
            case "sync":
                return self._sync(sid, owner, request)
            case "leave":
                self.socketio.server.leave_room(sid, room_of(request["conversation"]))
                return {}
            case "send":
                conversation = actions.send(owner, request, visitor, self._greetings.get(sid))
            case "edit":
                conversation = actions.edit(owner, request, visitor)
            case "regenerate":
                conversation = actions.regenerate(owner, request, visitor)
            case "select":
                conversation = actions.select(owner, request)
            case "stop":
                conversation = actions.stop(owner, request)
            case _:
                return self._listing.change(owner, request)
        return {"conversation": conversation}

    def _sync(self, sid: str, owner: str, asked: Sync) -> SyncAnswer | ResetAnswer:
        conversation = asked["conversation"]
        self._store.check(owner, conversation)
        self._enter(sid, room_of(conversation))
        answer = self._store.sync(owner, conversation, asked["epoch"], asked["seq"])
        if "reset" not in answer:
            self.relay.follow(conversation, answer["epoch"], answer["seq"])
        return answer

    def _enter(self, sid: str, room: str) -> None:
        self.socketio.server.enter_room(sid, room)
        self._bus.listen(room)


def visitor_of(environ: Mapping[str, Any], person: Person) -> Visitor:
    """The browser's request that began a connection, as a handler may see it."""
    headers = {
        key[5:].replace("_", "-").title(): str(value)
        for key, value in environ.items()
        if key.startswith("HTTP_") and key not in ("HTTP_COOKIE", "HTTP_AUTHORIZATION")
    }
    return Visitor(
        session=person.owner,
        user=person.user,
        headers=headers,
        remote_addr=environ.get("REMOTE_ADDR"),
    )
