"""What fault cases share: the databases they are tried over."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(params=["SQLite", pytest.param("PostgreSQL", marks=pytest.mark.long)])
def kept_in(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Options of a server that keeps its chats in each kind of database: SQLite always."""
    if request.param == "SQLite":
        return {}
    return {"store": request.getfixturevalue("in_postgres")}
