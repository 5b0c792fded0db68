"""What the list of conversations shows, kept in step with what is said in them.

A title from the first words, when something was last said, and whether an answer
ended since. Who reads the list is the business of `listing.py`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from gptchat.protocol import Event, Node, RunInfo
from gptchat.titles import first_words


@dataclass
class Outline:
    """One conversation as the list shows it, while a batch of events is appended."""

    title: str
    said: float
    unread: bool
    is_born: bool
    changed: bool = False

    @classmethod
    def of(cls, head: Any) -> Outline:
        """As it is in the database."""
        return cls(head.title, head.said, bool(head.unread), is_born=head.seq == 0)

    def apply(self, event: Event) -> None:
        """Change what the event changes. Most change nothing: an answer streams."""
        match event["type"]:
            case "message":
                self._message(event["node"])
            case "run":
                self._run(event["run"])
            case _:
                pass

    def _message(self, node: Node) -> None:
        if "run" in node:
            return  # Said when the run ends.
        if node["message"].get("role") == "user":
            self._asked(node)
        elif not self.is_born:  # What a new chat begins with is no news.
            self._speak(unread=True)

    def _run(self, run: RunInfo) -> None:
        if run["state"] == "ended":
            # Whoever pressed Stop was looking.
            self._speak(unread=self.unread or run.get("end") != "stopped")
        elif "message" in run:
            self._asked(run["message"])
        self.changed = True

    def _asked(self, node: Node) -> None:
        self.title = self.title or first_words(node["message"])
        self._speak(unread=self.unread)

    def _speak(self, *, unread: bool) -> None:
        self.said, self.unread, self.changed = time.time(), unread, True
