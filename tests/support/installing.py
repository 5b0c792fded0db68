"""Copies of this checkout, and environments to install them in, all in folders of a test.

    checkout = copy_checkout(folder / "checkout", packages=True)
    env = Environment.made_by_venv(folder / "env")
    env.pip("install", checkout / "package")
    answers_from(env)

Nothing is written outside those folders, save what pip, uv and npm keep in their caches.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from email.parser import Parser
from pathlib import Path

from uv import find_uv_bin

from support.page import Page
from support.serving import serve
from support.sources import TOP
from support.web import Visitor

WITHIN = 300.0
"""Seconds for one command: a cold cache on a slow line, not a hang."""

# What a developer's shell may hold and a stranger's does not.
OURS = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "UV_PYTHON", "CI")

Finished = subprocess.CompletedProcess[str]


def run(
    *command: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    within: float = WITHIN,
) -> Finished:
    """Run a command to its end, whatever its end; its two outputs come as one text."""
    outside = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**outside, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=within,
    )


def succeed(finished: Finished) -> Finished:
    """What has finished, if it went well; otherwise its last words."""
    assert finished.returncode == 0, (
        f"{' '.join(finished.args)} ended with {finished.returncode}:\n{finished.stdout[-4000:]}"
    )
    return finished


def without_node() -> dict[str, str]:
    """An environment in which no command is found by its name, Node.js least of all."""
    return {"PATH": str(TOP / "tests" / "package" / "no-such-folder")}


def copy_checkout(to: Path, *, packages: bool = False, page: bool = False) -> Path:
    """This checkout as git knows it, edits included; returns where it is.

    `packages` takes the client's packages along, which saves fetching them again;
    `page` the built page.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=TOP,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        source, target = TOP / name, to / name
        if source.exists():  # A file deleted but not yet committed is listed, too.
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    if packages:
        shutil.copytree(TOP / "client/node_modules", to / "client/node_modules", symlinks=True)
    if page:
        shutil.copytree(TOP / "package/gptchat/static", to / "package/gptchat/static")
    return to


def asked_for(wheel: Path) -> list[str]:
    """The requirements of a wheel, without those of its extras."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        told = Parser().parsestr(archive.read(name).decode())
    return [need for need in told.get_all("Requires-Dist", []) if "extra ==" not in need]


class Environment:
    """A virtual environment: its `python`, and ways to install into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / "bin" / "python"

    @classmethod
    def made_by_venv(cls, folder: Path) -> Environment:
        """As the standard library makes it, with the pip that came with Python."""
        succeed(run(sys.executable, "-m", "venv", folder))
        return cls(folder)

    @classmethod
    def made_by_uv(cls, folder: Path, python: Path | None = None) -> Environment:
        """As uv makes it: without pip, in no time."""
        succeed(run(find_uv_bin(), "venv", "--quiet", "--python", python or sys.executable, folder))
        return cls(folder)

    def pip(self, *arguments: str | Path, env: Mapping[str, str] | None = None) -> Finished:
        """Run this environment's pip."""
        return run(self.python, "-m", "pip", "--disable-pip-version-check", *arguments, env=env)

    def uv(self, *arguments: str | Path, env: Mapping[str, str] | None = None) -> Finished:
        """Run `uv pip install …` into this environment."""
        uv = find_uv_bin()
        return run(uv, "pip", "install", "--python", self.python, *arguments, env=env)

    def command(self, name: str) -> Path:
        """A console script that was installed here."""
        return self.folder / "bin" / name

    def ask(self, expression: str) -> str:
        """What an expression is there, as it prints; `gptchat` is imported."""
        program = f"import gptchat; print({expression})"
        return succeed(run(self.python, "-I", "-c", program)).stdout.strip()


ANSWERING = """
import os
import gptchat

@gptchat.app.handle_send_message
def reply(message):
    yield f"You said {message} to "
    yield gptchat.__file__

gptchat.app.run_app(port=int(os.environ["PORT"]))
"""


def answers_from(env: Environment, home: Path | None = None) -> None:
    """Fail unless the gptchat installed there serves its page and answers, without Node.js.

    `home` is where its files must lie, by default in the environment itself.
    """
    with serve(ANSWERING, python=env.python, env=without_node()) as server:
        visitor = Visitor(server.port)
        shows_its_page(visitor)
        with Page(visitor) as tab:
            tab.say("hello")
            tab.wait_idle()
            begun, _, place = tab.text().partition(" to ")
            assert begun == "You said hello"
            assert Path(place).is_relative_to((home or env.folder).resolve()), (
                f"Another gptchat answered: {place}"
            )


def shows_its_page(visitor: Visitor) -> None:
    """Fail unless the page comes with the script and the style it names."""
    status, _, html = visitor.get("")
    assert status == 200, html
    named = re.findall(r'"\./(assets/[^"]+)"', html)
    assert {Path(name).suffix for name in named} >= {".js", ".css"}, html
    for name in named:
        status, _, body = visitor.get(name)
        assert status == 200, f"{name} was answered with {status}."
        assert body, f"{name} is empty."


def find_python(version: str, folder: Path) -> Path | str:
    """An interpreter of this version, or why there is none: this machine's, or one uv brings."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    candidates = [sys.executable, shutil.which(f"python{version}") or ""]
    candidates += map(str, sorted(pyenv.glob(f"versions/{version}.*/bin/python{version}")))
    for candidate in filter(None, candidates):
        if _version(candidate) == version:
            return Path(candidate)
    return _bring_python(version, folder)


def _version(python: str) -> str:
    # A shim may stand on PATH for a version that is not chosen, and refuse to run.
    told = run(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])", within=30)
    return told.stdout.strip() if told.returncode == 0 else ""


def _bring_python(version: str, folder: Path) -> Path | str:
    place = {"UV_PYTHON_INSTALL_DIR": str(folder), "UV_HTTP_TIMEOUT": "30"}
    try:
        brought = run(
            find_uv_bin(), "python", "install", "--no-bin", version, env=place, within=120
        )
    except subprocess.TimeoutExpired:
        return f"No Python {version} here, and uv could not bring one within two minutes."
    for python in sorted(folder.glob(f"*/bin/python{version}")):
        return python
    why = brought.stdout.strip().splitlines() or ["it said nothing"]
    return f"No Python {version} here, and uv could not bring one: {why[0]} ({why[-1].strip()})"
