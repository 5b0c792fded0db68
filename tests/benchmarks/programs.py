"""The two servers that are compared: gptchat, and the plainest thing that streams.

    python programs.py gptchat PORT FOLDER
    python programs.py plain PORT

A message says what is wanted as JSON: how many tokens, how fast, of which kind.
`stamp` tokens carry the moment they were made (CLOCK_MONOTONIC, which all
processes of a machine share); `words` are text as a model would send it.
"""

from __future__ import annotations

import ctypes
import gc
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TEXT = """A handler is one function and it gets the conversation as a list of messages that the
model can read so what you write is what people see while it is being written **word** by
word with `code` and lists:\n\n- one\n- two\n\nand nothing is lost when the page reloads."""
WORDS = TEXT.split(" ")


def tokens(asked: dict[str, Any]) -> Iterator[str]:
    """Tokens on an absolute schedule: token k is due at start + k / rate."""
    began, rate = time.monotonic(), asked["rate"]
    for k in range(asked["count"]):
        late = time.monotonic() - began - k / rate
        if late < 0:
            time.sleep(-late)
        if asked["kind"] == "stamp":
            yield f"{time.monotonic():.6f} "
        else:
            yield WORDS[k % len(WORDS)] + " "


class Mallinfo(ctypes.Structure):
    """What libc tells of its memory: `mallinfo2` of malloc.h."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            "arena", "ordblks", "smblks", "hblks", "hblkhd",
            "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost",
        )
    )  # fmt: skip


def bytes_in_use() -> int:
    """What is allocated: all of it, if Python was told to get its memory from libc too."""
    gc.collect()
    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = Mallinfo
    told = ask()
    return int(told.uordblks + told.hblkhd)


def serve_gptchat(port: int, folder: str) -> None:
    """gptchat as a developer would use it, with a database file."""
    from gptchat import GPTChat

    app = GPTChat(store=f"{folder}/bench.db", max_concurrent_runs=2000, max_connections=2000)

    @app.handle_send_message
    def reply(message: str) -> Iterator[str] | None:
        asked = json.loads(message)
        if asked.get("held"):
            Path(folder, "held").write_text(str(bytes_in_use()))
            return None
        if asked.get("drop"):  # What making the tokens costs by itself.
            for _ in tokens(asked):
                pass
            return None
        return tokens(asked)

    app.run_app(port=port)


def serve_plain(port: int) -> None:
    """Flask-SocketIO with one emit for each delta, and nothing kept."""
    import threading

    from flask import Flask, request
    from flask_socketio import SocketIO

    flask = Flask("plain")
    socketio = SocketIO(flask, async_mode="threading")

    @socketio.on("send")
    def send(asked: dict[str, Any]) -> dict[str, str]:
        page = request.sid  # type: ignore[attr-defined]

        def answer() -> None:
            for token in tokens(json.loads(asked["content"])):
                socketio.emit("delta", {"id": "m", "content": token}, to=page)
            socketio.emit("done", to=page)

        threading.Thread(target=answer, daemon=True).start()
        return {"conversation": page}

    socketio.run(flask, port=port, allow_unsafe_werkzeug=True)


if __name__ == "__main__":
    if sys.argv[1] == "gptchat":
        serve_gptchat(int(sys.argv[2]), sys.argv[3])
    else:
        serve_plain(int(sys.argv[2]))
