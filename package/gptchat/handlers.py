"""The developer's function: which arguments it asks for, and how it is called.

Arguments are chosen by name, as pytest chooses fixtures. What the function
says is the business of `replies.py`.
"""

from __future__ import annotations

import difflib
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

    def call(self, arguments: Mapping[str, Callable[[], Any]]) -> Any:
        """Call the function with what it asked for; nothing else is computed."""
        return self.function(**{name: arguments[name]() for name in self.names})


def make_handler(function: Callable[..., Any], *, yields: Yields = "delta") -> Handler:
    """Look at a function once. Raises UnknownArgument for a parameter nobody can fill."""
    if yields not in ("delta", "cumulative"):
        raise UnknownArgument(
            f"yields={yields!r} means nothing here. Use 'delta' (each string is the next piece) "
            "or 'cumulative' (each string is the whole text so far)."
        )
    parameters = inspect.signature(function).parameters.values()
    names = tuple(p.name for p in parameters if _wants(p, function))
    called = function if inspect.isroutine(function) else getattr(function, "__call__", function)
    is_async = inspect.iscoroutinefunction(called) or inspect.isasyncgenfunction(called)
    return Handler(function, names, yields, is_async)


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
