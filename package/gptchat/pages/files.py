"""Files by HTTP: taken as they come, and given back to their owner as what they are.

Only pictures are ever shown by themselves, and nothing runs: everything else is a
download. What a file is, `files` says; whose it is, the store.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from urllib.parse import unquote

import flask
from werkzeug.exceptions import ClientDisconnected, RequestedRangeNotSatisfiable

from gptchat.config import Config
from gptchat.errors import StoreError
from gptchat.files import FileRefused
from gptchat.files.kinds import BYTES, PICTURES
from gptchat.guard.headers import PICTURE
from gptchat.guard.visitors import owner_of
from gptchat.protocol import FileAnswer
from gptchat.store.files import Files, Kept

log = logging.getLogger("gptchat.pages")

SERVED_AS_IT_IS = (*PICTURES, "application/pdf", "audio/wav", "audio/mpeg")
"""Other types are told as bytes: no browser is tempted to look into them."""

YEAR = 365 * 86400
CHUNK = 1 << 16

STATUS = {
    "bad_request": 400, "forbidden": 403, "too_large": 413, "wrong_type": 415, "rate": 429,
    "not_saved": 507,
}  # fmt: skip


Refuse = Callable[[int, str], flask.Response]


class Shelf:
    """The files of a store, and how much of them may be brought."""

    def __init__(self, files: Files, config: Config, is_shared: Callable[[], bool]) -> None:
        self._files, self._config, self._is_shared = files, config, is_shared

    def take(self, owner: str, request: flask.Request) -> FileAnswer:
        """Keep what a request brings. Raises FileRefused."""
        if not self._config.prompt["allow_upload"]:
            raise FileRefused("forbidden", "Files are not taken here.")
        most = self._config.max_file_bytes
        if (request.content_length or 0) > most:
            raise _too_large(most)
        request.max_content_length = most + CHUNK  # Our own count, below, ends it first.
        name = unquote(request.headers.get("X-File-Name", ""), errors="replace")
        a_day = self._config.max_daily_upload_bytes if self._is_shared() else None
        try:
            chunks = _chunks(request, most)
            return {"attachment": self._files.save(owner, name, chunks, a_day=a_day)}
        except (StoreError, OSError) as error:
            log.warning("An upload could not be kept: %s", error)
            raise FileRefused("not_saved", "The server has no room to keep the file.") from error

    def open(self, owner: str, id: str) -> Kept:
        """A file of this owner. Raises NotFound."""
        return self._files.open(owner, id)


def add_files(app: flask.Flask, shelf: Shelf, refuse: Refuse) -> None:
    """The two addresses of files. `refuse` answers with a status and a sentence."""

    @app.post("/api/files")
    def take() -> flask.Response:
        """A file on its way into a message: its bytes are the body, its name is in a header."""
        # A form of another site cannot send this header; a script must ask, and is not answered.
        if flask.request.headers.get("X-Gptchat") != "1":
            return refuse(400, "The header X-Gptchat is missing.")
        try:
            return flask.jsonify(shelf.take(_owner(), flask.request))
        except FileRefused as no:
            return refuse(STATUS[no.code], no.sentence)

    @app.get("/files/<id>")
    def give(id: str) -> flask.Response:
        """A file's bytes, or the range of them that is asked for."""
        return _served(shelf.open(_owner(), id))


def _served(kept: Kept) -> flask.Response:
    about = kept.about
    kind = about["type"] if about["type"] in SERVED_AS_IT_IS else BYTES
    answer = flask.send_file(
        kept.body,
        mimetype=kind,
        as_attachment=kind not in PICTURES,
        download_name=about["name"],
        etag=kept.hash,
        max_age=YEAR,
        conditional=False,
    )
    # By ourselves: `send_file` does not know how long an open file is, and ignores ranges.
    answer.content_length = about["size"]
    try:
        answer.make_conditional(flask.request, accept_ranges=True, complete_length=about["size"])
    except RequestedRangeNotSatisfiable:
        kept.body.close()
        raise
    answer.headers["Content-Security-Policy"] = PICTURE
    answer.headers["Cache-Control"] = f"private, max-age={YEAR}, immutable"
    return answer


def _chunks(request: flask.Request, most: int) -> Iterator[bytes]:
    """The body, piece by piece. A file that is cut, or too long after all, is none."""
    size = 0
    while chunk := request.stream.read(CHUNK):
        size += len(chunk)
        if size > most:
            raise _too_large(most)
        yield chunk
    if request.content_length is not None and size < request.content_length:
        raise ClientDisconnected


def _too_large(most: int) -> FileRefused:
    return FileRefused("too_large", f"The file is larger than {most / (1 << 20):.3g} MB.")


def _owner() -> str:
    return owner_of(flask.request.environ)
