"""What a newcomer pays: import, start, first page, memory, size."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.measuring import AS_INSTALLED, serving
from benchmarks.report import Figure
from support.browsing import chromium

TOP = Path(__file__).resolve().parents[2]
STATIC = TOP / "package" / "gptchat" / "static"


def imports() -> Iterator[Figure]:
    """`import gptchat` over `import flask_socketio`: fresh processes, by turns."""
    took: dict[str, list[float]] = {"gptchat": [], "flask_socketio": []}
    for name in took:
        _run(f"import {name}")  # Compiles it.
    for _ in range(15):
        for name, times in took.items():
            times.append(_run(f"import {name}"))
    nothing = median(_run("pass") for _ in range(15))
    ours, theirs = (median(took[name]) - nothing for name in took)
    yield Figure("import gptchat / import flask_socketio", ours / theirs, "", aim=1.3)
    yield Figure("import gptchat", ours * 1000, "ms")


def _run(code: str) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-c", code]
    subprocess.run(command, check=True, cwd=TOP / "package", env=AS_INSTALLED)
    return time.perf_counter() - began


def starting() -> Iterator[Figure]:
    """From the command to the first page; and what the server takes while nobody is there."""
    starts = []
    with serving("gptchat"):
        pass  # Compiles it.
    for _ in range(5):
        with serving("gptchat") as server:
            starts.append(server.cold_start)
    yield Figure("cold start, median of 5", median(starts), "s", aim=0.5)
    with serving("gptchat") as server:
        time.sleep(1)
        yield Figure("memory while idle", server.rss_mb, "MB", aim=70)
        yield from _usable(f"http://127.0.0.1:{server.port}/")


def _usable(url: str) -> Iterator[Figure]:
    """From the request for the page until one can write: fresh browser contexts."""
    times = []
    with chromium() as browser:
        for _ in range(7):
            context = browser.new_context()
            page = context.new_page()
            page.goto("about:blank")
            began = time.perf_counter()
            page.goto(url, wait_until="commit")
            page.wait_for_selector("[data-gc=input]:focus:not(:disabled)")
            times.append(time.perf_counter() - began)
            context.close()
    yield Figure("time to a usable input, median of 7", median(times), "s", aim=0.25)


def sizes() -> Iterator[Figure]:
    """The page's first scripts, the wheel, and an environment with nothing but gptchat in it."""
    yield Figure("initial JavaScript, gzip, all of it", _initial_js(), "KB", aim=60)
    with TemporaryDirectory(prefix="gptchat-bench-") as folder:
        build = [sys.executable, "-m", "build", "--wheel", "--outdir", folder, "package"]
        subprocess.run(build, check=True, cwd=TOP, capture_output=True)
        wheel = next(Path(folder).glob("*.whl"))
        yield Figure("wheel", wheel.stat().st_size / 1e6, "MB")
        with zipfile.ZipFile(wheel) as inside:
            unpacked = sum(each.file_size for each in inside.infolist())
        yield Figure("wheel, unpacked", unpacked / 1e6, "MB")
        yield Figure(
            "installed with all it needs", _installed_mb(Path(folder), wheel), "MB", aim=100
        )


def _initial_js() -> float:
    """The scripts index.html names, and what those import at once."""
    pending = re.findall(r'(?:src|href)="\.?/?([^"]+\.js)"', (STATIC / "index.html").read_text())
    seen: set[Path] = set()
    while pending:
        path = (STATIC / pending.pop()).resolve()
        if path in seen:
            continue
        seen.add(path)
        for name in re.findall(r'(?:from|import)\s*"(\./[^"]+\.js)"', path.read_text()):
            pending.append(str(path.parent.joinpath(name).relative_to(STATIC.resolve())))
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in seen) / 1000


def _installed_mb(folder: Path, wheel: Path) -> float:
    place = folder / "env"
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    pip = [str(place / "bin" / "python"), "-m", "pip"]
    subprocess.run([*pip, "install", "-q", str(wheel)], check=True, capture_output=True)
    subprocess.run([*pip, "uninstall", "-qy", "pip", "setuptools"], capture_output=True)
    site = next(place.glob("lib/python*/site-packages"))
    return sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) / 1e6
