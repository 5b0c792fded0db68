"""A private PostgreSQL: its files in a temporary folder, on a free port, ended with the tests.

PostgreSQL refuses to run as root: then it is the user `postgres`, whom its package makes.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from support.ports import free_port
from support.waiting import until

Place: TypeAlias = Path | str
"""A file, or the address of a database."""

USER, PASSWORD = "gptchat", "pass word:1/2@3"
"""A password with every sign that means something in an address."""

WRITTEN = "pass%20word:1%2F2%403"
"""It, as an address writes it."""

CARELESS = (
    "fsync=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=60",
    "log_min_messages=fatal",
)  # fmt: skip
"""What is in it need not survive the machine; but it must survive the server, so no more than
this: without `synchronous_commit` a server that is killed forgets what it said was kept."""

AS_POSTGRES: dict[str, Any] = (
    {"user": "postgres", "group": "postgres", "extra_groups": [], "cwd": "/"}
    if os.geteuid() == 0
    else {}
)

EMPTY = """DO $$ DECLARE each record; BEGIN
    FOR each IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP EXECUTE format('DELETE FROM %I', each.tablename); END LOOP;
END $$"""

_numbers = itertools.count(1)


def binaries() -> Path | None:
    """Where its programs are: Debian keeps them off the path."""
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(installed, key=lambda path: float(path.parts[-3]), default=None)
    return newest and newest.parent


class Postgres:
    """`with Postgres() as server:` – `server.new_database()` is an address for `store=`."""

    def __init__(self) -> None:
        found = binaries()
        if found is None:
            pytest.fail("The tests need PostgreSQL and found none. `make test` installs it.")
        self._bin, self._folder = found, Path(tempfile.mkdtemp(prefix="gptchat-postgres-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._has_tables = False
        self.port = free_port()

    # ------------------------------------------------------------- coming and going

    def __enter__(self) -> Postgres:
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres", "postgres")
        secret = self._folder / "password"
        secret.write_text(PASSWORD)
        who = ["-U", USER, "--pwfile", str(secret), "-A", "scram-sha-256"]
        make = [str(self._bin / "initdb"), "-N", "-E", "UTF8", "--locale", "C.UTF-8", *who]
        make += ["-D", str(self._data)]
        done = subprocess.run(make, capture_output=True, text=True, check=False, **AS_POSTGRES)
        assert done.returncode == 0, done.stderr
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Let it listen, on the port it always has."""
        settings = [f"-c{each}" for each in (*CARELESS, f"unix_socket_directories={self._folder}")]
        command = [str(self._bin / "postgres"), "-D", str(self._data), "-p", str(self.port)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "-h", "127.0.0.1", *settings], stderr=log, stdout=log, **AS_POSTGRES
            )
        try:
            until(self._answers, "PostgreSQL", within=60)
        except BaseException:
            self.stop()
            raise

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """End it: at once, as if it had been killed, unless told otherwise."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    # ------------------------------------------------------------------- databases

    def address(self, name: str, *, password: str = WRITTEN, port: int | None = None) -> str:
        """What a program writes to use this database."""
        return f"postgresql://{USER}:{password}@127.0.0.1:{port or self.port}/{name}"

    def emptied(self) -> str:
        """The address of a database that has its tables, and nothing in them: quickly made."""
        if not self._has_tables:
            self.tell("CREATE DATABASE chats")
            self._has_tables = True
        self.tell(EMPTY, "chats")
        return self.address("chats")

    def new_database(self, options: str = "") -> str:
        """The address of an empty database."""
        name = f"chats_{next(_numbers)}"
        self.tell(f"CREATE DATABASE {name} {options}")
        return self.address(name)

    def forget(self, address: str) -> None:
        """Drop a database, whoever still has it open."""
        self.tell(f"DROP DATABASE IF EXISTS {address.rpartition('/')[2]} WITH (FORCE)")

    def tell(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Execute it; the rows it answers with."""
        import psycopg  # Here, so that other tests run where nobody installed it.

        with psycopg.connect(self.address(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    # -------------------------------------------------------------------- privately

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _answers(self) -> bool:
        import psycopg

        assert self._process is not None
        assert self._process.poll() is None, (self._folder / "log").read_text()
        try:
            self.tell("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True
