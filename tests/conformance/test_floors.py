"""The house stands: imports go one way, and every room can be read in one sitting."""

from __future__ import annotations

import ast

import pytest

from support.sources import TOP, functions, imported, modules, own_imports, path_of, source, tree

FLOORS: list[set[str]] = [
    # 0 words
    {"protocol", "errors", "refusals", "config", "version"},
    # 1 rules: no socket, no database; workers alone make threads
    {
        "files", "messages", "deltas", "conversation", "titles", "ids", "words", "exports",
        "imports", "handlers", "streams", "failures", "workers",
    },
    # 2 what a handler says, and where it is kept
    {"replies", "store", "utils"},
    # 3 the one writer, and how processes call each other
    {"hub", "bus"},
    # 4 runs
    {
        "runs", "chat", "actions", "listing", "contents", "pushes", "greetings", "arrivals",
        "departures",
    },
    # 5 doors
    {"sockets", "listener", "pages", "guard"},
    # 6 house
    {"house", "serving", "hosting", "updates", "old_names", "testclient", "server"},
    # 7 front
    {
        "testing", "util", "demo", "endpoint", "program", "archive_command", "cli", "__init__",
        "__main__",
    },
]  # fmt: skip
"""The rooms: a module, or a folder whose parts are all on its floor."""

LOADED_LATE = {"sqlalchemy", "alembic", "openai", "pydantic", "markdown_it", "redis"}
"""Heavy libraries that may be imported inside a function, so that `import gptchat` is light."""

LINES = 250
FUNCTION_LINES = 60

floor_of = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


def room_of(module: str) -> str:
    return module.split(".")[0]


@pytest.mark.parametrize("module", modules())
def test_every_room_has_a_floor(module: str) -> None:
    assert room_of(module) in floor_of, (
        f"Give {room_of(module)} a floor in test_floors.py and CONTRIBUTING.md."
    )


def test_every_floor_names_rooms_that_exist() -> None:
    assert sorted(set(floor_of) - set(map(room_of, modules()))) == []


@pytest.mark.parametrize("module", modules())
def test_imports_never_reach_up(module: str) -> None:
    for other in sorted(own_imports(module)):
        assert floor_of[room_of(other)] <= floor_of[room_of(module)], (
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
    assert ast.get_docstring(tree(module)), f"{path_of(module)} has no docstring."


@pytest.mark.parametrize("module", modules())
def test_a_room_fits_in_one_reading(module: str) -> None:
    if module == "protocol":
        pytest.skip("One vocabulary is one list, however long.")
    count = len(source(module).splitlines())
    assert count <= LINES, f"{path_of(module)} has {count} lines, over {LINES}: it is two rooms."


@pytest.mark.parametrize("module", modules())
def test_a_function_fits_on_a_screen(module: str) -> None:
    for function in functions(module):
        count = (function.end_lineno or function.lineno) - function.lineno + 1
        assert count <= FUNCTION_LINES, (
            f"{module}.{function.name} has {count} lines, over {FUNCTION_LINES}: cut it in two."
        )


TESTED_WITH: dict[str, str] = {
    "conformance/test_public_surface.py": "__init__ util version",
    "conformance/test_generated_files.py": "protocol",
    "unit/test_cli.py": "__main__",
    "unit/test_testing.py": "testing.__main__",
    "unit/test_config.py": "config.page_config config.prompt config.names",
    "unit/test_store.py": "store.schema store.statements store.rows store.log store.leases "
    "store.owners store.pruning store.contents",
    "unit/test_postgresql.py": "store.kinds store.postgresql_index",
    "unit/test_database.py": "store.place store.sqlite "
    "store.versions store.versions.v0001 store.versions.v0002",
    "unit/test_listing.py": "store.listing store.outline store.trash store.copies "
    "store.titles "
    "sockets.listing pages.listing",
    "unit/test_runs.py": "runs.run runs.branch runs.drafts runs.work runs.heartbeat runs.lost "
    "runs.whose",
    "unit/test_elsewhere.py": "store.turns",
    "unit/test_store_files.py": "store.blobs store.uploads",
    "unit/test_files.py": "files.kinds files.pictures files.names files.attachments",
    "unit/test_guard.py": "guard.policy guard.headers guard.visitors guard.mounting guard.origins "
    "guard.refusing guard.cookies",
    "unit/test_sign_in.py": "config.auth guard.callback guard.gate guard.proxied guard.secret_ways "
    "guard.ways store.sessions store.tries",
    "unit/test_sockets.py": "sockets.frames",
    "unit/test_pages.py": "pages.assets pages.index_page pages.responses pages.result_frame",
    "unit/test_transport.py": "sockets.connection sockets.websocket sockets.outbox sockets.packets "
    "listener",
    "unit/test_testclient.py": "testclient.answer testclient.rehearsal testclient.stage "
    "testclient.stacks testclient.trying",
    "unit/test_run_command.py": "program program.program",
    "browser/test_run_command.py": "program.broken_page",
    "unit/test_server.py": "house serving hosting",
    "unit/test_search.py": "store.index store.sqlite_index",
    "unit/test_bus.py": "bus.calls bus.redis_bus",
    "faults/test_several_processes.py": "store.tail",
    "unit/test_actions.py": "refusals ids",
    "unit/test_exports.py": "exports exports.forms exports.transcript exports.quoting exports.data "
    "exports.programs exports.tree exports.reading exports.markdown",
    "unit/test_webpage.py": "exports.webpage exports.prose",
    "unit/test_imports.py": "imports imports.arriving imports.reader imports.values "
    "imports.messages imports.tree imports.renewing",
    "unit/test_archives.py": "pages.archives arrivals departures",
    "unit/test_util.py": "util.openai_util",
}
"""Small modules whose promises are kept where those of their neighbour are."""

tests_of = {module: path for path, names in TESTED_WITH.items() for module in names.split()}


def own_tests(module: str) -> list[str]:
    """Where the tests of a module may be: `store.database` has `unit/test_database.py`."""
    return [f"unit/test_{name.replace('.', '_')}.py" for name in (module.split(".")[-1], module)]


def test_every_neighbour_exists() -> None:
    assert sorted(set(tests_of) - set(modules())) == []


@pytest.mark.parametrize("module", modules())
def test_every_room_has_its_tests(module: str) -> None:
    paths = [tests_of[module]] if module in tests_of else own_tests(module)
    assert any((TOP / "tests" / path).exists() for path in paths), (
        f"{path_of(module)} has no tests: write tests/{paths[-1]}."
    )
