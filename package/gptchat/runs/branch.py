"""The messages one run has written: what the handler calls them, and where each stands.

A new message follows the last one; a known one stays where it is. When a word
may be said, and who is told of it, is the business of `run.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gptchat.files.attachments import ReadFile
from gptchat.messages import for_openai
from gptchat.messages.requesting import no_files
from gptchat.protocol import Message, Node
from gptchat.runs.drafts import Draft, new_message_id


class Branch:
    """The drafts of one run, below the messages that came `before` it."""

    def __init__(self, parent: str | None) -> None:
        self.before: Sequence[Node] = ()
        self.read: ReadFile = no_files
        """Gets the bytes of a file, which a handler's messages hold and ours only name."""
        self.tip = parent
        """The message that the next new one follows; None at the root."""
        self.acted = False
        """Whether the handler did something that leaves no message here."""
        self._drafts: dict[str, Draft] = {}
        self._names: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._drafts)

    @property
    def is_silent(self) -> bool:
        """Whether the handler has neither said nor done anything."""
        return not self._drafts and not self.acted

    def new_id(self) -> str:
        """An id for a message of this run."""
        id = new_message_id()
        self._names[id] = id
        return id

    def id_of(self, name: str | None) -> tuple[str, str]:
        """The handler's name of a message, and its id. An invented name is local to the run."""
        if name is None:
            name = self.new_id()
        elif name not in self._names:
            self._names[name] = new_message_id()
        return name, self._names[name]

    def forget(self, name: str) -> None:
        """The next message of this name is a new one."""
        self._names.pop(name, None)

    def get(self, id: str) -> Draft | None:
        """What has been written under an id."""
        return self._drafts.get(id)

    def named(self, name: str) -> Draft:
        """What has been written under a name."""
        return self._drafts[self._names.get(name, name)]

    def parent(self, id: str) -> str | None:
        """What the message stands below."""
        known = self._drafts.get(id)
        return self.tip if known is None else known.node["parent"]

    def put(self, draft: Draft) -> None:
        """Write or replace a message."""
        id = draft.node["id"]
        if id not in self._drafts:
            self.tip = id
        self._drafts[id] = draft

    def open_drafts(self) -> list[Draft]:
        """The messages that still grow."""
        return [draft for draft in self._drafts.values() if draft.open]

    def path(self) -> list[Node]:
        """The conversation as this run sees it, from its beginning to the run's newest message."""
        known = {node["id"]: node for node in self.before}
        known |= {id: draft.node for id, draft in self._drafts.items()}
        found: list[Node] = []
        id = self.tip
        while id in known:
            found.append(known[id])
            id = known[id]["parent"]
        return found[::-1]

    def follow(self, messages: Iterable[Message]) -> int:
        """Stand where the path and `messages` part; how many of the messages are there already."""
        self.acted = True
        path, kept = self.path(), 0
        for node, message in zip(path, messages, strict=False):
            if for_openai(node["message"], self.read) != for_openai(message):
                break
            kept += 1
        if kept < len(path):
            self.tip = path[kept - 1]["id"] if kept else None
        return kept
