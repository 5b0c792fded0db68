"""The text of a message: its words, which characters they may hold, how they are measured.

Owns the two promises every text of a message keeps: it can be written as UTF-8 by
anybody, and both languages count it alike. What a message is, messages.py says.
"""

from __future__ import annotations

from gptchat.protocol import Message

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def clean(text: str) -> str:
    """The text with surrogate pairs joined, and lone surrogates and NUL replaced.

    NUL goes the way of lone surrogates because PostgreSQL cannot store it and
    CommonMark replaces it so; U+FFFD keeps the length.
    """
    if text.isascii():
        return text.replace("\0", REPLACEMENT) if "\0" in text else text
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\0", REPLACEMENT)


def ends_in_half(text: str) -> bool:
    """Whether the last character is a high surrogate, whose other half may still come."""
    return text[-1:] >= "\ud800" and text[-1:] <= "\udbff"


def utf16_length(text: str) -> int:
    """The length as JavaScript counts it."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def text_of(message: Message) -> str:
    """What a message says in words, whichever way its content is written."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(part["text"] for part in parts if part.get("type") == "text")
