"""What it costs to keep what is said: a tick of many answers, the bytes written, what is idle."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.load import crowd
from benchmarks.measuring import Measured, serving
from benchmarks.report import Figure
from gptchat.protocol import Event
from gptchat.store import Store
from support.raw_socket import RawSocket

STREAMS, TICKS = 50, 200
PIECE = "and so on, word for word, "
MEGABYTE = 1_000_000
PEOPLE, WARM_UP, ROUNDS = 200, 10, 16
"""Until the caches of the database's connections are full the memory grows, whoever is there."""

WISH = {"count": 20, "rate": 200, "kind": "words"}


def a_tick() -> Iterator[Figure]:
    """A tick of 50 growing answers: our store by turns with the statements alone."""
    with TemporaryDirectory() as folder, Raw(Path(folder, "raw.db")) as raw:
        store = Store(Path(folder, "ours.db"))
        chats = [f"c{number}" for number in range(STREAMS)]
        for chat in chats:
            store.create("local", chat)
        store.append({chat: [begun(chat)] for chat in chats})
        took: dict[str, list[float]] = {"ours": [], "raw": []}
        for tick in range(TICKS):
            events = {chat: [grows(chat, f"{tick} {PIECE}")] for chat in chats}
            began = time.perf_counter()
            store.append(events)
            between = time.perf_counter()
            raw.append(events, tick)
            took["raw"].append(time.perf_counter() - between)
            took["ours"].append(between - began)
        store.close()
    ours, theirs = (median(times) * 1000 for times in took.values())
    yield Figure("a tick of 50 answers, kept / the same by sqlite3 alone", ours / theirs, "", aim=3)
    yield Figure("a tick of 50 answers, kept", ours, "ms", aim=33)


class Raw:
    """The least that keeps the same: a row for each event, and the last number of each log."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)

    def __enter__(self) -> Raw:
        self._db.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "CREATE TABLE chats (id TEXT PRIMARY KEY, seq INT);"
            "CREATE TABLE events (row INTEGER PRIMARY KEY, chat TEXT, seq INT, body TEXT,"
            " UNIQUE (chat, seq));"
        )
        chats = [(f"c{number}", 0) for number in range(STREAMS)]
        self._db.executemany("INSERT INTO chats VALUES (?, ?)", chats)
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def append(self, events: dict[str, list[Event]], tick: int) -> None:
        """One transaction."""
        rows = [(chat, tick, json.dumps(event)) for chat, [event] in events.items()]
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("INSERT INTO events (chat, seq, body) VALUES (?, ?, ?)", rows)
        self._db.executemany("UPDATE chats SET seq = ? WHERE id = ?", [(tick, c) for c in events])
        self._db.execute("COMMIT")


def begun(chat: str) -> Event:
    message = {"role": "assistant", "content": ""}
    node: Any = {"id": f"m_{chat}", "parent": None, "message": message, "status": "streaming",
                 "created": 1.0}  # fmt: skip
    return {"type": "message", "node": node}


def grows(chat: str, text: str) -> Event:
    return {"type": "delta", "id": f"m_{chat}", "delta": {"append": {"content": text}}}


def bytes_written() -> Iterator[Figure]:
    """One answer of a megabyte at 100 characters a tick (3,000 a second), its log and its end."""
    piece = (PIECE * 4)[:100]
    with TemporaryDirectory() as folder:
        store = Store(Path(folder, "chats.db"))
        store.create("local", "c")
        store.append({"c": [begun("c")]})
        before = written()
        for number in range(MEGABYTE // 100):
            store.append({"c": [grows("c", piece)]})
            if number % 150 == 149:  # Every five seconds.
                store.checkpoint()
        end: Any = {"type": "finish", "id": "m_c", "status": "done", "at": 2.0, "length": MEGABYTE}
        store.append({"c": [end]})
        store.checkpoint()
        yield Figure("bytes written per MB of answer", (written() - before) / 1e6, "MB")
        store.close()


def written() -> int:
    """Bytes this process has handed to `write` so far."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("wchar")).split()[1])


def idle() -> Iterator[Figure]:
    """What a conversation costs that nobody is in, and a connected page that does nothing."""
    with serving("gptchat", PYTHONMALLOC="malloc") as server:
        visit(server, WARM_UP)
        before = held(server)
        visit(server, ROUNDS)
        each = (held(server) - before) / (ROUNDS * PEOPLE)
        yield Figure("memory held per idle conversation, of 3,200", each, "bytes", aim=1000)
    with serving("gptchat") as server:
        visit(server, WARM_UP)
        time.sleep(2)
        resident = server.rss_mb
        with ExitStack() as links:
            for _ in range(500):
                links.enter_context(RawSocket(server.port).hello({"protocol": 1}))
            time.sleep(1)
            grown = (server.rss_mb - resident) * 1000 / 500
        yield Figure("memory per idle connection, of 500", grown, "KB")


def visit(server: Measured, rounds: int) -> None:
    """So many times 200 people come, ask, and go."""
    for _ in range(rounds):
        asyncio.run(crowd(server.port, PEOPLE, WISH, over=1.0))


def held(server: Measured) -> int:
    """The bytes in use once everybody is gone. What is resident is more after a larger crowd:
    the allocator keeps what was freed."""
    time.sleep(2)
    asyncio.run(crowd(server.port, 1, {"held": True}, over=0.0))
    return int(Path(server.folder, "held").read_text())
