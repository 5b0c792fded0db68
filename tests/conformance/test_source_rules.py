"""What no file of the package may do, for safety's sake or the reader's."""

from __future__ import annotations

import ast

import pytest

from support.sources import imported, modules, path_of, source, tree

UNSAFE_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
UNSAFE_CALLS = {"eval", "exec", "compile", "yaml.load", "os.system", "os.popen"}


@pytest.mark.parametrize("module", modules())
def test_nothing_that_turns_data_into_code(module: str) -> None:
    loaded = {name.split(".")[0] for name in imported(ast.walk(tree(module)))}
    assert not loaded & UNSAFE_MODULES
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in UNSAFE_CALLS, f"line {node.lineno}"
            shell = [k for k in node.keywords if k.arg == "shell"]
            assert all(ast.unparse(k.value) == "False" for k in shell), f"line {node.lineno}"


@pytest.mark.parametrize("module", modules())
def test_nothing_is_left_for_later(module: str) -> None:
    for mark in ("TODO", "FIXME", "XXX"):
        assert mark not in source(module), (
            f"{path_of(module)} says {mark}: do it, or write an issue."
        )
