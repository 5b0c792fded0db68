"""A page's wire and its sync, as architecture.md §5 has them, without a browser.

A `Follower` connects, syncs, applies events by the server's own rules
(`gptchat.conversation`) and reconnects when it is cut off. It notes in `problems`
whatever must never happen: a frame of a conversation it does not show, one number
with two contents, a finished message of another length than the server says.
What a person does with it is `page.py`; its HTTP is `web.py`.
"""

from __future__ import annotations

import itertools
import json
import random
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from gptchat.conversation import Conversation
from gptchat.messages import text_length
from gptchat.protocol import PROTOCOL, Event
from support.raw_socket import RawSocket
from support.web import Visitor

RST = struct.pack("ii", 1, 0)  # SO_LINGER: on, no time: closing resets the connection.


COUNTS = ("connects", "gaps", "duplicates", "snapshots", "events", "watchdog")


class Follower:
    """Keeps level with one conversation, whatever happens to its socket."""

    def __init__(self, visitor: Visitor, conversation: str | None = None) -> None:
        self.visitor, self.conversation = visitor, conversation
        self.problems: list[str] = []
        self.heard: list[str] = []
        """Every text frame the server sent, as it came."""
        self.counts = dict.fromkeys(COUNTS, 0)
        self.pause: Callable[[], float] = lambda: random.uniform(0.01, 0.15)  # away, once cut off
        self.idle_since = 0.0
        self._by_snapshot = False
        self._changed = threading.Condition(threading.RLock())
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Callable[[Any], None]] = {}
        self._socket: RawSocket | None = None
        self._closed = False
        self._forget()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    @property
    def is_connected(self) -> bool:
        """Whether the server has let it in."""
        return self._socket is not None

    def cut(self, how: str = "rst") -> None:
        """End the TCP connection now: `rst` without a goodbye, `fin` with one."""
        with self._changed:
            if self._socket is None:
                return
            with suppress(OSError):
                if how == "rst":
                    self._socket.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RST)
                    self._socket.sock.shutdown(socket.SHUT_RD)  # The reader wakes up and closes.
                else:
                    self._socket.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the tab."""
        self._closed = True
        self.cut("fin")
        self._thread.join(10)

    # ------------------------------------------------------------- its connection

    def _forget(self) -> None:
        self.view, self.epoch, self.seq = Conversation(), None, 0
        self._seen: dict[int, str] = {}
        self._fetched: dict[str, int] = {}
        self._syncing, self._round = False, 0
        self._stash: list[Any] = []
        self._heard_at = time.monotonic()

    def _live(self) -> None:
        while not self._closed:
            try:
                self._stay_connected()
            except (OSError, EOFError):
                pass  # What a bad network does; it comes back.
            except (AssertionError, LookupError, TypeError, ValueError) as error:
                self.problems.append(repr(error))
            if not self._closed:
                time.sleep(self.pause())

    def _stay_connected(self) -> None:
        extra = f"Cookie: {self.visitor.cookie}\r\n" if self.visitor.cookie else ""
        with RawSocket(self.visitor.port, extra=extra, path=self.visitor.path) as link:
            if link.status != 101:
                return
            link.sock.settimeout(20.0)
            self._greet(link)
            try:
                for text in link.texts():
                    self._hear(text)
            finally:
                self._lose()

    def _greet(self, link: RawSocket) -> None:
        opening = json.loads(link.read()[1][1:])
        link.say("40" + json.dumps({"protocol": PROTOCOL}))
        welcome = link.read()[1]
        while welcome.startswith(b"42"):  # Said while it was being let in; a browser keeps it too.
            self.heard.append(welcome.decode())
            welcome = link.read()[1]
        assert welcome.startswith(b"40"), f"Not welcome: {welcome!r}"
        # A server that has not asked for so long is gone, as a browser sees it.
        link.sock.settimeout((opening["pingInterval"] + opening["pingTimeout"]) / 1000)
        with self._changed:
            self._socket = link
            self.counts["connects"] += 1
            if self.conversation is not None:
                if self.epoch is None and self._by_snapshot:
                    self._load()
                self._sync()
            self._changed.notify_all()

    def _lose(self) -> None:
        with self._changed:
            self._socket, self._syncing = None, False
            lost, self._waiting = list(self._waiting.values()), {}
            self._changed.notify_all()
        for answered in lost:
            answered(None)

    def _emit(self, name: str, payload: Any, answered: Callable[[Any], None]) -> None:
        number = next(self._numbers)
        self._waiting[number] = answered
        try:
            assert self._socket is not None
            self._socket.emit(name, payload, ack=number)
        except (OSError, AssertionError):
            self._waiting.pop(number, None)
            answered(None)

    def _hear(self, text: str) -> None:
        self.heard.append(text)
        if text.startswith("43"):
            number, _, rest = text[2:].partition("[")
            answered = self._waiting.pop(int(number), None)
            if answered is not None:
                answered(json.loads("[" + rest)[0])
        elif text.startswith("42"):
            name, data = json.loads(text[2:])
            with self._changed:
                self._told(name, data)
                self._changed.notify_all()

    def _told(self, name: str, data: Any) -> None:
        if name == "resync" and self.conversation is not None:
            self._sync()
        elif name == "events":
            self._frame(data)

    # ------------------------------------------------------------------- its sync

    def _sync(self) -> None:
        self._round, self._syncing, self._stash = self._round + 1, True, []
        self._heard_at = time.monotonic()
        this, asked = self._round, self.conversation
        self._emit(
            "sync",
            {"conversation": asked, "epoch": self.epoch, "seq": self.seq},
            lambda answer: self._synced(this, asked, answer),
        )

    def _synced(self, this: int, asked: str | None, answer: Any) -> None:
        with self._changed:
            if answer is None or this != self._round or asked != self.conversation:
                return
            if "refused" in answer:
                self.problems.append(f"The sync was refused: {answer}")
                return
            if answer.get("reset"):
                self._load()
                self._sync()
                return
            self._syncing, self.epoch = False, self.epoch or answer["epoch"]
            events, stash = answer["events"], self._stash
            self._take(answer["epoch"], answer["seq"] - len(events) + 1, events)
            for frame in stash:
                self._frame(frame)
            self._changed.notify_all()

    def _load(self) -> None:
        told = self.visitor.snapshot(str(self.conversation))
        self.counts["snapshots"] += 1
        self.view = Conversation.restore(told["nodes"], told["leaf"], told["runs"])
        self.epoch, self.seq = told["epoch"], told["seq"]

    def _frame(self, frame: Any) -> None:
        self._heard_at = time.monotonic()
        if frame["conversation"] != self.conversation:
            self.problems.append(f"A frame of a conversation not shown: {frame['conversation']}")
        elif self._syncing:
            self._stash.append(frame)
        else:
            self._take(frame["epoch"], frame["seq"], frame["events"])

    def _take(self, epoch: str, first: int, events: list[Event]) -> None:
        if epoch != self.epoch:
            self._sync()
            return
        for seq, event in enumerate(events, first):
            if seq <= self.seq:
                self.counts["duplicates"] += 1
                self._compare(seq, event)
            elif seq == self.seq + 1:
                self.seq = seq
                self._compare(seq, event)
                self._apply(seq, event)
            else:
                self.counts["gaps"] += 1
                self._sync()
                return

    def _compare(self, seq: int, event: Event) -> None:
        """One number is one event, by whichever way it comes."""
        if event["type"] != "stale" and self._seen.setdefault(seq, json.dumps(event)) != json.dumps(
            event
        ):
            self.problems.append(f"Event {seq} was told in two versions.")

    def _apply(self, seq: int, event: Event) -> None:
        self.counts["events"] += 1
        if seq <= self._fetched.get(subject(event), 0):
            pass  # What it tells was in the message when that was fetched.
        elif event["type"] == "stale":
            answer = self.visitor.message(str(self.conversation), event["id"])
            self.view.apply({"type": "message", "node": answer["node"]})
            self._fetched[event["id"]] = answer["seq"]
        else:
            self.view.apply(event)
            self._check_finish(event)
        if event["type"] == "run" and event["run"]["state"] == "ended":
            self.idle_since = time.monotonic()

    def _check_finish(self, event: Event) -> None:
        if event["type"] == "finish" and event["id"] in self.view.nodes:
            length = text_length(self.view.nodes[event["id"]]["message"])
            if length != event["length"]:
                self.problems.append(f"{event['id']} has {length} units, not {event['length']}.")


def subject(event: Event) -> str:
    return event["node"]["id"] if event["type"] == "message" else str(event.get("id", ""))
