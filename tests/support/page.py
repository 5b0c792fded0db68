"""A tab without a browser: what a person sees in it, and does with it.

It repeats what was not acknowledged, as the browser's page does. How it keeps
level with the server is `follower.py`.
"""

from __future__ import annotations

import queue
import secrets
import time
from collections.abc import Callable
from typing import Any, Self, TypeAlias

from support.follower import Follower

Question: TypeAlias = "queue.SimpleQueue[Any]"


class Gone(Exception):
    """The connection ended before the answer came."""


class Page(Follower):
    """One tab of one visitor, showing one conversation."""

    patience = 5.0
    """Seconds without a frame, while something runs, until it syncs by itself."""

    _said: str | None = None
    """The newest message it sent to this conversation: that it is kept may be heard first."""

    # -------------------------------------------------------------- what is shown

    def texts(self) -> list[str]:
        """The contents of the answers, from the root to the leaf."""
        with self._changed:
            said = [node["message"] for node in self.view.path()]
        return [m.get("content") or "" for m in said if m["role"] == "assistant"]

    def text(self) -> str:
        """The newest answer."""
        return str((self.texts() or [""])[-1])

    def last(self) -> Any:
        """The newest message, in its envelope."""
        with self._changed:
            path = self.view.path()
            return path[-1] if path else None

    # ------------------------------------------------------------- what one does

    def say(self, text: str, *, id: str | None = None) -> str:
        """Send a message until it is kept, however often the socket is cut or the disk full."""
        id = id or "u_" + secrets.token_hex(8)
        while True:
            try:
                answer = self.ask(
                    "send", conversation=self.conversation, id=id, parent=None, content=text
                )
            except Gone:
                continue
            if answer.get("refused", {}).get("code") != "not_saved":
                break
            time.sleep(0.1)
        assert "refused" not in answer, f"The message was refused: {answer}"
        if self.conversation is None:
            self.show(answer["conversation"])
        self._said = id
        return id

    def stop(self) -> Any:
        """Press stop; the answer."""
        return self.ask("stop", conversation=self.conversation)

    def show(self, conversation: str) -> None:
        """Show a conversation from its beginning."""
        with self._changed:
            self.conversation, self._said = conversation, None
            self._forget()
            if self._socket is not None:
                self._sync()

    def ask(self, name: str, **payload: Any) -> Any:
        """Emit one request; its answer. Raises Gone when the connection ends before."""
        self.wait_connected()
        return self.answer(self.tell(name, payload))

    def tell(self, name: str, payload: dict[str, Any]) -> Question:
        """Emit one request, and wait for nothing."""
        box: Question = queue.SimpleQueue()
        with self._changed:
            self._emit(name, payload, box.put)
        return box

    def answer(self, question: Question) -> Any:
        """What was answered. Raises Gone when the connection ended before."""
        answer = question.get(timeout=15)
        if answer is None:
            raise Gone
        return answer

    def wait(self, claim: Callable[[], Any], what: str, timeout: float = 15.0) -> None:
        """Wait until the claim holds. A silence while something runs makes the page sync."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while not claim():
                left = deadline - time.monotonic()
                assert left > 0, f"The page waited {timeout} s in vain until {what}: {self.texts()}"
                self._changed.wait(min(left, self.patience))
                silence = time.monotonic() - self._heard_at
                if silence > self.patience and self.view.runs and self._socket is not None:
                    self.counts["watchdog"] += 1
                    self._sync()

    def wait_connected(self) -> None:
        """Wait until it may ask."""
        self.wait(lambda: self.is_connected, "it is connected")

    def wait_text(self, part: str, timeout: float = 15.0) -> None:
        """Wait until the answer shows this."""
        self.wait(lambda: part in self.text(), f"{part!r} is shown", timeout)

    def wait_node(self, id: str) -> None:
        """Wait until this message is shown."""
        self.wait(lambda: id in self.view.nodes, f"message {id} is shown")

    def wait_seq(self, seq: int) -> None:
        """Wait until it has caught up with this event."""
        self.wait(lambda: self.seq >= seq, f"event {seq} has come")

    def wait_idle(self, timeout: float = 30.0) -> None:
        """Wait until something was answered and nothing runs."""
        self.wait(self.is_idle, "the answer has ended", timeout)

    def is_idle(self) -> bool:
        """Whether something was answered, and nothing runs."""
        last = self.last()
        asked = last is None or last["message"]["role"] == "user"
        asked = asked or (self._said is not None and self._said not in self.view.nodes)
        return not self.view.runs and not asked and last["status"] != "streaming"

    def reload(self, *, by_snapshot: bool = False) -> None:
        """Forget everything but the address, and come back, by the log or by the snapshot."""
        with self._changed:
            self._forget()
            self._by_snapshot = by_snapshot
        self.cut("fin")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
