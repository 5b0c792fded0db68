"""What is said when a model's server fails: to its operator, who can do something about it.

So these name the address and the model, which `failures.py` never would. They hold
no key: what the server itself said is redacted.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gptchat.failures import redact

if TYPE_CHECKING:
    from gptchat.endpoint.endpoint import Endpoint

LONGEST_QUOTE = 200

BROKEN = ("ReadError", "RemoteProtocolError", "IncompleteRead")
"""What a connection that ends in mid-answer is called."""


def nobody(endpoint: Endpoint, error: BaseException | None = None) -> str:
    """Nothing listens at the address, or `error` says that there is no such place."""
    if is_unknown_host(error):
        return f"{unknown_host(endpoint)} Check the address and the network, then retry."
    return f"Nothing answers at {endpoint.name}. Start the server there, then retry."


def is_unknown_host(error: BaseException | None) -> bool:
    """Whether the name of the server has no address. The client's own error does not say."""
    while error is not None and not isinstance(error, socket.gaierror):
        error = error.__cause__ or error.__context__
    return error is not None


def unknown_host(endpoint: Endpoint) -> str:
    """Its name leads nowhere."""
    return f"The host {urlsplit(endpoint.address).hostname!r} cannot be found."


def key_refused(endpoint: Endpoint) -> str:
    """It wants a key, or another one."""
    place, variable = endpoint.name, endpoint.key_env
    if endpoint.key is None:
        return f"{place} asks for a key. Put one into {variable} and start this again."
    return f"{place} does not accept the key in {variable}. Put a valid one there and start again."


def why(error: BaseException, endpoint: Endpoint, model: str) -> str | None:
    """One sentence for a failed answer; None for an error that is not the server's."""
    status, place = getattr(error, "status_code", None), endpoint.name
    if status == 401:
        return key_refused(endpoint)
    if isinstance(status, int):
        return _refused(error, status, place, model)
    names = {type(each).__name__ for each in (error, error.__cause__)}
    if names & set(BROKEN):
        return f"{place} broke off in the middle of its answer. See why in its log, then retry."
    if "APITimeoutError" in names or "ReadTimeout" in names:
        return f"{place} has stopped answering. See why in its log, then retry."
    if "APIConnectionError" in names or "ConnectError" in names:
        return nobody(endpoint, error)
    if "APIError" in names:
        return f"{place} broke off with an error: {quoted(error)}"
    if isinstance(error, ValueError):
        return no_answer(endpoint)
    return None


def no_answer(endpoint: Endpoint) -> str:
    """It said something, but no answer."""
    return (
        f"{endpoint.name} sent something that is no answer in OpenAI's form. "
        "Check the address: it usually ends in /v1."
    )


def quoted(error: BaseException) -> str:
    """The server's own words, short and without a key."""
    body = getattr(error, "body", None)
    said = body.get("message") if isinstance(body, dict) else None
    text = " ".join(redact(said if isinstance(said, str) else str(error)).split())
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


def _refused(error: BaseException, status: int, place: str, model: str) -> str:
    if status == 403:
        return f"{place} does not let this key use the model {model!r}."
    if status == 404:
        return f"{place} has no model {model!r}. Choose another one, or check the address."
    if status == 429:
        return f"{place} is receiving too many requests. Wait a moment, then retry."
    if status >= 500:
        return f"{place} failed with status {status}. See why in its log, then retry."
    return f"{place} refused the request: {quoted(error)}"
