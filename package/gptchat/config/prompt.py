"""The option `prompt`: the field a person writes in, and what may be attached in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from typing_extensions import TypedDict

from gptchat.config.option_values import Misfit, Reader, flag, nearest, seen, text

MOST_FILE_BYTES = 100 * 1024 * 1024
"""What `max_file_bytes` may be: a handler gets files whole, in memory."""


class PromptConfig(TypedDict):
    """How the field to write in looks, and whether files may be attached in it."""

    placeholder: str
    allow_upload: bool


PROMPT: PromptConfig = {"placeholder": "Ask anything", "allow_upload": True}

_READERS: dict[str, Reader[Any]] = {"placeholder": text, "allow_upload": flag}


def prompt_config(value: object) -> PromptConfig:
    """Read what is said of `prompt`; `Config` joins it with what was said before."""
    if not isinstance(value, Mapping):
        raise ValueError('a dict such as {"placeholder": "What is up?", "allow_upload": False}')
    return cast(PromptConfig, {key: _read(key, given) for key, given in value.items()})


def _read(key: object, value: object) -> Any:
    reader = _READERS.get(str(key))
    if reader is None:
        raise Misfit(f"There is no {key!r} in it. {nearest(str(key), _READERS)}")
    try:
        return reader(value)
    except ValueError as unfit:
        raise Misfit(f"Its {key!r} cannot be {seen(value)}. What fits is {unfit}.") from None
