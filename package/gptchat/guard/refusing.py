"""How a request is turned away: a status and one fixed sentence, in the form its sender reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[..., Any]
WSGICallable: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]

SIGN_IN_FIRST = "You are not signed in, or not any more. Sign in, then try again."

CODES = {"401": "signed_out", "404": "not_found", "413": "too_large", "429": "rate"}


class Refused(Exception):
    """This request goes no further. Status and words are fixed texts; nothing is echoed."""

    def __init__(self, status: str, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


def answer_refusal(
    refused: Refused, environ: Environ, start_response: StartResponse
) -> Iterable[bytes]:
    """Tell a script below `api/` in JSON, as every refusal there; everybody else in plain text."""
    if not environ.get("PATH_INFO", "").startswith("/api/"):
        return plain(start_response, refused.status, refused.words)
    code = CODES.get(refused.status[:3], "bad_request")
    body = json.dumps({"refused": {"code": code, "sentence": refused.words}}).encode()
    return _answer(start_response, refused.status, "application/json", body)


def plain(start_response: StartResponse, status: str, words: str) -> Iterable[bytes]:
    """Answer with one sentence of plain text."""
    return _answer(start_response, status, "text/plain; charset=utf-8", (words + "\n").encode())


def _answer(start_response: StartResponse, status: str, kind: str, body: bytes) -> Iterable[bytes]:
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]
