"""Where conversations are kept: what a `store=` means, as the address of a database."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Final

logger = logging.getLogger("gptchat")

BY_SCRIPT: Final = ".gptchat/"
"""The default store: a file in this folder, named after the script that runs."""


def locate(place: str | Path | None) -> str:
    """The database URL a `store=` means. An unwritable folder means memory, with a warning."""
    if place is None:
        return "sqlite://"
    if "://" in str(place):
        return str(place)
    if str(place) == BY_SCRIPT:
        place = Path(BY_SCRIPT) / f"{script_name()}.db"
    path = Path(place).absolute()
    try:
        _make_folder(path.parent)
    except OSError as error:
        logger.warning(
            "Conversations are kept in memory only: %s cannot be written (%s).", path, error
        )
        return "sqlite://"
    return f"sqlite:///{path}"


def _make_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / ".gitignore" if folder.name == ".gptchat" else folder / ".gptchat-probe"
    if not probe.exists():
        probe.write_text("*\n")  # The folder ignores itself for git.
    if probe.name == ".gptchat-probe":
        probe.unlink()


def script_name() -> str:
    """What the running script is called, to name its file of conversations."""
    main = sys.modules.get("__main__")
    path = getattr(main, "__file__", None)
    stem = Path(path).stem if path else "chats"
    return "chats" if stem == "__main__" else stem
