"""A program that serves several apps, told by the `ports.json` it writes once all listen."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from support.page import Page
from support.serving import STARTS_WITHIN, Server
from support.web import Visitor


class Apps(Server):
    """The served apps, by name."""

    ports: Mapping[str, int]

    def _wait_until_up(self) -> None:
        told, deadline = self.folder / "ports.json", time.monotonic() + STARTS_WITHIN
        while not told.exists():
            assert self.process is not None
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < deadline, f"No ports were told.\n{self.log()}"
            time.sleep(0.02)
        urls = json.loads(told.read_text("utf-8"))
        self.ports = {name: urlsplit(url).port or 0 for name, url in urls.items()}

    def page(self, name: str) -> Page:
        """A tab of a new visitor at one of the apps."""
        return Page(Visitor(self.ports[name]))


@contextmanager
def serve_apps(program: Path, env: Mapping[str, str] | None = None) -> Iterator[Apps]:
    """Serve a program of several apps in a folder of its own."""
    with TemporaryDirectory(prefix="gptchat-test-") as made:
        apps = Apps(program, folder=Path(made), env=env)
        with apps:
            yield apps
