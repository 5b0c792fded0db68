"""How Werkzeug's own server handles one connection: patiently, but not for ever, and quietly.

It bounds how long a request may take to arrive, turns Nagle's algorithm off, names
no versions and writes an access line only when asked to. Other servers (gunicorn)
bring all of this themselves. What is answered is the business of the WSGI application.
"""

from __future__ import annotations

import io
import logging
import re
import socket
import threading
import time
from contextlib import suppress
from typing import Any

from werkzeug.serving import WSGIRequestHandler

from gptchat.sockets.websocket import prepare

log = logging.getLogger("gptchat.access")

HEAD_WITHIN = 20.0
"""Seconds for a whole request head, however it trickles in."""

BODY_IDLE = 30.0
"""Seconds the body of a request may pause."""

MAX_REQUEST = 128 * 1024 * 1024
"""Bytes read of one request, whoever asks for more."""

ROOM_BESIDE_SOCKETS = 200
"""Connections for pages and assets while all websockets a server takes are open."""

_TOO_MANY = b"Too many people are here. Please try again soon.\n"
FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Retry-After: 5\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
    % (len(_TOO_MANY), _TOO_MANY)
)

_SECRETS = re.compile(r"((?:token|key|secret|password)=)[^&\s\"]*", re.IGNORECASE)


class RequestHandler(WSGIRequestHandler):
    """One HTTP connection on Werkzeug's server. `request_handler` makes one for a server."""

    disable_nagle_algorithm = True
    head_within = HEAD_WITHIN
    body_idle = BODY_IDLE
    access_log = False
    room = threading.BoundedSemaphore(1200)

    def setup(self) -> None:
        """Read through a clock, so that a head has a deadline and not only a pause."""
        super().setup()
        prepare(self.connection)
        self.rfile.close()
        self._arrival = Arrival(self.connection, within=self.head_within)
        self.rfile = io.BufferedReader(self._arrival)

    def handle(self) -> None:
        """Serve the connection if there is room for it."""
        if not self.room.acquire(blocking=False):
            with suppress(OSError):
                self.wfile.write(FULL)
            return
        try:
            super().handle()
        finally:
            self.room.release()

    def parse_request(self) -> bool:
        """Parse the head; from here on only pauses count."""
        if not super().parse_request():
            return False
        self._arrival.allow_pauses(self.body_idle)
        return True

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        """Expect no further request: the browser is gone, or a websocket used the socket up."""
        self.close_connection = True

    def version_string(self) -> str:
        """Say in `Server` no version: it would help nobody but a scanner."""
        return "gptchat"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write one access line for each request, in debug mode."""
        if self.access_log:
            log.info(
                redacted('%s "%s" %s'), self.address_string(), redacted(self.requestline), code
            )

    def log_error(self, format: str, *args: Any) -> None:
        """Be quiet: a browser that went away or took too long is nobody's error."""
        log.debug("%s", redacted(format % args))

    def log(self, type: str, message: str, *args: Any) -> None:
        """Write to our own logger, at the level Werkzeug chose, without secrets."""
        line = redacted(message % args if args else message)
        getattr(log, type, log.info)("%s %s", self.address_string(), line)


def request_handler(*, debug: bool = False, max_connections: int = 1000) -> type[RequestHandler]:
    """The handler class for one server; in debug mode it writes access lines."""

    class Handler(RequestHandler):
        access_log = debug
        room = threading.BoundedSemaphore(max_connections + ROOM_BESIDE_SOCKETS)

    return Handler


def redacted(line: str) -> str:
    """The line on one line, without the values of parameters that are secrets."""
    line = _SECRETS.sub(r"\1…", line)
    return "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in line)


class Arrival(io.RawIOBase):
    """The bytes of one request: the head has a deadline, the body a longest pause."""

    def __init__(self, connection: socket.socket, *, within: float) -> None:
        self._connection = connection
        self._deadline: float | None = time.monotonic() + within
        self._pause = 0.0
        self._left = MAX_REQUEST

    def allow_pauses(self, seconds: float) -> None:
        """From now on only a pause is bounded: the head is here."""
        self._deadline, self._pause = None, seconds

    def readable(self) -> bool:
        """It is, of course."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Wait for bytes, no longer than is left."""
        wait = self._pause if self._deadline is None else self._deadline - time.monotonic()
        if wait <= 0:
            raise TimeoutError("the request took too long to arrive")
        if self._left <= 0:
            return 0
        self._connection.settimeout(wait)
        try:
            count = self._connection.recv_into(buffer)
        finally:
            # A limit on the socket would bound writing the answer as a whole, too.
            self._connection.settimeout(None)
        self._left -= count
        return count
