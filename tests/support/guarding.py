"""A gate without a store, for tests of what lies behind it."""

from __future__ import annotations

from gptchat.guard import Gate
from gptchat.guard.ways import Anyone, OnThisMachine


def gate_for(*, anonymous: bool = False, secret: str = "s") -> Gate:
    """Lets this machine in, or anyone."""
    return Gate(lambda: Anyone(secret) if anonymous else OnThisMachine())
