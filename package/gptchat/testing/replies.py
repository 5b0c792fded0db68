"""What a scripted model says: one `Reply`, as data.

The chunks it becomes are the business of `completions.py`; when they are
sent is that of `http.py`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from gptchat.config.option_values import seen

Json: TypeAlias = dict[str, Any]

At: TypeAlias = int | float
"""A place in a stream: a number of chunks (`3`), or a share of them (`0.5`)."""

Cut: TypeAlias = Literal["words", "characters", "whole"] | int
CUTS = ("words", "characters", "whole")

USUAL_ERRORS: dict[int, tuple[str, str, str | None]] = {
    400: ("Invalid request.", "invalid_request_error", None),
    401: ("Incorrect API key provided.", "invalid_request_error", "invalid_api_key"),
    429: ("Rate limit reached for requests.", "requests", "rate_limit_exceeded"),
    500: ("The server had an error while processing your request.", "server_error", None),
    503: ("The engine is currently overloaded, please try again later.", "server_error", None),
}
"""What OpenAI says with a status, as (message, type, code), unless the script says otherwise."""

DO_NOT_RETRY = {"x-should-retry": "false"}
"""OpenAI's own way of telling its client that another attempt is in vain."""


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _is_place(value: Any) -> bool:
    return _is_number(value) and (isinstance(value, int) or value <= 1)


def _is_call(value: Any) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("name"), str)


def _is_error(value: Any) -> bool:
    if isinstance(value, Mapping):
        return set(value) <= set(ERROR_KEYS) and _is_error(value.get("status", 500))
    return isinstance(value, int) and 100 <= value <= 599


def _is_list_of(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list | tuple) and all(map(fits, value))


ERROR_KEYS = ("status", "message", "type", "param", "code", "headers")

_A_TEXT = (_is_text, "a text")
_A_DICT = (lambda value: isinstance(value, Mapping), "a dict")
_A_PLACE = (_is_place, "a number of chunks, such as 3, or a share of them from 0.0 to 1.0")

FITS: dict[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(("text", "reasoning", "refusal", "finish_reason"), _A_TEXT),
    "tool_calls": (_is_list_of(_is_call), 'a list of {"name": …, "arguments": …}'),
    "function_call": (_is_call, 'a dict such as {"name": …, "arguments": …}'),
    "deltas": (_is_list_of(_A_DICT[0]), "a list of dicts"),
    "chunks": (
        _is_list_of(lambda value: isinstance(value, Mapping | str)),
        "a list of dicts and texts",
    ),
    "chunk": (
        lambda value: value in CUTS or (_is_number(value) and isinstance(value, int) and value > 0),
        f"one of {', '.join(map(repr, CUTS))}, or a number of characters",
    ),
    "delay": (_is_number, "a number of seconds"),
    "rate": (
        lambda value: _is_number(value) and value > 0,
        "a number of chunks per second above 0",
    ),
    "silence": (
        lambda value: value == "forever" or _is_number(value),
        "a number of seconds, or 'forever'",
    ),
    **dict.fromkeys(("silence_after", "cut", "error_after"), _A_PLACE),
    "cut_inside": (lambda value: isinstance(value, bool), "True or False"),
    "error": (_is_error, f"a status such as 429, or a dict with {', '.join(ERROR_KEYS)}"),
    "usage": _A_DICT,
}
"""By field, whether a value fits, and what would."""


