"""The names gptchat 0.0.12 had and this one calls otherwise: still there, with a word of advice.

There `gptchat.app` was a module, so whatever it imported was an attribute of `app`.
Names that did nothing a developer could use are gone, each with the reason.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, Literal

from typing_extensions import TypedDict

from gptchat import utils


class ToolCallResult(TypedDict):
    """What a tool said, as a message: `app.update_message` takes it."""

    role: Literal["tool"]
    content: str
    tool_call_id: str


def _nothing(*_arguments: Any, **_named: Any) -> None:
    """The start and the end of a handler say it."""


MOVED: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "app": ("app.flask", lambda chat: chat.flask),
    "concat_stream": ("gptchat.utils.concat_stream", lambda _chat: utils.concat_stream),
    "iter_stream_choices": (
        "gptchat.utils.iter_stream_choices",
        lambda _chat: utils.iter_stream_choices,
    ),
    "generating_started": ("nothing: a run begins with its handler", lambda _chat: _nothing),
    "generating_done": ("nothing: a run ends with its handler", lambda _chat: _nothing),
    "ui_config": ("app.config", lambda chat: chat.config.for_page()),
    "Config": ("dict", lambda _chat: dict[str, Any]),
    "UIConfig": ("dict", lambda _chat: dict[str, Any]),
    "UIConfigPrompt": ("dict", lambda _chat: dict[str, Any]),
}
"""What to say instead, and what the old name gives meanwhile."""

WIRE = "The wire is gptchat's own now: use update_message, set_message or set_all_messages."
FILES = "The page's files are served from inside the package."

GONE: dict[str, str] = {
    "socket_emit": WIRE,
    "socket_on": WIRE,
    "emit": WIRE,
    "connect": "Greet a page with @app.handle_connect.",
    "ServerChannel": WIRE,
    "ClientChannel": WIRE,
    "SERVER_CHANNELS": WIRE,
    "CLIENT_CHANNELS": WIRE,
    "serve": FILES,
    "static_file_responses": FILES,
    "build_path": FILES,
    "package_dir": FILES,
    "max_age": FILES,
    "days_to_cache": FILES,
}
"""Why it is no more, and what to do."""

_told: set[str] = set()


def advise(old: str, new: str, *, above: int = 0) -> None:
    """Say once in the life of the process that `old` has a better name.

    It is said to the caller of our caller, or to one so many calls `above`.
    """
    if old not in _told:
        _told.add(old)
        sentence = f"{old} is how gptchat 0.0.12 called it. Use {new}."
        warnings.warn(sentence, DeprecationWarning, stacklevel=3 + above)


def find(chat: Any, name: str) -> Any:
    """What `app.<name>` was. Raises AttributeError, with what to do where that is known."""
    if name in MOVED:
        new, get = MOVED[name]
        advise(f"app.{name}", new, above=1)
        return get(chat)
    reason = GONE.get(name, "")
    raise AttributeError(
        f"{type(chat).__name__!r} object has no attribute {name!r}. {reason}".rstrip(),
        name=name,
        obj=chat,
    )
