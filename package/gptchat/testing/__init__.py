"""What a test of a handler needs: a person without a browser, a model without a key.

    from gptchat.testing import FakeOpenAI, Reply, TestClient, typewriter

`TestClient`    a person at an application, made by `app.test_client()`
`Answer`        what came of one message
`FakeOpenAI`    a local server for the real `openai` client, which says what a script says
`Reply`         one answer of it, with its mishaps
`Asked`         a request it was sent, to be read and compared
`Exchange`      how the answer to a request went: whether the client hung up, for one
`typewriter`    a text in pieces, as a model would say it

pytest finds the fixtures `chat_client`, `chat_app` and `fake_openai` by itself.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from gptchat.testclient import Answer, TestClient
from gptchat.testing.asked import Asked
from gptchat.testing.fake_openai import FakeOpenAI
from gptchat.testing.http import Exchange
from gptchat.testing.replies import Reply, pieces

__all__ = ["Answer", "Asked", "Exchange", "FakeOpenAI", "Reply", "TestClient", "typewriter"]


def typewriter(text: str, delay: float = 0.02) -> Iterator[str]:
    """`text` a few letters at a time, `delay` seconds apart, as a model would say it."""
    for piece in pieces(text, "words"):
        yield piece
        time.sleep(delay)
