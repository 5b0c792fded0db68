"""The package's own source, read as trees, for tests about how it is built."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PACKAGE = TOP / "package" / "gptchat"


def modules() -> list[str]:
    """The names of all modules, without the package's: `config`, `hub`, …"""
    return sorted(path.stem for path in PACKAGE.glob("*.py"))


def source(module: str) -> str:
    return (PACKAGE / f"{module}.py").read_text("utf-8")


def tree(module: str) -> ast.Module:
    return ast.parse(source(module), f"{module}.py")


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
    """Which modules of ours a module imports, wherever in it, for types only included."""
    names = set(modules())
    found: set[str] = set()
    for dotted in imported(ast.walk(tree(module))):
        parts = dotted.split(".")
        if parts[0] == "gptchat":
            found.add(parts[1] if len(parts) > 1 and parts[1] in names else "__init__")
    # `from gptchat import config` names the package as well as the module: the module is meant.
    return found - {"__init__"} if len(found) > 1 or module == "__init__" else found


def functions(module: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
