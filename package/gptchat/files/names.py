"""What a file is called: a text that can be shown, and never a path.

The name is data. No file of ours is ever called by it.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 255
UNNAMED = "file"

_FOLDERS = re.compile(r".*[/\\]", re.DOTALL)


def clean_name(given: str) -> str:
    """The last part of a path, without what cannot be seen or turns the text around.

    Direction marks make `gpj.exe` read as `exe.jpg`.
    """
    name = _FOLDERS.sub("", given)
    shown = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs"))
    shown = " ".join(shown.split()).strip(".")
    if len(shown) > LONGEST:
        stem, dot, ending = shown.rpartition(".")
        ending = dot + ending if len(ending) < 16 else ""
        shown = (stem or shown)[: LONGEST - len(ending)] + ending
    return shown or UNNAMED


def ending_of(name: str) -> str:
    """What follows the last dot, in lower case; nothing for a name that only begins with one."""
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""
