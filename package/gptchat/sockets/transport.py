"""Engine.IO by websocket only: it opens connections, counts them and watches them.

`harden` puts this transport into a Flask-SocketIO object in place of Engine.IO's
own: two threads for each connection instead of four, bounded messages, a bounded
outbox, a rate, a monotonic clock, and one watch that ends what is stuck.
It and its neighbours (`connection`, `websocket`, `packets`) are the rooms that know
the insides of Engine.IO and simple-websocket. What events mean is the business of
`sockets.py`; who may come in that of `guard.py`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import engineio
from engineio import packet as frames

from gptchat.protocol import Refusal
from gptchat.sockets.connection import Connection, Limits
from gptchat.sockets.packets import CONNECT, DISCONNECT, Packet
from gptchat.sockets.rooms import Rooms
from gptchat.sockets.websocket import NoHandshake, Wire

__all__ = ["Limits", "OnRefused", "harden", "socketio_options"]

log = logging.getLogger("gptchat.transport")

OnRefused = Callable[[str, Refusal], None]
"""Told of a refused packet that asked no question: the Socket.IO id of the page, and why."""

TICK = 1.0
"""Seconds between two looks of the watch; less when the heartbeat is quicker (in tests)."""


def socketio_options(limits: Limits | None = None) -> dict[str, Any]:
    """The options to make the `SocketIO` object with."""
    limits = limits or Limits()
    return {
        # Auto-detection takes eventlet merely because it is installed.
        "async_mode": "threading",
        # With the default, the events of one page overtake each other, and each starts a thread.
        "async_handlers": False,
        "serializer": Packet,
        "transports": ["websocket"],
        "allow_upgrades": False,
        "ping_interval": limits.ping_interval,
        "ping_timeout": limits.ping_timeout,
        "max_http_buffer_size": limits.max_message,
        # The guard has judged Host and Origin before; here nothing is allowed or echoed.
        "cors_allowed_origins": [],
        "manage_session": False,
        "client_manager": Rooms(),
        "logger": False,
        "engineio_logger": False,
    }


def harden(socketio: Any, *, limits: Limits | None = None, on_refused: OnRefused) -> None:
    """Put our transport into a `SocketIO` that was made with `socketio_options`."""
    server = socketio.server
    limits = limits or Limits()

    def tell(eio_sid: str, refusal: Refusal) -> None:
        sid = server.manager.sid_from_eio_sid(eio_sid, "/")
        if sid is not None:
            on_refused(sid, refusal)

    door = Door(limits=limits, on_refused=tell, logger=server.eio.logger)
    door.on("connect", server._handle_eio_connect)
    door.on("disconnect", server._handle_eio_disconnect)
    door.on("message", lambda sid, packet: _hand_over(server, door, sid, packet))
    server.eio = door


def _hand_over(server: Any, door: Door, eio_sid: str, packet: Packet) -> None:
    """Do what python-socketio does with a message, with a packet that is decoded already."""
    if packet.packet_type == CONNECT:
        server._handle_connect(eio_sid, None, packet.data)
        sid = server.manager.sid_from_eio_sid(eio_sid, "/")
        door.welcome(eio_sid, sid is not None and server.manager.is_connected(sid, "/"))
    elif packet.packet_type == DISCONNECT:
        server._handle_disconnect(eio_sid, None, door.reason.CLIENT_DISCONNECT)
        door.disconnect(eio_sid)
    else:
        server._handle_event(eio_sid, None, packet.id, packet.data)


class Door(engineio.Server):
    """An Engine.IO server whose every connection is a websocket from its first byte."""

    def __init__(self, *, limits: Limits, on_refused: OnRefused, logger: Any = False) -> None:
        super().__init__(
            async_mode="threading",
            transports=["websocket"],
            allow_upgrades=False,
            ping_interval=limits.ping_interval,
            ping_timeout=limits.ping_timeout,
            max_http_buffer_size=limits.max_message,
            cors_allowed_origins=[],
            async_handlers=False,
            monitor_clients=False,
            logger=logger,
        )
        self._limits = limits
        self._on_refused = on_refused
        self._open: set[Connection] = set()
        self._watching = False
        self._lock = threading.Lock()

    def handle_request(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request below the Socket.IO path: a websocket, or a refusal in plain text."""
        refusal = self._refusal(environ)
        if refusal is not None:
            return _plain(start_response, *refusal)
        try:
            wire = Wire(environ, max_message=self._limits.max_message)
        except NoHandshake:
            return _plain(start_response, "400 Bad Request", "The websocket handshake is wrong.")
        try:
            self._host(environ, wire)
        except Exception:
            log.exception("A connection ended by an error of ours.")
        finally:
            wire.cut()
        if wire.mode == "gunicorn":
            raise StopIteration  # How gunicorn is told that the socket was used up,
        raise ConnectionError  # and how Werkzeug is.

    def welcome(self, sid: str, is_let_in: bool) -> None:
        """Note whether Socket.IO has let a connection in."""
        connection = self.sockets.get(sid)
        if connection is not None:
            connection.welcome = is_let_in

    def blame(self, sid: str, refusal: Refusal) -> None:
        """Note that what a page said was well-formed, and made no sense to whoever read it."""
        connection = self.sockets.get(sid)
        if connection is not None:
            connection.blame(refusal)

    def _refusal(self, environ: dict[str, Any]) -> tuple[str, str] | None:
        query = parse_qs(environ.get("QUERY_STRING", ""))
        if environ.get("HTTP_UPGRADE", "").lower() != "websocket" or "sid" in query:
            return "400 Bad Request", "Only websockets are spoken here."
        if query.get("EIO") != ["4"]:
            return "400 Bad Request", "Only version 4 of Engine.IO is spoken here."
        if len(self._open) >= self._limits.max_connections:
            log.warning("Refused a connection: %d are open.", len(self._open))
            return "503 Service Unavailable", "Too many people are here. Please try again soon."
        return None

    def _host(self, environ: dict[str, Any], wire: Wire) -> None:
        """Let one connection live, from its first frame to its last."""
        connection = Connection(
            self, self.generate_id(), wire, limits=self._limits, on_refused=self._on_refused
        )
        self._enter(connection)
        try:
            connection.send(self._opening(connection.sid))
            if self._trigger_event("connect", connection.sid, environ) in (None, True):
                connection.run()
        finally:
            connection.close(abort=True, reason=self.reason.TRANSPORT_CLOSE)
            with self._lock:
                self._open.discard(connection)

    def _opening(self, sid: str) -> frames.Packet:
        return frames.Packet(
            frames.OPEN,
            {
                "sid": sid,
                "upgrades": [],
                "pingTimeout": int(self.ping_timeout * 1000),
                "pingInterval": int(self.ping_interval * 1000),
                "maxPayload": self.max_http_buffer_size,
            },
        )

    def _enter(self, connection: Connection) -> None:
        with self._lock:
            self.sockets[connection.sid] = connection
            self._open.add(connection)
            if self._watching:
                return
            self._watching = True
        self.start_background_task(self._watch)

    def _watch(self) -> None:
        """Look at every connection about once a second, while there are any."""
        pause = min(TICK, self._limits.ping_interval / 4, self._limits.ping_timeout / 4)
        while True:
            self.sleep(pause)
            with self._lock:
                connections = list(self._open)
                if not connections:
                    self._watching = False
                    return
            for connection in connections:
                self._look_at(connection)

    def _look_at(self, connection: Connection) -> None:
        try:
            connection.tick(time.monotonic())
        except Exception:
            log.exception("The watch stumbled over connection %s.", connection.sid)


def _plain(start_response: Callable[..., Any], status: str, words: str) -> Iterable[bytes]:
    body = words.encode()
    start_response(
        status,
        [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))],
    )
    return [body]
