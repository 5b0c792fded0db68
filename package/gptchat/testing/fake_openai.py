"""A local model for the real `openai` client: it says what a script says.

Owns the script and the memory of what was asked. The sockets are the business
of `http.py`, what is said that of `replies.py`, what is refused that
of `rules.py`.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from gptchat.testing.asked import Asked
from gptchat.testing.connection import Server
from gptchat.testing.http import Ending, Exchange, serve
from gptchat.testing.refusals import Refused
from gptchat.testing.replies import Json, Reply

if TYPE_CHECKING:
    from openai import AsyncOpenAI, OpenAI

ReplyLike: TypeAlias = Reply | str | Mapping[str, Any]
Scripted: TypeAlias = ReplyLike | Callable[[Json], ReplyLike]
Script: TypeAlias = Scripted | Sequence[Scripted]


class FakeOpenAI:
    """A local server for the real `openai` client, answering from a script.

        with FakeOpenAI(["Hello!", Reply("Slowly …", rate=5), Reply(error=429)]) as fake:
            client = fake.client()

    A list is used up, one reply a request; one reply, or a function of the
    request, answers every time. A `Path` is a JSON file that holds either.
    Without a script it says what it was told.
    """

    def __init__(
        self, script: Script | Path | None = None, *, models: Sequence[str] = (), port: int = 0
    ) -> None:
        self.models = tuple(models)
        """The models it has. Empty: it answers for whatever model is asked."""
        self.exchanges: list[Exchange] = []
        self._port = port
        self._server: Server | None = None
        self._changed = threading.Condition()
        self.script = script if script is not None else _echo

    @property
    def script(self) -> Script:
        """What it says next. May be set at any time; a new list begins at its beginning.

        Raises TypeError and ValueError for what is no script, and changes nothing then.
        """
        return self._script

    @script.setter
    def script(self, script: Script | Path) -> None:
        script = read_script(script) if isinstance(script, Path) else script
        check_script(script)
        with self._changed:
            self._script = script
            self._used = 0

    @property
    def base_url(self) -> str:
        """What to give as `base_url`, or as OPENAI_BASE_URL."""
        return f"http://127.0.0.1:{self._running().server_port}/v1"

    @property
    def requests(self) -> list[Json]:
        """Every request for a completion so far, parsed, refused ones included."""
        return [exchange.request for exchange in self.exchanges]

    @property
    def asked(self) -> Asked:
        """The newest request, to be read and compared. Raises AssertionError before the first."""
        return Asked.newest(self.requests)

    def assert_asked(self, **expected: Any) -> None:
        """The newest request holds exactly this under each of these names.

            fake.assert_asked(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])

        Raises AssertionError with what differs, line by line.
        """
        __tracebackhide__ = True
        self.asked.compare(expected)

    @property
    def refusals(self) -> list[str]:
        """Why requests were refused. Empty as long as everything sent was valid."""
        return [exchange.refusal for exchange in self.exchanges if exchange.refusal]

    @property
    def open_connections(self) -> int:
        """Answers being given now to a client that still listens."""
        return sum(exchange.ending is None for exchange in self.exchanges)

    def wait_closed(self, timeout: float = 1.0) -> bool:
        """Wait until no answer is being given any more; False if one still is."""
        return self._wait(lambda: self.open_connections == 0, timeout)

    def wait_requests(self, count: int = 1, timeout: float = 5.0) -> bool:
        """Wait until this many requests have come; False if they have not."""
        return self._wait(lambda: len(self.exchanges) >= count, timeout)

    def client(self, **options: Any) -> OpenAI:
        """A real `openai.OpenAI` for this server. It does not retry, unless told to."""
        from openai import OpenAI

        return OpenAI(**self._client_options(options))

    def async_client(self, **options: Any) -> AsyncOpenAI:
        """The same as `client`, for asyncio."""
        from openai import AsyncOpenAI

        return AsyncOpenAI(**self._client_options(options))

    def start(self) -> FakeOpenAI:
        """Listen. Returns itself; the same as entering it with `with`."""
        if self._server is None:
            self._server = serve(self, self._port)
        return self

    def stop(self) -> None:
        """Stop listening and break off every answer."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    def __enter__(self) -> FakeOpenAI:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _running(self) -> Server:
        if self._server is None:
            raise RuntimeError(
                "This FakeOpenAI is not running. Call its start(), or use `with FakeOpenAI(…)`."
            )
        return self._server

    def _client_options(self, options: dict[str, Any]) -> dict[str, Any]:
        # Retries would hide a scripted error behind seconds of waiting.
        usual = {"api_key": "any key will do", "base_url": self.base_url, "max_retries": 0}
        return usual | options

    def next_reply(self, request: Json) -> Reply:
        """The reply the script has for this request."""
        with self._changed:
            place, self._used = self._used, self._used + 1
        script = self._script
        if isinstance(script, Sequence) and not isinstance(script, str):
            if place >= len(script):
                raise Refused(
                    f"FakeOpenAI's script has ended: it has {len(script)} replies and this is "
                    f"request {place + 1}. Add a reply, or give a function instead of a list.",
                    code="script_ended",
                )
            script = script[place]
        return Reply.of(script(request) if callable(script) else script)

    def begin(self, exchange: Exchange) -> None:
        """Remember a request that has come."""
        with self._changed:
            self.exchanges.append(exchange)
            self._changed.notify_all()

    def end(self, exchange: Exchange, ending: Ending) -> None:
        """Remember how the answer to a request went."""
        with self._changed:
            # The first end counts: a client that closes after the last word has not hung up.
            if exchange.ending is None:
                exchange.ending, exchange.ended = ending, time.monotonic()
                self._changed.notify_all()

    def _wait(self, claim: Callable[[], bool], timeout: float) -> bool:
        with self._changed:
            return self._changed.wait_for(claim, timeout)


def read_script(path: Path) -> Script:
    """A script that lies in a JSON file. Raises ValueError, naming the file and the place in it."""
    try:
        script: Script = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"The script {path} is no JSON: {error}.") from error
    return script


def check_script(script: Script) -> None:
    """Raise for a reply that is none: now, rather than in the middle of a test."""
    several = isinstance(script, Sequence) and not isinstance(script, str)
    for place, reply in enumerate(cast(Sequence[Scripted], script) if several else [script]):
        try:
            if not callable(reply):
                Reply.of(cast(ReplyLike, reply))
        except (TypeError, ValueError) as error:
            where = f" It is number {place} of the script." if several else ""
            raise type(error)(f"{error}{where}") from None


def _echo(request: Json) -> Reply:
    """What is said without a script: the person's own words."""
    content = request["messages"][-1].get("content")
    return Reply(content if isinstance(content, str) and content else "Hello from FakeOpenAI.")
