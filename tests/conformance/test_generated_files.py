"""What is written once in Python is the same wherever it is needed again."""

from __future__ import annotations

import ast
import importlib.util
from types import ModuleType

import pytest

from support.sources import TOP


def load_generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", TOP / "package" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generate = load_generator()


@pytest.mark.parametrize("path", generate.FILES)
def test_a_generated_file_is_current(path: str) -> None:
    name = path.rsplit("/", 1)[-1]
    assert path not in generate.stale(), f"{name} is stale. Run `make generate`."


def test_a_type_without_a_translation_is_refused_with_advice() -> None:
    unknown = ast.parse("complex[int]", mode="eval").body
    with pytest.raises(generate.CannotTranslate, match="no TypeScript form yet"):
        generate.ts_type(unknown)


def test_every_event_of_the_wire_is_in_the_generated_union() -> None:
    text = generate.protocol_ts()
    union = text.split("export type Event = ")[1].split(";")[0]
    events = {word.strip() for word in union.split("|")}
    assert events == {line.split()[2] for line in text.splitlines() if "Event {" in line}
