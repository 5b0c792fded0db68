"""Finding conversations by what was said in them, and by their titles.

What persons and assistants say is indexed once it is complete; arguments and results of
tools are not. Each text has a number, the newest the highest. Words are folded by `words`,
and looked up by `index.py`; whatever is found is checked against the owner once more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gptchat.messages.text import clean, text_of
from gptchat.protocol import FoundConversation, Node
from gptchat.store.database import TO_MAKE_TABLES, Database
from gptchat.store.index import Index
from gptchat.store.listing import Listing
from gptchat.words import Term, excerpt_of, marks_in, terms_of, words_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST_FOUND = 50
"""Conversations in one answer."""

LOOKED_AT = 5000
"""Texts looked at: a word that is everywhere is found in the newest of them."""

AT_ONCE = 500

TITLE = ""
"""What stands in a message's place where a text is a title."""


@dataclass(frozen=True)
class Text:
    """What is searched: a message of a conversation, or its title."""

    owner: str
    conversation: str
    message: str
    text: str


class Search:
    """The texts of one store, and what is found in them."""

    def __init__(self, database: Database, listing: Listing, index: Callable[[str], Index]) -> None:
        import sqlalchemy as sa

        self._sa, self._db, self._listing = sa, database, listing
        self._titles, self._messages = index("titles_words"), index("messages_words")
        self._t, texts = database.tables, database.tables.texts
        # By the conversation too: for pairs alone, SQLite would read the whole table.
        self._known = sa.select(texts.c.row).where(
            texts.c.conversation.in_(sa.bindparam("at_conversations", expanding=True)),
            sa.tuple_(texts.c.conversation, texts.c.message).in_(
                sa.bindparam("at_texts", expanding=True)
            ),
        )
        self._insert = sa.insert(texts).returning(
            texts.c.row, texts.c.conversation, texts.c.message
        )
        self._delete = sa.delete(texts).where(
            texts.c.row.in_(sa.bindparam("at_rows", expanding=True))
        )
        with database.write(alone=TO_MAKE_TABLES) as connection:
            if self._titles.create(connection) | self._messages.create(connection):
                self._fill(connection)

    # ----------------------------------------------------------------- writing

    def write(self, connection: Connection, texts: Iterable[Text]) -> None:
        """Index these texts as they are now, in the transaction that writes them."""
        now = {(text.conversation, text.message): text for text in texts}
        if not now:
            return
        self.forget(connection, now)
        self._put(connection, now.values())

    def forget(self, connection: Connection, messages: Iterable[tuple[str, str]]) -> None:
        """These messages, each with its conversation before it, are no more."""
        gone = list(messages)
        if gone:
            known = {"at_texts": gone, "at_conversations": [chat for chat, _ in gone]}
            self._forget(connection, connection.execute(self._known, known).scalars())

    def forget_all(self, connection: Connection, conversations: Sequence[str]) -> None:
        """These conversations are no more."""
        texts = self._t.texts.c
        theirs = self._sa.select(texts.row).where(texts.conversation.in_(conversations))
        self._forget(connection, connection.execute(theirs).scalars())

    def _forget(self, connection: Connection, rows: Iterable[int]) -> None:
        gone = list(rows)
        for start in range(0, len(gone), AT_ONCE):
            some = gone[start : start + AT_ONCE]
            self._titles.remove(connection, some)
            self._messages.remove(connection, some)
            connection.execute(self._delete, {"at_rows": some})

    def _put(self, connection: Connection, texts: Iterable[Text]) -> None:
        """Index texts that are not yet."""
        words = {(t.conversation, t.message): (t.owner, words_of(t.text)) for t in texts}
        places = [
            {"conversation": conversation, "message": message}
            for (conversation, message), (_, said) in words.items()
            if said
        ]
        if not places:
            return
        titles, messages = dict[int, tuple[str, str]](), dict[int, tuple[str, str]]()
        for row, conversation, message in connection.execute(self._insert, places):
            owner, said = words[conversation, message]
            (titles if message == TITLE else messages)[row] = (word_for(owner), said)
        self._titles.add(connection, titles)
        self._messages.add(connection, messages)

    def _fill(self, connection: Connection) -> None:
        """Index what was said before there was an index, the oldest first."""
        sa, chats, messages = self._sa, self._t.conversations.c, self._t.messages.c
        of_one = (
            sa.select(messages.body)
            .where(messages.conversation == sa.bindparam("chat"))
            .order_by(messages.place)
        )
        connection.execute(sa.delete(self._t.texts))
        waiting: list[Text] = []
        for chat in connection.execute(
            sa.select(chats.id, chats.owner, chats.title).order_by(chats.said)
        ).all():
            bodies = connection.execute(of_one, {"chat": chat.id}).scalars()
            waiting += texts_of(chat.owner, chat.id, map(json.loads, bodies))
            waiting.append(Text(chat.owner, chat.id, TITLE, chat.title))
            if len(waiting) > AT_ONCE:
                self._put(connection, waiting)
                waiting.clear()
        self._put(connection, waiting)
        for index in (self._titles, self._messages):
            index.filled(connection)

    # ----------------------------------------------------------------- finding

    def find(self, owner: str, query: str) -> list[FoundConversation]:
        """The owner's conversations with all the words: by title first, then the newest."""
        terms = terms_of(query)
        if not terms:
            return []
        with self._db.read() as connection:
            titled = set(self._places(connection, self._titles, owner, terms))
            said = self._places(connection, self._messages, owner, terms)
            entries = self._listing.entries(connection, owner, [*titled, *said])
            order = sorted(entries, key=lambda e: (e["id"] not in titled, -e["updated"]))
            shown = order[:MOST_FOUND]
            places = {e["id"]: said[e["id"]] for e in shown if e["id"] in said}
            words = self._said(connection, places)
        found: list[FoundConversation] = []
        for entry in shown:
            each: FoundConversation = {
                "conversation": entry, "title_marks": marks_in(entry["title"], terms)
            }  # fmt: skip
            if entry["id"] in words:
                excerpt = excerpt_of(words[entry["id"]], terms)
                each["message"], each["excerpt"] = places[entry["id"]], excerpt
                each["marks"] = marks_in(excerpt, terms)
            found.append(each)
        return found

    def _places(
        self, connection: Connection, index: Index, owner: str, terms: Sequence[Term]
    ) -> dict[str, str]:
        """Conversations where a text holds the terms, each with the newest message that does.

        Whole words come first: only where they are rare, the last may be a beginning.
        """
        whole = [replace(term, is_beginning=False) for term in terms]
        found: dict[str, str] = {}
        for asked, most in ((whole, LOOKED_AT // 5), (whole, LOOKED_AT), (terms, LOOKED_AT)):
            if len(found) < MOST_FOUND:
                rows = index.newest(connection, word_for(owner), asked, most)
                found = self._newest(connection, rows)
        return found

    def _newest(self, connection: Connection, rows: Sequence[int]) -> dict[str, str]:
        """The conversations of these texts, each with its newest message among them."""
        texts, found = self._t.texts.c, dict[str, str]()
        for start in range(0, len(rows), AT_ONCE):
            here = texts.row.in_(rows[start : start + AT_ONCE])
            places = self._sa.select(texts.conversation, texts.message).where(here)
            for conversation, message in connection.execute(
                places.order_by(texts.row.desc())
            ).all():
                found.setdefault(conversation, message)
            if len(found) > 2 * MOST_FOUND:  # Some of them may be deleted.
                break
        return found

    def _said(self, connection: Connection, places: Mapping[str, str]) -> dict[str, str]:
        """What these messages say, by their conversations."""
        messages = self._t.messages.c
        rows = connection.execute(
            self._sa.select(messages.conversation, messages.body).where(
                messages.conversation.in_(list(places)),
                self._sa.tuple_(messages.conversation, messages.id).in_(list(places.items())),
            )
        )
        return {chat: text_of(json.loads(body)["message"]) for chat, body in rows}


def texts_of(owner: str, conversation: str, nodes: Iterable[Node]) -> Iterator[Text]:
    """What of these messages is searched: the words of persons and assistants, once complete."""
    for node in nodes:
        message = node["message"]
        if message.get("role") in ("user", "assistant") and node["status"] != "streaming":
            yield Text(owner, conversation, clean(node["id"]), text_of(message))


def word_for(owner: str) -> str:
    """An owner as one word: it is part of every query."""
    return hashlib.sha256(owner.encode()).hexdigest()[:20]
