"""A handler that answers when the test lets it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from gptchat.chat import Chat
from support.waiting import until


class Gate:
    """A handler that waits to be let go on; each run has its turn."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.begun: list[str] = []

    def __call__(self, message: str, ctx: Chat) -> Iterator[str]:
        self.begun.append(message)
        yield f"To {message}: "
        while not self.open.wait(0.005) and not ctx.stopped.is_set():
            pass
        yield "done."

    def wait(self, message: str) -> None:
        until(lambda: message in self.begun, f"the answer to {message}")
