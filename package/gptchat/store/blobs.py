"""Bytes, kept under their hash: in a folder beside the database, or in a table of it.

The folder is for SQLite's file; a database in memory or on another machine keeps
bytes itself. What is whole has its final name: what was cut has none, and is
swept. Whose bytes these are, and until when, is the business of `files.py`.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from gptchat.errors import NotFound
from gptchat.store.database import Database

if TYPE_CHECKING:
    from sqlalchemy import Connection

CUT_AFTER_SECONDS = 3600
"""Something still arriving after so long was cut off by the end of its process."""

FREE_AT_LEAST = 100 * 1024 * 1024
"""Bytes of the disk that files leave free: conversations need them more."""

_UNFINISHED = "unfinished-"
_OURS = re.compile(rf"[0-9a-f]{{64}}|{_UNFINISHED}[0-9a-f]+")


@dataclass(frozen=True)
class Arrived:
    """Bytes that are here and not yet kept."""

    hash: str
    size: int
    open: Callable[[], BinaryIO]
    path: Path | None = None


class Blobs(Protocol):
    """Bytes by their hash."""

    def arriving(self, chunks: Iterable[bytes]) -> contextlib.AbstractContextManager[Arrived]:
        """Take bytes as they come. What is not kept by the end of the block is forgotten.

        Raises OSError where there is no room for them.
        """

    def keep(self, connection: Connection, arrived: Arrived) -> None:
        """Keep them, in the transaction that says whose they are."""

    def open(self, hash: str) -> BinaryIO:
        """Bytes that are kept. Raises NotFound."""

    def sweep(self, connection: Connection, kept: Collection[str]) -> None:
        """Forget all but these, and what was cut."""


def blobs_of(database: Database) -> Blobs:
    """Where this database's bytes are kept."""
    file = database.file
    return (
        InFolder(Path(f"{file}.files")) if file not in (None, "", ":memory:") else InTable(database)
    )


class InFolder:
    """Each in a file of its own, written aside and named when it is whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextlib.contextmanager
    def arriving(self, chunks: Iterable[bytes]) -> Iterator[Arrived]:
        """Write them aside."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self._folder).free < FREE_AT_LEAST:
            raise OSError(errno.ENOSPC, "The disk is nearly full.")
        path = self._folder / (_UNFINISHED + secrets.token_hex(8))
        digest, size = hashlib.sha256(), 0
        try:
            with path.open("xb") as file:
                for chunk in chunks:
                    size += file.write(chunk)
                    digest.update(chunk)
                file.flush()
                os.fsync(file.fileno())  # A name must never stand for half of the bytes.
            yield Arrived(digest.hexdigest(), size, lambda: path.open("rb"), path)
        finally:
            path.unlink(missing_ok=True)

    def keep(self, connection: Connection, arrived: Arrived) -> None:
        """Give the file its name."""
        assert arrived.path is not None
        place = self._folder / arrived.hash
        if not place.exists():  # The same bytes already: somebody may be reading them.
            os.replace(arrived.path, place)

    def open(self, hash: str) -> BinaryIO:
        """The file."""
        try:
            return (self._folder / hash).open("rb")
        except OSError:
            raise NotFound("There is no such file here.") from None

    def sweep(self, connection: Connection, kept: Collection[str]) -> None:
        """Remove what is ours and in nobody's list."""
        with contextlib.suppress(FileNotFoundError):
            for path in list(self._folder.iterdir()):
                if _OURS.fullmatch(path.name) and path.name not in kept and not _is_coming(path):
                    path.unlink(missing_ok=True)


class InTable:
    """Each in a row of the database."""

    def __init__(self, database: Database) -> None:
        import sqlalchemy as sa

        self._sa, self._db, self._table = sa, database, database.tables.blobs

    @contextlib.contextmanager
    def arriving(self, chunks: Iterable[bytes]) -> Iterator[Arrived]:
        """Hold them in memory."""
        body = b"".join(chunks)
        yield Arrived(hashlib.sha256(body).hexdigest(), len(body), lambda: io.BytesIO(body))

    def keep(self, connection: Connection, arrived: Arrived) -> None:
        """Write the row, or touch it, so that nobody sweeps it away meanwhile."""
        sa, table, now = self._sa, self._table, time.time()
        here = table.c.hash == arrived.hash
        if connection.execute(sa.update(table).where(here).values(touched=now)).rowcount == 0:
            with arrived.open() as file:
                row = {"hash": arrived.hash, "touched": now, "body": file.read()}
            connection.execute(sa.insert(table).values(row))

    def open(self, hash: str) -> BinaryIO:
        """The row's bytes."""
        query = self._sa.select(self._table.c.body).where(self._table.c.hash == hash)
        with self._db.read() as connection:
            body = connection.execute(query).scalar()
        if body is None:
            raise NotFound("There is no such file here.")
        return io.BytesIO(body)

    def sweep(self, connection: Connection, kept: Collection[str]) -> None:
        """Delete the rows in nobody's list that were not touched of late."""
        table, old = self._table.c, time.time() - CUT_AFTER_SECONDS
        hashes = connection.execute(self._sa.select(table.hash).where(table.touched < old))
        for hash in set(hashes.scalars()) - set(kept):
            gone = (table.hash == hash) & (table.touched < old)
            connection.execute(self._sa.delete(self._table).where(gone))


def _is_coming(path: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        is_new = path.stat().st_mtime > time.time() - CUT_AFTER_SECONDS
        return path.name.startswith(_UNFINISHED) and is_new
    return False
