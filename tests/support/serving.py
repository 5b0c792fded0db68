"""A real server in a process of its own, for tests that mean what they say.

    with serve('''
        import os
        from gptchat import app

        @app.handle_send_message
        def reply(message):
            return "You said: " + message

        app.run_app(port=int(os.environ["PORT"]))
    ''') as server:
        page.goto(server.url)

The program runs in a fresh folder (its database is its own), finds its port in
`PORT`, and is ended with everything it started, by its own process group. When
the test fails, the program's output is printed. `kill()` and `start()` stand
for a machine that goes down and comes back: same port, same folder.
"""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from support.ports import free_port

STARTS_WITHIN = 60.0  # Seconds. A cold start takes 0.5; a machine with two cores may be busy.
ENDS_WITHIN = 5.0  # Seconds from SIGTERM to SIGKILL.

TOP = Path(__file__).resolve().parents[2]


class Server:
    """One program being served. `url` ends in a slash; `process` is the running one."""

    def __init__(
        self,
        program: str | Path,
        *arguments: str,
        folder: Path,
        port: int | None = None,
        path: str = "/",
        env: Mapping[str, str] | None = None,
        python: Path | None = None,
    ) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}{path}"
        self.log_file = folder / "server.log"
        self._command = [
            str(python or sys.executable),
            "-u",
            str(self._script(program)),
            *arguments,
        ]
        self._env = {**os.environ, **(env or {}), "PORT": str(self.port)}
        # Another interpreter has a gptchat of its own, and must not find this one.
        self._env["PYTHONPATH"] = "" if python else str(TOP / "package")
        self.process: subprocess.Popen[bytes] | None = None

    def _script(self, program: str | Path) -> Path:
        if isinstance(program, Path):
            return program.resolve()
        script = self.folder / "program.py"
        script.write_text(textwrap.dedent(program), "utf-8")
        return script

    def start(self) -> None:
        """Start the program, and return once it answers."""
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                self._command,
                cwd=self.folder,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_up()

    def _wait_until_up(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(
                    f"The program ended with {self.process.returncode} before it served.\n"
                    f"{self.log()}"
                )
            if self._answers():
                return
            time.sleep(0.02)
        raise AssertionError(
            f"Nothing answers at {self.url} after {STARTS_WITHIN} s.\n{self.log()}"
        )

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/")
            connection.getresponse()  # any status: refusing is answering
            return True
        connection.close()
        return False

    def log(self) -> str:
        """Everything the program has printed so far."""
        return self.log_file.read_text("utf-8", "replace") if self.log_file.exists() else ""

    def kill(self) -> None:
        """End the program as a power cut would: at once, without a word (`kill -9`)."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """End the program as an administrator would."""
        self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            # The group is ours alone (start_new_session): a reloader's child ends with it.
            os.killpg(self.process.pid, number)
        try:
            if number == signal.SIGTERM and not self._ends_soon():
                os.killpg(self.process.pid, number)  # Nobody waits for what is under way.
            self.process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)  # whatever it left behind
        self.process = None

    def _ends_soon(self) -> bool:
        assert self.process is not None
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(0.5)
            return True
        return False

    def __enter__(self) -> Server:
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        if error is not None:
            print(f"--- what the server at {self.url} printed ---\n{self.log()}")


@contextmanager
def serve(
    program: str | Path,
    *arguments: str,
    port: int | None = None,
    path: str = "/",
    env: Mapping[str, str] | None = None,
    folder: Path | None = None,
    python: Path | None = None,
) -> Iterator[Server]:
    """Serve a program: its source, or the path of a script.

    `port` only for a program that names its own; `path` is where its page lives;
    `python` is an interpreter with a gptchat of its own.
    """
    with tempfile.TemporaryDirectory(prefix="gptchat-test-") as made:
        place = folder or Path(made)
        with Server(
            program, *arguments, folder=place, port=port, path=path, env=env, python=python
        ) as server:
            yield server
