"""What a page may say on its socket: how large, how deep and how often.

Socket.IO's own decoder accepts binary attachments, any depth and any event name.
This one knows the few packets a gptchat page sends; everything else is
`Unacceptable`, which says so in one sentence and knows which question it answers.
What the requests mean is the business of `sockets.py`.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any, Literal, NoReturn

from socketio import packet

from gptchat.protocol import Refusal

CONNECT, DISCONNECT, EVENT = packet.CONNECT, packet.DISCONNECT, packet.EVENT
ACK = packet.ACK

MAX_DEPTH = 32
MAX_KEYS = 200
MAX_STRING = 200_000
MAX_EVENT_NAME = 64

RESERVED = frozenset({"connect", "disconnect", "connect_error", "*"})
"""Socket.IO would run the handlers of these names as if the connection itself had spoken."""

_FORM = re.compile(r"([0-9])([0-9]{0,15})(.*)", re.DOTALL)

Code = Literal["bad_request", "too_large", "rate"]


class Unacceptable(ValueError):
    """A packet that is refused. `ack` is the number of the question it answers, if it asked one."""

    def __init__(
        self, sentence: str, *, code: Code = "bad_request", ack: int | None = None
    ) -> None:
        super().__init__(sentence)
        self.ack = ack
        self.refusal: Refusal = {"code": code, "sentence": sentence}


class WireJSON:
    """JSON as it travels: text as it is, in most scripts half the bytes of escapes."""

    @staticmethod
    def dumps(value: Any, **options: Any) -> str:
        text = json.dumps(value, ensure_ascii=False, **options)
        try:
            text.encode()
        except UnicodeEncodeError:  # Half a surrogate pair only travels as an escape.
            return json.dumps(value, **options)
        return text

    @staticmethod
    def loads(text: str) -> Any:
        return json.loads(text, parse_constant=_no_constant)


class Packet(packet.Packet):
    """A Socket.IO packet without binary parts, decoded within bounds."""

    uses_binary_events = False
    json = WireJSON

    def decode(self, encoded_packet: object) -> int:
        """Read one packet. The answer, the number of attachments, is always none."""
        kind, ack, body = split(encoded_packet)
        self.packet_type, self.id, self.namespace = kind, ack, None
        try:
            self.data = _read(body) if body else None
            _check(kind, self.data)
        except Unacceptable as problem:
            problem.ack = ack
            raise
        return 0


class Allowance:
    """A bucket that fills at a steady rate: how often something may happen."""

    def __init__(self, *, per_second: float, at_once: int) -> None:
        self._rate = per_second
        self._most = float(at_once)
        self._left = float(at_once)
        self._seen = time.monotonic()

    def take(self) -> bool:
        """Use one. False when none is left."""
        now = time.monotonic()
        self._left = min(self._most, self._left + (now - self._seen) * self._rate)
        self._seen = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


def split(text: object) -> tuple[int, int | None, str]:
    """Type, number of the question, and body of a packet, without looking into the body."""
    found = _FORM.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise Unacceptable("This is not a Socket.IO packet.")
    kind = int(found[1])
    if kind not in (CONNECT, DISCONNECT, EVENT):
        raise Unacceptable(
            "A page sends connections, events and farewells only, never binary parts."
        )
    return kind, int(found[2]) if found[2] else None, found[3]


def _read(body: str) -> Any:
    try:
        data = WireJSON.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unacceptable("The packet does not hold JSON that can be read.") from error
    _measure(data)
    return data


def _check(kind: int, data: Any) -> None:
    if kind != EVENT:
        if not isinstance(data, dict | None):
            raise Unacceptable("A connection carries one object or nothing.")
        return
    match data:
        case [str(name), dict()] if name and name not in RESERVED and len(name) <= MAX_EVENT_NAME:
            return
    raise Unacceptable("An event is a name and one object.")


def _measure(data: Any) -> None:
    """Walk without recursion, so that depth costs no stack."""
    keys = 0
    waiting = [(data, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise Unacceptable(f"The data is nested more than {MAX_DEPTH} levels deep.")
        if isinstance(value, str):
            _measure_text(value)
        elif isinstance(value, list):
            waiting += [(item, depth + 1) for item in value]
        elif isinstance(value, dict):
            keys += len(value)
            if keys > MAX_KEYS:
                raise Unacceptable(f"The data has more than {MAX_KEYS} keys.")
            waiting += [(item, depth + 1) for pair in value.items() for item in pair]


def _measure_text(text: str) -> None:
    if len(text) > MAX_STRING:
        raise Unacceptable(f"A text is longer than {MAX_STRING:,} characters.", code="too_large")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Unacceptable("A text holds half a character (a lone surrogate).") from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
