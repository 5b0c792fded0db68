"""What a conversation may be called: one line that reads as it was written.

Until somebody names it, a conversation is called by the first words said in it.
Who may name it, and when, is the business of `listing.py`.
"""

from __future__ import annotations

import re
import unicodedata

from gptchat.files import references
from gptchat.messages.text import text_of
from gptchat.protocol import Message

LONGEST = 120
"""Characters of a title that somebody gives."""

FIRST_WORDS = 40
"""Characters of a title that is made of the first words."""

UNNAMED = "New chat"
"""What a conversation is called in which nobody has said a word yet."""

COPY = " (copy)"

READ_AHEAD = 1000
"""Characters of a message that are looked at: its first words are among them."""

# Marks that turn the text around (in a list, also what stands beside it), and unseen ones.
_UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def one_line(text: str) -> str:
    """The text without line breaks, marks that turn it around and characters without a picture."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    shown = (" " if unicodedata.category(c) in ("Cc", "Co", "Cs") else c for c in text)
    return " ".join("".join(shown).split())


def first_words(message: Message) -> str:
    """What a conversation is called that begins with this message; empty if it has no words."""
    line = one_line(text_of(message)[:READ_AHEAD])
    if not line:
        line = next((one_line(file["name"]) for file in references(message)), "")
    if len(line) <= FIRST_WORDS:
        return line
    cut = line[: FIRST_WORDS - 1]
    whole, _, _ = cut.rpartition(" ")
    return (whole if len(whole) >= FIRST_WORDS // 2 else cut).rstrip() + "…"


def copied(title: str) -> str:
    """What the copy of a conversation of this title is called."""
    return (title or UNNAMED)[: LONGEST - len(COPY)] + COPY
