"""For tests and demonstrations: a model that says what a script says, with no key and no cost.

    from gptchat.testing import FakeOpenAI, Reply, typewriter

The parts live in `fake_openai.py` and the modules it names.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from gptchat.testclient import Answer, TestClient
from gptchat.testing.fake_openai import FakeOpenAI
from gptchat.testing.http import Exchange
from gptchat.testing.replies import Reply, pieces

__all__ = ["Answer", "Exchange", "FakeOpenAI", "Reply", "TestClient", "typewriter"]


def typewriter(text: str, delay: float = 0.02) -> Iterator[str]:
    """`text` a few letters at a time, `delay` seconds apart, as a model would say it."""
    for piece in pieces(text, "words"):
        yield piece
        time.sleep(delay)
