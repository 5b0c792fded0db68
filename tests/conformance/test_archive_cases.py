"""Files that people have are read for ever, and every form writes what it wrote: case by case.

A case holds a promise, what is in a file, and what each form makes of it: JSON, or lines of text.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gptchat.exports import FORMS, Transcript
from gptchat.imports import Arriving, read

FOLDER = Path(__file__).parent / "cases" / "archives"
CASES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}

every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def transcript(case: dict[str, Any]) -> Transcript:
    """What is in the file of a case. Its files are only named."""
    [arriving] = read([json.dumps(case["given"])])
    assert isinstance(arriving, Arriving), arriving
    return Transcript(arriving.title or "", arriving.nodes, arriving.leaf, 0)


@every_case
def test_a_file_is_read_and_written_as_ever(case: dict[str, Any]) -> None:
    given = transcript(case)
    for form, expected in case["then"].items():
        text = FORMS[form].write(given)
        told = json.loads(text) if form == "json" else text.splitlines()
        assert told == expected, f"{case['sentence']} ({form})"


@every_case
def test_what_was_read_is_read_again_from_its_tree(case: dict[str, Any]) -> None:
    tree = FORMS["tree"].write(transcript(case))
    assert FORMS["tree"].write(transcript({"given": json.loads(tree)})) == tree


@pytest.mark.parametrize("case", [each for each in CASES.values() if "format" in each["given"]])
def test_a_tree_is_written_as_it_was(case: dict[str, Any]) -> None:
    assert json.loads(FORMS["tree"].write(transcript(case))) == case["given"]
