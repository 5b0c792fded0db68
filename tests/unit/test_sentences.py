"""Each failure of a server has a sentence that says what to do, and no sentence holds a key."""

from __future__ import annotations

import pytest

from gptchat.endpoint import sentences
from gptchat.endpoint.endpoint import Endpoint

PLACE = "http://gpu/v1"


class Refused(Exception):
    """A status, and what the server said, as openai's client gives them."""

    def __init__(self, status: int, message: str = "No.") -> None:
        super().__init__(f"Error code: {status}")
        self.status_code, self.body = status, {"message": message}


def called(name: str, text: str = "", cause: Exception | None = None) -> Exception:
    """An error known by the name of its class, whichever library it is from."""
    error: Exception = type(name, (Exception,), {})(text)
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Refused(403), f"{PLACE} does not let this key use the model 'm'."),
        (Refused(404), f"{PLACE} has no model 'm'. Choose another one, or check the address."),
        (Refused(429), f"{PLACE} is receiving too many requests. Wait a moment, then retry."),
        (Refused(500), f"{PLACE} failed with status 500. See why in its log, then retry."),
        (Refused(400, "Too  long."), f"{PLACE} refused the request: Too long."),
        (
            called("APIConnectionError"),
            f"Nothing answers at {PLACE}. Start the server there, then retry.",
        ),
        (
            called("APIConnectionError", cause=called("RemoteProtocolError")),
            f"{PLACE} broke off in the middle of its answer. See why in its log, then retry.",
        ),
        (
            called("ReadError"),
            f"{PLACE} broke off in the middle of its answer. See why in its log, then retry.",
        ),
        (
            called("APITimeoutError"),
            f"{PLACE} has stopped answering. See why in its log, then retry.",
        ),
        (
            called("APIError", "Out of memory"),
            f"{PLACE} broke off with an error: Out of memory",
        ),
        (
            ValueError("Expecting value"),
            f"{PLACE} sent something that is no answer in OpenAI's form. "
            "Check the address: it usually ends in /v1.",
        ),
    ],
)
def test_each_failure_says_what_to_do(error: Exception, sentence: str) -> None:
    assert sentences.why(error, Endpoint(PLACE, None), "m") == sentence


def test_a_key_is_asked_for_or_another_one() -> None:
    assert "asks for a key. Put one into OPENAI_API_KEY" in str(
        sentences.why(Refused(401), Endpoint(PLACE, None), "m")
    )
    assert "does not accept the key in MY_KEY" in str(
        sentences.why(Refused(401), Endpoint(PLACE, "sk-123456", "MY_KEY"), "m")
    )


def test_what_the_server_says_is_quoted_short_and_without_keys() -> None:
    said = sentences.why(Refused(422, "sk-proj-12345678 " + "x" * 900), Endpoint(PLACE, None), "m")
    assert said is not None
    assert "12345678" not in said
    assert len(said) < 300


def test_an_error_of_another_kind_is_not_the_servers() -> None:
    assert sentences.why(RuntimeError("a bug"), Endpoint(PLACE, None), "m") is None
