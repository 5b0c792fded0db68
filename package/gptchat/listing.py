"""What a person does to the list of conversations: rename, pin, duplicate, delete, restore.

Each is checked against the owner, committed, told to all pages of that owner, and safe to
repeat. What is said in a conversation is the business of `actions.py`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TypeAlias

from gptchat.hub import Hub
from gptchat.ids import copy_id
from gptchat.protocol import Delete, DeleteAll, Duplicate, Pin, Read, Rename, Restore
from gptchat.refusals import refuse
from gptchat.runs.runs import Runs
from gptchat.store import Store
from gptchat.store.listing import MOST_PINNED
from gptchat.titles import LONGEST, one_line

DAY = 86400

Change: TypeAlias = Rename | Pin | Duplicate | Delete | DeleteAll | Restore | Read


class Listing:
    """Everything a person can do to their list, on behalf of one owner at a time."""

    def __init__(self, store: Store, hub: Hub, runs: Runs) -> None:
        self._store, self._hub, self._runs = store, hub, runs

    def change(self, owner: str, asked: Change) -> Mapping[str, str]:
        """Do what is asked; the answer."""
        match asked["type"]:
            case "rename":
                conversation = self._rename(owner, asked)
            case "pin":
                conversation = self._pin(owner, asked)
            case "duplicate":
                conversation = self._duplicate(owner, asked)
            case "delete":
                conversation = self._delete(owner, asked["conversation"])
            case "restore":
                conversation = self._restore(owner, asked["conversation"])
            case "read":
                conversation = self._read(owner, asked["conversation"])
            case "delete_all":
                self._delete_all(owner)
                return {}
        return {"conversation": conversation}

    def expire(self, keep_days: float | None) -> None:
        """Delete every chat in which nothing was said for so many days."""
        if keep_days is not None:
            self._hub.tell_lists(self._store.trash.expire(time.time() - keep_days * DAY))

    def _rename(self, owner: str, asked: Rename) -> str:
        conversation, title = self._written(asked["conversation"]), one_line(asked["title"])
        if not 1 <= len(title) <= LONGEST:
            raise refuse("bad_request", f"A title is one line of 1 to {LONGEST} characters.")
        self._store.titles.rename(owner, conversation, title)
        return self._told(conversation)

    def _pin(self, owner: str, asked: Pin) -> str:
        conversation = self._written(asked["conversation"])
        if not self._store.listing.pin(owner, conversation, pinned=asked["pinned"]):
            raise refuse(
                "bad_request", f"{MOST_PINNED} chats are pinned already. Unpin one of them first."
            )
        return self._told(conversation)

    def _duplicate(self, owner: str, asked: Duplicate) -> str:
        conversation = self._written(asked["conversation"])
        copy = copy_id(owner, conversation, asked["id"])
        self._store.copies.copy(owner, conversation, copy)
        return self._told(copy)

    def _delete(self, owner: str, conversation: str) -> str:
        # First hidden, then stopped: nothing new begins there once it is hidden.
        self._store.trash.delete(owner, self._written(conversation))
        self._runs.stop(conversation)
        self._hub.settled(conversation).wait()
        return self._told(conversation)

    def _delete_all(self, owner: str) -> None:
        conversations = self._store.trash.delete_all(owner)
        for conversation in conversations:
            self._runs.stop(conversation)
        self._hub.tell_lists(conversations)

    def _restore(self, owner: str, conversation: str) -> str:
        self._store.trash.restore(owner, conversation)
        return self._told(conversation)

    def _read(self, owner: str, conversation: str) -> str:
        changed = self._store.listing.read(owner, self._written(conversation))
        return self._told(conversation) if changed else conversation

    def _written(self, conversation: str) -> str:
        """The conversation, once what was said in it is: a new chat begins with its first words."""
        self._hub.settled(conversation).wait()
        return conversation

    def _told(self, conversation: str) -> str:
        self._hub.tell_lists([conversation])
        return conversation
