"""What a scripted model says: one `Reply`, as data.

The chunks it becomes are the business of `completions.py`; when they are
sent is that of `http.py`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]

At: TypeAlias = int | float
"""A place in a stream: a number of chunks (`3`), or a share of them (`0.5`)."""

Cut: TypeAlias = Literal["words", "characters", "whole"] | int

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


@dataclass(frozen=True)
class Reply:
    """One answer of a scripted model. A dict with the same keys does as well.

        Reply("Hello!")
        Reply(tool_calls=[{"name": "add", "arguments": {"a": 1, "b": 2}}])
        Reply("Half of this arr…", cut=0.5)
        Reply(error=429)

    The first chunk counted by `silence_after`, `cut` and `error_after` is the
    first one that says something; the chunk with the role comes before it.
    """

    text: str | None = None
    _: dataclasses.KW_ONLY
    tool_calls: Sequence[Json] = ()
    """Each `{"name": …, "arguments": dict or str}`, and `id` where it matters."""
    function_call: Json | None = None
    """The legacy form: `{"name": …, "arguments": dict or str}`."""
    reasoning: str | None = None
    refusal: str | None = None
    deltas: Sequence[Json] | None = None
    """Raw deltas, sent as they are instead of all of the above, role included."""
    chunks: Sequence[Json | str] | None = None
    """Raw chunks, sent instead of everything a model would say, for what providers really do.

    A dict lacks only the usual envelope (`id`, `object`, `created`, `model`), and its own keys
    win; a str is sent as it stands, JSON or not. `choices` is what there is to say.
    """
    chunk: Cut = "words"
    """How strings are cut: by words, by characters, not at all, or every so many characters."""
    delay: float = 0.0
    """Seconds before the first byte."""
    rate: float | None = None
    """Chunks per second. `None`: as fast as the wire."""
    silence: float | Literal["forever"] | None = None
    """Seconds without a word in the middle of the stream."""
    silence_after: At = 0.5
    cut: At | None = None
    """After this much, the TCP connection is closed without a goodbye."""
    cut_inside: bool = False
    """The cut goes through the middle of an event: half of its bytes still arrive."""
    error: int | Json | None = None
    """A status, or `{"status", "message", "type", "param", "code", "headers"}`.

    Without headers of its own it tells the client not to try again, which would cost a test
    seconds. `{"status": 429, "headers": {"retry-after-ms": "1"}}` is tried again.
    """
    error_after: At | None = None
    """After this much of the stream, the error is sent inside it. `None`: instead of it."""
    finish_reason: str | None = None
    """`None`: what OpenAI would say."""
    usage: Json | None = None
    """`None`: counted, one token a chunk."""

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
