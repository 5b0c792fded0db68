"""The tables of the database, as of `VERSION`.

SQLAlchemy is imported when the tables are first wanted: importing gptchat
must stay cheap. What is written into the tables is the business of `store.py`.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gptchat.messages.text import clean

if TYPE_CHECKING:
    from sqlalchemy import Column, Dialect, MetaData, Table, TypeDecorator
    from sqlalchemy.sql.schema import SchemaItem
    from sqlalchemy.types import TypeEngine

VERSION = "0002"
"""Stamped into every database, in the table and the form that Alembic reads.

A table that is merely new is made where it is missing, and is no new version. What leads
here from an older version stands in `versions/`.
"""


@dataclass(frozen=True)
class Tables:
    """Every table, by what it holds."""

    metadata: MetaData
    version: Table
    secrets: Table
    conversations: Table
    messages: Table
    events: Table
    runs: Table
    begun: Table
    contents: Table
    files: Table
    uses: Table
    brought: Table
    blobs: Table
    sessions: Table
    tries: Table
    texts: Table


def make_tables() -> Tables:
    """Describe the tables. Bodies are JSON text: they are read whole and never queried into."""
    import sqlalchemy as sa

    metadata = sa.MetaData()

    return Tables(
        metadata,
        version=sa.Table("alembic_version", metadata, _text("version_num", key=True)),
        secrets=sa.Table("secrets", metadata, _text("name", key=True), _text("value")),
        conversations=sa.Table(
            "conversations", metadata,
            _text("id", key=True), _text("owner"), _moment("created"),
            _moment("updated"), _text("epoch"), _number("seq"), _number("pruned"),
            _text("leaf", nullable=True),
            *_listed_columns(),
        ),
        messages=sa.Table(
            "messages", metadata,
            _text("conversation", key=True), _text("id", key=True),
            _number("place"), _number("seq"), _text("body"),
        ),
        # A rowid table with a unique index, not a table clustered by (conversation, seq):
        # measured, it writes 56 % fewer bytes and costs 33 % less CPU under SQLite.
        events=sa.Table(
            "events", metadata,
            sa.Column("row", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
            _text("conversation"), _number("seq"), _text("body"),
            sa.UniqueConstraint("conversation", "seq"),
        ),
        runs=sa.Table(
            "runs", metadata,
            _text("id", key=True), _text("conversation", index=True), _text("worker"),
            _moment("lease"), sa.Column("stop", sa.Boolean, nullable=False), _text("body"),
        ),
        # Every run that was ever begun in the last days: no request begins two.
        begun=sa.Table(
            "begun", metadata,
            _text("id", key=True), _text("conversation", index=True), _moment("at"),
            sa.Index("ix_begun_at", "at"),
        ),
        contents=sa.Table(
            "contents", metadata,
            _text("id", key=True), _text("owner"), _moment("created"), _text("body"),
        ),
        **_other_tables(metadata),
        **_sign_in_tables(metadata),
    )  # fmt: skip


def _listed_columns() -> Sequence[SchemaItem]:
    """What the list of conversations shows. `said` is when something was last said."""
    import sqlalchemy as sa

    return (
        sa.Column("title", sa.Text, nullable=False, server_default=""),
        sa.Column("titled_by", sa.Text, nullable=False, server_default="words"),
        sa.Column("said", sa.Double, nullable=False, server_default="0"),
        sa.Column("unread", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("pinned", sa.Double, nullable=True),
        sa.Column("deleted", sa.Double, nullable=True),
        sa.Index("ix_conversations_listed", "owner", "said", "id"),
        sa.Index("ix_conversations_deleted", "deleted"),
    )


def _other_tables(metadata: MetaData) -> dict[str, Table]:
    import sqlalchemy as sa

    return {
        "files": sa.Table(
            "files", metadata,
            _text("id", key=True), _text("owner", index=True), _text("blob", index=True),
            _number("size"), _moment("created"), _moment("touched"), _text("body"),
        ),
        # Which messages refer to which files: one that nobody refers to can be forgotten.
        "uses": sa.Table(
            "uses", metadata,
            _text("file", key=True), _text("conversation", key=True, index=True),
            _text("message", key=True),
        ),
        # How many bytes of words people brought in the last day.
        "brought": sa.Table(
            "brought", metadata,
            sa.Column("row", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
            _text("owner", index=True), _number("size"), _moment("at"),
        ),
        # What is searched, numbered for the index of words beside it; `message` is empty for a
        # title.
        "texts": sa.Table(
            "texts", metadata,
            sa.Column("row", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
            _text("conversation"), _text("message"),
            sa.UniqueConstraint("conversation", "message"),
            sqlite_autoincrement=True,  # A number is never used again.
        ),
        # Only where there is no folder beside the database.
        "blobs": sa.Table(
            "blobs", metadata,
            _text("hash", key=True), _moment("touched"),
            sa.Column("body", sa.LargeBinary, nullable=False),
        ),
    }  # fmt: skip


def _sign_in_tables(metadata: MetaData) -> dict[str, Table]:
    import sqlalchemy as sa

    return {
        "sessions": sa.Table(
            "sessions", metadata,
            _text("key", key=True), _text("owner"), _text("user", index=True), _text("way"),
            _text("bound"), _moment("created"), _moment("seen"), _moment("asked"),
        ),
        "tries": sa.Table(
            "tries", metadata,
            sa.Column("row", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
            _text("address"), _moment("at"),
        ),
    }  # fmt: skip


def _text(
    name: str, *, key: bool = False, index: bool = False, nullable: bool = False
) -> Column[str]:
    import sqlalchemy as sa

    kind = sa.Text() if name == "body" else _clean_text()
    return sa.Column(name, kind, primary_key=key, index=index, nullable=nullable)


@functools.cache
def _clean_text() -> TypeDecorator[str]:
    """Ids, owners and names: whatever somebody asks with, it may be asked of the database."""
    import sqlalchemy as sa

    class CleanText(sa.TypeDecorator[str]):
        """Ordered by code points: PostgreSQL's other orders change with the operating system."""

        impl, cache_ok = sa.Text, True

        def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
            collation = "C" if dialect.name == "postgresql" else None
            return dialect.type_descriptor(sa.Text(collation=collation))

        def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
            return value and clean(value)

    return CleanText()


def _number(name: str) -> Column[int]:
    import sqlalchemy as sa

    return sa.Column(name, sa.BigInteger, nullable=False)


def _moment(name: str) -> Column[float]:
    import sqlalchemy as sa

    return sa.Column(name, sa.Double, nullable=False)
