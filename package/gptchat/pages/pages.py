"""Everything a browser fetches by HTTP: the page, its assets, snapshots, long messages.

It reads conversations through a `Reader` and writes nothing but posted content.
Files that people attach are the business of `files.py`, the list that of `listing.py`,
conversations as files that of `archives.py`.
Who may ask, and the headers of every answer, are the business of `guard.py`; what
happens live is that of `sockets.py`.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import flask
from werkzeug.exceptions import HTTPException

from gptchat.config import Picture
from gptchat.errors import NotBuilt, NotFound
from gptchat.guard.gate import Gate
from gptchat.guard.headers import IMMUTABLE, PICTURE, SANDBOX, library_sandbox
from gptchat.guard.visitors import owner_of, person_of
from gptchat.pages.archives import Archives, add_archives
from gptchat.pages.assets import INDEX, NOT_BUILT, STATIC, load_assets
from gptchat.pages.files import Shelf, add_files
from gptchat.pages.index_page import fill
from gptchat.pages.listing import Lister, Searcher, add_listing
from gptchat.pages.responses import json_answer, of_asset, packed
from gptchat.pages.result_frame import framed, html_result
from gptchat.pages.sign_in import PAGE, Assets, SignIn, add_sign_in, person_info
from gptchat.protocol import PROTOCOL, NodeAnswer, Snapshot

log = logging.getLogger("gptchat.pages")

MAX_CONTENT_BYTES = 4 * 200_000

SIGN_IN = "gptchat.sign_in"
"""Where in the Flask application's extensions the sign-in page is found."""

CODES = {400: "bad_request", 404: "not_found", 413: "too_large"}


class Reader(Protocol):
    """What the pages ask of the rooms below. What is not there, or not theirs, is NotFound."""

    def snapshot(self, owner: str, conversation: str) -> Snapshot:
        """A whole conversation."""

    def node(self, owner: str, conversation: str, message: str) -> NodeAnswer:
        """One message."""

    def save_content(self, owner: str, text: str) -> str:
        """Keep a long text until it is sent; its id."""


def make_flask(
    *,
    reader: Reader,
    page: Callable[[], Mapping[str, Any]],
    picture: Callable[[str], Picture | None] = lambda address: None,
    version: str,
    dev: bool = False,
    static: Path = STATIC,
    max_chars: Callable[[], int] = lambda: 200_000,
    files: Shelf | None = None,
    listing: Lister | None = None,
    gate: Gate | None = None,
    archives: Archives | None = None,
    search: Searcher | None = None,
) -> flask.Flask:
    """The Flask application. `page` gives the PageConfig of the moment, `picture` its pictures."""
    app = flask.Flask("gptchat", static_folder=None, template_folder=None)
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = MAX_CONTENT_BYTES
    assets = cache(lambda: load_assets(static))

    def about() -> dict[str, Any]:
        """What a page is told in its first element: of the application, and whom it is for."""
        told = {"protocol": PROTOCOL, "version": version, "dev": dev, "config": page()}
        person = person_info(person_of(flask.request.environ))
        return told if person is None else {**told, "person": person}

    _add_page(app, about, assets)
    _add_pictures(app, picture)
    _add_conversations(app, reader)
    _add_contents(app, reader, max_chars)
    _add_frames(app, reader, page)
    _add_libraries(app, assets)
    if files is not None:
        add_files(app, files, _refuse)
    if listing is not None and search is not None:
        add_listing(app, listing, search, _refuse)
    if gate is not None:
        sign_in = app.extensions[SIGN_IN] = SignIn(gate, page, assets)
        add_sign_in(app, sign_in, gate, _refuse)
    if archives is not None:
        add_archives(app, archives, _refuse)
    _add_errors(app)
    return app


def _add_page(app: flask.Flask, about: Callable[[], dict[str, Any]], assets: Assets) -> None:
    @app.get("/")
    @app.get("/c/<conversation>")
    def index(conversation: str = "") -> flask.Response:
        """The page itself, the same for every address: it finds its way by script."""
        text = assets()[INDEX].plain.decode()
        return packed(fill(text, root=flask.request.script_root, page=about()), "text/html")

    @app.get("/<path:name>")
    def asset(name: str) -> flask.Response:
        """A file of the built page."""
        found = assets().get(name) if name not in (INDEX, PAGE) else None
        if found is None:
            raise NotFound("There is nothing here.")
        return of_asset(found)

    @app.get("/api/config")
    def config() -> flask.Response:
        """What the page's configuration element holds."""
        return json_answer(about())

    @app.get("/healthz")
    def healthz() -> flask.Response:
        """Alive."""
        return flask.Response("ok\n", content_type="text/plain; charset=utf-8")


