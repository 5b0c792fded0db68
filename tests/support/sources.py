"""The package's own source, read as trees, for tests about how it is built."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PACKAGE = TOP / "package" / "gptchat"


def modules() -> list[str]:
    """The names of all modules, without the package's: `hub`, `store`, `store.log`, …

    `store` is the door of that folder, its `__init__`; `__init__` is the whole package's.
    """
    return sorted(_name(path) for path in PACKAGE.rglob("*.py"))


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[1:] and parts[-1] == "__init__" else parts)


def path_of(module: str) -> str:
    """Where a module is written, below the package: `hub.py`, `store/__init__.py`, …"""
    place = module.replace(".", "/")
    return f"{place}/__init__.py" if (PACKAGE / place).is_dir() else f"{place}.py"


def source(module: str) -> str:
    return (PACKAGE / path_of(module)).read_text("utf-8")


def tree(module: str) -> ast.Module:
    return ast.parse(source(module), path_of(module))


def imported(nodes: Iterator[ast.AST]) -> Iterator[str]:
    """Dotted names of what the given nodes import, one for each name that is a module of ours."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = ".".join(["gptchat"] * node.level + [node.module or ""]).strip(".")
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def own_imports(module: str) -> set[str]:
    """Which modules of ours a module imports, wherever in it, for types only included.

    Whoever imports a part of another room passes its door, so that is imported too.
    """
    names = set(modules())
    found: set[str] = set()
    for dotted in imported(ast.walk(tree(module))):
        parts = dotted.split(".")
        if parts[0] == "gptchat":
            passed = {".".join(parts[1:end]) for end in range(2, len(parts) + 1)} & names
            found |= passed or {"__init__"}
    # `from gptchat import config` names the package as well as the module: the module is meant.
    found = found - {"__init__"} if len(found) > 1 or module == "__init__" else found
    # Its own room is entered already.
    return found - {module.rpartition(".")[0]}


def functions(module: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
