"""Files of people: whose they are, which messages refer to them, and when they are forgotten.

A file lives while a message refers to it; one that was never sent, for a while.
Every read passes its owner. Where the bytes lie is the business of `blobs.py`.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from gptchat.errors import NotFound
from gptchat.files import FileRefused, clean_name, describe
from gptchat.protocol import Attachment
from gptchat.store.blobs import blobs_of
from gptchat.store.database import Database
from gptchat.store.owners import Owners
from gptchat.store.rows import dumps
from gptchat.store.uploads import Uploads, by

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

KEEP_UNSENT_SECONDS = 7 * 86400
"""A draft may wait over a weekend; after this, what is attached to it is forgotten."""


@dataclass(frozen=True)
class Kept:
    """A file as it is served: what it is, and its bytes, to be closed by whoever reads them."""

    about: Attachment
    hash: str
    body: BinaryIO


class Files:
    """All files of one store."""

    def __init__(self, database: Database, owners: Owners) -> None:
        import sqlalchemy as sa

        self._sa, self._db, self._owners = sa, database, owners
        self._table, self._uses = database.tables.files, database.tables.uses
        self._blobs, self.uploads = blobs_of(database), Uploads(database)
        self._shown = self._not_deleted()

    def save(
        self, owner: str, name: str, chunks: Iterable[bytes], *, a_day: int | None = None
    ) -> Attachment:
        """Keep a file that somebody uploads. `a_day` limits the bytes they may upload in a day.

        Raises FileRefused. Whatever the chunks raise passes through, and nothing is kept.
        """
        id = "f_" + secrets.token_urlsafe(16)
        with self._blobs.arriving(chunks) as arrived:
            if arrived.size == 0:
                raise FileRefused("bad_request", "The file is empty.")
            with arrived.open() as file:
                about = describe(file, id=id, name=clean_name(name), size=arrived.size)
            now = time.time()
            row = {"id": id, "owner": owner, "blob": arrived.hash, "size": arrived.size,
                   "created": now, "touched": now, "body": dumps(about)}  # fmt: skip
            alone = None if a_day is None else by(owner)
            with self._db.write(alone=alone) as connection:
                if a_day is not None:
                    self.uploads.check(connection, owner, arrived.size, a_day)
                connection.execute(self._sa.insert(self._table).values(row))
                self._blobs.keep(connection, arrived)
        return about

    def claim(self, owner: str, ids: Sequence[str]) -> list[Attachment]:
        """What these files are; they are about to be sent, so they stay. Raises NotFound."""
        if not ids:
            return []
        sa, table = self._sa, self._table
        theirs = table.c.id.in_(ids) & (table.c.owner == owner) & self._shown
        with self._db.write() as connection:
            connection.execute(sa.update(table).where(theirs).values(touched=time.time()))
            rows = connection.execute(sa.select(table.c.id, table.c.body).where(theirs))
            found = {id: json.loads(body) for id, body in rows}
        if missing := [id for id in ids if id not in found]:
            many = len(missing) > 1
            raise NotFound(
                f"{f'{len(missing)} files' if many else 'A file'} of this message cannot be found "
                f"any more. Attach {'them' if many else 'it'} again."
            )
        return [found[id] for id in ids]

    def open(self, owner: str, id: str) -> Kept:
        """A file of this owner. Raises NotFound, the same for foreign, unknown and lost ones."""
        table = self._table.c
        query = self._sa.select(table.blob, table.body).where(
            table.id == id, table.owner == owner, self._shown
        )
        with self._db.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound("There is no such file here.")
        return Kept(json.loads(row.body), row.blob, self._blobs.open(row.blob))

    def read(self, conversation: str, id: str) -> bytes:
        """The bytes of a file of the conversation's owner. Raises NotFound."""
        with self.open(self._owners.owner_of(conversation) or "", id).body as body:
            return body.read()

    def prune(self, unsent_since: float) -> int:
        """Forget what no message refers to and nobody touched since then; how many files."""
        with self._db.write() as connection:
            unused = self._unused(unsent_since)
            count = connection.execute(self._sa.delete(self._table).where(unused)).rowcount
            self._sweep(connection)
        return count

    def forget_unused(
        self, connection: Connection, ids: Sequence[str], unsent_since: float
    ) -> None:
        """Of these files, forget what `prune` would."""
        unused = self._unused(unsent_since) & self._table.c.id.in_(ids)
        if ids and connection.execute(self._sa.delete(self._table).where(unused)).rowcount:
            self._sweep(connection)

    def _unused(self, unsent_since: float) -> ColumnElement[bool]:
        used = self._sa.exists().where(self._uses.c.file == self._table.c.id)
        return self._sa.and_(self._table.c.touched < unsent_since, ~used)

    def _sweep(self, connection: Connection) -> None:
        kept = connection.execute(self._sa.select(self._table.c.blob).distinct()).scalars()
        self._blobs.sweep(connection, set(kept))

    def _not_deleted(self) -> ColumnElement[bool]:
        """Not one that was sent in deleted conversations only."""
        sa, chats, uses = self._sa, self._db.tables.conversations.c, self._uses.c
        used = sa.exists().where(uses.file == self._table.c.id)
        shown = used.where(uses.conversation == chats.id, chats.deleted.is_(None))
        condition: ColumnElement[bool] = sa.or_(~used, shown)
        return condition
