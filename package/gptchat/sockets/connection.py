"""One page's connection: what it says is checked, what it is told is bounded, its end is certain.

It stands where Engine.IO has its `Socket`. Its two threads are the request's own,
which reads, and one that writes. `transport.py` opens it, watches it, and hands
what it hears to Socket.IO.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from engineio import packet as frames

from gptchat.protocol import MAX_SOCKET_MESSAGE, Refusal
from gptchat.sockets import packets, websocket
from gptchat.sockets.outbox import Outbox
from gptchat.sockets.packets import Allowance, Packet, Unacceptable

log = logging.getLogger("gptchat.transport")

PING, PONG, CLOSE, MESSAGE = (
    str(kind) for kind in (frames.PING, frames.PONG, frames.CLOSE, frames.MESSAGE)
)
EVENTS = str(packets.EVENT) + '["events",'
"""How a packet begins that a `resync` can replace."""

RESYNC = MESSAGE + str(packets.EVENT) + '["resync",{"reason":"slow"}]'

FAREWELL_TAKES = 3.0
"""Seconds for the last frames and the close handshake; then the wire is cut."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one connection, and all of them, may take. Seconds, bytes, counts."""

    max_connections: int = 1000
    max_message: int = MAX_SOCKET_MESSAGE
    events_per_second: float = 20.0
    events_at_once: int = 40
    strikes: int = 5
    rate_strikes: int = 3
    strikes_within: float = 60.0
    outbox_bytes: int = 1024 * 1024
    outbox_events: int = 1000
    connect_within: float = 10.0
    ping_interval: float = 25.0
    ping_timeout: float = 20.0


