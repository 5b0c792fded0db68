"""Puts the page into the package: sdist, wheel and editable install carry it built.

    python package/hatch_build.py     build the page if it is missing or old (`make client`)

From a checkout the page is built from ../client, but only when it is older than
its sources. From an sdist it is already there, and no Node.js is asked for.
README and LICENSE live one folder up; the sdist gets copies of them.
"""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import brotli
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

HERE = Path(__file__).resolve().parent
CLIENT = HERE.parent / "client"
BUNDLE = HERE / "gptchat" / "static"
NODE = (20, 19)  # What Vite 8 asks for.
NOT_SOURCES = {"node_modules", "dist", "coverage", ".vite"}
COMPRESSED = {".js", ".css", ".html", ".svg", ".json", ".map", ".md", ".wasm", ".ttf"}
WORTH_COMPRESSING = 1024  # Bytes; below that the headers weigh more than the saving.


class ReadmeHook(MetadataHookInterface):
    """hatchling refuses `readme = "../README.md"`, so the text is handed over."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        text = beside_or_above("README.md").read_text("utf-8")
        # The picture lies beside the README, not beside its text in a registry.
        text = re.sub(r"^!\[.*\n\n", "", text, flags=re.MULTILINE)
        metadata["readme"] = {"content-type": "text/markdown", "text": text}


class PageHook(BuildHookInterface[Any]):
    """No archive leaves without the page."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        # An editable install with a page keeps it: whoever edits the client builds it himself.
        if version != "editable" or not is_built():
            build_page()
        if self.target_name == "sdist":
            for name in ("README.md", "LICENSE"):
                build_data["force_include"][str(beside_or_above(name))] = name


def beside_or_above(name: str) -> Path:
    """A file of the project's top level, which an sdist carries beside this one."""
    return HERE / name if (HERE / name).exists() else HERE.parent / name


def is_built() -> bool:
    return (BUNDLE / "index.html").exists()


def build_page() -> None:
    """Build the page if it is missing or older than its sources; refuse if that cannot be."""
    if not (CLIENT / "package.json").exists():
        if not is_built():
            raise RuntimeError(
                "This copy of gptchat holds neither the built page (gptchat/static) nor its "
                "sources (../client). Build from a complete checkout, or install a released wheel."
            )
        return
    if not is_built() or newest(CLIENT) > (BUNDLE / "index.html").stat().st_mtime:
        npm = find_npm()
        if packages_are_old():
            run(npm, "ci", "--no-audit", "--no-fund")
        run(npm, "run", "build")
    compress()


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=CLIENT)
    if done.returncode:
        said = " ".join(("npm", *command[1:]))
        raise RuntimeError(f"`{said}` in client/ failed; its own words stand above. Mend it first.")


def newest(folder: Path) -> float:
    return max(path.stat().st_mtime for path in sources(folder))


def sources(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir() and path.name not in NOT_SOURCES:
            yield from sources(path)
        elif path.is_file() and ".test." not in path.name:
            yield path


def packages_are_old() -> bool:
    """Whether node_modules is missing or older than the lock file. npm leaves that note there."""
    note = CLIENT / "node_modules" / ".package-lock.json"
    return (
        not note.exists() or note.stat().st_mtime < (CLIENT / "package-lock.json").stat().st_mtime
    )


def find_npm() -> str:
    """npm beside a new enough Node.js, or a refusal that says what to install."""
    node, npm = shutil.which("node"), shutil.which("npm")
    asked = ".".join(map(str, NODE))
    found = (
        subprocess.run([node, "--version"], capture_output=True, text=True).stdout if node else ""
    )
    numbers = tuple(int(part) for part in re.findall(r"\d+", found)[:2])
    if npm is None or numbers < NODE:
        raise RuntimeError(
            f"Building gptchat's page needs Node.js >= {asked} with npm; "
            f"found {found.strip() or 'none'}. Install it from your system or nodejs.org, "
            "or install a released wheel, which needs no Node.js."
        )
    return npm


def compress() -> None:
    """Lay .br and .gz beside every asset worth it; the server picks by what a browser accepts."""
    for path in BUNDLE.rglob("*"):
        if path.suffix not in COMPRESSED or path.stat().st_size < WORTH_COMPRESSING:
            continue
        content = path.read_bytes()
        for suffix, squeeze in ((".br", brotli.compress), (".gz", squeeze_gzip)):
            target = path.with_name(path.name + suffix)
            if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
                target.write_bytes(squeeze(content))


def squeeze_gzip(content: bytes) -> bytes:
    # No time stamp: the same page gives the same bytes.
    return gzip.compress(content, 9, mtime=0)


if __name__ == "__main__":
    try:
        build_page()
    except RuntimeError as refused:
        raise SystemExit(str(refused)) from None
