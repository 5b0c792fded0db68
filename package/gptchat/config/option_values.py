"""What fits an option: from whatever a developer wrote to the value the rooms read.

A reader takes any object and returns the value, or raises `ValueError` naming
what would have fitted ("a text"); `Misfit` says a whole sentence about a part of
the value. Which option has which reader is `config.py`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from difflib import get_close_matches
from typing import Any, TypeVar

T = TypeVar("T")
Reader = Callable[[object], T]


class Misfit(ValueError):
    """A part of the value does not fit: a sentence that names the part."""


ROLES = ("developer", "system", "user", "assistant", "tool", "function")
"""Who may have said a message."""

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#\s]+/?", re.IGNORECASE)
_REDIS = re.compile(r"(rediss?|unix)://\S+")
_FILLED = re.compile(r"{([^\W\d]\w*)}")
_PREFIX = re.compile(r"(/[\w.~-]+)*")


def seen(value: object) -> str:
    """How a value is shown in an error: short, and with its type, which is often the mistake."""
    shown = repr(value)
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    return f"{shown} ({type(value).__name__})"


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of an error about an unknown name: the nearest known one, or all of them."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"Did you mean {close[0]!r}?" if close else f"Known are: {', '.join(names)}."


def text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text")
    return value


def text_with(*names: str) -> Reader[str]:
    """A text with these names in braces, and no others: nobody would fill them."""

    def read(value: object) -> str:
        for name in _FILLED.findall(text(value)):
            if name not in names:
                raise Misfit(f"Nothing fills its {{{name}}}. {nearest(name, names)}")
        return text(value)

    return read


def text_or_none(value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ValueError("a text or None")
    return value


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("True or False")
    return value


def whole_number(least: int, most: int | None = None) -> Reader[int]:
    """A whole number from `least` on, and up to `most`."""

    def read(value: object) -> int:
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if not is_whole or value < least or (most is not None and value > most):  # type: ignore[operator]
            raise ValueError(
                f"a whole number from {least} {'on' if most is None else f'to {most}'}"
            )
        return int(value)  # type: ignore[call-overload, no-any-return]

    return read


def hops(value: object) -> int:
    """A number of proxies. `True` is what other frameworks call one."""
    return int(value) if isinstance(value, bool) else whole_number(0)(value)


def positive_seconds(value: object) -> float:
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits or not 0 < float(value) < float("inf"):  # type: ignore[arg-type]
        raise ValueError("a number of seconds above 0")
    return float(value)  # type: ignore[arg-type]


def seconds(value: object) -> float:
    """A number of seconds, which may be none."""
    return 0.0 if value == 0 and not isinstance(value, bool) else positive_seconds(value)


def redis_address(value: object) -> str | None:
    """Where a Redis is, or nothing. What is wrong with it is not repeated: it holds a password."""
    if value is not None and not (isinstance(value, str) and _REDIS.match(value)):
        raise Misfit("It is the address of a Redis, such as 'redis://127.0.0.1:6379/0'.")
    return value


def days_or_none(value: object) -> float | None:
    """A positive number of days, or nothing."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e6:
        raise ValueError("a number of days greater than 0, or None")
    return float(value)


def one_of(*choices: T) -> Reader[T]:
    """Exactly one of the values listed."""

    def read(value: object) -> T:
        for choice in choices:
            if type(value) is type(choice) and value == choice:
                return choice
        raise ValueError("one of " + ", ".join(repr(choice) for choice in choices))

    return read


def texts(value: object) -> tuple[str, ...]:
    """Several texts. A single one is a list of one: iterating over its letters helps nobody."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple | set | frozenset):
        found = tuple(item for item in value if isinstance(item, str) and item)
        if len(found) == len(value):
            return found
    raise ValueError('a list of texts, such as ["chat.example.com"]')


def hosts(value: object) -> tuple[str, ...]:
    """Host names, which are no addresses: without a scheme or a path."""
    for item in texts(value):
        host = re.sub(r"^[^/]*//", "", item).partition("/")[0]
        if host != item:
            raise Misfit(f"{item!r} is an address, not a host. Write {host!r}.")
    return texts(value)


def origins(value: object) -> tuple[str, ...]:
    """Origins: a scheme and a host, as a browser sends them."""
    for item in texts(value):
        if not _ORIGIN.fullmatch(item):
            scheme, _, rest = item.rpartition("://")
            host = rest.partition("/")[0]
            here = host.startswith(("localhost", "127."))
            scheme = scheme or ("http" if here else "https")
            raise Misfit(f"{item!r} is no origin. Write '{scheme}://{host}'.")
    return texts(value)


def prefix(value: object) -> str:
    """The path a page lives below: empty, or beginning with a slash and not ending in one."""
    path = text(value).rstrip("/")
    if not _PREFIX.fullmatch(path) or any(part in (".", "..") for part in path.split("/")):
        raise ValueError('empty, or a path such as "/chat"')
    return path


def messages(value: object) -> list[dict[str, Any]]:
    """OpenAI messages, as dicts or as the SDK's objects. Copies: later changes stay outside."""
    if not isinstance(value, list | tuple):
        raise ValueError('a list of messages, such as [{"role": "user", "content": "Hello"}]')
    return [_message(place, item) for place, item in enumerate(value)]


def _message(place: int, item: object) -> dict[str, Any]:
    # By duck typing: openai is never imported here, and any of its versions has `model_dump`.
    dump = getattr(item, "model_dump", None)
    plain = dump(mode="json", exclude_none=True) if callable(dump) else item
    if not isinstance(plain, Mapping) or not isinstance(plain.get("role"), str):
        raise Misfit(
            f"Message number {place} is {seen(item)}. "
            'What fits is a dict with a "role", or a message object of the openai package.'
        )
    _check_role(f"Message number {place}", plain["role"])
    _check_content(f"Message number {place}", plain.get("content"))
    return deepcopy(dict(plain))


def _check_role(which: str, role: str) -> None:
    if role not in ROLES:
        raise Misfit(f"{which} has the role {role!r}. {nearest(role, ROLES)}")


def _check_content(which: str, content: object) -> None:
    parts = content if isinstance(content, list | tuple) else [content]
    if content is not None and not all(isinstance(part, str | Mapping) for part in parts):
        raise Misfit(
            f"{which} has the content {seen(content)}. What fits is a text, or a list of parts."
        )
