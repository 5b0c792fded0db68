"""OpenAI's API over the fake's connections: answers on time, and every mishap in a script.

What is said and what is remembered is the business of the `Model` behind it
(`fake_openai.py`); the wire itself is that of `connection.py`.
"""

from __future__ import annotations

import json
import math
import socket
import time
from collections.abc import Callable
from typing import Literal, Protocol, TypeAlias

from gptchat.testing.completions import Completion
from gptchat.testing.connection import Connection, HungUp, Server, dumps, log, shut
from gptchat.testing.refusals import Refused
from gptchat.testing.replies import DO_NOT_RETRY, Json, Reply, error_answer
from gptchat.testing.rules import check

Ending: TypeAlias = Literal["answered", "refused", "error", "cut", "hung up", "stopped"]


class Exchange:
    """One request for a completion, and how its answer went."""

    def __init__(self, request: Json, connection: socket.socket) -> None:
        self.request = request
        self.began = time.monotonic()
        self.ended: float | None = None
        self.ending: Ending | None = None
        """None while the answer is being given. `hung up`: the client closed first."""
        self.refusal: str | None = None
        """Why the request was refused, if it was."""
        self.chunks = 0
        """Chunks written so far."""
        self._connection = connection

    def hang_up(self) -> None:
        """Break the connection off from the server's side, now."""
        shut(self._connection)


class Model(Protocol):
    """Who is asked what to say, and told what happened."""

    models: tuple[str, ...]

    def next_reply(self, request: Json) -> Reply: ...
    def begin(self, exchange: Exchange) -> None: ...
    def end(self, exchange: Exchange, ending: Ending) -> None: ...


class _Cut(Exception):
    """The script wants the connection closed here."""


