"""`gptchat run`: serve a program, with what was typed winning over what it says.

A program may call `run_app` itself or leave it; with `--reload` it begins anew with
every edit, and an error is a page until it is mended.
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gptchat import serving
from gptchat.errors import GPTChatError, NoProgram, PortTaken
from gptchat.program.broken_page import serve_error
from gptchat.program.program import Program
from gptchat.serving import Typed

HOST, PORT = "127.0.0.1", 5000

LAST_PORT = "GPTCHAT_LAST_PORT"
"""Names the file in which a reloaded program finds the port it had: its page stays there."""


@dataclass(frozen=True)
class RunAsked:
    """What was typed."""

    program: Program
    serving: Typed
    reload: bool = False


def run_program(asked: RunAsked) -> None:
    """Run the program until it is interrupted. Raises NoProgram, and SystemExit for its errors."""
    path = asked.program.path
    if not path.is_file():
        raise NoProgram(f"There is no file {str(path)!r} here.")
    if asked.reload:
        _keep_running(asked)
        return
    try:
        _run(asked.program, asked.serving)
    except (GPTChatError, SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:  # noqa: BLE001 – told as Python would tell it
        sys.stderr.write(asked.program.traceback(error))
        raise SystemExit(1) from None


def _run(program: Program, typed: Typed) -> None:
    serving.typed = typed
    names = program.run()
    if serving.typed is not None:  # Nobody has taken it: the program does not call run_app.
        program.application(names).run_app(host=HOST, port=PORT)


def _keep_running(asked: RunAsked) -> None:
    """Run the program in a process that begins anew with every edit."""
    serving.refuse_open_debug(asked.serving.host or HOST, "--reload", "leave it out")
    if LAST_PORT in os.environ:
        serving.with_reloader(lambda: _attempt(asked, Path(os.environ[LAST_PORT])))
        return
    if asked.serving.port:
        serving.refuse_taken_port(asked.serving.host or HOST, asked.serving.port)
    with tempfile.TemporaryDirectory(prefix="gptchat-") as folder:
        os.environ[LAST_PORT] = str(Path(folder) / "port")
        serving.with_reloader(lambda: None)  # This process only starts the others.


def _attempt(asked: RunAsked, last: Path) -> None:
    """One start of the program; its error is served if it fails."""
    typed = asked.serving
    port = typed.port or (int(last.read_text()) if last.exists() else typed.port)
    typed = Typed(
        typed.host, port, typed.open_browser, typed.allow_anonymous, typed.auth,
        reloads=True, listening=lambda on: _remember(last, on),
    )  # fmt: skip
    try:
        try:
            _run(asked.program, typed)
        except PortTaken:
            raise
        except BaseException as error:  # noqa: BLE001 – SystemExit too: the page says why
            told = str(error) if isinstance(error, GPTChatError) else ""
            told = told or asked.program.traceback(error)
            sys.stderr.write(f"{told.rstrip()}\n")
            name = asked.program.path.name
            serve_error(name, told, host=typed.host or HOST, port=port or PORT)
    except PortTaken as taken:
        sys.stderr.write(f"gptchat: {taken}\n")
        os._exit(2)  # Else the reloader would go on, and nobody would answer.


def _remember(last: Path, port: int) -> None:
    last.write_text(str(port))
