"""The versions a database has been of: each part says what leads from the one before to it.

They are Alembic's revisions, and it is loaded only where an older database is met. A
fresh one is made whole by `schema.py`. The next change of a table that exists is
one more part here, beside the new `VERSION` there.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

FOLDER = Path(__file__).parent


def known() -> set[str]:
    """Every version that can be brought up to the present one."""
    return {path.stem[1:] for path in FOLDER.glob("v*.py")}


def bring_up(connection: Connection) -> None:
    """Bring an older database to the present version, in the transaction that is open."""
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(FOLDER), version_locations=[str(FOLDER)])
    context = MigrationContext.configure(
        connection, opts={"fn": lambda at, _context: script._upgrade_revs("head", at)}
    )
    with Operations.context(context):
        context.run_migrations()
