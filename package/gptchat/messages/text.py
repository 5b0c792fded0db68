"""Characters: which of them a message may hold, and how its text is measured.

Owns the two promises every text of a message keeps: it can be written as UTF-8 by
anybody, and both languages count it alike. What a message is, messages.py says.
"""

from __future__ import annotations

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
