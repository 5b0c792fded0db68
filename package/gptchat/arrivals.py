"""Conversations from a file: read one after the other, and kept as an owner's own.

One that cannot be taken keeps none of the others out, and is told. What a file may hold is
the business of `imports/`; who brings it, of `pages/` and of the command line.
"""

from __future__ import annotations

import codecs
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from gptchat.config import Config
from gptchat.errors import StoreError
from gptchat.files import FileRefused
from gptchat.hub import Hub
from gptchat.imports import Arriving, BroughtFile, NotTaken, read
from gptchat.imports.renewing import renewed
from gptchat.protocol import Attachment, Event, ImportAnswer, Node
from gptchat.refusals import refuse
from gptchat.store import Store
from gptchat.store.rows import dumps
from gptchat.titles import LONGEST, one_line

log = logging.getLogger("gptchat")

MOST_BYTES = 64 * 1024 * 1024
"""The largest file that is taken from a browser: above what an export with its files weighs."""

MOST_CONVERSATIONS = 10_000

MOST_TOLD = 20
"""Reasons that are told of one file: a person reads no more."""

AT_ONCE = 1_000
"""Messages in one transaction: what is live elsewhere waits no longer for them."""

PATIENCE = 60.0
"""Seconds for one such transaction: nobody's words are among them."""

TURNS = 2
"""Files read at once: each may fill a hundred megabytes of memory for a moment."""


class Arrivals:
    """Brings conversations to an owner's list."""

    def __init__(
        self, store: Store, hub: Hub, config: Config, is_shared: Callable[[], bool]
    ) -> None:
        self._store, self._hub, self._config = store, hub, config
        self._is_shared = is_shared
        self._turns = threading.BoundedSemaphore(TURNS)

    def bring(self, owner: str, chunks: Iterable[bytes]) -> ImportAnswer:
        """Keep what is in a file. Raises Refuse if that is nothing."""
        if not self._turns.acquire(blocking=False):
            raise refuse("busy", "Other files are being imported. Try again in a moment.")
        try:
            return self._bring(owner, chunks)
        finally:
            self._turns.release()

    def _bring(self, owner: str, chunks: Iterable[bytes]) -> ImportAnswer:
        brought: list[str] = []
        problems: list[str] = []
        code: Literal["bad_request", "rate"] = "bad_request"
        try:
            for found in read(_texts(chunks)):
                try:
                    if isinstance(found, NotTaken):
                        raise found
                    brought.append(self.keep(owner, found))
                except NotTaken as no:
                    problems.append(str(no))
                except FileRefused as no:
                    problems.append(no.sentence)
                    if no.code == "rate":  # What follows would be told the same.
                        code = no.code
                        break
                if len(brought) + len(problems) >= MOST_CONVERSATIONS:
                    raise NotTaken(f"A file may hold {MOST_CONVERSATIONS:,} conversations.")
        except NotTaken as no:
            problems.append(str(no))
        except (StoreError, OSError) as error:
            log.warning("An import could not be kept: %s", error)
            problems.append("The server has no room to keep more of it.")
        if not brought:
            raise refuse(code, problems[0] if problems else "The file is empty.")
        return {"conversations": brought, "problems": problems[:MOST_TOLD]}

    def keep(self, owner: str, arriving: Arriving) -> str:
        """Make it a conversation of this owner; its id. Raises NotTaken or FileRefused."""
        if self._a_day is not None:
            words = sum(len(dumps(node).encode()) for node in arriving.nodes)
            self._store.files.uploads.take(owner, words, self._a_day)
        kept = self._files(owner, arriving.files)
        nodes, leaf = renewed(arriving, new_id=_new_id, kept=kept, now=time.time())
        conversation = _new_id("c")
        self._store.create(owner, conversation)
        events: list[Event] = [{"type": "message", "node": node} for node in nodes]
        events.append({"type": "select", "leaf": leaf})
        for start in range(0, len(events), AT_ONCE):
            some = events[start : start + AT_ONCE]
            self._hub.append(conversation, *some, urgent=True).wait(PATIENCE)
        self._list(owner, conversation, arriving, nodes)
        return conversation

    @property
    def _a_day(self) -> int | None:
        return self._config.max_daily_upload_bytes if self._is_shared() else None

    def _files(self, owner: str, files: Mapping[str, BroughtFile]) -> dict[str, Attachment]:
        """The files whose bytes came along, kept."""
        if not self._config.prompt["allow_upload"]:
            return {}
        most = self._config.max_file_bytes
        kept: dict[str, Attachment] = {}
        for id, file in files.items():
            if file.body is None:
                continue
            if len(file.body) > most:
                raise NotTaken(f"“{file.name}” is larger than the {most:,} bytes taken here.")
            kept[id] = self._store.files.save(owner, file.name, [file.body], a_day=self._a_day)
        return kept

    def _list(
        self, owner: str, conversation: str, arriving: Arriving, nodes: Sequence[Node]
    ) -> None:
        """Let the list show the title and the times it had where it comes from."""
        now = time.time()
        times = [min(node["created"], now) for node in nodes] or [now]
        title = one_line(arriving.title or "")[:LONGEST].strip()
        self._store.titles.arrived(
            owner, conversation, title=title, created=min(times), said=max(times)
        )
        self._hub.tell_lists([conversation])


def _texts(chunks: Iterable[bytes]) -> Iterator[str]:
    """The text of a file as it comes."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        for chunk in chunks:
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise NotTaken("The file is no UTF-8 text. Unpack an archive first.") from None


def _new_id(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(12)}"
