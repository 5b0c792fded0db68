"""`gptchat.testing` is all a test of a handler needs."""

from __future__ import annotations

import time

import pytest

from gptchat import testing
from gptchat.testing import typewriter


def test_it_offers_the_client_the_model_and_the_typewriter() -> None:
    assert set(testing.__all__) == {
        *("Answer", "Asked", "Exchange", "FakeOpenAI", "Reply", "TestClient", "typewriter"),
    }


@pytest.mark.parametrize("text", ["", "Hello, you!", "  two\n\n  lines ", "Donaudampfschiff 🎉"])
def test_the_typewriter_loses_no_letter(text: str) -> None:
    assert "".join(typewriter(text, delay=0)) == text


def test_the_typewriter_takes_its_time() -> None:
    began = time.monotonic()

    words = list(typewriter("four words it is", delay=0.05))

    assert len(words) == 4
    assert time.monotonic() - began >= 0.2
