"""Finding one's way among many chats: a search, and the first page of the list."""

from __future__ import annotations

import itertools
import json
import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from benchmarks.report import Figure
from gptchat.store import Store
from support.postgres import Place, Postgres

CHATS, MESSAGES = 10_000, 20
OWNER = "local"
ROUNDS = 15


def many_chats() -> Iterator[Figure]:
    """10,000 chats of 20 messages, words of 30,000 by Zipf's law, in one process."""
    with TemporaryDirectory() as folder:
        yield from _figures("10,000 chats", Path(folder, "chats.db"))


def many_chats_in_postgresql() -> Iterator[Figure]:
    """The same, in a server on this machine that does not wait for its disk."""
    with Postgres() as server:
        yield from _figures("10,000 chats in PostgreSQL", server.new_database())


def _figures(what: str, place: Place) -> Iterator[Figure]:
    chance = random.Random(1)
    words = _vocabulary(chance)
    _write(place, words, chance)
    began = time.perf_counter()
    store = Store(place)
    yield Figure(f"{what}: indexed anew", time.perf_counter() - began, "s")
    for asked, query in (
        ("the commonest word", words[0]),
        ("the beginning of many words", words[3][:2]),
        ("a rare word", words[5000]),
        ("two words", f"{words[10]} {words[2000][:3]}"),
    ):
        taken = _taken(partial(store.search.find, OWNER, query))
        yield Figure(f"{what}: search, {asked}", taken, "ms", aim=100)
    taken = _taken(partial(store.listing.page, OWNER, None, 50))
    yield Figure(f"{what}: the first page of the list", taken, "ms", aim=20)
    store.close()


def _taken(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return median(times) * 1000


def _vocabulary(chance: random.Random) -> list[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return ["".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(30_000)]


def _write(place: Place, words: list[str], chance: random.Random) -> None:
    """As they are once their logs are pruned, and as they were before there was an index."""
    often = list(itertools.accumulate(1 / (i + 1) for i in range(len(words))))

    def text(count: int) -> str:
        return " ".join(chance.choices(words, cum_weights=often, k=count))

    store = Store(place)
    tables = store._t
    for chat in range(CHATS):
        head = {"id": f"c{chat}", "owner": OWNER, "created": chat, "updated": chat, "said": chat,
                "epoch": "e", "seq": MESSAGES, "pruned": MESSAGES, "title": text(6)}  # fmt: skip
        nodes = [
            {"id": f"m{i}", "parent": f"m{i - 1}" if i else None, "status": "done", "created": chat,
             "message": {"role": ("user", "assistant")[i % 2], "content": text((15, 100)[i % 2])}}
            for i in range(MESSAGES)
        ]  # fmt: skip
        rows = [
            {"conversation": head["id"], "id": node["id"], "place": i, "seq": MESSAGES,
             "body": json.dumps(node)}
            for i, node in enumerate(nodes)
        ]  # fmt: skip
        with store._db.write() as connection:
            connection.execute(sa.insert(tables.conversations), head)
            connection.execute(sa.insert(tables.messages), rows)
    with store._db.write() as connection:
        connection.exec_driver_sql("DROP TABLE messages_words")
        connection.exec_driver_sql("DROP TABLE titles_words")
    store.close()