def _add_pictures(app: flask.Flask, picture: Callable[[str], Picture | None]) -> None:
    @app.get("/pictures/<name>")
    def show(name: str) -> flask.Response:
        """The logo or the icon, for an `<img>` only: opened by itself it is a download."""
        found = picture(f"pictures/{name}")
        if found is None:
            raise NotFound("There is nothing here.")
        answer = flask.Response(found.content, content_type=found.type)
        answer.headers["Content-Security-Policy"] = PICTURE
        answer.headers["Content-Disposition"] = "attachment"
        answer.headers["Cache-Control"] = IMMUTABLE
        return answer


def _add_conversations(app: flask.Flask, reader: Reader) -> None:
    @app.get("/api/conversations/<conversation>")
    def snapshot(conversation: str) -> flask.Response:
        """A whole conversation as of one event number."""
        return json_answer(reader.snapshot(_owner(), conversation))

    @app.get("/api/conversations/<conversation>/messages/<message>")
    def message(conversation: str, message: str) -> flask.Response:
        """One message, for whoever was told that it is too long for the socket."""
        return json_answer(reader.node(_owner(), conversation, message))


def _add_contents(app: flask.Flask, reader: Reader, max_chars: Callable[[], int]) -> None:
    @app.post("/api/contents")
    def contents() -> flask.Response:
        """Long text on its way into a `send`."""
        # A form of another site cannot send this header; a script must ask, and is not answered.
        if flask.request.headers.get("X-Gptchat") != "1":
            return _refuse(400, "The header X-Gptchat is missing.")
        try:
            text = flask.request.get_data(cache=False).decode("utf-8")
        except UnicodeDecodeError:
            return _refuse(400, "The text is not UTF-8.")
        if len(text) > max_chars():
            return _refuse(413, f"The message is longer than {max_chars():,} characters.")
        return json_answer({"content_id": reader.save_content(_owner(), text)})


def _add_frames(app: flask.Flask, reader: Reader, page: Callable[[], Mapping[str, Any]]) -> None:
    @app.get("/frame/<conversation>/<message>")
    def frame(conversation: str, message: str) -> flask.Response:
        """The HTML of a tool's result, in a world of its own."""
        functions = page().get("functions", {})
        found = html_result(reader.node, _owner(), conversation, message, functions)
        answer = flask.Response(framed(found), content_type="text/html; charset=utf-8")
        answer.headers["Content-Security-Policy"] = SANDBOX
        answer.headers["Cache-Control"] = "private, no-store"
        return answer


def _add_libraries(app: flask.Flask, assets: Assets) -> None:
    @app.get("/frame-lib/<name>")
    def library(name: str) -> flask.Response:
        """A frame in which a library of ours draws what a tool returned, and its scripts."""
        found = assets().get(f"frame-lib/{name}")
        if found is None:
            raise NotFound("There is nothing here.")
        answer = of_asset(found)
        if found.type.startswith("text/html"):
            place = flask.url_for("library", name="", _external=True)
            answer.headers["Content-Security-Policy"] = library_sandbox(place)
        # The frame has no origin: whatever it loads comes from elsewhere in a browser's eyes.
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return answer


def _add_errors(app: flask.Flask) -> None:
    @app.errorhandler(NotFound)
    def not_found(error: NotFound) -> flask.Response:
        return _refuse(404, "There is nothing here, or it is not yours.")

    @app.errorhandler(NotBuilt)
    def not_built(error: NotBuilt) -> flask.Response:
        return flask.Response(NOT_BUILT + "\n", 503, content_type="text/plain; charset=utf-8")

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> flask.Response:
        return _refuse(error.code or 500, f"{error.name}.")

    @app.errorhandler(Exception)
    def failed(error: Exception) -> flask.Response:
        """A fault of ours: the log has all of it, the browser its number."""
        number = secrets.token_hex(4)
        log.error("Error %s while answering a request", number, exc_info=error)
        sentence = f"Something went wrong on the server. Its log says more under {number}."
        return json_answer({"error": {"sentence": sentence, "id": number}}, 500)


def _owner() -> str:
    return owner_of(flask.request.environ)


def _refuse(status: int, sentence: str) -> flask.Response:
    """A typed refusal for scripts; a person who typed an address reads the sentence."""
    if not flask.request.path.startswith("/api/"):
        return flask.Response(sentence + "\n", status, content_type="text/plain; charset=utf-8")
    refusal: dict[str, Any] = {"code": CODES.get(status, "bad_request"), "sentence": sentence}
    return json_answer({"refused": refusal}, status)