class Connection:
    """What Engine.IO calls a socket: it has a `sid`, can `send` and can `close`."""

    upgraded = True
    connected = True

    def __init__(
        self,
        server: Any,
        sid: str,
        wire: websocket.Wire,
        *,
        limits: Limits,
        on_refused: Callable[[str, Refusal], None],
    ) -> None:
        self.server = server
        self.sid = sid
        self.session: dict[str, Any] = {}
        self.closing = False
        self.closed = False
        self.welcome = False
        """Whether Socket.IO has let this page in. Until then it may say nothing else."""
        self._wire = wire
        self._limits = limits
        self._on_refused = on_refused
        self._outbox = Outbox(
            max_bytes=limits.outbox_bytes, max_events=limits.outbox_events, resync=RESYNC
        )
        self._allowance = Allowance(
            per_second=limits.events_per_second, at_once=limits.events_at_once
        )
        self._strikes: deque[tuple[float, str]] = deque()
        self._ending = threading.Lock()
        self._farewell = (websocket.NORMAL, "")
        now = time.monotonic()
        self._born = now
        self._closed_at = now
        self._next_ping = now + limits.ping_interval
        self._pinged: float | None = None

    # What Engine.IO and Socket.IO ask of a socket.

    def send(self, frame: frames.Packet) -> None:
        """Let a frame wait for its turn. Never blocks, never raises for a page that is gone."""
        text = str(frame.encode())
        if not self._sent_now(text):
            self._outbox.put(text, droppable=text.startswith(EVENTS, 1))

    def _sent_now(self, text: str) -> bool:
        """Write without waiting and without the writer, if nothing is before it."""
        if not self._outbox.claim():
            return False
        behind = False
        try:
            sent = self._wire.say_now(text)
            behind = self._wire.is_behind
        finally:
            self._outbox.give_back(behind=behind)
        return sent

    def close(
        self,
        wait: bool = True,
        abort: bool = False,
        reason: str | None = None,
        *,
        code: int = websocket.NORMAL,
        words: str = "",
    ) -> None:
        """End the connection, once. What waits is still written, unless it is aborted."""
        with self._ending:
            if self.closing:
                return
            self.closing = True
            self._farewell = (code, words)
        self.server._trigger_event(
            "disconnect", self.sid, reason or self.server.reason.SERVER_DISCONNECT, run_async=False
        )
        if not abort:
            self._outbox.put(CLOSE, droppable=False)
        self._closed_at = time.monotonic()
        self.closed = True
        self._outbox.close()
        self.server.sockets.pop(self.sid, None)
        if abort:
            self._wire.hang_up(code, words)

    # Its two threads.

    def run(self) -> None:
        """Listen until either side hangs up. The request's thread lives here."""
        writer = self.server.start_background_task(self._write)
        try:
            for text in self._wire.messages():
                if self.closed:
                    break
                self._hear(text)
        finally:
            self.close(abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
            self._wire.drain()
            self._wire.cut()
            writer.join()
            self._wire.release()

    def _write(self) -> None:
        with suppress(OSError):
            while (text := self._outbox.take()) is not None:
                if text:
                    self._wire.say(text)
                else:
                    self._wire.flush()
        self._wire.hang_up(*self._farewell)

    # What the page says.

    def _hear(self, text: str | bytes) -> None:
        try:
            self._understand(text)
        except Unacceptable as problem:
            self._refuse(problem)

    def _understand(self, text: str | bytes) -> None:
        kind = text[:1]
        ack = None
        if kind == MESSAGE and isinstance(text, str):
            _, ack, _ = packets.split(text[1:])
        if not self._allowance.take():
            raise Unacceptable(
                "That was too much at once. Please wait a moment.", code="rate", ack=ack
            )
        if kind == MESSAGE:
            self._receive(Packet(encoded_packet=text[1:]))
        elif kind == PONG:
            self._pinged = None
        elif kind == CLOSE:
            self.close(abort=True, reason=self.server.reason.CLIENT_DISCONNECT)
        else:
            raise Unacceptable("This is not an Engine.IO packet a page sends.")

    def _receive(self, packet: Packet) -> None:
        if self.welcome == (packet.packet_type == packets.CONNECT):
            raise Unacceptable("A page connects first, and once.", ack=packet.id)
        self.server._trigger_event("message", self.sid, packet, run_async=False)

    def _refuse(self, problem: Unacceptable) -> None:
        self._tell(problem.ack, problem.refusal)
        self.blame(problem.refusal)

    def blame(self, refusal: Refusal) -> None:
        """Note that something this page said made no sense; too often, and it is sent away."""
        log.warning("Refused a packet of connection %s: %s", self.sid, refusal["sentence"])
        if self._is_out(refusal["code"]):
            log.warning("Disconnected %s: too many refused packets.", self.sid)
            self.close(code=websocket.POLICY, words="too many refused packets")

    def _tell(self, ack: int | None, refusal: Refusal) -> None:
        if not self.welcome:
            return
        if ack is None:
            self._on_refused(self.sid, refusal)
            return
        answer = json.dumps([{"refused": refusal}], separators=(",", ":"))
        self._outbox.put(f"{MESSAGE}{packets.ACK}{ack}{answer}", droppable=False)

    def _is_out(self, code: str) -> bool:
        now = time.monotonic()
        self._strikes.append((now, code))
        while self._strikes[0][0] < now - self._limits.strikes_within:
            self._strikes.popleft()
        rate = sum(1 for _, kind in self._strikes if kind == "rate")
        return rate >= self._limits.rate_strikes or len(self._strikes) >= self._limits.strikes

    # What the watch does about it, about once a second.

    def tick(self, now: float) -> None:
        """Send the heartbeat when it is due, and end what is stuck."""
        limits = self._limits
        if self.closed:
            if now > self._closed_at + FAREWELL_TAKES:
                self._wire.cut()
        elif self._outbox.overflowing:
            self.close(abort=True, code=websocket.TRY_LATER, words="too slow")
            self._wire.cut()
        elif not self.welcome and now > self._born + limits.connect_within:
            self.close(code=websocket.POLICY, words="not connected in time")
        elif self._pinged is not None and now > self._pinged + limits.ping_timeout:
            self.close(abort=True, reason=self.server.reason.PING_TIMEOUT)
            self._wire.cut()
        elif self._pinged is None and now >= self._next_ping:
            self._pinged = now
            self._next_ping = now + limits.ping_interval
            self._outbox.put_first(PING)
