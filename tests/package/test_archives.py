"""Wheel and sdist hold what they should, nothing else, and describe themselves rightly."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest
from uv import find_uv_bin

import gptchat
from support.installing import Environment, run, succeed
from support.sources import TOP

Note = Callable[[str], None]

PROGRAM = """
from gptchat import GPTChat, Chat, app

@app.handle_send_message
def reply(messages: list[dict[str, object]], ctx: Chat) -> str:
    return ctx.message

reveal_type(app.new_id())
"""


PLUGIN = "pytest_gptchat.py"
"""pytest finds it beside the package, so that it need not load the package."""

MOST = 6_500_000
"""Bytes of a wheel. Plotly and mermaid, each drawing in a frame, are 1.6 million each."""


def written(*places: str) -> set[str]:
    """The files of the checkout that are ours: known to git, or new, and there."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *places],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name for name in listed.stdout.split("\n") if name and (TOP / name).exists()}


@pytest.fixture(scope="session")
def inside(wheel: Path) -> set[str]:
    """The names of the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="session")
def metadata(wheel: Path, inside: set[str]) -> Message:
    """What the wheel says of itself."""
    name = next(name for name in inside if name.endswith(".dist-info/METADATA"))
    with zipfile.ZipFile(wheel) as archive:
        return Parser().parsestr(archive.read(name).decode())


def test_the_wheel_holds_the_package_the_page_and_nothing_else(inside: set[str]) -> None:
    ours = {
        name.removeprefix("package/") for name in written("package/gptchat", f"package/{PLUGIN}")
    }
    page = {name for name in inside if name.startswith("gptchat/static/")}
    about = {name for name in inside if ".dist-info/" in name}
    assert inside - page - about == {*ours, "pytest_gptchat.py"}
    assert {Path(name).name for name in about} == {
        "METADATA", "WHEEL", "RECORD", "LICENSE", "entry_points.txt"
    }  # fmt: skip
    assert "gptchat/py.typed" in inside


def test_the_page_in_the_wheel_is_whole_and_compressed(inside: set[str]) -> None:
    page = {name for name in inside if name.startswith("gptchat/static/")}
    assert "gptchat/static/index.html" in page
    assert "gptchat/static/licenses.md" in page, "Others' code is in the page; their licences too."
    for suffix in (".js", ".css"):
        for encoding in ("", ".br", ".gz"):
            assert any(name.endswith(suffix + encoding) for name in page), suffix + encoding
    assert not [name for name in page if name.endswith(".map")]


def test_the_sdist_holds_what_its_wheel_needs(sdist: Path, inside: set[str]) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    package = {name for name in names if name.startswith("gptchat/") or name == PLUGIN}
    assert package == {name for name in inside if ".dist-info/" not in name}
    assert names - package == {
        *("pyproject.toml", "hatch_build.py"),
        *("README.md", "LICENSE", "PKG-INFO", ".gitignore"),
    }


def test_the_description_would_be_accepted_and_shown_by_an_index(dist: Path) -> None:
    checked = run(find_uv_bin(), "tool", "run", "twine", "check", "--strict", *dist.iterdir())
    assert succeed(checked).stdout.count("PASSED") == 2, checked.stdout


def test_the_metadata_is_the_projects(metadata: Message) -> None:
    assert metadata["Name"] == "gptchat"
    assert metadata["Version"] == gptchat.__version__
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Description-Content-Type"] == "text/markdown"
    readme = (TOP / "README.md").read_text("utf-8")
    without_its_picture = re.sub(r"^!\[.*\n\n", "", readme, flags=re.MULTILINE)
    assert str(metadata.get_payload()).strip() == without_its_picture.strip()


def test_the_command_is_there_under_both_its_names(installed: Environment) -> None:
    said = f"gptchat {gptchat.__version__}"
    by_name = succeed(run(installed.command("gptchat"), "--version"))
    by_module = succeed(run(installed.python, "-m", "gptchat", "--version"))
    assert (by_name.stdout.strip(), by_module.stdout.strip()) == (said, said)


def test_a_type_checker_reads_what_is_installed(installed: Environment, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, "utf-8")
    checked = run(
        sys.executable, "-m", "mypy", "--strict", "--python-executable", installed.python,
        "--cache-dir", tmp_path / "cache", program, cwd=tmp_path,
    )  # fmt: skip
    assert re.search(r'Revealed type is "(builtins\.)?str"', succeed(checked).stdout)


def test_the_sizes_are_told(wheel: Path, sdist: Path, installed: Environment, note: Note) -> None:
    site = Path(installed.ask("__import__('pathlib').Path(gptchat.__file__).parents[1]"))
    note(f"wheel                          {wheel.stat().st_size / 1000:8.0f} kB")
    note(f"sdist                          {sdist.stat().st_size / 1000:8.0f} kB")
    note(f"installed: gptchat             {weight(site / 'gptchat') / 1000:8.0f} kB")
    note(f"installed: gptchat/static      {weight(site / 'gptchat/static') / 1000:8.0f} kB")
    note(f"installed: all it brings       {weight(site) / 1e6:8.1f} MB")
    assert wheel.stat().st_size < MOST, "A wheel of this size holds what it should not."


def weight(folder: Path) -> int:
    """Bytes of the files below, without compiled Python, which comes and goes."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files if path.suffix != ".pyc")
