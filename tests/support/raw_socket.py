"""A websocket client that does what no browser would: any bytes, any frame, no manners."""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
import zlib
from collections.abc import Iterator
from typing import Any

TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 0x1, 0x2, 0x0, 0x8, 0x9, 0xA

DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate\r\n"


class RawSocket:
    """One connection to a server's Socket.IO path. `hello` makes it a welcome page."""

    def __init__(
        self, port: int, *, extra: str = "", receive_buffer: int | None = None, path: str = "/"
    ) -> None:
        self.sock = socket.socket()
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(10)
        self._squeezed = extra == DEFLATE
        self._inflate = zlib.decompressobj(-15)
        try:
            self._open(port, path, extra)
        except BaseException:
            self.sock.close()
            raise

    def _open(self, port: int, path: str, extra: str) -> None:
        self.sock.connect(("127.0.0.1", port))
        key = base64.b64encode(os.urandom(16)).decode()
        self.sock.sendall(
            f"GET {path}socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
            f"Host: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n{extra}\r\n".encode()
        )
        self.file = self.sock.makefile("rb")
        first = self.file.readline().split()
        if len(first) < 2:
            self.file.close()
            raise EOFError("the server hung up")
        self.status = int(first[1])
        while self.file.readline().strip():
            pass

    def __enter__(self) -> RawSocket:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.file.close()
        self.sock.close()

    def hello(self, auth: dict[str, Any] | None = None) -> RawSocket:
        """Connect as Socket.IO: read the opening, say 40, read the welcome."""
        assert self.read()[1].startswith(b"0{")
        self.say("40" + (json.dumps(auth) if auth else ""))
        welcome = self.read()[1]
        while welcome.startswith(b"42"):  # Said while it was being let in; a browser keeps it too.
            welcome = self.read()[1]
        assert welcome.startswith(b'40{"sid"'), f"Not welcome: {welcome!r}"
        return self

    def frame(self, kind: int, data: bytes, *, final: bool = True, squeezed: bool = False) -> None:
        """Send one frame, masked as clients must."""
        first = kind | (0x80 if final else 0) | (0x40 if squeezed else 0)
        size = len(data)
        if size < 126:
            head = struct.pack("!BB", first, 0x80 | size)
        elif size < 65536:
            head = struct.pack("!BBH", first, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", first, 0x80 | 127, size)
        self.sock.sendall(head + b"\0\0\0\0" + data)  # a mask of zeroes changes nothing

    def say(self, text: str) -> None:
        self.frame(TEXT, text.encode())

    def emit(self, name: str, data: Any, *, ack: int | None = None) -> None:
        self.say(f"42{'' if ack is None else ack}{json.dumps([name, data])}")

    def read(self) -> tuple[int, bytes]:
        """One whole frame, heartbeats answered on the way. Anything that is none raises."""
        while True:
            first, second = self._exactly(2)
            size = second & 0x7F
            if size == 126:
                (size,) = struct.unpack("!H", self._exactly(2))
            elif size == 127:
                (size,) = struct.unpack("!Q", self._exactly(8))
            data = self._exactly(size)
            kind = first & 0x0F
            if self._squeezed and first & 0x40:
                first, data = first & ~0x40, self._inflate.decompress(data + b"\0\0\xff\xff")
            if first & 0x70 or second & 0x80 or kind not in (TEXT, BINARY, CLOSE, PING, PONG):
                raise AssertionError(f"Not a frame: {bytes([first, second])!r} {data[:60]!r}")
            if kind == TEXT and data == b"2":
                self.say("3")
                continue
            return kind, data

    def texts(self) -> Iterator[str]:
        """Every text until the server closes."""
        while True:
            kind, data = self.read()
            if kind == CLOSE:
                return
            if kind == TEXT:
                yield data.decode()

    def closed_with(self) -> int:
        """Read to the end: the code of the close frame; 0 when the server just hung up."""
        try:
            while True:
                kind, data = self.read()
                if kind == CLOSE:
                    return int.from_bytes(data[:2], "big")
        except EOFError:
            return 0

    def is_ended(self) -> bool:
        """Whether the server has ended the TCP connection."""
        try:
            while self.file.read1(65536):
                pass
        except ConnectionError:
            return True
        except TimeoutError:
            return False
        return True

    def _exactly(self, size: int) -> bytes:
        data = self.file.read(size)
        if len(data) < size:
            raise EOFError("the server hung up")
        return data
