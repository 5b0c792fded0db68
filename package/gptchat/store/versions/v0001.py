"""The first version. Nothing leads here: its tables were made whole."""

from __future__ import annotations

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Nothing."""
