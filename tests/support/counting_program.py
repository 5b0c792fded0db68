"""A server that counts: the answer to `400 0.005` is 400 numbers, one each 5 ms, known beforehand.

What a fault case needs otherwise stands in the environment, as JSON: `OPTIONS` for the
`GPTChat`, its `store` included, and `LIMITS` for its sockets, so that a silence is noticed
in a second instead of forty-five.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from gptchat import GPTChat
from gptchat.sockets import sockets
from gptchat.sockets.connection import Limits

PACE = 0.005


def source(count: int) -> str:
    """What is answered, word for word."""
    return "".join(map(word, range(count)))


def word(number: int) -> str:
    """One piece of it."""
    return f"{number} 🙂 "


def environment(limits: dict[str, Any] | None = None, **options: Any) -> dict[str, str]:
    """The environment of a server with these."""
    return {"OPTIONS": json.dumps(options), "LIMITS": json.dumps(limits or {})}


def reply(message: str) -> Iterator[str]:
    count, _, pace = message.partition(" ")
    for number in range(int(count)):
        yield word(number)
        time.sleep(float(pace or PACE))


if __name__ == "__main__":
    vars(sockets)["Limits"] = partial(Limits, **json.loads(os.environ["LIMITS"]))
    app = GPTChat(reply, **{"lease_seconds": 1, **json.loads(os.environ["OPTIONS"])})
    app.run_app(port=int(os.environ["PORT"]))
