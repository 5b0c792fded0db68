"""What every kind of test shares. The machinery itself lives in `support/`.

server  = serve(source)         a real server in its own process (support/serving.py)
page, context, new_context      a real Chromium, watched (support/browsing.py)
place, in_postgres              where stores keep things (support/postgres.py)
rounds(20, 200)                 how often: fewer in `make test`, more with `--long`

Under `-n` a test marked `serial` runs while no other does (support/turns.py).
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserContext, Page

from support.browsing import Watch, chromium
from support.postgres import Postgres
from support.turns import Turns

# A busy machine is slow at making examples, too: neither is a fault of what is tested.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="more rounds, and tests marked `long`")


def pytest_configure(config: pytest.Config) -> None:
    # Begun in the background a shell has it ignored, also by the servers that tests start and end.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(config, "workerinput"):  # One of several processes of this run.
        config.pluginmanager.register(Turns(config.workerinput["testrunuid"]))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    skip = pytest.mark.skip(reason="runs with --long (`make test-faults`, `make test-fuzz`)")
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(skip)


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """`rounds(20, 200)`: the first number, or the second with `--long`."""
    long = bool(request.config.getoption("--long"))
    return lambda few, many: many if long else few


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL for the tests of this process."""
    with Postgres() as running:
        yield running


@pytest.fixture
def in_postgres(postgres: Postgres) -> str:
    """The address of an empty database."""
    return postgres.emptied()


@pytest.fixture(params=["in SQLite", "in PostgreSQL"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where the stores of a test keep the same things, in each kind of database."""
    if request.param == "in SQLite":
        return tmp_path / "chats.db"
    return str(request.getfixturevalue("in_postgres"))


# Per module, not per session: while Playwright runs, this thread has an event loop, and
# another module's `asyncio.run` would be refused.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def watch(browser: Browser) -> Iterator[Watch]:
    """What the test's pages did wrong, checked when the test ends."""
    seen = Watch(browser)
    yield seen
    seen.close()
    seen.verify()


@pytest.fixture
def new_context(watch: Watch) -> Callable[..., BrowserContext]:
    """Another person at another browser: `new_context(viewport=…, color_scheme="dark")`."""
    return watch.new_context


@pytest.fixture
def context(watch: Watch) -> BrowserContext:
    """One person's browser. A second `context.new_page()` is a second tab."""
    return watch.new_context(viewport={"width": 1280, "height": 800})


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab."""
    return context.new_page()
