"""TypeScript of the page as one script, for tests that run it by itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

CLIENT = Path(__file__).parents[2] / "client"


def bundle(entry: Path, into: Path, *, form: str, platform: str = "browser") -> Path:
    """The module and all it imports, in `into`. `form` is `esm` for Node.js, `iife` for a page."""
    tool = CLIENT / "node_modules" / ".bin" / "rolldown"
    assert tool.exists(), "The page's tools are missing. Run `npm install` in client/."
    command: list[str | Path] = [tool, entry, "-o", into, "--format", form]
    subprocess.run([*command, "--platform", platform], check=True, capture_output=True, cwd=CLIENT)
    return into
