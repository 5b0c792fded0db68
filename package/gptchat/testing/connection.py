"""One connection of the fake: pieces sent at once, and noticing who hung up.

Knows HTTP and nothing of OpenAI; what is said over it is the business of
`http.py`.
"""

from __future__ import annotations

import json
import logging
import selectors
import socket
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from gptchat.testing.replies import Json
from gptchat.workers import start_thread

log = logging.getLogger("gptchat.testing")

LONGEST_WAIT = 3600.0
"""Seconds of one `select`; waiting for ever is many of them."""

# A selector without a file of its own: a thousand clients need a thousand files, not two.
_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)


class HungUp(Exception):
    """The client has closed its connection."""


class Server(ThreadingHTTPServer):
    """Listens on this machine only, with a thread a connection."""

    request_queue_size = 1024
    timeout = 1.0  # For a client that is gone before it is accepted.

    def __init__(self, port: int, answers: type[Connection]) -> None:
        self.stopping = False
        self.connections: set[socket.socket] = set()
        self._ended = threading.Event()
        self._wake, self._woken = socket.socketpair()
        super().__init__(("127.0.0.1", port), answers)

    def server_bind(self) -> None:
        """Bind without the reverse name look-up of http.server, which can take seconds."""
        TCPServer.server_bind(self)
        self.socket.settimeout(self.timeout)
        self.server_name, self.server_port = "127.0.0.1", self.socket.getsockname()[1]

    def start(self) -> None:
        """Listen, on a thread of its own."""
        start_thread(self._serve, name="fake-openai")

    def _serve(self) -> None:
        """Like `serve_forever`, which looks for its end twenty times a second, woken for it."""
        with selectors.DefaultSelector() as ready:
            ready.register(self, selectors.EVENT_READ)
            ready.register(self._woken, selectors.EVENT_READ)
            while not self.stopping:
                ready.select()
                if not self.stopping:
                    self.handle_request()
        self._ended.set()

    def stop(self) -> None:
        """Stop listening and break off every connection, the idle ones too."""
        self.stopping = True
        self._wake.close()
        self._ended.wait()
        self._woken.close()
        self.server_close()
        for connection in list(self.connections):
            shut(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that breaks off between requests is not news; anything else is."""
        log.debug("A connection from %s ended in an error.", client_address, exc_info=True)


class Connection(BaseHTTPRequestHandler):
    """One connection, kept alive from request to request as OpenAI keeps it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)
        self._selector = _Selector()
        self._selector.register(self.connection, selectors.EVENT_READ)

    def finish(self) -> None:
        self.server.connections.discard(self.connection)
        self._selector.close()
        with suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the fake's clients tell what they see."""

    def wait_until(self, moment: float) -> None:
        """Wait, and notice at once if the client hangs up meanwhile."""
        while True:
            left = moment - time.monotonic()
            if self._selector.select(min(max(left, 0.0), LONGEST_WAIT)):
                if not self.connection.recv(1, socket.MSG_PEEK):
                    raise HungUp
                # It already sends its next request: still there, and nothing to wait on.
                time.sleep(min(max(left, 0.0), 0.02))
            if left <= 0:
                return

    def send_piece(self, data: bytes) -> None:
        """One piece of a chunked body, in one write: two would wait for each other's receipt."""
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))

    def send_json(self, status: int, data: Json, headers: dict[str, str] | None = None) -> None:
        """A whole answer."""
        body = dumps(data)
        length = {"Content-Length": str(len(body))}
        self.send_head(status, "application/json", length | (headers or {}))
        self.wfile.write(body)

    def send_head(self, status: int, content_type: str, headers: dict[str, str]) -> None:
        """The status and the headers."""
        self.send_response(status)
        for name, value in ({"Content-Type": content_type} | headers).items():
            self.send_header(name, value)
        self.end_headers()

    def close_now(self) -> None:
        """Close without a goodbye."""
        self.close_connection = True
        shut(self.connection)


def dumps(data: Json) -> bytes:
    """JSON as bytes."""
    # ASCII, so that half a surrogate pair can be scripted and crosses the wire.
    return json.dumps(data, separators=(",", ":")).encode("ascii")


def shut(connection: socket.socket) -> None:
    """End a connection in both directions, from any thread."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
