"""What the tests of installing share: one sdist and one wheel, and a list of what was measured."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support.installing import Environment, copy_checkout, run, succeed

figures = pytest.StashKey[list[str]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Ten minutes: an installation with a cold cache and a page to build, never a hang for ever.
    for item in items:
        item.add_marker(pytest.mark.timeout(600))


def pytest_configure(config: pytest.Config) -> None:
    config.stash[figures] = []


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if config.stash[figures]:
        terminalreporter.section("measured")
        for line in config.stash[figures]:
            terminalreporter.line(line)


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """`note("wheel: 300 kB")`: a figure for the end of the run."""
    return request.config.stash[figures].append


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make build` makes: a folder with the sdist, and the wheel made from it."""
    checkout = copy_checkout(tmp_path_factory.mktemp("built") / "checkout", packages=True)
    succeed(run(sys.executable, "-m", "build", checkout / "package"))
    return checkout / "package" / "dist"


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    """The wheel."""
    return next(dist.glob("*.whl"))


@pytest.fixture(scope="session")
def sdist(dist: Path) -> Path:
    """The source archive."""
    return next(dist.glob("*.tar.gz"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment that holds the wheel and what it asks for, and nothing else."""
    env = Environment.made_by_uv(tmp_path_factory.mktemp("installed") / "env")
    succeed(env.uv(wheel))
    return env


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment that holds gptchat 0.0.12, as it was published, and what it asks for."""
    env = Environment.made_by_uv(tmp_path_factory.mktemp("published") / "env")
    succeed(env.uv("gptchat==0.0.12"))
    return env
