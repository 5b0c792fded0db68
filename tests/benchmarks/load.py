"""Many people at once, at protocol level: how long each waits, and whether a word is lost."""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

import websockets

STAMP = re.compile(r"\d+\.\d{6}(?= )")


@dataclass
class Seen:
    """What one person saw of one answer. Seconds."""

    first: float = 0.0
    gaps: list[float] = field(default_factory=list)
    ages: list[float] = field(default_factory=list)
    stamps: set[str] = field(default_factory=set)
    frames: int = 0


async def person(port: int, asked: dict[str, Any], wait: float, ready: asyncio.Barrier) -> Seen:
    """Connect, wait for everybody, wait one's turn, ask, and watch until the answer ends."""
    url = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
    origin: Any = f"http://127.0.0.1:{port}"
    async with websockets.connect(url, origin=origin, max_size=None) as socket:
        await socket.recv()
        await socket.send('40{"protocol":1}')
        while not str(await socket.recv()).startswith("40"):
            pass
        await ready.wait()
        await asyncio.sleep(wait)
        return await _watch(socket, asked)


async def _watch(socket: Any, asked: dict[str, Any]) -> Seen:
    seen, began, last = Seen(), time.monotonic(), 0.0
    content = json.dumps(asked)
    send = {"conversation": None, "id": f"u{id(seen)}", "parent": None, "content": content}
    await socket.send("421" + json.dumps(["send", send]))
    async for text in socket:
        now = time.monotonic()
        if text == "2":
            await socket.send("3")
        elif text.startswith("431"):
            ack = json.loads(text[3:])[0]
            sync = {"conversation": ack["conversation"], "epoch": None, "seq": 0}
            await socket.send("422" + json.dumps(["sync", sync]))
        new = set(STAMP.findall(text)) - seen.stamps
        if new:
            seen.frames += 1
            if last:
                seen.gaps.append(now - last)
            else:
                seen.first = now - began
            last = now
            seen.ages += [now - float(stamp) for stamp in new]
            seen.stamps |= new
        if '"ended"' in text or text.startswith('42["done"'):
            return seen
    raise ConnectionError("The connection ended before the answer did.")


async def crowd(port: int, people: int, asked: dict[str, Any], *, over: float) -> list[Seen]:
    """So many people connect; then each asks once, evenly over `over` seconds."""
    ready = asyncio.Barrier(people)
    turns = [person(port, asked, over * k / people, ready) for k in range(people)]
    return list(await asyncio.gather(*turns))


def run_crowd(port: int, people: int, asked: dict[str, Any], *, over: float = 0.0) -> list[Seen]:
    """`crowd`, from code that is not async."""
    return asyncio.run(crowd(port, people, asked, over=over))


def percentile(values: list[float], which: int) -> float:
    """The value that `which` percent of all values do not exceed."""
    return quantiles(values, n=100, method="inclusive")[which - 1] if len(values) > 1 else values[0]


class CountingRelay:
    """Passes TCP on to a port, and counts the bytes that come back."""

    def __init__(self, to: int) -> None:
        self._to = to
        self.down = 0
        self.port = 0

    async def __aenter__(self) -> CountingRelay:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        await asyncio.gather(self._copy(reader, back, False), self._copy(there, writer, True))

    async def _copy(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: bool
    ) -> None:
        while data := await reader.read(65536):
            if count:
                self.down += len(data)
            writer.write(data)
        writer.close()
