"""Conversations as files, by HTTP: taken away in any form, and brought.

How they are written is the business of `exports/`, how they are read that of `imports/`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from urllib.parse import quote

import flask
from werkzeug.exceptions import ClientDisconnected

from gptchat.arrivals import MOST_BYTES, Arrivals
from gptchat.departures import transcript_of
from gptchat.exports import FORMS, file_name
from gptchat.guard.headers import PICTURE
from gptchat.guard.visitors import owner_of
from gptchat.pages.responses import json_answer, packed
from gptchat.protocol import ImportAnswer
from gptchat.refusals import Refuse, refuse
from gptchat.store import Store

CHUNK = 1 << 16

STATUS = {"bad_request": 400, "too_large": 413, "busy": 429, "rate": 429}

Answer = Callable[[int, str], flask.Response]


class Archives:
    """The conversations of a store, on their way out or in."""

    def __init__(self, store: Store, arrivals: Arrivals) -> None:
        self._store, self._arrivals = store, arrivals

    def export(self, owner: str, conversation: str, name: str) -> tuple[str, str, str]:
        """The text, its type and the name of its file. Raises NotFound, and Refuse."""
        form = FORMS.get(name)
        if form is None:
            raise refuse("bad_request", f"`form` is one of {', '.join(FORMS)}.")
        transcript = transcript_of(self._store, owner, conversation)
        return form.write(transcript), form.type, file_name(transcript, form)

    def bring(self, owner: str, request: flask.Request) -> ImportAnswer:
        """Keep the conversations a request brings. Raises Refuse."""
        if (request.content_length or 0) > MOST_BYTES:
            raise _too_large()
        request.max_content_length = MOST_BYTES + CHUNK  # Our own count, below, ends it first.
        # All of it first: of a file that is cut on its way nothing is kept.
        with tempfile.SpooledTemporaryFile(max_size=1 << 20) as body:
            for chunk in _chunks(request):
                body.write(chunk)
            body.seek(0)
            return self._arrivals.bring(owner, iter(lambda: body.read(CHUNK), b""))


def add_archives(app: flask.Flask, archives: Archives, answer: Answer) -> None:
    """The two addresses. `answer` refuses with a status and a sentence."""

    @app.get("/api/conversations/<conversation>/export")
    def export(conversation: str) -> flask.Response:
        """A conversation as a file, for its owner."""
        form = flask.request.args.get("form", "")
        try:
            text, type, name = archives.export(_owner(), conversation, form)
        except Refuse as no:
            return answer(400, no.refusal["sentence"])
        return _download(text, type, name)

    @app.post("/api/import")
    def bring() -> flask.Response:
        """A file with conversations: it is the body."""
        # A form of another site cannot send this header; a script must ask, and is not answered.
        if flask.request.headers.get("X-Gptchat") != "1":
            return answer(400, "The header X-Gptchat is missing.")
        try:
            return json_answer(archives.bring(_owner(), flask.request))
        except Refuse as no:
            return answer(STATUS.get(no.refusal["code"], 400), no.refusal["sentence"])


def _download(text: str, type: str, name: str) -> flask.Response:
    response = packed(text, type)
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    # Opened by its address it is a document of this origin: nothing in it may run.
    response.headers["Content-Security-Policy"] = PICTURE
    return response


def _chunks(request: flask.Request) -> Iterator[bytes]:
    """The body, piece by piece."""
    length = 0
    try:
        while chunk := request.stream.read(CHUNK):
            length += len(chunk)
            if length > MOST_BYTES:
                raise _too_large()
            yield chunk
    except ClientDisconnected as error:
        raise refuse("bad_request", "The file was cut off on its way.") from error
    if request.content_length is not None and length < request.content_length:
        raise refuse("bad_request", "The file was cut off on its way.")


def _too_large() -> Refuse:
    most = MOST_BYTES // 1024 // 1024
    return refuse(
        "too_large", f"A file may have {most} MiB at most. `gptchat import` takes larger ones."
    )


def _owner() -> str:
    return owner_of(flask.request.environ)
