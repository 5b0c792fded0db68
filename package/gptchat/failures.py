"""What is told of an exception: a calm sentence to the person, the traceback to the log.

Never a secret: texts that reach a browser are fixed sentences, or what a handler
says itself by `AnswerFailed`; what is logged or shown in debug mode is redacted first.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import traceback

from gptchat.errors import AnswerFailed, BadReply
from gptchat.messages.text import clean
from gptchat.protocol import ErrorInfo

logger = logging.getLogger("gptchat")

GENERAL = "Something went wrong while answering."

UNREADABLE = "The model sent something that could not be read."

BY_STATUS = {
    400: "The model refused the request.",
    401: "The model's provider did not accept the key.",
    403: "The model's provider refused access.",
    404: "The model or its address was not found.",
    408: "The model took too long to answer.",
    413: "The conversation is too long for the model.",
    429: "The model is receiving too many requests. Wait a moment, then retry.",
}

BY_NAME = {
    "APIError": "The model broke off in the middle of its answer.",
    "APITimeoutError": "The model took too long to answer.",
    "APIConnectionError": "The model could not be reached.",
    "RemoteProtocolError": "The connection to the model broke off.",
    "ReadError": "The connection to the model broke off.",
    "ReadTimeout": "The model stopped answering.",
    "ConnectError": "The model could not be reached.",
}

SECRET_NAME = re.compile(r"key|token|secret|passw|credential", re.IGNORECASE)
SECRET_TEXT = re.compile(
    r"(?<![\w-])sk-[\w*-]{4,}"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
    r"|(?<=bearer )[^\s'\"]+"
    # What is given to a name: token=…, api_key='…', "x-api-key": "…".
    r"|(?P<name>(?:api[_-]?key|token|secret|password)['\"]?\s*[=:]\s*['\"]?)[^\s'\"&,)]+",
    re.IGNORECASE,
)
SHORTEST_SECRET = 6  # Shorter values ("true", "1") would blank out ordinary words.


def report(error: BaseException, *, where: str, debug: bool) -> ErrorInfo:
    """Log the traceback once, and return what the person may know."""
    id = secrets.token_hex(4)
    # What cannot be written as UTF-8 could be told to nobody, and the answer would never end.
    trace = clean(redact("".join(traceback.format_exception(error))))
    sentence = clean(sentence_for(error))
    if isinstance(error, AnswerFailed):  # Told by somebody who knows: its way here says no more.
        logger.warning("%s failed (error %s): %s", where, id, redact(sentence))
    else:
        logger.error("%s failed (error %s)\n%s", where, id, trace.rstrip())
    info: ErrorInfo = {"sentence": sentence, "id": id}
    if debug:
        info["details"] = trace
    return info


def sentence_for(error: BaseException) -> str:
    """One calm sentence: the handler's own, or one of the kind of failure, never its text."""
    if isinstance(error, AnswerFailed):
        return str(error)
    if isinstance(error, BadReply):
        return "The answer was of a kind that cannot be shown."
    if _is_unreadable(error):
        return UNREADABLE
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        if status >= 500:
            return "The model's provider has a problem. Wait a moment, then retry."
        return BY_STATUS.get(status, BY_STATUS[400])
    # OpenAI calls both "connection error": never reached, and broken off in mid-answer.
    name = type(error).__name__
    reason = type(error.__cause__).__name__ if name == "APIConnectionError" else name
    return BY_NAME.get(reason, BY_NAME.get(name, GENERAL))


def _is_unreadable(error: BaseException) -> bool:
    """Whether it was the model's JSON, read by openai's client, rather than the handler's own."""
    if type(error).__name__ != "JSONDecodeError":
        return False
    frames = (frame for frame, _line in traceback.walk_tb(error.__traceback__))
    modules = [str(frame.f_globals.get("__name__")) for frame in frames]
    readers = [name for name in modules if name.partition(".")[0] != "json"]
    return bool(readers) and readers[-1].startswith("openai.")


def redact(text: str) -> str:
    """The text without anything that looks like a key, or equals a secret of the environment."""
    for name, value in os.environ.items():
        if SECRET_NAME.search(name) and len(value) >= SHORTEST_SECRET:
            text = text.replace(value, "[redacted]")
    return SECRET_TEXT.sub(lambda found: f"{found['name'] or ''}[redacted]", text)
