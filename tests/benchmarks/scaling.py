"""What one connection, one stream and one stored token cost, and how far these parts carry.

    PYTHONPATH=tests .venv/bin/python -m benchmarks.scaling

First it measures, in processor time, so that what else the machine does is not counted. Then it
lets as many workers as are needed flush their streams into one PostgreSQL, tick by tick, with
what was measured, and tells how long a word waits. scale.md says what follows from it.
"""

from __future__ import annotations

import asyncio
import heapq
import json
import math
import os
import random
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Any

import psutil
import websockets

from benchmarks.load import percentile, run_crowd
from benchmarks.measuring import serving
from benchmarks.report import row
from gptchat.bus import bus_of
from gptchat.hub import SHARE, TICK
from gptchat.protocol import Event
from gptchat.store import Store
from gptchat.store.postgresql import POOL
from support.postgres import Postgres
from support.redis import Redis

USERS = (1_000, 10_000, 100_000)
STREAMING = 0.05
"""Of those who have a page open, how many are being answered at a moment: an assumption."""
RATE = 20.0
"""Tokens a second of one answer: an assumption."""
PAGES, STREAMS, SECONDS = 300, 50, 10
BUSY = 0.6
"""Of its one core (Python runs on one) a worker is given so much to do."""

PAGES_EACH = 800
"""Of the 1,000 that `max_connections` allows a worker: a page is two threads."""


@dataclass(frozen=True)
class Costs:
    """Processor time in seconds, memory and storage in bytes."""

    page_memory: float
    page_cpu: float
    """Of an idle page, each second."""
    stream_cpu: float
    """Of an answer at RATE tokens a second, each second, in the worker, with SQLite."""
    tick_cpu: float
    """Of a commit to PostgreSQL, in the worker, whatever is in it,"""
    event_cpu: float
    """and of each conversation in it."""
    tick_database: float
    event_database: float
    """The same, in PostgreSQL."""
    token_bytes: float
    call_cpu: float
    """Of a call by Redis, in the worker that calls."""
    call_redis: float


# --------------------------------------------------------------------------- measuring


async def _open(port: int, count: int) -> list[Any]:
    url, origin = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket", "http://127.0.0.1"
    made = []
    for _ in range(count):
        here: Any = f"{origin}:{port}"
        socket: Any = await websockets.connect(url, origin=here, max_size=None)
        await socket.recv()
        await socket.send('40{"protocol":1}')
        made.append(socket)
    return made


async def _pages(server: Any) -> tuple[float, float]:
    await _open(server.port, 20)
    before = server.process.memory_info().rss
    kept = await _open(server.port, PAGES)
    await asyncio.sleep(2)
    memory, spent = server.process.memory_info().rss - before, server.cpu
    await asyncio.sleep(5)
    return memory / len(kept), (server.cpu - spent) / 5 / PAGES


def _streams(server: Any) -> float:
    asked = {"count": int(RATE * SECONDS), "rate": RATE, "kind": "words"}
    run_crowd(server.port, 1, {"count": 5, "rate": 100, "kind": "words"})
    spent = server.cpu
    run_crowd(server.port, STREAMS, asked, over=1.0)
    return float((server.cpu - spent) / STREAMS / SECONDS)


def _spent(processes: list[psutil.Process]) -> float:
    return sum(sum(each.cpu_times()[:2]) for each in processes)


def _commits(postgres: Postgres, at_once: int, ticks: int) -> tuple[float, float, float]:
    """Of one tick: processor time here, in PostgreSQL; and the bytes of one event there."""
    place = postgres.new_database()
    store = Store(place)
    chats = [f"c{number}" for number in range(at_once)]
    for chat in chats:
        store.create("me", chat)
    node: dict[str, object] = {
        "id": "m",
        "parent": None,
        "message": {},
        "status": "streaming",
        "created": 1.0,
    }
    first: Event = {"type": "message", "node": node}  # type: ignore[typeddict-item]
    store.append({chat: [first] for chat in chats})
    piece: Event = {"type": "delta", "id": "m", "delta": {"append": {"content": "word "}}}
    assert postgres._process is not None
    server = psutil.Process(postgres._process.pid)
    backends = [server, *server.children()]
    size = int(str(_told(postgres, place)))
    here, there = time.process_time(), _spent(backends)
    for _ in range(ticks):
        store.append({chat: [piece] for chat in chats})
    here, there = time.process_time() - here, _spent(backends) - there
    grown = int(str(_told(postgres, place))) - size
    store.close()
    return here / ticks, there / ticks, grown / ticks / at_once


