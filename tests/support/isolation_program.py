"""Answers written from everywhere at once: raw threads, shared pools, loops of their own, tasks.

A message `kind tag` is answered in the way `kind` says, with words that all carry the
tag. Two apps, one for plain handlers and one for async ones; `ports.json` tells their ports.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from gptchat import GPTChat

PARTS, WORDS = 3, 40
PAUSE = 0.02
BURN = 4.0  # Seconds a disturber keeps on.

plain = GPTChat(store="plain.db", allow_anonymous=True)
aio = GPTChat(store="aio.db", allow_anonymous=True)
shared_pool = ThreadPoolExecutor(16)


def words(tag: str, part: int) -> list[str]:
    """What one part of an answer says."""
    return [f"{tag}.{part}.{number} " for number in range(WORDS)]


def source(tag: str, parts: int) -> list[str]:
    return ["".join(words(tag, part)) for part in range(parts)]


# ------------------------------------------------------------------ plain handlers


def write(app: GPTChat, id: str, tag: str, part: int) -> None:
    """Say one part of an answer, from any thread."""
    for word in words(tag, part):
        app.update_message({"content": word}, id)
        time.sleep(PAUSE)


def by_generator(tag: str) -> Iterator[str]:
    for word in words(tag, 0):
        yield word
        time.sleep(PAUSE)


def by_threads(tag: str) -> None:
    ids = [plain.new_id() for _ in range(PARTS)]
    threads = [threading.Thread(target=write, args=(plain, ids[p], tag, p)) for p in range(PARTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def by_pool(tag: str) -> None:
    ids = [plain.new_id() for _ in range(PARTS)]
    work = [shared_pool.submit(write, plain, ids[part], tag, part) for part in range(PARTS)]
    for each in work:
        each.result()


def by_own_loop(tag: str) -> None:
    asyncio.run(gathered(plain, tag))


async def gathered(app: GPTChat, tag: str) -> None:
    """Several coroutines, each saying one part, and never an id from elsewhere."""

    async def say(part: int) -> None:
        id = app.new_id()
        for word in words(tag, part):
            app.update_message({"content": word}, id)
            await asyncio.sleep(PAUSE)

    await asyncio.gather(*(say(part) for part in range(PARTS)))


def sleeping(tag: str) -> str:
    time.sleep(BURN)
    return tag


def burning(tag: str) -> str:
    end = time.monotonic() + BURN
    while time.monotonic() < end:
        sum(range(1000))
    return tag


PLAIN: dict[str, Callable[[str], Any]] = {
    "generator": by_generator, "threads": by_threads, "pool": by_pool, "own_loop": by_own_loop,
    "sleeping": sleeping, "burning": burning,
}  # fmt: skip


@plain.handle_send_message
def plain_reply(message: str) -> Any:
    kind, tag = message.split()
    return PLAIN[kind](tag)


# ------------------------------------------------------------------ async handlers


async def by_async_generator(tag: str) -> AsyncIterator[str]:
    for word in words(tag, 0):
        yield word
        await asyncio.sleep(PAUSE)


async def by_gather(tag: str) -> None:
    await gathered(aio, tag)


async def by_to_thread(tag: str) -> None:
    ids = [aio.new_id() for _ in range(PARTS)]
    work = (asyncio.to_thread(write, aio, ids[part], tag, part) for part in range(PARTS))
    await asyncio.gather(*work)


async def by_tasks(tag: str) -> None:
    async def grow() -> None:
        id = aio.new_id()
        for word in words(tag, 0):
            aio.update_message({"content": word}, id)
            await asyncio.sleep(PAUSE)

    await asyncio.create_task(grow())


async def blocking(tag: str) -> str:
    time.sleep(BURN)  # The mistake whose reach is measured.
    return tag


AIO: dict[str, Callable[[str], Any]] = {
    "async_generator": by_async_generator, "gather": by_gather, "to_thread": by_to_thread,
    "tasks": by_tasks, "blocking": blocking,
}  # fmt: skip


@aio.handle_send_message
async def aio_reply(message: str) -> Any:
    kind, tag = message.split()
    said = AIO[kind](tag)
    return said if kind == "async_generator" else await said


if __name__ == "__main__":
    for app in (plain, aio):
        app.run_app(port=0, block=False)
    ports = {"plain": plain.url, "aio": aio.url}
    Path("ports.json.new").write_text(json.dumps(ports), "utf-8")
    Path("ports.json.new").rename("ports.json")
    threading.Event().wait()
