"""The developer's function: which arguments it asks for, and how it is called.

Arguments are chosen by name, as pytest chooses fixtures. What the function
says is the business of `replies.py`.
"""

from __future__ import annotations

import difflib
import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gptchat.errors import UnknownArgument

ARGUMENTS = ("messages", "message", "history", "ctx", "request")
"""What a handler may ask for by name."""

Yields = Literal["delta", "cumulative"]


@dataclass(frozen=True)
class Handler:
    """One registered function."""

    function: Callable[..., Any]
    names: tuple[str, ...]
    yields: Yields
    is_async: bool
    by_place: int = 0
    """So many of the names are positional only, and come first."""

    def call(self, arguments: Mapping[str, Callable[[], Any]]) -> Any:
        """Call the function with what it asked for; nothing else is computed."""
        values = {name: arguments[name]() for name in self.names}
        first = [values.pop(name) for name in self.names[: self.by_place]]
        return self.function(*first, **values)


def make_handler(function: Callable[..., Any], *, yields: Yields = "delta") -> Handler:
    """Look at a function once. Raises UnknownArgument for a parameter nobody can fill."""
    if yields not in ("delta", "cumulative"):
        raise UnknownArgument(
            f"yields={yields!r} means nothing here. Use 'delta' (each string is the next piece) "
            "or 'cumulative' (each string is the whole text so far)."
        )
    wanted = [p for p in _parameters(function) if _wants(p, function)]
    by_place = sum(p.kind is p.POSITIONAL_ONLY for p in wanted)
    names = tuple(p.name for p in wanted)
    return Handler(function, names, yields, _is_async(function), by_place)


def _parameters(function: object) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise UnknownArgument(
            f"{function!r} cannot be a handler: it is no function whose arguments can be read. "
            "Wrap it: def reply(messages): …"
        ) from None


def _is_async(function: Any) -> bool:
    while isinstance(function, functools.partial):
        function = function.func
    called = function if inspect.isroutine(function) else type(function).__call__
    return inspect.iscoroutinefunction(called) or inspect.isasyncgenfunction(called)


def _wants(parameter: inspect.Parameter, function: Callable[..., Any]) -> bool:
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        return False
    if parameter.name in ARGUMENTS:
        return True
    if parameter.default is not parameter.empty:
        return False
    near = difflib.get_close_matches(parameter.name, ARGUMENTS, 1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise UnknownArgument(
        f"{getattr(function, '__name__', function)}() asks for {parameter.name!r}, which gptchat "
        f"cannot fill.{hint} A handler may ask for: {', '.join(ARGUMENTS)}."
    )