def _told(postgres: Postgres, place: str) -> object:
    name = place.rpartition("/")[2]
    return postgres.tell("SELECT pg_total_relation_size('events')", name)[0][0]


def _calls(store: Store, redis: Redis, count: int = 3000) -> tuple[float, float]:
    bus = bus_of(redis.url, store)
    assert redis._process is not None
    server = psutil.Process(redis._process.pid)
    here, there = time.process_time(), _spent([server])
    bus._send({f"c:{number}": () for number in range(count)})  # type: ignore[attr-defined]
    return (time.process_time() - here) / count, (_spent([server]) - there) / count


def measure() -> Costs:
    """Take every cost once."""
    with ExitStack() as stack:
        postgres, redis = stack.enter_context(Postgres()), stack.enter_context(Redis())
        with serving("gptchat") as server:
            memory, idle = asyncio.run(_pages(server))
        with serving("gptchat") as server:
            stream = _streams(server)
        one, many = _commits(postgres, 1, 300), _commits(postgres, 50, 100)
        store = Store(postgres.new_database())
        _calls(store, redis)
        call, heard = _calls(store, redis, 30_000)
        store.close()
    event, there = (many[0] - one[0]) / 49, (many[1] - one[1]) / 49
    return Costs(
        memory, idle, stream, one[0] - event, event, one[1] - there, there, many[2], call, heard
    )


# -------------------------------------------------------------------------- simulating


def workers_for(users: int, costs: Costs) -> int:
    """How many one-core workers it takes for none to be busier, or to have more pages."""
    streams = users * STREAMING
    flushes = 1 / TICK  # A second; each worker makes them as long as anything streams.
    fixed = costs.tick_cpu * flushes
    each = costs.stream_cpu + (costs.event_cpu + costs.call_cpu) * RATE
    busy = math.ceil((users * costs.page_cpu + streams * each) / (BUSY - fixed))
    return max(2, busy, math.ceil(users / PAGES_EACH))


def waits(users: int, workers: int, cores: int, costs: Costs, seconds: float = 20) -> list[float]:
    """How long words wait from being said to being committed, with PostgreSQL on so many cores.

    Each worker commits what its streams have said since it began the commit before, then rests
    as the hub does; commits that find every core taken wait for one.
    """
    chance = random.Random(1)
    mean = users * STREAMING / workers
    free = [0.0] * cores
    queue = [(chance.random() * TICK, worker, 0.0) for worker in range(workers)]
    heapq.heapify(queue)
    waited: list[float] = []
    while queue[0][0] < seconds:
        now, worker, since = heapq.heappop(queue)
        streams = max(0, round(chance.gauss(mean, math.sqrt(mean))))
        events = min(streams, streams * RATE * (now - since))
        begins = max(now + costs.tick_cpu + costs.event_cpu * events, heapq.heappop(free))
        ends = begins + costs.tick_database + costs.event_database * events
        heapq.heappush(free, ends)
        if now > 2:
            waited += [ends - chance.uniform(since, now) for _ in range(min(20, int(events)))]
        rest = max(TICK, SHARE * (ends - now))
        heapq.heappush(queue, (ends + rest, worker, now))
    return waited


def table(costs: Costs) -> Iterator[str]:
    """What follows, as Markdown."""
    yield row([
        "users", "streams", "workers", "their memory", "PostgreSQL: cores busy", "of",
        "connections", "a word waits, p50 / p99", "Redis: of one core", "log written",
    ])  # fmt: skip
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for users in USERS:
        streams, workers = users * STREAMING, workers_for(users, costs)
        events = streams * RATE
        busy = workers / TICK / 1.5 * costs.tick_database + events * costs.event_database
        cores = max(2, math.ceil(busy / BUSY))
        found = [1000 * each for each in waits(users, workers, cores, costs)]
        memory = (users * costs.page_memory + workers * 65e6) / 1e9
        yield row([
            f"{users:,}", f"{streams:,.0f}", workers, f"{memory:.1f} GB", f"{busy:.1f}", cores,
            workers * POOL["pool_size"],
            f"{percentile(found, 50):.0f} / {percentile(found, 99):.0f} ms",
            f"{events * costs.call_redis:.2%}",
            f"{events * costs.token_bytes / 1e6:.1f} MB/s",
        ])  # fmt: skip


def main() -> None:
    """Measure, then tell what follows."""
    costs = measure()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(json.dumps({name: float(f"{value:.3g}") for name, value in asdict(costs).items()}))
    for line in table(costs):
        print(line)


if __name__ == "__main__":
    main()
