"""gptchat's fixtures for pytest: `chat_client`, `chat_app` and `fake_openai`.

    def test_it_greets(chat_client, fake_openai):
        fake_openai.script = ["Hello!"]
        assert chat_client.send("Hi").text == "Hello!"

`gptchat_app = my_chat:app` in pytest's configuration, or `@pytest.mark.chat_app("my_chat:app")`
at a test, says which application is meant.

pytest reads this module wherever gptchat is installed. It lies outside the package, and imports
gptchat in the fixtures only, so that nobody's tests start later for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from gptchat import GPTChat
    from gptchat.testing import FakeOpenAI, TestClient

MARKER = "chat_app(name): the application to test, as module, module:variable or file.py:variable"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("gptchat_app", "The application that chat_app gives: module:variable", default="")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)


@pytest.fixture
def fake_openai(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOpenAI]:
    """A scripted model on this machine, which `OpenAI()` finds while the test runs.

    Set its `script`; without one it repeats what it is told. It is found by way of
    OPENAI_BASE_URL and OPENAI_API_KEY, which a client reads when it is made. `chat_app`
    runs the application's module after they are set; a client that another module made
    when it was imported keeps its address: make it in a function, or give `base_url`.
    """
    from gptchat.testing import FakeOpenAI

    with FakeOpenAI() as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "fake-key")
        for name in ("NO_PROXY", "no_proxy"):  # A proxy would be asked for this machine, too.
            monkeypatch.setenv(name, "127.0.0.1", prepend=",")
        yield fake


@pytest.fixture
def chat_app(request: pytest.FixtureRequest) -> Iterator[GPTChat]:
    """The application under test; without one configured, a new one, kept in memory.

    The configured one's module is run afresh for each test, and its `run_app` does
    nothing. Override this fixture to make an application your own way.
    """
    from gptchat.testing.loading import Unconfigured, loaded

    if "fake_openai" in request.fixturenames:
        request.getfixturevalue("fake_openai")  # Before the module makes its client.
    marker = request.node.get_closest_marker("chat_app")
    # Quotes belong to TOML; in pytest.ini they would be a part of the name.
    name = marker.args[0] if marker else request.config.getini("gptchat_app").strip(" \"'")
    if not name:
        yield Unconfigured()
        return
    with loaded(name, request.config.rootpath) as app:
        yield app


@pytest.fixture
def chat_client(chat_app: GPTChat) -> Iterator[TestClient]:
    """A person at `chat_app`: see `gptchat.testing.TestClient`."""
    with chat_app.test_client() as client:
        yield client
