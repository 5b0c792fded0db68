"""`import gptchat` does nothing: it starts, opens, reads and writes nothing, and is light."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.sources import TOP

HEAVY = ["openai", "sqlalchemy", "alembic", "pydantic", "numpy", "pandas", "PIL"]

PROBE = """
import json, os, sys, threading

PLUMBING = {"os", "collections.abc", "_collections_abc"}
WATCHED = {"socket.__new__", "socket.bind", "subprocess.Popen", "os.mkdir"}
seen = {"events": [], "environment": [], "threads": []}
read = os._Environ.__getitem__
start = threading.Thread.start

def started(self):
    seen["threads"].append(self.name)
    start(self)

threading.Thread.start = started

def watched(self, key):
    frame = sys._getframe(1)
    while frame and frame.f_globals.get("__name__") in PLUMBING:
        frame = frame.f_back
    if frame and frame.f_globals.get("__name__", "").split(".")[0] == "gptchat":
        seen["environment"].append(f"{key} in {frame.f_globals['__name__']}")
    return read(self, key)

os._Environ.__getitem__ = watched

def packages_at_work():
    frame = sys._getframe(1)
    while frame:
        yield frame.f_globals.get("__name__", "").split(".")[0]
        frame = frame.f_back

# urllib3 comes with python-socketio's client, where that is installed, and probes for IPv6
# with a socket it closes again. That is not our doing, nor in our hands.
def hook(event, arguments):
    writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    if (event in WATCHED or writes) and "urllib3" not in packages_at_work():
        seen["events"].append(f"{event} {arguments[:1]}")

sys.addaudithook(hook)
import gptchat
seen["modules"] = sorted(sys.modules)
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a fresh interpreter does while it imports gptchat."""
    folder = tmp_path_factory.mktemp("import")
    environment = {
        **os.environ,
        "PYTHONPATH": str(TOP / "package"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    run = subprocess.run(
        [sys.executable, "-c", PROBE],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    result: dict[str, Any] = json.loads(run.stdout)
    return {**result, "printed": run.stderr, "made": list(Path(folder).iterdir())}


def test_it_starts_no_thread(seen: dict[str, Any]) -> None:
    assert seen["threads"] == []


def test_it_opens_no_socket_starts_no_process_and_writes_no_file(seen: dict[str, Any]) -> None:
    assert seen["events"] == []
    assert seen["made"] == []


def test_it_reads_no_environment_variable(seen: dict[str, Any]) -> None:
    assert seen["environment"] == []


def test_it_says_nothing(seen: dict[str, Any]) -> None:
    assert seen["printed"] == ""


@pytest.mark.parametrize("library", HEAVY)
def test_it_leaves_heavy_libraries_for_later(seen: dict[str, Any], library: str) -> None:
    assert library not in seen["modules"], (
        f"`import gptchat` loads {library}. Import it in the function that needs it."
    )
