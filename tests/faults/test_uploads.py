"""An upload that goes wrong leaves nothing behind, and the next one works."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.files import png
from support.oracle import assert_calm
from support.serving import Server, serve
from support.waiting import until

PROGRAM = """
import os
from gptchat import GPTChat

app = GPTChat(lambda message: message)
app.run_app(port=int(os.environ["PORT"]))
"""
BODY = png(400, 300) + bytes(3_000_000)
PATIENCE = 15.0


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve(PROGRAM) as served:
        yield served
        assert upload(served.port) == 200
        assert_calm(served)


def head(port: int, *more: str) -> bytes:
    """The head of an upload, as the page of this server would send it."""
    origin = f"http://127.0.0.1:{port}"
    lines = ("POST /api/files HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Origin: {origin}",
             "X-Gptchat: 1", "X-File-Name: cat.png", *more)  # fmt: skip
    return "\r\n".join([*lines, "", ""]).encode()


def upload(port: int, body: bytes = BODY) -> int:
    """The status of a whole upload."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    headers = {"Origin": f"http://127.0.0.1:{port}", "X-Gptchat": "1", "X-File-Name": "cat.png"}
    connection.request("POST", "/api/files", body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def kept(server: Server) -> list[Path]:
    """What lies beside the database."""
    return sorted((server.folder / ".gptchat").glob("*.files/*"))


def unfinished(server: Server) -> list[Path]:
    """What is still arriving."""
    return [path for path in kept(server) if path.name.startswith("unfinished-")]


def spoken(port: int, *parts: bytes) -> bytes:
    """Say these parts to the server; the beginning of its answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as link:
        try:
            for part in parts:
                link.sendall(part)
        except OSError:
            pass  # It has answered already, and closed the door.
        try:
            return link.recv(4096)
        except OSError:
            return b""


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.9999])
def test_an_upload_cut_anywhere_leaves_nothing(server: Server, share: float) -> None:
    before = kept(server)
    length = f"Content-Length: {len(BODY)}"
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as link:
        link.sendall(head(server.port, length) + BODY[: int(len(BODY) * share)])
        until(lambda: unfinished(server), "the upload to begin")
    until(lambda: not unfinished(server), "the cut upload to be forgotten")
    assert kept(server) == before


def test_200_megabytes_are_refused_before_they_come(server: Server) -> None:
    answer = spoken(server.port, head(server.port, f"Content-Length: {200 * 1024 * 1024}"))
    assert b" 413 " in answer.split(b"\r\n")[0]
    assert not unfinished(server)


def test_a_body_without_an_end_is_stopped_at_the_limit(server: Server) -> None:
    megabyte = b"100000\r\n" + bytes(1024 * 1024) + b"\r\n"
    spoken(server.port, head(server.port, "Transfer-Encoding: chunked"), *[megabyte] * 40)
    until(lambda: not unfinished(server), "nothing to be left")
    assert all(path.stat().st_size < 25 * 1024 * 1024 for path in kept(server))


def test_the_same_file_from_many_tabs_at_once_is_kept_once(server: Server) -> None:
    body, statuses = BODY + b"many", list[int]()
    before = len(set(kept(server)))
    tabs = [
        threading.Thread(target=lambda: statuses.append(upload(server.port, body)))
        for _ in range(6)
    ]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert statuses == [200] * 6
    assert len(kept(server)) == before + 1


def test_a_file_survives_a_killed_server(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    headers = {"Origin": f"http://127.0.0.1:{server.port}", "X-Gptchat": "1"}
    connection.request("POST", "/api/files", png(), headers)
    id = json.loads(connection.getresponse().read())["attachment"]["id"]
    connection.close()
    server.kill()
    server.start()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    connection.request("GET", f"/files/{id}")
    assert connection.getresponse().read() == png()
    connection.close()
