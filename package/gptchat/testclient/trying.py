"""The house an application lives in: the real one, or that of a test client.

The real one is built when it is first needed. While a test client is open, what
a handler sends by way of the application goes to the client's house instead, and
nothing is written to the real store.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import partial

from gptchat import workers
from gptchat.chat import Request
from gptchat.errors import NoConversation
from gptchat.house import House, MakeHub
from gptchat.hub import Hub
from gptchat.runs.run import home_run
from gptchat.testclient.rehearsal import Rehearsal
from gptchat.testclient.stage import Stage
from gptchat.testclient.testclient import TestClient


class Testable:
    """The part of `GPTChat` that knows its house, and can be tried in another one."""

    __test__ = False

    def __init__(self) -> None:
        self._house: House | None = None
        self._rehearsed: list[House] = []
        self._building = threading.RLock()

    def _make_house(self, hub: MakeHub, *, in_memory: bool = False) -> House:
        raise NotImplementedError

    @property
    def _rooms(self) -> House:
        if (rehearsed := self._rehearsal()) is not None:
            return rehearsed
        with self._building:
            if self._house is None:
                workers.silence_stops()
                self._house = self._make_house(Hub)
            return self._house

    def test_client(
        self,
        *,
        raise_errors: bool = True,
        timeout: float = 10.0,
        session: str = "local",
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        remote_addr: str | None = "127.0.0.1",
    ) -> TestClient:
        """A person to test handlers with: no browser, no server, nothing kept.

        Close it, or use it with `with`. What handlers raise is raised in the test
        unless `raise_errors=False`. `timeout` is how many seconds a handler may take.
        The rest is what the handler's `request` says of who asks.
        """
        house = self._make_house(Rehearsal, in_memory=True)
        self._rehearsed.append(house)

        def leave() -> None:
            self._rehearsed.remove(house)
            house.close()

        sent = {**(headers or {}), "Cookie": "; ".join(map("=".join, (cookies or {}).items()))}
        seen = partial(house.flask.test_request_context, headers=sent)
        request = Request(
            session, dict(headers or {}), dict(cookies or {}), remote_addr, context=seen
        )
        stage = Stage(house, request, timeout)
        return TestClient(stage, raise_errors=raise_errors, leave=leave)

    def _rehearsal(self) -> House | None:
        """The house of the test client whose handler is calling, else of the newest one."""
        try:
            run = home_run()
        except NoConversation:
            run = None
        open_houses = self._rehearsed[::-1]
        mine = [h for h in open_houses if run and h.runs.working(run.conversation) is run]
        return next(iter(mine or open_houses), None)
