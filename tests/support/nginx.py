"""A private nginx in front of two ports, with the configuration that is shown to people."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from support.ports import free_port
from support.sources import TOP
from support.waiting import until

SHOWN = TOP / "examples/deploy/nginx.conf"

AROUND = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; {user}
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/site.conf;
}}
"""


class Nginx:
    """`with Nginx([8001, 8002]) as nginx:` – people find it at `nginx.port`."""

    def __init__(self, ports: list[int]) -> None:
        self._program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
        if self._program is None:
            pytest.fail("The tests need nginx and found none. `make test` installs it.")
        self.port = free_port()
        self._folder = tempfile.TemporaryDirectory(prefix="gptchat-nginx-")
        shown = SHOWN.read_text("utf-8").replace("listen 80;", f"listen 127.0.0.1:{self.port};")
        for told, port in zip(("8001", "8002"), ports, strict=True):
            shown = shown.replace(f"127.0.0.1:{told}", f"127.0.0.1:{port}")
        folder = Path(self._folder.name)
        (folder / "site.conf").write_text(shown, "utf-8")
        (folder / "nginx.conf").write_text(
            AROUND.format(folder=folder, user="user root root;" if os.geteuid() == 0 else ""),
            "utf-8",
        )

    def __enter__(self) -> Nginx:
        folder = self._folder.name
        command = [str(self._program), "-p", folder, "-c", f"{folder}/nginx.conf"]
        self._process = subprocess.Popen([*command, "-e", f"{folder}/error.log"])
        until(self._answers, "nginx")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._folder.cleanup()

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False
