"""The models in the page's menu, kept as the server lists them.

While nobody answers it looks every two seconds. Later it looks when a page comes
and when an answer failed, so that an idle page asks nothing of the server.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from gptchat.endpoint.endpoint import Endpoint, Found
from gptchat.workers import start_thread

LOOK_AGAIN = 2.0
"""Seconds between looks at a server that is not there yet."""

FRESH = 5.0
"""Seconds a list counts as current: a page that reloads asks nobody."""


class Listing:
    """What can be chosen: `wanted` first, then whatever the server lists."""

    def __init__(
        self, endpoint: Endpoint, wanted: str | None, changed: Callable[[Sequence[str]], None]
    ) -> None:
        self._endpoint, self._wanted, self._changed = endpoint, wanted, changed
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._looked = 0.0
        self._closed = threading.Event()
        self.found: Found | None = None
        self.names: list[str] = [wanted] if wanted else []

    def look(self) -> Found:
        """Ask the server now, and tell whoever shows the names if they have changed."""
        with self._lock:
            self.found = found = self._endpoint.look()
            self._looked = time.monotonic()
            listed = list(found.models) if found.lists else self.names
            names = list(dict.fromkeys([*([self._wanted] if self._wanted else []), *listed]))
            if names != self.names:
                self.names = names
                self._changed(names)
            return found

    def wake(self) -> None:
        """Somebody may want to see the names: look soon, on a thread of its own."""
        self._woken.set()

    def follow(self) -> None:
        """Begin to look by itself."""
        start_thread(self._run, name="gptchat-models")

    def close(self) -> None:
        """Look no more."""
        self._closed.set()
        self.wake()

    def _run(self) -> None:
        while not self._closed.is_set():
            is_up = self.found is not None and self.found.is_up
            self._woken.wait(None if is_up else LOOK_AGAIN)
            self._woken.clear()
            stale = time.monotonic() - self._looked > FRESH
            if not self._closed.is_set() and (stale or not is_up):
                self.look()
