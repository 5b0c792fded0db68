"""The list of conversations: titles, when something was last said, pins, what is deleted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from gptchat.titles import first_words

revision = "0002"
down_revision = "0001"

conversations = sa.table(
    "conversations",
    sa.column("id"), sa.column("updated"), sa.column("title"), sa.column("said"),
)  # fmt: skip
messages = sa.table(
    "messages", sa.column("conversation"), sa.column("place"), sa.column("body")
)  # fmt: skip


def upgrade() -> None:
    """Add what the list shows, and fill it from what was said."""
    for column in (
        sa.Column("title", sa.Text, nullable=False, server_default=""),
        sa.Column("titled_by", sa.Text, nullable=False, server_default="words"),
        sa.Column("said", sa.Double, nullable=False, server_default="0"),
        sa.Column("unread", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("pinned", sa.Double, nullable=True),
        sa.Column("deleted", sa.Double, nullable=True),
    ):
        op.add_column("conversations", column)
    _fill(op.get_bind())
    op.drop_index("ix_conversations_owner", "conversations")
    op.create_index("ix_conversations_listed", "conversations", ["owner", "said", "id"])
    op.create_index("ix_conversations_deleted", "conversations", ["deleted"])
    if sa.inspect(op.get_bind()).has_table("uses"):  # Else it is made with its index.
        op.create_index("ix_uses_conversation", "uses", ["conversation"])


def _fill(connection: sa.Connection) -> None:
    for id, updated in connection.execute(
        sa.select(conversations.c.id, conversations.c.updated)
    ).all():
        bodies = connection.execute(
            sa.select(messages.c.body)
            .where(messages.c.conversation == id)
            .order_by(messages.c.place)
        ).scalars()
        nodes = [json.loads(body) for body in bodies]
        said = max((_said(node) for node in nodes), default=updated)
        connection.execute(
            sa.update(conversations)
            .where(conversations.c.id == id)
            .values(title=_title(nodes), said=said)
        )


def _title(nodes: Sequence[dict[str, Any]]) -> str:
    asked = (node["message"] for node in nodes if node["message"].get("role") == "user")
    return next(filter(None, map(first_words, asked)), "")


def _said(node: dict[str, Any]) -> float:
    return float(node.get("finished") or node["created"])
