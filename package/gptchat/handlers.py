"""The developer's functions: what each is called, which arguments it asks for, how it is called.

Arguments are chosen by name, as pytest chooses fixtures. What a function says
is the business of `replies.py`, which of them a person chooses that of `actions.py`.
"""

from __future__ import annotations

import difflib
import functools
import inspect
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from gptchat.errors import BadOption, NoHandler, NotFound, UnknownArgument

logger = logging.getLogger("gptchat")

ARGUMENTS = ("messages", "message", "history", "ctx", "request")
"""What a handler may ask for by name."""

Yields = Literal["delta", "cumulative"]

Names = str | Sequence[str] | None
"""What a handler is called: nothing, one name, or several."""

UNNAMED = "Default"
"""What the handler without a name is called in the page's menu, once others have one."""

HOW_TO_ANSWER = """Nobody answers yet. Decorate a function before run_app:

    @app.handle_send_message
    def reply(messages):
        return "Hello!"
"""


@dataclass(frozen=True)
class Handler:
    """One registered function."""

    function: Callable[..., Any]
    names: tuple[str, ...]
    yields: Yields
    is_async: bool
    by_place: int = 0
    """So many of the names are positional only, and come first."""
    model: str | None = None
    """What it was chosen by, where there are several to choose from."""
    _advised: threading.Event = field(default_factory=threading.Event, compare=False, repr=False)

    def call(self, arguments: Mapping[str, Callable[[], Any]]) -> Any:
        """Call the function with what it asked for; nothing else is computed."""
        values = {name: arguments[name]() for name in self.names}
        first = [values.pop(name) for name in self.names[: self.by_place]]
        return self.function(*first, **values)

    def said_nothing(self) -> None:
        """Log it once: a forgotten `return` leaves no other trace."""
        if not self._advised.is_set():
            self._advised.set()
            logger.warning(
                "%s() ended without saying anything. Did you forget `return` or `yield`?",
                _called(self.function),
            )


class Handlers:
    """Everybody who may answer, by the names a person chooses from, in the order they came."""

    def __init__(self, how_to_answer: str = HOW_TO_ANSWER) -> None:
        self._how_to_answer = how_to_answer
        self._lock = threading.Lock()
        self._all: dict[str, Handler] = {}

    @property
    def names(self) -> list[str]:
        """What there is to choose from. One handler without a name is no choice."""
        with self._lock:
            return [] if self._all.keys() == {UNNAMED} else list(self._all)

    def __bool__(self) -> bool:
        return bool(self._all)

    def add(self, handler: Handler, name: Names) -> None:
        """Let it answer under this name, in place of who had it; a list is all names it has."""
        names = [UNNAMED] if name is None else [name] if isinstance(name, str) else name
        if not isinstance(names, Sequence) or not all(map(_is_name, names)):
            raise BadOption(
                f"A handler cannot be called {name!r}. A name is a text that is not empty."
            )
        with self._lock:
            kept = self._all if name is None or isinstance(name, str) else self._without(handler)
            _advise_of_lost([kept[name] for name in names if name in kept], handler)
            self._all = {**kept, **dict.fromkeys(names, handler)}

    def chosen(self, name: str | None = None) -> Handler:
        """Who answers to the name; without one whoever has none, or came first."""
        with self._lock:
            known = self._all
        if not known:
            raise NoHandler(self._how_to_answer)
        name = name or (UNNAMED if UNNAMED in known else next(iter(known)))
        if name not in known:
            raise NotFound(f"There is no model called {name[:80]!r} here. Choose another one.")
        return replace(known[name], model=name if known.keys() != {UNNAMED} else None)

    def _without(self, handler: Handler) -> dict[str, Handler]:
        return {name: other for name, other in self._all.items() if other != handler}


def _advise_of_lost(lost: Sequence[Handler], handler: Handler) -> None:
    """Say who answers no longer. A function of the same name is a newer version of itself."""
    here = _place(handler.function)
    others = {_called(each.function) for each in lost if _place(each.function) != here}
    if others:
        logger.warning(
            "%s() answers in place of %s() from now on. To let people choose, give each "
            'a name of its own: @app.handle_send_message(name="…").',
            _called(handler.function),
            "(), ".join(sorted(others)),
        )


def _called(function: object) -> str:
    return str(getattr(function, "__name__", None) or type(function).__name__)


def _place(function: object) -> tuple[str, str]:
    name = getattr(function, "__qualname__", None) or _called(function)
    return str(getattr(function, "__module__", "")), str(name)


def _is_name(name: object) -> bool:
    return isinstance(name, str) and name.strip() != ""


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
    hint = f" Did you mean {near[0]!r}?" if near else _example(function)
    raise UnknownArgument(
        f"{getattr(function, '__name__', function)}() asks for {parameter.name!r}, which gptchat "
        f"cannot fill.{hint} A handler may ask for: {', '.join(ARGUMENTS)}."
    )


def _example(function: Callable[..., Any]) -> str:
    """How a function of one argument would be written, for who thinks that its place counts."""
    name = _called(function)
    if len(_parameters(function)) > 1:
        return ""
    said = "lambda message: …" if name == "<lambda>" else f"def {name}(message): …"
    return f" The names of the parameters matter: write {said}"
