"""The statements of every flush, built once: building one costs more than running it."""

from __future__ import annotations

from gptchat.store.rendered import Lookup, Many
from gptchat.store.schema import Tables


class Statements:
    """What `log.py` executes, with names for the values.

    A bound name that equals a column's is taken for that column's new value;
    the names that only find a row begin with `at_`.
    """

    def __init__(self, tables: Tables) -> None:
        import sqlalchemy as sa

        conversations, messages = tables.conversations.c, tables.messages.c
        events = tables.events.c
        chat = messages.conversation == sa.bindparam("at_conversation")
        node = chat & (messages.id == sa.bindparam("at_id"))
        # Two processes may append to one conversation: the second waits for the first.
        heads = (
            sa.select(
                conversations.id, conversations.owner, conversations.seq, conversations.epoch,
                conversations.leaf, conversations.title, conversations.said, conversations.unread,
            )
            .where(conversations.id.in_(sa.bindparam("at_conversations", expanding=True)))
            .order_by(conversations.id)  # Nor do two wait for each other.
            .with_for_update()
        )  # fmt: skip
        self.heads = Lookup(heads, "at_conversations")
        self.insert_heads = sa.insert(tables.conversations)
        here = sa.update(tables.conversations).where(
            conversations.id == sa.bindparam("at_conversation")
        )
        seqs = here.values(seq=sa.bindparam("seq"), updated=sa.bindparam("updated"))
        self.write_seqs = Many(seqs, "seq", "updated", "at_conversation")
        self.write_leaves = here.values(leaf=sa.bindparam("leaf"))
        self.write_listed = here.values(
            title=sa.bindparam("title"), said=sa.bindparam("said"), unread=sa.bindparam("unread")
        )
        self.insert_events = Many(sa.insert(tables.events), "conversation", "seq", "body")
        self.deltas = (
            sa.select(events.body)
            .where(
                events.conversation == sa.bindparam("at_conversation"),
                events.seq > sa.bindparam("at_since"),
                events.seq < sa.bindparam("at_before"),
            )
            .order_by(events.seq)
        )
        self.nodes = sa.select(
            messages.conversation, messages.id, messages.place, messages.seq, messages.body
        ).where(
            # By the conversation too: for pairs alone, SQLite would read the whole table.
            messages.conversation.in_(sa.bindparam("at_conversations", expanding=True)),
            sa.tuple_(messages.conversation, messages.id).in_(
                sa.bindparam("at_nodes", expanding=True)
            ),
        )
        self.bodies = sa.select(messages.body).where(
            messages.conversation == sa.bindparam("at_conversation")
        )
        self.insert_nodes = sa.insert(tables.messages)
        self.write_nodes = (
            sa.update(tables.messages)
            .where(node)
            .values(seq=sa.bindparam("seq"), body=sa.bindparam("body"))
        )
        self.insert_uses = sa.insert(tables.uses)
        self.remove_nodes = sa.delete(tables.messages).where(node)
        self._about_runs(tables)

    def _about_runs(self, tables: Tables) -> None:
        import sqlalchemy as sa

        runs, begun = tables.runs.c, tables.begun.c
        self.forget_runs = sa.delete(tables.runs).where(runs.id == sa.bindparam("at_id"))
        self.insert_runs = sa.insert(tables.runs)
        runs_here = sa.select(runs.id, runs.conversation, runs.worker, runs.body).where(
            runs.conversation.in_(sa.bindparam("at_conversations", expanding=True))
        )
        self.runs_here = Lookup(runs_here, "at_conversations")
        self.known_runs = sa.select(begun.id).where(
            begun.id.in_(sa.bindparam("at_runs", expanding=True))
        )
        self.insert_known = sa.insert(tables.begun)
