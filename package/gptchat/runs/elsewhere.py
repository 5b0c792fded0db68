"""What other processes do in the conversations of this one: who is ahead, and how to stop it.

Which of them may begin is decided where it is written, in `store/turns.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable

from gptchat.store import Store


class Elsewhere:
    """The other processes that share the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._behind = set[str]()
        self.call: Callable[[str], object] = lambda _worker: None
        """Lets a process know that something was asked of its runs; else it finds out in a beat."""

    def is_ahead(self, conversation: str) -> bool:
        """Whether another process comes first here."""
        return conversation in self._behind

    def wait(self, conversation: str) -> None:
        """Another process comes first here, until `freed` says otherwise."""
        with self._lock:
            self._behind.add(conversation)

    def freed(self, busy: Collection[str]) -> Iterable[str]:
        """The conversations where it is this process's turn now, but those where it is `busy`."""
        with self._lock:
            behind = self._behind.difference(busy)
        if not behind:
            return ()
        turns = self._store.leases.whose_turn(behind)
        freed = {conversation for conversation, is_ours in turns.items() if is_ours}
        with self._lock:
            self._behind -= freed
        return freed

    def stop(self, conversation: str) -> None:
        """Stop what other processes run here."""
        for worker in self._store.leases.request_stop(conversation):
            self.call(worker)
