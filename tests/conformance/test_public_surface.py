"""What users import, and what lies in the front hall, changes only on purpose."""

from __future__ import annotations

import re
import subprocess

import gptchat
from support.sources import PACKAGE, TOP

FRONT_HALL = {
    ".ci",
    ".editorconfig",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "client",
    "examples",
    "package",
    "tests",
}


PUBLIC = {
    "Chat",
    "GPTChat",
    "GPTChatError",
    "RunEnded",
    "RunStopped",
    "ToolCallResult",
    "__version__",
    "app",
}


def test_the_public_names_are_these_and_all_of_them_are_there() -> None:
    assert set(gptchat.__all__) == PUBLIC
    for name in gptchat.__all__:
        assert hasattr(gptchat, name), f"gptchat.__all__ promises {name}, which is not there."


def test_everything_the_readme_imports_is_public() -> None:
    readme = (TOP / "README.md").read_text("utf-8")
    for names in re.findall(r"^from gptchat import (.+)$", readme, re.MULTILINE):
        for name in names.split(","):
            assert name.strip() in gptchat.__all__


def test_every_public_class_and_function_says_what_it_is_for() -> None:
    silent = [
        name
        for name in gptchat.__all__
        if callable(getattr(gptchat, name)) and not getattr(gptchat, name).__doc__
    ]
    assert silent == []


def test_app_is_the_default_application_not_a_module() -> None:
    assert not (PACKAGE / "app.py").exists()
    assert isinstance(gptchat.app, gptchat.GPTChat)


def test_the_front_hall_holds_only_what_a_newcomer_expects() -> None:
    tracked = subprocess.run(
        ["git", "ls-tree", "--name-only", "HEAD"], cwd=TOP, capture_output=True, text=True
    )
    # From an sdist or a plain copy there is no git, and nothing to ask it.
    assert set(tracked.stdout.split()) <= FRONT_HALL


def test_the_changelog_begins_with_this_version() -> None:
    changelog = (TOP / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"^## (\S+)", changelog, re.MULTILINE)
    assert versions[0] == gptchat.__version__, (
        "CHANGELOG.md and gptchat.__version__ name different versions."
    )
