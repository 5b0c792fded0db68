"""The house stands: imports go one way, and every room can be read in one sitting."""

from __future__ import annotations

import ast

import pytest

from support.sources import TOP, functions, imported, modules, own_imports, source, tree

FLOORS: list[set[str]] = [
    # 0 words
    {"protocol", "errors", "option_values", "function_display", "config", "version"},
    # 1 rules: no socket, no database; workers alone make threads
    {"text", "plain", "calls", "changes", "partial_json", "requesting", "messages"}
    | {"normalise", "deltas", "repair", "conversation", "handlers", "streams"}
    | {"failures", "workers"},
    # 2 what a handler says, and where it is kept
    {"replies"}
    | {"schema", "database", "leases", "statements", "rows", "log", "owners", "pruning", "store"},
    # 3 the one writer
    {"hub"},
    # 4 runs
    {"drafts", "run", "chat", "work", "runs", "heartbeat", "actions", "pushes"},
    # 5 doors
    {"websocket", "packets", "outbox", "connection", "transport", "sockets", "listener"}
    | {"pages", "assets", "index_page", "result_frame"}
    | {"parsing", "guard", "policy", "headers", "visitors"},
    # 6 house
    {"house", "serving", "server"},
    # 7 front
    {"fake_replies", "fake_refusals", "fake_rules", "fake_connection", "fake_completions"}
    | {"fake_http", "fake_openai", "testing", "utils", "util"}
    | {"demo", "demo_script", "demo_tools", "cli", "__init__", "__main__"},
]
LOADED_LATE = {"sqlalchemy", "alembic", "openai", "pydantic"}
"""Heavy libraries that may be imported inside a function, so that `import gptchat` is light."""

LINES = 250
FUNCTION_LINES = 60

floor_of = {module: floor for floor, rooms in enumerate(FLOORS) for module in rooms}


@pytest.mark.parametrize("module", modules())
def test_every_room_has_a_floor(module: str) -> None:
    assert module in floor_of, f"Give {module}.py a floor in test_floors.py and CONTRIBUTING.md."


def test_every_floor_names_rooms_that_exist() -> None:
    assert sorted(set(floor_of) - set(modules())) == []


@pytest.mark.parametrize("module", modules())
def test_imports_never_reach_up(module: str) -> None:
    for other in sorted(own_imports(module)):
        assert floor_of[other] <= floor_of[module], (
            f"{module} reaches up to {other}; move the shared part down."
        )


def test_no_two_rooms_import_each_other() -> None:
    waiting = {module: own_imports(module) - {module} for module in modules()}
    while free := [module for module, others in waiting.items() if not others & set(waiting)]:
        for module in free:
            del waiting[module]
    assert waiting == {}, f"These import each other in a circle: {sorted(waiting)}"


@pytest.mark.parametrize("module", modules())
def test_imports_inside_functions_are_for_heavy_libraries(module: str) -> None:
    for function in functions(module):
        for name in imported(ast.walk(function)):
            assert name.split(".")[0] in LOADED_LATE, (
                f"{module}.{function.name} imports {name}; import it at the top."
            )


@pytest.mark.parametrize("module", modules())
def test_a_room_says_what_it_owns(module: str) -> None:
    assert ast.get_docstring(tree(module)), f"{module}.py has no docstring."


@pytest.mark.parametrize("module", modules())
def test_a_room_fits_in_one_reading(module: str) -> None:
    if module == "protocol":
        pytest.skip("One vocabulary is one list, however long.")
    count = len(source(module).splitlines())
    assert count <= LINES, f"{module}.py has {count} lines, over {LINES}: it is two rooms."


@pytest.mark.parametrize("module", modules())
def test_a_function_fits_on_a_screen(module: str) -> None:
    for function in functions(module):
        count = (function.end_lineno or function.lineno) - function.lineno + 1
        assert count <= FUNCTION_LINES, (
            f"{module}.{function.name} has {count} lines, over {FUNCTION_LINES}: cut it in two."
        )


TESTED_WITH: dict[str, set[str]] = {
    "conformance/test_public_surface.py": {"__init__", "util", "version"},
    "conformance/test_generated_files.py": {"protocol"},
    "unit/test_cli.py": {"__main__"},
    "unit/test_messages.py": {"text", "plain"},
    "unit/test_normalise.py": {"calls"},
    "unit/test_deltas.py": {"changes"},
    "unit/test_store.py": {"schema", "statements", "rows", "log", "leases", "owners", "pruning"},
    "unit/test_runs.py": {"run", "drafts", "work", "heartbeat"},
    "unit/test_guard.py": {"policy", "headers", "visitors"},
    "unit/test_pages.py": {"assets", "index_page", "result_frame"},
    "unit/test_transport.py": {"connection", "websocket", "outbox", "packets", "listener"},
    "unit/test_server.py": {"house", "serving"},
}
"""Small rooms whose promises are kept where those of their neighbour are."""

tests_of = {module: path for path, rooms in TESTED_WITH.items() for module in rooms}


@pytest.mark.parametrize("module", modules())
def test_every_room_has_its_tests(module: str) -> None:
    path = tests_of.get(module, f"unit/test_{module}.py")
    assert (TOP / "tests" / path).exists(), f"{module}.py has no tests: write tests/{path}."
