"""The list of conversations by HTTP: a page of it at a time, or what is found in it.

Live changes of it are told by `sockets/`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import flask

from gptchat.guard.visitors import owner_of
from gptchat.messages.text import clean
from gptchat.pages.responses import json_answer
from gptchat.protocol import ConversationsAnswer, FoundConversation, SearchAnswer
from gptchat.store.listing import BadCursor

PAGE = 50
"""Conversations in one answer, unless another number is asked for."""

LARGEST_PAGE = 100

Refuse = Callable[[int, str], flask.Response]


class Lister(Protocol):
    """What the pages ask of the store's list."""

    def page(self, owner: str, after: str | None, limit: int) -> ConversationsAnswer:
        """The owner's conversations after a cursor. Raises BadCursor."""


class Searcher(Protocol):
    """What the pages ask of the store's search."""

    def find(self, owner: str, query: str) -> list[FoundConversation]:
        """The owner's conversations with all these words, best first."""


def add_listing(app: flask.Flask, lister: Lister, searcher: Searcher, refuse: Refuse) -> None:
    """The two addresses of the list. `refuse` answers with a status and a sentence."""

    @app.get("/api/conversations")
    def conversations() -> flask.Response:
        """The owner's conversations, newest first."""
        limit = _limit(flask.request.args.get("limit", str(PAGE)))
        if limit is None:
            return refuse(400, f"`limit` is a number from 1 to {LARGEST_PAGE}.")
        owner = owner_of(flask.request.environ)
        try:
            return json_answer(lister.page(owner, flask.request.args.get("after"), limit))
        except BadCursor:
            return refuse(400, "`after` is not the `next` of an earlier page.")

    @app.get("/api/search")
    def search() -> flask.Response:
        """The owner's conversations where these words are."""
        query = clean(flask.request.args.get("q", ""))
        found: SearchAnswer = {"found": searcher.find(owner_of(flask.request.environ), query)}
        return json_answer(found)


def _limit(asked: str) -> int | None:
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0
    return number if 1 <= number <= LARGEST_PAGE else None
