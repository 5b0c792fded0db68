"""A file of Python, run as `python file.py` would, and the application found in it.

Where it is served is the business of `run_command.py`.
"""

from __future__ import annotations

import sys
import traceback
import types
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.abc import SourceLoader
from pathlib import Path
from typing import Any

from gptchat import app as default
from gptchat.errors import NoHandler
from gptchat.server import GPTChat


@dataclass(frozen=True)
class Program:
    """A file, and the words its `sys.argv` has after its name."""

    path: Path
    arguments: Sequence[str] = ()

    def run(self) -> dict[str, Any]:
        """Run the file as the main module; its names. Raises whatever it raises."""
        loader = _Main(self.path)
        main = types.ModuleType("__main__")
        main.__file__ = str(self.path)
        main.__loader__ = loader
        sys.modules["__main__"] = main
        sys.argv = [str(self.path), *self.arguments]
        sys.path.insert(0, str(self.path.resolve().parent))
        loader.exec_module(main)
        return main.__dict__

    def application(self, names: dict[str, Any]) -> GPTChat:
        """The application that the file has made. Raises NoHandler if none can answer."""
        found = {id(chat): name for name, chat in names.items() if _answers(chat)}
        if _answers(default):
            found.setdefault(id(default), "gptchat.app")
        if not found:
            raise NoHandler(
                f"Nobody answers in {self.path}. Decorate a function of it with "
                "@app.handle_send_message, or give one to GPTChat(…)."
            )
        if len(found) > 1:
            raise NoHandler(
                f"There are several chats in {self.path}: {', '.join(found.values())}. "
                "Call run_app on the one you mean."
            )
        name = next(iter(found.values()))
        return default if name == "gptchat.app" else names[name]

    def traceback(self, error: BaseException) -> str:
        """What Python would have said, beginning with the file's own lines."""
        below = error.__traceback__
        while below is not None and below.tb_frame.f_code.co_filename != str(self.path):
            below = below.tb_next
        return "".join(traceback.format_exception(error.with_traceback(below)))


class _Main(SourceLoader):
    """Reads the file as it is now: Python's own loader takes an edit within a second for none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get_filename(self, fullname: str) -> str:
        return str(self._path)

    def get_data(self, path: str) -> bytes:
        return Path(path).read_bytes()


def _answers(thing: object) -> bool:
    return isinstance(thing, GPTChat) and bool(thing.answers)
