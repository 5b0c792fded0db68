"""A scripted model and a real client for it, and a handler that waits, for who asks for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from openai import OpenAI

from gptchat.testing import FakeOpenAI
from support.gate import Gate


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    """A model that repeats what it is told, until the test sets `fake.script`."""
    with FakeOpenAI() as running:
        yield running


@pytest.fixture
def client(fake: FakeOpenAI) -> Iterator[OpenAI]:
    """The real client, talking to `fake`."""
    with fake.client() as made:
        yield made


@pytest.fixture
def gate() -> Gate:
    """A handler whose answers end when the test says `gate.open.set()`."""
    return Gate()
