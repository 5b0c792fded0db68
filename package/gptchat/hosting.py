"""Where people reach the page: a server of our own, or an application somebody has.

`GPTChat` is one of these. How the socket listens is the business of `serving.py`,
what answers there that of `house.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Flask
from werkzeug.serving import BaseWSGIServer

from gptchat import serving, workers
from gptchat.config import Config
from gptchat.config.auth import TOKEN, TokenLink
from gptchat.errors import BadOption, NoHandler
from gptchat.guard import Mount, WSGICallable, refuse_open_bind
from gptchat.guard.callback import Callback
from gptchat.guard.gate import check_ways
from gptchat.guard.policy import is_loopback
from gptchat.handlers import Handlers
from gptchat.house import House


class Hosting:
    """The part of `GPTChat` that is served."""

    _house: House | None
    _handlers: Handlers
    _callback: Callback
    _when_listening: Callable[[int], None]
    _server: BaseWSGIServer | None

    @property
    def config(self) -> Config:
        raise NotImplementedError

    @property
    def _rooms(self) -> House:
        raise NotImplementedError

    def run_app(
        self,
        host: str | int = "127.0.0.1",
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
        any free port. Every option of `set_config` may be given here too.
        Raises NoHandler, PortTaken and OpenToTheWorld.
        """
        if isinstance(host, int):  # run_app(5002), as in gptchat 0.0.12
            port, host = host, "127.0.0.1"
        options, reload = serving.run_options(options)
        self.config.update(options if debug is None else {**options, "debug": debug})
        typed = serving.take_typed()
        self._when_listening = typed.listening
        host = typed.host or host
        port = port if typed.port is None else typed.port
        open_browser = open_browser or typed.open_browser
        if typed.allow_anonymous:
            self.config.update({"allow_anonymous": True})
        if typed.auth is not None:
            self.config.update({"auth": typed.auth})
        self._check(host)
        if self.config.debug and reload and block and not typed.reloads:
            serving.with_reloader(lambda: self._serve(str(host), port, open_browser))
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
        self._handlers.chosen()  # Raises NoHandler before anything listens.
        if self.config.debug:
            serving.refuse_open_debug(host)
        has_callback = self._callback.function is not None
        check_ways(self.config, has_callback=has_callback)
        has_auth = self.config.auth is not None or has_callback
        refuse_open_bind(host, allow_anonymous=self.config.allow_anonymous, has_auth=has_auth)

    def _serve(self, host: str, port: int, open_browser: bool) -> None:
        self._listen(host, port, open_browser)
        sigterm = serving.Sigterm()
        try:
            self._server_loop()  # Interrupted, it closes its socket and returns.
            if sigterm.came and self._house is not None:
                self._house.retire(sigterm.hurry)
        except KeyboardInterrupt:
            pass
        finally:
            if self._house is not None:
                self._house.close()

    def _listen(self, host: str, port: int, open_browser: bool) -> None:
        limit = self.config.max_connections
        self._server = serving.listen(
            self._rooms.wsgi_app, host, port, debug=self.config.debug, max_connections=limit
        )
        self._rooms.guard.policy = self._rooms.policy(host=host)
        self._when_listening(self._server.server_port)
        link = self.url + self._rooms.gate.link
        serving.announce(link, open_browser=open_browser, is_open=not is_loopback(host))

    def _server_loop(self) -> None:
        cast(BaseWSGIServer, self._server).serve_forever()

    # --------------------------------------------------------------- embedding

    @property
    def wsgi_app(self) -> WSGICallable:
        """The whole application for any WSGI server. Name its hosts in `allowed_hosts`.

        Raises BadOption for `auth="token"` whose token nobody would learn.
        """
        self._check_elsewhere()
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
        self._check_elsewhere()
        rooms = self._rooms
        # So that the site's own `session` tells who it is.
        self._callback.entered = flask_app.request_context
        flask_app.wsgi_app = Mount(url_prefix, rooms.guard, flask_app.wsgi_app)  # type: ignore[method-assign]

    def _check_elsewhere(self) -> None:
        """What somebody else's server cannot do: print a link."""
        check_ways(self.config, has_callback=self._callback.function is not None)
        if self._server is None and self.config.auth == TokenLink():
            raise BadOption(
                'auth="token" prints its link when run_app starts, and here another server '
                f"listens. Set {TOKEN} to a long random text; the link is then /?token= with it."
            )

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """The application as a WSGI callable: `gunicorn script:app` works."""
        return self.wsgi_app(environ, start_response)
