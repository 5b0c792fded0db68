"""The list of 0.0.12's names, which `make test` checks against our package, is whole and true."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from conformance.test_old_names import GONE, KEPT, OPTIONS

from support.installing import Environment, run, succeed

ASK = """
import importlib, json, sys
listed = json.loads(sys.argv[1])
print(json.dumps([
    f"{module}.{name}"
    for module, names in listed.items()
    for name in names
    if not hasattr(importlib.import_module(module), name)
]))
"""


@pytest.fixture(scope="module")
def sources(published: Environment) -> dict[str, ast.Module]:
    """Its modules, as trees, by their names."""
    where = "__import__('pathlib').Path(gptchat.__file__).parent"
    folder = Path(published.ask(where).splitlines()[-1])
    return {
        ".".join(path.relative_to(folder.parent).with_suffix("").parts).removesuffix(".__init__"):
        ast.parse(path.read_text("utf-8"))
        for path in folder.rglob("*.py")
    }  # fmt: skip


def public_names(tree: ast.Module) -> Iterator[str]:
    """What a module defines, or imports from another module of its own package."""
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.ImportFrom(module=str(module)) if module.startswith("gptchat"):
                yield from (alias.name for alias in node.names if alias.name != "*")


def test_no_name_is_forgotten(sources: dict[str, ast.Module]) -> None:
    listed = {
        module: KEPT.get(module, set()) | set(GONE.get(module, {})) for module in {*KEPT, *GONE}
    }
    forgotten = {
        f"{module}.{name}"
        for module, tree in sources.items()
        for name in public_names(tree)
        # What app.py imports from serve.py is listed there.
        if name not in listed.get(module, set()) | set(GONE["gptchat.util.serve"])
    }
    assert forgotten == set()


def test_every_name_in_the_list_was_really_there(published: Environment) -> None:
    listed = {module: sorted(names) for module, names in KEPT.items()}
    for module, reasons in GONE.items():
        listed[module] = [*listed.get(module, []), *reasons]
    asked = succeed(run(published.python, "-W", "ignore", "-c", ASK, json.dumps(listed)))
    assert json.loads(asked.stdout.splitlines()[-1]) == []


def test_no_option_is_forgotten(sources: dict[str, ast.Module]) -> None:
    tree = sources["gptchat.app"]
    asked = {
        node.left.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.In)
        and isinstance(node.left, ast.Constant)
        and isinstance(node.comparators[0], ast.Name)
        and node.comparators[0].id == "config"
    }
    assert asked == set(OPTIONS)
    prompt = next(
        node
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name == "UIConfigPrompt"
    )
    keys = {ast.unparse(each.target) for each in prompt.body if isinstance(each, ast.AnnAssign)}
    given = OPTIONS["prompt"]
    assert isinstance(given, dict)
    assert keys == set(given)
