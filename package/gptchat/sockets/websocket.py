"""One websocket, bounded and whole: frames never interleave, messages never exceed their size.

simple-websocket knows the protocol; it starts a thread for reading and writes
with an unlocked `send` (a slow reader that pings got broken frames). Here the
thread of the request reads, writing is locked and complete, and a wire that is
hung up is really cut, so that no thread waits for ever.
What the messages mean is the business of `transport.py`.
"""

from __future__ import annotations

import selectors
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import simple_websocket
from wsproto.events import CloseConnection, TextMessage
from wsproto.utilities import ProtocolError

SEND_TIMEOUT = 30
"""Seconds a browser may take nothing at all before it is given up."""

DRAINED_AT_MOST = 16 * 1024 * 1024
"""Bytes still read, and forgotten, of a browser that was told to go away."""

MSG_DONTWAIT: int | None = getattr(socket, "MSG_DONTWAIT", None)
"""Absent on Windows: there every frame waits for its writer."""

NORMAL, POLICY, TRY_LATER = 1000, 1008, 1013


class NoHandshake(ValueError):
    """The request asked for a websocket, and not in the way the protocol demands."""


class Wire(simple_websocket.Server):
    """The server's end of one websocket. One thread reads; any thread may write or hang up."""

    sock: Any

    def __init__(self, environ: dict[str, Any], *, max_message: int) -> None:
        self._lock = threading.RLock()
        try:
            super().__init__(environ, max_message_size=max_message, thread_class=_NoThread)
        except (simple_websocket.ConnectionError, ProtocolError, RuntimeError) as error:
            raise NoHandshake(str(error)) from error

    def handshake(self) -> None:
        """Prepare the socket (the request's own time limit ends here), then answer the upgrade."""
        prepare(self.sock)
        self.sock = _WholeSocket(self.sock, self._lock)
        super().handshake()

    def messages(self) -> Iterator[str | bytes]:
        """Every message the browser sends, until either side hangs up."""
        while True:
            while self.input_buffer:
                yield self.input_buffer.pop(0)
            if not self.connected or not self._read():
                return

    def say(self, text: str) -> None:
        """Write one text message, whole. Raises OSError when that is no longer possible."""
        with self._lock:
            try:
                super().send(text)
            except (simple_websocket.ConnectionClosed, ProtocolError) as error:
                raise OSError("the websocket is closed") from error

    def say_now(self, text: str) -> bool:
        """Write one text message without waiting. False if nothing of it was written.

        What does not fit is written by `flush`, or before whatever is said next.
        """
        if MSG_DONTWAIT is None or not self._lock.acquire(blocking=False):
            return False
        try:
            return self.connected and self.sock.send_some(self.ws.send(TextMessage(text)))
        except ProtocolError:
            return False
        finally:
            self._lock.release()

    def flush(self) -> bool:
        """Write what `say_now` left; waits for the browser. False if there was nothing."""
        return bool(self.sock.flush())

    @property
    def is_behind(self) -> bool:
        """Whether `say_now` left something."""
        return bool(self.sock.rest)

    def hang_up(self, code: int, words: str = "") -> None:
        """Say farewell if that needs no waiting, and send nothing more."""
        if self._lock.acquire(timeout=0.05):
            try:
                self._farewell(code, words)
            finally:
                self._lock.release()
        self._shutdown(socket.SHUT_WR)

    def cut(self) -> None:
        """End both directions now: whoever reads or writes wakes up at once."""
        self._shutdown(socket.SHUT_RDWR)

    def drain(self) -> None:
        """Read and forget until the browser hangs up too, so that it hears the farewell first."""
        left = DRAINED_AT_MOST
        with suppress(OSError):
            while left > 0 and (data := self.sock.recv(65536)):
                left -= len(data)

    def release(self) -> None:
        """Give the socket back."""
        self.connected = False
        with suppress(OSError):
            self.sock.close()

    def _read(self) -> bool:
        try:
            data = self.sock.recv(self.receive_bytes)
            if not data:
                return False
            self.ws.receive_data(data)
            if not self._handle_events():
                self.connected = False
            return True
        except (OSError, ProtocolError):
            return False

    def _farewell(self, code: int, words: str) -> None:
        if self.connected and _writable(self.sock):
            with suppress(OSError, ProtocolError):
                self.sock.send(self.ws.send(CloseConnection(code, words)))
        self.connected = False

    def _shutdown(self, how: int) -> None:
        with suppress(OSError):
            self.sock.shutdown(how)


class _WholeSocket:
    """A socket whose `send` sends everything, one writer at a time."""

    def __init__(self, sock: socket.socket, lock: threading.RLock) -> None:
        self._sock = sock
        self._lock = lock
        self.rest = b""
        self.recv = sock.recv
        self.shutdown = sock.shutdown
        self.close = sock.close
        self.fileno = sock.fileno

    def send(self, data: bytes) -> int:
        with self._lock:
            self.flush()
            self._sock.sendall(data)
        return len(data)

    def send_some(self, data: bytes) -> bool:
        """Send what fits without waiting, and keep the rest. True: the data is on its way."""
        with self._lock:
            self.rest += data
            with suppress(OSError):  # Full, or gone: whoever flushes will see.
                self.rest = self.rest[self._sock.send(self.rest, MSG_DONTWAIT or 0) :]
        return True

    def flush(self) -> bool:
        """Send the rest, whole."""
        with self._lock:
            rest, self.rest = self.rest, b""
            if rest:
                self._sock.sendall(rest)
        return bool(rest)


class _NoThread:
    """In place of simple-websocket's reader thread: whoever owns the request reads."""

    name = ""

    def __init__(self, target: Callable[[], None]) -> None:
        """Nothing to prepare."""

    def start(self) -> None:
        """Nothing to start."""


def prepare(sock: socket.socket) -> None:
    """No waiting for acknowledgements (44 ms each), no limit on reading, one on writing."""
    sock.settimeout(None)
    with suppress(OSError):  # A Unix socket has no Nagle to turn off.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    milliseconds = SEND_TIMEOUT * 1000
    limit = (
        struct.pack("@i", milliseconds)
        if sys.platform == "win32"
        else struct.pack("@ll", SEND_TIMEOUT, 0)
    )
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)


def _writable(sock: Any) -> bool:
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_WRITE)
            return bool(selector.select(0))
    except (OSError, ValueError):
        return False