class Handler(Connection):
    """OpenAI's API, as far as chatting needs it."""

    model: Model

    def do_GET(self) -> None:
        models = self.model.models or ("scripted",)
        self._answer_or_refuse(lambda: self.send_json(200, _models(self.path, models)))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer_or_refuse(lambda: self._complete(_parsed(self.path, body)))

    def _answer_or_refuse(self, answer: Callable[[], None]) -> None:
        try:
            self._need_key()
            answer()
        except Refused as refused:
            self.send_json(refused.status, {"error": refused.error})
        except OSError:
            self.close_connection = True

    def _need_key(self) -> None:
        if not self.headers.get("Authorization", "").startswith("Bearer "):
            raise Refused(
                "You didn't provide an API key. You need to provide your API key in an "
                "Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
                status=401,
            )

    def _complete(self, request: Json) -> None:
        """Answer one request for a completion, and say how it ended, whatever happens.

        The end is told just before the last byte leaves: whoever has read an
        answer to its end finds it ended.
        """
        exchange = Exchange(request, self.connection)
        self.model.begin(exchange)
        try:
            self._answer(exchange)
        except Refused as refused:
            exchange.refusal = str(refused)
            self.model.end(exchange, "refused")
            # Another attempt would take the script's next reply, and hide this one's mistake.
            self.send_json(refused.status, {"error": refused.error}, DO_NOT_RETRY)
        except _Cut:
            self.model.end(exchange, "cut")
            self.close_now()
        except (HungUp, OSError):
            self.model.end(exchange, "stopped" if self.server.stopping else "hung up")
            self.close_now()

    def _answer(self, exchange: Exchange) -> None:
        request = check(exchange.request)
        _need_model(request["model"], self.model.models)
        completion = self._completion(request)
        reply = completion.reply
        self.wait_until(exchange.began + reply.delay)
        if reply.error is not None and reply.error_after is None:
            status, headers, body = error_answer(reply.error)
            self.model.end(exchange, "error")
            self.send_json(status, body, headers)
        elif request.get("stream"):
            self._stream(completion, exchange)
        else:
            self._send_whole(completion, exchange)

    def _completion(self, request: Json) -> Completion:
        """What the script says, or why it could not say anything."""
        try:
            return Completion(self.model.next_reply(request), request)
        except Refused:
            raise
        except Exception as error:
            log.exception("FakeOpenAI's script raised.")
            sentence = f"FakeOpenAI's script raised {type(error).__name__}: {error}"
            raise Refused(sentence, code="script_error", status=500) from error

    def _stream(self, completion: Completion, exchange: Exchange) -> None:
        """Server-sent events, as OpenAI sends them, with whatever mishaps are scripted."""
        self.send_head(200, "text/event-stream; charset=utf-8", {"Transfer-Encoding": "chunked"})
        reply, began = completion.reply, time.monotonic()
        silent_at = completion.place(reply.silence_after if reply.silence else None)
        cut_at, error_at = completion.place(reply.cut), completion.place(reply.error_after)
        for said, chunk in completion.numbered_chunks():
            if said == cut_at:
                if reply.cut_inside:
                    event = _event(chunk)
                    self.send_piece(event[: len(event) // 2])
                raise _Cut
            if said == error_at and reply.error is not None:
                self.model.end(exchange, "error")
                self.send_piece(_event(error_answer(reply.error)[2]))
                self.send_piece(b"")
                return
            if said == silent_at and reply.silence is not None:
                began += _seconds(reply.silence)
            pause = said / reply.rate if reply.rate and said > 0 else 0.0
            self.wait_until(began + pause)
            self.send_piece(_event(chunk))
            exchange.chunks += 1
        self.model.end(exchange, "answered")
        self.send_piece(b"data: [DONE]\n\n")
        self.send_piece(b"")

    def _send_whole(self, completion: Completion, exchange: Exchange) -> None:
        """The answer to a request without `stream`: it takes as long, and comes at once."""
        reply, now = completion.reply, time.monotonic()
        writing = len(completion.deltas) / reply.rate if reply.rate else 0.0
        self.wait_until(now + writing + _seconds(reply.silence or 0.0))
        body = dumps(completion.whole())
        self.send_head(200, "application/json", {"Content-Length": str(len(body))})
        if reply.cut is not None:
            self.wfile.write(body[: len(body) // 2])
            raise _Cut
        self.model.end(exchange, "answered")
        self.wfile.write(body)


def _event(data: Json | str) -> bytes:
    """A server-sent event."""
    return b"data: " + (data.encode() if isinstance(data, str) else dumps(data)) + b"\n\n"


def _parsed(path: str, body: bytes) -> Json:
    if path.partition("?")[0] != "/v1/chat/completions":
        raise Refused(f"Invalid URL (POST {path})", status=404)
    try:
        request = json.loads(body)
    except (ValueError, RecursionError):
        request = None
    if not isinstance(request, dict):
        raise Refused(
            "We could not parse the JSON body of your request. (HINT: This likely means you "
            "aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, "
            "but what was sent was not valid JSON.)"
        )
    return request


def _models(path: str, models: tuple[str, ...]) -> Json:
    """The answer to GET /v1/models, and to /v1/models/<one of them>."""
    place, _, name = path.partition("?")[0].removeprefix("/v1/").partition("/")
    if place != "models" or not path.startswith("/v1/"):
        raise Refused(f"Invalid URL (GET {path})", status=404)
    listed = [
        {"id": model, "object": "model", "created": 0, "owned_by": "gptchat"} for model in models
    ]
    if not name:
        return {"object": "list", "data": listed}
    _need_model(name, models)
    return listed[models.index(name)]


def _need_model(name: str, models: tuple[str, ...]) -> None:
    if models and name not in models:
        raise Refused(
            f"The model `{name}` does not exist or you do not have access to it.",
            code="model_not_found",
            status=404,
        )


def _seconds(silence: float | Literal["forever"]) -> float:
    return math.inf if silence == "forever" else silence


def serve(model: Model, port: int) -> Server:
    """A server that answers for `model`, listening already."""
    server = Server(port, type("Handler", (Handler,), {"model": model}))
    server.start()
    return server
