"""An app talked to without being served: a message sent, and what the conversation is then."""

from __future__ import annotations

from typing import Any

from gptchat import GPTChat
from gptchat.protocol import Send
from support.engine import OWNER, WHO, new_id
from support.waiting import until


def say(app: GPTChat, text: str = "Hi", chat: str | None = None) -> str:
    """Send a message into an app that need not be served; the conversation, once answered."""
    rooms = app._rooms
    asked: Send = {"type": "send", "conversation": chat, "id": new_id(), "parent": None}
    chat = rooms.actions.send(OWNER, {**asked, "content": text}, WHO)
    until(lambda: not rooms.runs.is_busy(chat), "the answer")
    rooms.hub.settled(chat).wait()
    return chat


def words(app: GPTChat, chat: str) -> list[tuple[str, Any]]:
    app._rooms.hub.settled(chat).wait()
    path = app._rooms.store.load(chat).path()
    return [(n["message"]["role"], n["message"].get("content")) for n in path]
