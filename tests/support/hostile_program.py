"""The doors alone, as a program: what hostile sockets knock at in tests/faults.

`LIMITS` is JSON for `Limits`; `HEAD_WITHIN` the seconds a request head may take;
`SOFT=1` leaves everything as the libraries have it, to prove that the tests can fail.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from typing import Any

import psutil
from flask_socketio import SocketIO
from werkzeug.serving import WSGIRequestHandler, make_server

from gptchat.errors import NotFound
from gptchat.guard import Gate, Guard, Policy, WSGICallable
from gptchat.guard.ways import OnThisMachine
from gptchat.listener import request_handler
from gptchat.pages import make_flask
from gptchat.protocol import NodeAnswer, Snapshot
from gptchat.sockets.transport import Limits, harden, socketio_options

SOFT = os.environ.get("SOFT") == "1"
LIMITS = Limits(**json.loads(os.environ.get("LIMITS", "{}")))


class NoConversations:
    """A store in which nothing is found."""

    def snapshot(self, owner: str, conversation: str) -> Snapshot:
        raise NotFound(conversation)

    def node(self, owner: str, conversation: str, message: str) -> NodeAnswer:
        raise NotFound(message)

    def save_content(self, owner: str, text: str) -> str:
        return "content"


app = make_flask(reader=NoConversations(), page=dict, version="0")
soft: dict[str, Any] = {
    "async_mode": "threading",
    "async_handlers": False,
    "ping_interval": LIMITS.ping_interval,
    "ping_timeout": LIMITS.ping_timeout,
    "cors_allowed_origins": "*",
}
socketio = SocketIO(app, **(soft if SOFT else socketio_options(LIMITS)))


poured = 0


@app.get("/state")
def state() -> dict[str, int]:
    """What the process holds."""
    return {
        "rss": psutil.Process().memory_info().rss,
        "threads": threading.active_count(),
        "sockets": len(socketio.server.eio.sockets),
        "poured": poured,
    }


def echo(sid: str, data: dict[str, Any]) -> dict[str, Any]:
    return data


def pour(sid: str, data: dict[str, Any]) -> None:
    """Tell this page `count` events of `size` bytes, from a thread as runs do."""

    def work() -> None:
        global poured
        for number in range(data["count"]):
            letter = chr(97 + number % 26)
            frame = {"number": number, "text": letter * data["size"]}
            socketio.server.emit("events", frame, to=sid)
            poured += 1

    socketio.start_background_task(work)


def boom(sid: str, data: dict[str, Any]) -> None:
    raise RuntimeError("a handler of ours failed")


for handler in (echo, pour, boom):
    socketio.server.on(handler.__name__, handler)

entrance: WSGICallable = app
handler_class: type[WSGIRequestHandler] = WSGIRequestHandler
if not SOFT:
    harden(
        socketio,
        limits=LIMITS,
        on_refused=lambda sid, refusal: socketio.server.emit("refused", refusal, to=sid),
    )
    entrance = Guard(app, policy=Policy(), gate=Gate(OnThisMachine))
    handler_class = request_handler(max_connections=LIMITS.max_connections)
    vars_ = {"head_within": float(os.environ.get("HEAD_WITHIN", "20"))}
    handler_class = type("QuickHandler", (handler_class,), vars_)

logging.basicConfig(level=logging.WARNING)
make_server(
    "127.0.0.1", int(os.environ["PORT"]), entrance, threaded=True, request_handler=handler_class
).serve_forever()
