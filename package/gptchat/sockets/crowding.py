"""How much one person, and one address, may ask for at once where others may come in.

On this machine there is one person, and nobody to be fair to. How many answers are
given at once in all is the business of `runs/`.
"""

from __future__ import annotations

from collections.abc import Callable

from gptchat.guard import Gate
from gptchat.guard.policy import is_loopback
from gptchat.ids import conversation_id
from gptchat.protocol import Request
from gptchat.refusals import refuse
from gptchat.sockets.packets import Allowance

ANSWERS_FOR_ONE = 4
"""Chats in which one person may be answered at the same time."""

ANSWERS_FROM_ONE = 50
"""The same for one address, which may be that of a whole office. This machine's own is that of
everybody who comes through a proxy on it, and is not counted."""

QUESTIONS_PER_SECOND = 2.0
QUESTIONS_AT_ONCE = 20
"""As many as a page that was offline may have waiting."""

REMEMBERED = 10_000
"""People whose haste is remembered."""


class Crowding:
    """Who is being answered where, in this process."""

    def __init__(self, gate: Gate, is_busy: Callable[[str], bool]) -> None:
        self._gate, self._is_busy = gate, is_busy
        self._answering: dict[str, tuple[str, str]] = {}
        self._haste: dict[str, Allowance] = {}

    def check(self, owner: str, address: str, asked: Request) -> None:
        """Note a question that begins an answer. Raises Refuse if it is one too many."""
        if asked["type"] not in ("send", "edit", "regenerate") or not self._gate.is_shared:
            return
        if not self._haste_of(owner).take():
            raise refuse("rate", "That was too much at once. Wait a moment, then try again.")
        conversation = asked["conversation"] or conversation_id(owner, asked["id"])
        answering = {each: whose for each, whose in self._answering.items() if self._is_busy(each)}
        # Within a chat questions wait for each other, and a repeated one is not another.
        if conversation not in answering:
            mine = sum(whose == owner for whose, _ in answering.values())
            nearby = sum(where == address for _, where in answering.values())
            if mine >= ANSWERS_FOR_ONE or (nearby >= ANSWERS_FROM_ONE and not is_loopback(address)):
                raise refuse("busy", "Too many answers are under way. Wait for one to end.")
        self._answering = {**answering, conversation: (owner, address)}

    def _haste_of(self, owner: str) -> Allowance:
        if owner not in self._haste:
            if len(self._haste) >= REMEMBERED:
                self._haste.clear()
            self._haste[owner] = Allowance(
                per_second=QUESTIONS_PER_SECOND, at_once=QUESTIONS_AT_ONCE
            )
        return self._haste[owner]
