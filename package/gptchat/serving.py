"""Listening on a port with Werkzeug's server, and reloading while a program is written.

Its threads are its own: one for each connection. What is served is the
business of `house.py`, how one connection is handled that of `listener.py`.
"""

from __future__ import annotations

import difflib
import logging
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from werkzeug._reloader import run_with_reloader
from werkzeug.serving import BaseWSGIServer, is_running_from_reloader, make_server

from gptchat.config import OPTIONS
from gptchat.errors import OpenToTheWorld, PortTaken, UnknownOption
from gptchat.guard import WSGICallable
from gptchat.guard.policy import WILDCARDS, is_loopback
from gptchat.listener import request_handler

logger = logging.getLogger("gptchat")

ARGUMENTS = ("host", "port", "debug", "open_browser", "block", "use_reloader")
"""What `run_app` takes beside the options."""

NO_EFFECT = ("log_output", "allow_unsafe_werkzeug", "reloader_options", "extra_files")
"""What Flask-SocketIO's `run` takes and gptchat 0.0.12 handed on: nothing here needs it."""

KNOWN = {name for each in OPTIONS for name in (each.name, *each.aliases)}


@dataclass(frozen=True)
class Typed:
    """What was typed at `gptchat run`: it wins over what the program says. None: nothing."""

    host: str | None = None
    port: int | None = None
    open_browser: bool = False
    allow_anonymous: bool = False
    auth: str | None = None
    reloads: bool = False
    """Whether a reloader is at work around the program already."""
    listening: Callable[[int], None] = lambda _port: None
    """Told the port once it is listened on."""


typed: Typed | None = None
"""For the first `run_app` of the program that `gptchat run` runs."""


def take_typed() -> Typed:
    """What was typed, once: a second application of the program is served as it says."""
    global typed
    taken, typed = typed or Typed(), None
    return taken


def listen(
    app: WSGICallable, host: str, port: int, *, debug: bool, max_connections: int
) -> BaseWSGIServer:
    """A server that listens. Raises PortTaken, naming a free port."""
    refuse_taken_port(host, port)
    handler = request_handler(debug=debug, max_connections=max_connections)
    try:
        return make_server(host, port, app, threaded=True, request_handler=handler)
    except (OSError, SystemExit) as error:  # Werkzeug exits where it cannot bind.
        raise _taken(host, port, error) from None


def address(server: BaseWSGIServer, prefix: str) -> str:
    """Where a person finds the page."""
    host, port = server.server_address[0], server.server_address[1]
    shown = str(host)
    if shown in WILDCARDS:
        shown = "::1" if ":" in shown else "127.0.0.1"
    if ":" in shown:
        shown = f"[{shown}]"
    return f"http://{shown}:{port}{prefix}/"


def announce(url: str, *, open_browser: bool, is_open: bool) -> None:
    """Say in one line where the page is."""
    others = " and, for others, at this machine's own address" if is_open else ""
    print(f"gptchat is at {url}{others}  (Ctrl+C ends it)", flush=True)  # noqa: T201 – for people
    if open_browser and not is_running_from_reloader():
        webbrowser.open(url)


class Sigterm:
    """SIGTERM (`docker stop`, systemd): the first ends the server, the second its patience."""

    def __init__(self) -> None:
        self.came = False
        self.hurry = threading.Event()
        is_ours = threading.current_thread() is threading.main_thread()
        if is_ours and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, self._hear)

    def _hear(self, *_: object) -> None:
        if self.came:
            self.hurry.set()
        else:
            self.came = True
            raise KeyboardInterrupt


def is_worker_told_to_end() -> bool:
    """Whether gunicorn has told this worker to end. It tells only the loop that accepts."""
    worker = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return getattr(worker, "alive", True) is False


def with_reloader(serve: Callable[[], None]) -> None:
    """Run `serve` in a child process that begins anew whenever a source file changes."""
    run_with_reloader(serve)


def run_options(given: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """The options among the arguments of `run_app`, and whether debug mode reloads.

    Raises UnknownOption for an argument that was misspelt.
    """
    options = {name: value for name, value in given.items() if name not in NO_EFFECT}
    reload = options.pop("use_reloader", True) is not False
    for name in options:
        near = difflib.get_close_matches(name, ARGUMENTS, 1, cutoff=0.7)
        if near and name not in KNOWN:
            raise UnknownOption(f"run_app has no argument {name!r}. Did you mean {near[0]!r}?")
    return options, reload


def refuse_open_debug(host: str, what: str = "debug=True", instead: str = "debug=False") -> None:
    """Raise OpenToTheWorld for debug mode on an address that others can reach."""
    if not is_loopback(host):
        raise OpenToTheWorld(
            f"{what} shows tracebacks, so it is for this machine only, and host={host!r} is "
            f'beyond it. Use host="127.0.0.1", or {instead}.'
        )


def free_port(host: str) -> int:
    """A port nobody listens on."""
    with closing(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def refuse_taken_port(host: str, port: int) -> None:
    """Refuse a taken port before anything starts: with the reloader it would be said twice."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise _taken(host, port, error) from None


def _taken(host: str, port: int, error: BaseException) -> PortTaken:
    reason = getattr(error, "strerror", None) or str(error)
    if (isinstance(error, OSError) and error.errno == 98) or "in use" in str(reason):
        try_port = free_port(host)
        return PortTaken(
            f"Port {port} is already in use. Stop the other program, or pass port={try_port}."
        )
    return PortTaken(
        f"gptchat cannot listen on {host}:{port}: {reason}. Pass another host or port."
    )
