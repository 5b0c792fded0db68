"""`GPTChat`: one handler, and the server that lets people talk to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast, overload

from flask import Flask
from werkzeug.serving import BaseWSGIServer

from gptchat import serving, workers
from gptchat.config import Config
from gptchat.errors import NoHandler
from gptchat.guard import Mount, WSGICallable, refuse_open_bind
from gptchat.guard.policy import is_loopback
from gptchat.handlers import Handler, Yields, make_handler
from gptchat.house import House, MakeHub
from gptchat.messages import kind_of
from gptchat.runs.run import home_run
from gptchat.store.database import BY_SCRIPT
from gptchat.testclient import Testable

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

HOW_TO_ANSWER = """Nobody answers yet. Decorate a function before run_app:

    @app.handle_send_message
    def reply(messages):
        return "Hello!"
"""


class GPTChat(Testable):
    """A ChatGPT look-alike around one Python function.

    `store` is a file, a database URL, or None for memory only; by default
    `.gptchat/<name of the script>.db` in the working folder. `url_prefix` is
    the path the page lives below. Every other option of `set_config` may be
    given here by name. Raises UnknownOption and BadOption as that does.
    """

    def __init__(
        self,
        handler: Callable[..., Any] | None = None,
        *,
        store: str | Path | None = BY_SCRIPT,
        **config: Any,
    ) -> None:
        super().__init__()
        self.config = Config(**config)
        self._store = store
        self._handler: Handler | None = None
        self._server: BaseWSGIServer | None = None
        if handler is not None:
            self.handle_send_message(handler)

    # ------------------------------------------------------------- the handler

    @overload
    def handle_send_message(self, fn: F, *, yields: Yields = ...) -> F: ...
    @overload
    def handle_send_message(self, fn: None = None, *, yields: Yields = ...) -> Callable[[F], F]: ...

    def handle_send_message(
        self, fn: F | None = None, *, yields: Yields = "delta"
    ) -> F | Callable[[F], F]:
        """Register the function that answers; a second one replaces the first.

        It may be sync or async, plain or a generator, and asks for what it
        needs by name: `messages`, `message`, `history`, `ctx`, `request`. With
        `yields="cumulative"` each string it yields is the whole text so far.
        Raises UnknownArgument for a parameter of another name.
        """

        def register(function: F) -> F:
            self._handler = make_handler(function, yields=yields)
            return function

        return register if fn is None else register(fn)

    handle_start_generating = handle_send_message
    """What `handle_send_message` was called in gptchat 0.0.12."""

    # ------------------------------------------------- what a handler may call

    def new_id(self) -> str:
        """An id that joins deltas into one message, from any thread the handler starts."""
        return self._rooms.new_id()

    def update_message(self, delta: Any, id: str | None = None, *, to: str | None = None) -> str:
        """Show a message, or a piece of one; returns its id.

        OpenAI's objects act by their class: a message is whole, a delta or a
        chunk joins the message `id`. A dict with an id (this argument, or its
        own `id` key) is a delta; a dict or str without one is a whole message.
        `to` names a conversation for messages from outside its run.

        Raises RunStopped after Stop, RunEnded after the end of the run,
        NoConversation where it cannot be told whose message it is, and
        BadReply for what cannot become a message.
        """
        if id is None and isinstance(delta, Mapping) and isinstance(delta.get("id"), str):
            id = delta["id"]
        kind = kind_of(delta)
        whole = kind == "message" and not (isinstance(delta, Mapping) and id is not None)
        whole = whole or (kind == "text" and id is None)
        return self._rooms.say(delta, id, to, whole=whole)

    def set_message(self, message: Any, id: str | None = None, *, to: str | None = None) -> str:
        """Show a whole message, in place of what `id` was; returns its id."""
        return self._rooms.say(message, id, to, whole=True)

    def track(self, stream: T) -> T:
        """Let Stop close the connection of a stream the handler reads by itself; returns it."""
        home_run().track(stream)
        return stream

    # ----------------------------------------------------------- configuration

    def set_config(self, config: Mapping[str, Any] | None = None, /, **options: Any) -> None:
        """Set options, merged with earlier ones; open pages follow.

        Raises UnknownOption, naming the nearest known one, and BadOption.
        Either changes nothing.
        """
        self.config.update({**(config or {}), **options})
        if self._house is not None:
            self._house.sockets.tell_config(self.config.for_page())

    # ----------------------------------------------------------------- serving

    def run_app(
        self,
        host: str = "127.0.0.1",
        port: int = 5000,
        *,
        debug: bool | None = None,
        open_browser: bool = False,
        block: bool = True,
        **options: Any,
    ) -> None:
        """Serve the page until Ctrl+C; with `block=False`, in the background.

        `debug=True` reloads the program when a file changes and shows redacted
        tracebacks in the page; it is refused beyond this machine. Port 0 means
        any free port. Raises NoHandler, PortTaken and OpenToTheWorld.
        """
        serving.refuse_misspelt(options)
        self.config.update(options if debug is None else {**options, "debug": debug})
        self._check(host)
        if self.config.debug and block:
            serving.with_reloader(lambda: self._serve(host, port, open_browser))
        elif block:
            self._serve(host, port, open_browser)
        else:
            self._listen(host, port, open_browser)
            workers.start_thread(self._server_loop, name="gptchat-server")

    def close(self) -> None:
        """Stop listening and let go of the database. Running handlers are not waited for."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        if self._house is not None:
            self._house.close()
        self._server = self._house = None

    @property
    def url(self) -> str:
        """Where the page is, while it is served."""
        if self._server is None:
            raise NoHandler("Nothing is served yet. Call run_app first.")
        return serving.address(self._server, self.config.url_prefix)

    def _check(self, host: str) -> None:
        if self._handler is None:
            raise NoHandler(HOW_TO_ANSWER)
        if self.config.debug:
            serving.refuse_open_debug(host)
        refuse_open_bind(host, allow_anonymous=self.config.allow_anonymous, has_auth=False)

    def _serve(self, host: str, port: int, open_browser: bool) -> None:
        self._listen(host, port, open_browser)
        serving.end_on_sigterm()
        try:
            self._server_loop()
        except KeyboardInterrupt:
            pass
        finally:
            if self._house is not None:
                self._house.close()

    def _listen(self, host: str, port: int, open_browser: bool) -> None:
        limit = self.config.max_connections
        self._server = serving.listen(
            self.wsgi_app, host, port, debug=self.config.debug, max_connections=limit
        )
        self._rooms.guard.policy = self._rooms.policy(host=host)
        serving.announce(self.url, open_browser=open_browser, is_open=not is_loopback(host))

    def _server_loop(self) -> None:
        cast(BaseWSGIServer, self._server).serve_forever()

    # --------------------------------------------------------------- embedding

    @property
    def wsgi_app(self) -> WSGICallable:
        """The whole application for any WSGI server. Name its hosts in `allowed_hosts`."""
        return self._rooms.wsgi_app

    @property
    def flask(self) -> Flask:
        """The Flask application inside."""
        return self._rooms.flask

    @property
    def socketio(self) -> Any:
        """The `flask_socketio.SocketIO` inside."""
        return self._rooms.sockets.socketio

    def init_app(self, flask_app: Flask, url_prefix: str = "/chat") -> None:
        """Serve the page below `url_prefix` of an existing Flask application.

        The guard and its headers apply below the prefix only.
        """
        rooms = self._rooms
        flask_app.wsgi_app = Mount(url_prefix, rooms.guard, flask_app.wsgi_app)  # type: ignore[method-assign]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """The application as a WSGI callable: `gunicorn script:app` works."""
        return self.wsgi_app(environ, start_response)

    def _current_handler(self) -> Handler:
        if self._handler is None:
            raise NoHandler(HOW_TO_ANSWER)
        return self._handler

    def _make_house(self, hub: MakeHub, *, in_memory: bool = False) -> House:
        store = None if in_memory else self._store
        return House(self.config, store, self._current_handler, hub)
