"""Every case in tests/faults/README.md is tried by a test that says so, or has a reason."""

from __future__ import annotations

import ast
import re

import pytest

from support.sources import TOP

CASES = [*range(1, 20), *range(25, 32), *range(36, 39)]
NUMBERS = [*(f"F{number}" for number in CASES), "S1", "S3"]
TABLE = {
    cells[1].strip(): cells[3].strip()
    for line in (TOP / "tests/faults/README.md").read_text("utf-8").splitlines()
    if re.match(r"\| [FS]\d", line) and (cells := line.split("|"))
}
CLAIM = re.compile(r"\b(?:F\d+|S[13])\b")
NOT_HERE = "not here yet: "


def claims() -> dict[str, list[str]]:
    """The tests that say they try a case, by case."""
    found: dict[str, list[str]] = {}
    for path in sorted((TOP / "tests").rglob("test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for number in CLAIM.findall(ast.get_docstring(node) or ""):
                    found.setdefault(number, []).append(f"{path.stem}.{node.name}")
    return found


def test_the_table_has_every_case() -> None:
    assert list(TABLE) == NUMBERS


@pytest.mark.parametrize("number", NUMBERS)
def test_every_case_is_tried_by_a_test(number: str) -> None:
    tests = claims().get(number, [])
    if TABLE[number].startswith(NOT_HERE):
        assert tests == [], f"{number} is tried: say in tests/faults/README.md what must hold."
    else:
        assert tests, f"No test says in its docstring that it tries {number}: {TABLE[number]}."


def test_no_test_claims_a_case_that_is_not_told() -> None:
    assert set(claims()) <= set(NUMBERS)
