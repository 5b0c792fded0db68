"""Ids that follow from what a page asks: a repeated request finds what the first one made."""

from __future__ import annotations

import hashlib
import re

from gptchat.refusals import refuse

ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


def checked(id: str) -> str:
    """An id that a page made. Raises Refuse unless it looks like one."""
    if not ID.match(id):
        raise refuse("bad_request", "An id is 1 to 64 letters, digits, '-' or '_'.")
    return id


def conversation_id(owner: str, message: str) -> str:
    """The chat that a first message begins."""
    return "c_" + _digest(owner, checked(message))[:24]


def copy_id(owner: str, conversation: str, asked: str) -> str:
    """The copy that a request makes of a chat."""
    return "c_" + _digest(owner, checked(asked), conversation)[:24]


def run_id(conversation: str, asked: str) -> str:
    """The run that a request begins."""
    return "r_" + _digest(conversation, checked(asked))[:20]


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
