"""Many chats, as months of use leave them: written straight into a program's database.

    with serve(PROGRAM) as server:
        add_chats(server.folder, {"Weather in Oslo": 0, "A recipe": 40})   # days ago

Each is a chat of one question and one answer, both its title.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

DAY = 24 * 60 * 60
OWNER = "local"

ROW = {"owner": OWNER, "epoch": "e", "seq": 0, "pruned": 0}


def add_chats(folder: Path, days_ago: Mapping[str, float]) -> None:
    """Add chats by title; the program that uses the database may be running."""
    (file,) = folder.glob(".gptchat/*.db")
    with closing(sqlite3.connect(file, timeout=10)) as database, database:
        for place, (title, days) in enumerate(days_ago.items()):
            _add(database, f"c_{place:024x}", title, time.time() - days * DAY)


def add_long_chat(file: Path, id: str, words: Sequence[str]) -> None:
    """Add a chat of these messages, of a person and of the assistant by turns."""
    with closing(sqlite3.connect(file, timeout=10)) as database, database:
        moments = {"created": 1e9, "updated": 1e9, "said": 1e9, "title": "A long one"}
        insert(database, "conversations", ROW | moments | {"id": id, "leaf": f"m{len(words) - 1}"})
        for place, content in enumerate(words):
            message = {"role": ("user", "assistant")[place % 2], "content": content}
            node = {"id": f"m{place}", "parent": f"m{place - 1}" if place else None,
                    "message": message, "status": "done", "created": 1e9}  # fmt: skip
            where = {"conversation": id, "id": node["id"], "place": place, "seq": 0}
            insert(database, "messages", where | {"body": json.dumps(node)})


def _add(database: sqlite3.Connection, id: str, title: str, said: float) -> None:
    moments = {"created": said, "updated": said, "said": said}
    insert(database, "conversations", ROW | moments | {"id": id, "title": title, "leaf": "a"})
    for place, (name, parent, role) in enumerate([("q", None, "user"), ("a", "q", "assistant")]):
        message = {"role": role, "content": title}
        node = {"id": name, "parent": parent, "message": message, "status": "done", "created": said}
        where = {"conversation": id, "id": name, "place": place, "seq": 0}
        insert(database, "messages", where | {"body": json.dumps(node)})


def insert(database: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> None:
    """Add one row."""
    names = ", ".join(row)
    values = ", ".join("?" for _ in row)
    database.execute(f"INSERT INTO {table} ({names}) VALUES ({values})", tuple(row.values()))
