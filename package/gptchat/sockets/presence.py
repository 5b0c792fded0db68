"""Who is behind each connection, and whether they may still be.

Every event is checked here before anybody acts on it, and a connection whose session
has ended, here or in another process, is closed. Who may come in, `guard/` decides.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Set
from dataclasses import dataclass

from gptchat.bus import SESSIONS, Bus
from gptchat.guard import Gate, Person
from gptchat.guard.policy import is_loopback
from gptchat.refusals import Refuse, refuse

MOST_OF_ONE = 20
"""Pages one person may have open, where others than this machine's own may come in."""

MOST_FROM_ONE = 50
"""Pages from one address: an office behind one address, not a machine that opens thousands.
This machine's own is that of everybody who comes through a proxy on it, and is not counted."""


@dataclass(frozen=True, slots=True)
class Present:
    """One connection."""

    person: Person
    address: str
    since: float


class Presence:
    """Every connection of this process. `disconnect` closes one by its Socket.IO id."""

    def __init__(self, gate: Gate, disconnect: Callable[[str], None], bus: Bus) -> None:
        self._gate, self._disconnect, self._bus = gate, disconnect, bus
        self._here: dict[str, Present] = {}
        gate.when_ended(self._end)

    def enter(self, sid: str, person: Person, address: str) -> None:
        """Note a new connection. Raises Refuse."""
        if not self._gate.knows(person):
            raise signed_out()
        here = list(self._here.values())
        if self._gate.is_shared and (
            Counter(each.person.owner for each in here)[person.owner] >= MOST_OF_ONE
            or (
                Counter(each.address for each in here)[address] >= MOST_FROM_ONE
                and not is_loopback(address)
            )
        ):
            raise refuse("busy", "Too many pages are open. Close one, then reload this one.")
        self._here[sid] = Present(person, address, time.monotonic())

    def leave(self, sid: str) -> None:
        """Forget a connection that has ended."""
        self._here.pop(sid, None)

    def check(self, sid: str) -> Person:
        """Who asks for something just now. Raises Refuse."""
        present = self._here.get(sid)
        if present is None:
            raise refuse("gone", "The connection has ended.")
        if not self._gate.knows(present.person):
            raise signed_out()
        return present.person

    def sweep(self) -> None:
        """Close what should not be open any more: another process may have ended a session."""
        here = dict(self._here)
        gone = self._gate.gone({each.person for each in here.values()}) if here else set()
        lasts, now = self._gate.lasts, time.monotonic()
        for sid, each in here.items():
            # The page connects again by itself, and whoever knows the person is asked anew.
            is_old = lasts is not None and now - each.since > lasts
            if each.person in gone or is_old:
                self._disconnect(sid)

    def _end(self, sessions: Set[str]) -> None:
        for sid, each in dict(self._here).items():
            if each.person.session in sessions:
                self._disconnect(sid)
        self._bus.call(SESSIONS)


def signed_out() -> Refuse:
    """The refusal of whoever has to sign in again."""
    return refuse("signed_out", "You are not signed in any more. Sign in again.")
