"""What the function of `handle_connect` says to a page that has just come.

A page that opens a new chat is shown it, and the chat begins with it once the
person has answered. A chat that has begun keeps what it has. When pages come,
and how they are told, is the business of `sockets/`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

from gptchat import workers
from gptchat.chat import Request
from gptchat.config import Config
from gptchat.errors import UnknownArgument
from gptchat.failures import report
from gptchat.protocol import Message, RunInfo
from gptchat.runs.run import Run

NOWHERE: RunInfo = {
    "id": "greeting", "parent": "", "state": "running", "trigger": "new", "created": 0.0
}  # fmt: skip
"""A run whose words are not part of a conversation yet."""


class TurnedAway(Exception):
    """The function returned False: the page may not come in."""


class Greeter:
    """Calls the developer's function for each page, and collects what it says."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._function: Callable[..., Any] | None = None
        self._wants_request = False

    def use(self, function: Callable[..., Any]) -> None:
        """Register the function. Raises UnknownArgument for a parameter nobody can fill."""
        names = [
            parameter.name
            for parameter in inspect.signature(function).parameters.values()
            if parameter.default is parameter.empty
            and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        ]
        if names not in ([], ["request"]):
            raise UnknownArgument(
                f"{getattr(function, '__name__', function)}() asks for {', '.join(names)}. "
                "A function of handle_connect may ask for `request`, or for nothing."
            )
        self._function, self._wants_request = function, bool(names)

    def greet(self, request: Request) -> list[Message] | None:
        """The messages a new chat of this page begins with; None for the configured ones.

        Raises TurnedAway if the function returned False. What it raises is logged,
        and keeps nobody out.
        """
        if self._function is None:
            return None
        run = Run(NOWHERE, "", _unheard, self._config.max_reply_chars)
        try:
            answer = copy_context().run(self._call, run, request)
        except Exception as error:  # noqa: BLE001 – the developer's code may raise anything
            report(error, where="The function of handle_connect", debug=False)
            return None
        finally:
            path = run.branch.path()
            run.end("done")
        if answer is False:
            raise TurnedAway
        return [node["message"] for node in path] or None

    def _call(self, run: Run, request: Request) -> Any:
        run.enter()
        assert self._function is not None
        given = {"request": request} if self._wants_request else {}
        with request.context():
            answer = self._function(**given)
        return workers.Awaited(_entered(run, answer)).result() if _is_async(answer) else answer


async def _entered(run: Run, answer: Any) -> Any:
    run.enter()
    return await answer


def _is_async(answer: object) -> bool:
    return inspect.iscoroutine(answer)


def _unheard(_conversation: str, *_events: object, urgent: bool = False) -> None:
    """Nobody listens yet: what was said is read when the function is done."""
