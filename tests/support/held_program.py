"""A server whose answers end when they are told to: for tests that must know what goes on.

`quick x` is answered by a few words at once. `slow x` is answered by words without end, until
Stop, or until the file `release-x` lies in the folder: then it says `end.` and is done.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from gptchat import GPTChat

PACE = 0.01
QUICK = 5
END = "end."


def words(tag: str, count: int) -> str:
    """The beginning of any answer to a message with this tag."""
    return "".join(f"{tag}.{number} " for number in range(count))


def is_answer(text: str, tag: str, *, whole: bool) -> bool:
    """Whether this is what such an answer says, all of it or some of the beginning."""
    said = words(tag, text.count(" ") + 1)
    if text.endswith(END):
        return words(tag, text.count(" ")) == text.removesuffix(END)
    return not whole and said.startswith(text)


def reply(message: str) -> Iterator[str]:
    kind, tag = message.split()
    number = 0
    while not (number >= QUICK if kind == "quick" else is_released(tag)):
        yield f"{tag}.{number} "
        number += 1
        time.sleep(0 if kind == "quick" else PACE)
    yield END


def is_released(tag: str) -> bool:
    """Whether it is told to end: this answer, and not another one to the same message."""
    with suppress(FileNotFoundError):
        Path(f"release-{tag}").unlink()
        return True
    return False


if __name__ == "__main__":
    app = GPTChat(reply, **{"lease_seconds": 0.5, **json.loads(os.environ["OPTIONS"])})
    app.run_app(port=int(os.environ["PORT"]))
