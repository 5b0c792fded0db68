"""Any object that stands for JSON → the dicts, lists and strings it stands for.

Reads the fields of pydantic models (openai's and their imitators'), dataclasses and
namespaces by shape; everything it cannot read is refused by the name of its type, never
turned into its `repr`. Which of these values are messages, messages.py knows.
"""

from __future__ import annotations

import dataclasses
import enum
import json
import math
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from gptchat.errors import BadReply
from gptchat.messages.text import clean

DEEPEST = 100
"""Levels of nesting; far below the point where json itself gives up."""


def plain(value: Any, *, as_sent: bool = False, depth: int = 0) -> Any:
    """The value as JSON has it, sharing nothing with the original that could change.

    Fields that are None are left out of objects, never out of dicts. Strings are cleaned,
    unless they are to be kept as sent, because half of a character may be yet to come.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, enum.Enum):
        return plain(value.value, as_sent=as_sent, depth=depth)
    if isinstance(value, str):
        return str(value) if as_sent else clean(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        # JSON has no word for these, and one in a log would make it unreadable.
        return value if math.isfinite(value) else None
    if depth > DEEPEST:
        raise BadReply(
            f"A message is nested more than {DEEPEST} levels deep. "
            "Send a flatter one, or the deep part as text."
        )
    if isinstance(value, list | tuple):
        return [plain(item, as_sent=as_sent, depth=depth + 1) for item in value]
    return {
        _key(key): plain(item, as_sent=as_sent, depth=depth + 1)
        for key, item in fields_of(value).items()
    }


def fields_of(value: Any) -> Mapping[Any, Any]:
    """The entries of a dict, or the fields of an object that are set to something."""
    if isinstance(value, Mapping):
        return value
    if hasattr(type(value), "model_dump") or hasattr(type(value), "__fields__"):
        # Read directly: `model_dump` warns of every field a provider filled in its own
        # way, and costs more than all the rest of what a delta goes through.
        fields = {**vars(value), **(getattr(value, "__pydantic_extra__", None) or {})}
    elif isinstance(value, SimpleNamespace):
        fields = vars(value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    else:
        raise BadReply(
            f"A message cannot hold a value of type {type(value).__name__}. "
            "Send text, numbers, lists and dicts, as the OpenAI API does."
        )
    return {k: v for k, v in fields.items() if v is not None and not k.startswith("_")}


def get(value: Any, name: str) -> Any:
    """An entry of a dict or an attribute of an object; None if there is none."""
    if isinstance(value, Mapping):
        return value.get(name)
    return getattr(value, name, None)


def as_text(value: Any) -> str:
    """What OpenAI writes as text, as JSON if need be. (Ollama has sent arguments as objects.)"""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _key(key: Any) -> str:
    if isinstance(key, str):
        return clean(key)
    if isinstance(key, int | float) and not isinstance(key, bool):
        return str(key)
    raise BadReply(f"The keys of a message are text, not {type(key).__name__}. Rename the key.")
