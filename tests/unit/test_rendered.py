"""What every flush says is rendered once, and says the same in either database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from gptchat.store.database import Database
from gptchat.store.rendered import Lookup, Many
from support.postgres import Place


@pytest.fixture
def database(place: Place) -> Iterator[Database]:
    database = Database(place)
    yield database
    database.close()


def test_each_value_lands_in_its_column_whatever_the_order_of_names(database: Database) -> None:
    events = database.tables.events
    insert = Many(sa.insert(events), "body", "seq", "conversation")
    changed = sa.update(events).where(events.c.seq == sa.bindparam("at_seq"))
    update = Many(
        changed.values(body=sa.bindparam("body"), conversation=sa.bindparam("conversation")),
        "at_seq", "body", "conversation",
    )  # fmt: skip
    with database.write() as connection:
        insert.write(connection, [(f"100 % {n}", n, "c:1") for n in range(3)])
        insert.write(connection, [])
        update.write(connection, [(2, "?", "%s"), (1, ":b", "c2")])
        columns = sa.select(events.c.conversation, events.c.seq, events.c.body)
        found = connection.execute(columns.order_by(events.c.seq)).all()
    assert found == [("c:1", 0, "100 % 0"), ("c2", 1, ":b"), ("%s", 2, "?")]


def test_any_number_of_ids_is_found_each_once(database: Database) -> None:
    secrets = database.tables.secrets
    wanted = secrets.c.name.in_(sa.bindparam("names", expanding=True))
    lookup = Lookup(sa.select(secrets.c.value).where(wanted).order_by(secrets.c.value), "names")
    names = [f"name {place}" for place in range(70)]
    with database.write() as connection:
        rows = [{"name": name, "value": f"{n:03}"} for n, name in enumerate(names)]
        connection.execute(sa.insert(secrets), rows)
        for count in (0, 1, 2, 3, 4, 5, 33, 70):
            found = [value for (value,) in lookup.rows(connection, names[:count])]
            assert found == [f"{n:03}" for n in range(count)]


def test_an_id_that_no_database_takes_is_asked_for_all_the_same(database: Database) -> None:
    secrets = database.tables.secrets
    wanted = secrets.c.name.in_(sa.bindparam("names", expanding=True))
    lookup = Lookup(sa.select(secrets.c.value).where(wanted), "names")
    with database.write() as connection:
        assert lookup.rows(connection, ["a\0b", "\ud800", "'"]) == []
