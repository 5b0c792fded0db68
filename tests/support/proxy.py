"""A bad network between a page and its server: a TCP proxy that misbehaves when told to.

One asyncio loop on a thread of its own carries every connection. What it spoils
is set by attributes, at any time, for all connections it has and will have.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections.abc import Coroutine
from typing import Any, Literal, TypeAlias

from support.listening import Listening

End: TypeAlias = Literal["rst", "fin"]
RST = struct.pack("ii", 1, 0)  # SO_LINGER: on, no time: closing resets the connection.


class Proxy(Listening):
    """`with Proxy(server.port) as proxy:` – pages connect to `proxy.port`."""

    def __init__(self, target: int) -> None:
        super().__init__()
        self.target = target
        self.slice: int | None = None
        """Pass everything on in pieces of this many bytes."""
        self.delay, self.jitter = 0.0, 0.0
        """Seconds each piece is late, and how many more or fewer by chance."""
        self.rate: float | None = None
        """Bytes a second that go through, either way."""
        self.still = False
        """Pass nothing on, and read no more, as if a cable had been pulled."""
        self.mute_answers = False
        """Lose whatever the server says."""
        self.mute_questions = False
        """Lose whatever the page says."""
        self.cut_after: tuple[int, End] | None = None
        """End each connection when it has carried this many bytes of the server's."""
        self.carried = 0
        """Bytes of the server's so far, over all connections."""
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def cut(self, how: End = "rst") -> None:
        """End every connection now, both ways."""
        asyncio.run_coroutine_threadsafe(self._cut(how), self.loop).result(10)

    def half_close(self) -> None:
        """Tell every page that the server will say no more, and go on listening to it."""
        asyncio.run_coroutine_threadsafe(self._half_close(), self.loop).result(10)

    # ----------------------------------------------------------------- on its loop

    async def leave(self) -> None:
        """End every connection in order."""
        await self._cut("fin")

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection on to the server."""
        try:
            there, back = await asyncio.open_connection(sock=await self._reach())
        except OSError:
            writer.close()
            return
        pair = (writer, back)
        self._open |= {*pair}
        self._start(self._carry(there, pair, of_server=True))
        self._start(self._carry(reader, pair, of_server=False))

    async def _reach(self) -> socket.socket:
        """A connection to the server that takes little at a time: what waits, waits there."""
        link = socket.socket()
        link.setblocking(False)
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        try:
            await self.loop.sock_connect(link, ("127.0.0.1", self.target))
        except OSError:
            link.close()
            raise
        return link

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(
        self,
        source: asyncio.StreamReader,
        pair: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
        *,
        of_server: bool,
    ) -> None:
        page, server = pair
        sink, passed = (page if of_server else server), 0
        try:
            while data := await source.read(65536):
                for piece in self._pieces(data):
                    if of_server and self.cut_after and passed + len(piece) >= self.cut_after[0]:
                        rest, how = self.cut_after
                        sink.write(piece[: rest - passed])
                        await asyncio.sleep(0)
                        self._end(pair, how)
                        return
                    await self._pass(piece, sink, of_server=of_server)
                    passed += len(piece)
            sink.write_eof()
        except (OSError, asyncio.CancelledError):
            self._end(pair, "fin")

    def _pieces(self, data: bytes) -> list[bytes]:
        size = self.slice or len(data)
        return [data[at : at + size] for at in range(0, len(data), size)]

    async def _pass(self, piece: bytes, sink: asyncio.StreamWriter, *, of_server: bool) -> None:
        if pause := self._pause(piece):
            await asyncio.sleep(pause)
        while self.still:
            await asyncio.sleep(0.01)
        if self.mute_answers if of_server else self.mute_questions:
            return
        self.carried += len(piece) if of_server else 0
        sink.write(piece)
        await sink.drain()

    def _pause(self, piece: bytes) -> float:
        late = self.delay + random.uniform(-self.jitter, self.jitter)
        return late + (len(piece) / self.rate if self.rate else 0.0)

    async def _cut(self, how: End) -> None:
        self._end(tuple(self._open), how)

    async def _half_close(self) -> None:
        for writer in list(self._open):
            if writer.get_extra_info("sockname")[1] == self.port and writer.can_write_eof():
                writer.write_eof()

    def _end(self, writers: tuple[asyncio.StreamWriter, ...], how: End) -> None:
        for writer in writers:
            self._open.discard(writer)
            if how == "rst" and (raw := writer.get_extra_info("socket")) is not None:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RST)
                writer.transport.abort()
            else:
                writer.close()
