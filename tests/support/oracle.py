"""What must be true after any fault: every tab and the database hold the source, byte for byte."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psutil

from gptchat.store import Store
from support.page import Page
from support.postgres import Place
from support.serving import Server

BACK_WITHIN = 10.0  # Seconds for the threads of closed connections to end.


def answers(nodes: Iterable[Any]) -> list[str]:
    """The contents of the answers among nodes."""
    return [n["message"]["content"] for n in nodes if n["message"]["role"] == "assistant"]


def assert_exact(pages: Iterable[Page], source: list[str]) -> None:
    """Every tab shows the source and nothing else, and so does a snapshot."""
    for page in pages:
        assert page.conversation is not None
        told = page.visitor.snapshot(page.conversation)
        assert_same(answers(told["nodes"]), source, f"The snapshot {told['runs']}")
        page.wait_seq(told["seq"])
        assert_same(page.texts(), source, f"A tab {page.counts}")
        assert page.problems == []


def assert_same(texts: list[str], source: list[str], who: str) -> None:
    """Byte-identical, or told where it begins to differ."""
    assert [len(text) for text in texts] == [len(text) for text in source], who
    for text, expected in zip(texts, source, strict=True):
        same = next((i for i, (a, b) in enumerate(zip(text, expected, strict=False)) if a != b), 0)
        assert text == expected, (
            f"{who}: {text[same:][:60]!r} at {same}, not {expected[same:][:60]!r}"
        )


def assert_stored(database: Place, conversation: str, source: list[str]) -> None:
    """The database holds the source, and the numbers of its log have no gap."""
    store = Store(database)
    try:
        assert_same(answers(store.load(conversation).nodes.values()), source, "The database")
    finally:
        store.close()
    numbers = log_numbers(database, conversation)
    assert numbers == list(range(1, len(numbers) + 1)), "the log has a gap or a repeat"


def log_numbers(database: Place, conversation: str) -> list[int]:
    """The numbers of a conversation's events, as they are kept."""
    store = Store(database)
    try:
        with store._db.read() as connection:
            return [seq for seq, _ in store._log(connection, conversation, 0)]
    finally:
        store.close()


def assert_calm(server: Server) -> None:
    """Nothing unexpected was logged."""
    assert "Traceback" not in server.log(), server.log()


def threads(server: Server) -> int:
    """How many threads the server has now."""
    assert server.process is not None
    return int(psutil.Process(server.process.pid).num_threads())


def assert_threads_back(server: Server, before: int) -> None:
    """The threads of connections and runs have ended."""
    deadline = time.monotonic() + BACK_WITHIN
    while threads(server) > before:
        assert time.monotonic() < deadline, f"{threads(server)} threads are left, not {before}"
        time.sleep(0.05)


def database(server: Server, script: str = "program") -> Path:
    """The file of a served program."""
    return server.folder / ".gptchat" / f"{script}.db"
