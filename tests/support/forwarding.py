"""A reverse proxy that puts a site below a path, as nginx would, websockets included.

It takes the path off, tells the program with `X-Forwarded-Prefix` and the usual
`X-Forwarded-*`, and passes everything else on as it comes.
"""

from __future__ import annotations

import asyncio

from support.listening import Listening


class Forwarder(Listening):
    """`with Forwarder(server.port, "/there") as proxy:` – the page is at `proxy.url`."""

    def __init__(self, target: int, prefix: str) -> None:
        super().__init__()
        self.refused = 0
        """Requests that came without the prefix: the page asked past its base."""
        self._target, self._prefix = target, prefix

    @property
    def url(self) -> str:
        """Where a browser finds the page."""
        return f"http://127.0.0.1:{self.port}{self._prefix}/"

    async def accept(self, page: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """One request a connection: then it is a pipe, whatever was agreed on in it."""
        try:
            head = await page.readuntil(b"\r\n\r\n")
            line, _, fields = head.decode("latin-1").partition("\r\n")
            method, path, version = line.split(" ")
            if not path.startswith(f"{self._prefix}/"):
                self.refused += 1
                back.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                back.close()
                return
            there, out = await asyncio.open_connection("127.0.0.1", self._target)
            path = path.removeprefix(self._prefix)
            out.write(f"{method} {path} {version}\r\n{self._told(fields)}".encode("latin-1"))
            await asyncio.gather(_pipe(page, out), _pipe(there, back))
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            back.close()

    def _told(self, fields: str) -> str:
        """The request's fields, with those of a proxy. Only a websocket outlives its answer."""
        host = next(f[5:].strip() for f in fields.split("\r\n") if f.lower().startswith("host:"))
        kept = [f for f in fields.split("\r\n") if f and not f.lower().startswith("connection:")]
        upgrades = any(field.lower().startswith("upgrade:") for field in kept)
        added = [
            f"Connection: {'Upgrade' if upgrades else 'close'}",
            "X-Forwarded-For: 127.0.0.1",
            "X-Forwarded-Proto: http",
            f"X-Forwarded-Host: {host}",
            f"X-Forwarded-Prefix: {self._prefix}",
        ]
        return "\r\n".join([*kept, *added, "", ""])


async def _pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    finally:
        sink.close()