@dataclass(frozen=True)
class Reply:
    """One answer of a scripted model. A dict with the same keys does as well.

        Reply("Hello!")
        Reply(tool_calls=[{"name": "add", "arguments": {"a": 1, "b": 2}}])
        Reply("Half of this arr…", cut=0.5)
        Reply(error=429)

    What it says:

    text           the words
    tool_calls     a list of {"name": …, "arguments": dict or str}, and "id" where it matters
    function_call  the legacy form: {"name": …, "arguments": dict or str}
    reasoning      what it thinks before it answers
    refusal        why it does not answer
    deltas         raw deltas, sent as they are instead of all of the above, role included
    chunks         raw chunks instead of everything, for what providers really do: a dict lacks
                   only id, object, created and model; a str is sent as it stands, JSON or not
    finish_reason  why it stops; by default what OpenAI would say
    usage          a dict of the tokens; by default counted, one token a chunk

    When it says so. A *place* is a number of chunks (3) or a share of them (0.5). The first
    chunk counted is the first that says something; the one with the role comes before it.

    chunk          how strings are cut: "words", "characters", "whole", or so many characters
    delay          seconds before the first byte
    rate           chunks per second; by default as fast as the wire
    silence        seconds without a word in the middle of the stream, or "forever"
    silence_after  the place of the silence; by default in the middle (0.5)

    What goes wrong:

    cut            the place at which the connection is closed without a goodbye
    cut_inside     True: the cut goes through an event, half of whose bytes still arrive
    error          a status (429), or {"status", "message", "type", "param", "code", "headers"}
    error_after    the place in the stream at which the error is sent; by default instead of it

    An error without headers of its own tells the client not to try again, which would cost a
    test seconds. {"status": 429, "headers": {"retry-after-ms": "1"}} is tried again.

    Raises TypeError for a field it has not, ValueError for a value that does not fit.
    """

    text: str | None = None
    _: dataclasses.KW_ONLY
    tool_calls: Sequence[Json] = ()
    function_call: Json | None = None
    reasoning: str | None = None
    refusal: str | None = None
    deltas: Sequence[Json] | None = None
    chunks: Sequence[Json | str] | None = None
    chunk: Cut = "words"
    delay: float = 0.0
    rate: float | None = None
    silence: float | Literal["forever"] | None = None
    silence_after: At = 0.5
    cut: At | None = None
    cut_inside: bool = False
    error: int | Json | None = None
    error_after: At | None = None
    finish_reason: str | None = None
    usage: Json | None = None

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            fits, wanted = FITS[field.name]
            if value != field.default and not fits(value):
                raise ValueError(
                    f"The {field.name!r} of a scripted reply cannot be {seen(value)}. "
                    f"What fits is {wanted}."
                )

    @classmethod
    def of(cls, said: Reply | str | Mapping[str, Any]) -> Reply:
        """A reply from any of its forms: itself, its text, or a dict of its fields."""
        if isinstance(said, Reply):
            return said
        if isinstance(said, str):
            return cls(said)
        if not isinstance(said, Mapping):
            raise TypeError(
                f"A scripted reply is a Reply, a str or a dict; this one is {said!r:.200}. "
                "Write for example Reply('Hello') or {'text': 'Hello', 'rate': 20}."
            )
        known = [field.name for field in dataclasses.fields(cls) if field.name != "_"]
        if unknown := [key for key in said if key not in known]:
            raise TypeError(
                f"A scripted reply has no {', '.join(map(repr, unknown))}. "
                f"It knows {', '.join(known)}."
            )
        return cls(**said)


def pieces(text: str, cut: Cut) -> list[str]:
    """`text` in the pieces a model would send; together they are `text` again."""
    if cut == "whole":
        return [text] if text else []
    if cut == "words":
        # Eight letters, because a model's tokens are short: a long word takes several.
        return re.findall(r"\s*\S{1,8}|\s+", text)
    size = 1 if cut == "characters" else cut
    return [text[start : start + size] for start in range(0, len(text), size)]


def error_answer(error: int | Json) -> tuple[int, dict[str, str], Json]:
    """The status, headers and body of a scripted error."""
    told: Json = {"status": error} if isinstance(error, int) else error
    status = told.get("status", 500)
    message, kind, code = USUAL_ERRORS.get(status, USUAL_ERRORS[500])
    body = {
        "message": told.get("message", message),
        "type": told.get("type", kind),
        "param": told.get("param"),
        "code": told.get("code", code),
    }
    return status, dict(told.get("headers", DO_NOT_RETRY)), {"error": body}
