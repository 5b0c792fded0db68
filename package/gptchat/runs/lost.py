"""Runs whose process is gone: they are called interrupted, and the words they wrote stay."""

from __future__ import annotations

import contextlib
import time

from gptchat.conversation import Conversation, in_turn
from gptchat.errors import NotFound
from gptchat.hub import Hub
from gptchat.protocol import RunInfo
from gptchat.runs.drafts import Draft
from gptchat.runs.run import Run
from gptchat.runs.work import COMMIT_PATIENCE
from gptchat.store import Store


class Lost:
    """The runs of all processes that share the store, as far as nobody keeps them any more."""

    def __init__(self, store: Store, hub: Hub, lease_seconds: float) -> None:
        self._store, self._hub, self._lease = store, hub, lease_seconds
        self._claimed: list[tuple[str, RunInfo]] = []
        """Runs to be ended here: ours now, they are found by no other sweep."""

    def sweep(self) -> None:
        """End the runs whose lease has lapsed. What raises StoreError is left to the next sweep."""
        now = time.time()
        self._claimed += self._store.leases.claim_lapsed(now, now + self._lease)
        self._claimed.sort(key=lambda lost: in_turn(lost[1]))
        while self._claimed:
            conversation, info = self._claimed[0]
            # One that waited takes its place below what the one before it leaves.
            self._hub.settled(conversation).wait(COMMIT_PATIENCE)
            with contextlib.suppress(NotFound):  # Deleted, with all that ran in it.
                state = self._store.load(conversation)
                if info["id"] in state.runs:  # Nobody was quicker while it could not be read.
                    self._interrupt(conversation, info, state)
            del self._claimed[0]

    def _interrupt(self, conversation: str, info: RunInfo, state: Conversation) -> None:
        # What it wrote may stand in the log already: no limit is asked again.
        run = Run(info, conversation, self._hub.append, max_chars=0)
        if waiting := info.get("message"):
            waiting["parent"] = state.newest_below(waiting["parent"])
            self._hub.append(conversation, {"type": "message", "node": waiting})
        else:
            for node in state.nodes.values():
                if node.get("run") == info["id"]:
                    run.branch.put(Draft(node))
        run.end("interrupted")
