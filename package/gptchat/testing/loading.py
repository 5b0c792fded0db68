"""Somebody's application for one test: their module run afresh, and nothing served.

A module's own `client = OpenAI()` is made anew with it, so that it finds the model of the
test; `from gptchat import app` gives it an application nobody has configured before.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import gptchat
from gptchat.handlers import Handlers
from gptchat.server import GPTChat

NO_PROGRAM = (
    "chat_client does not know your program. Set gptchat_app in pytest's configuration, or mark "
    'the test with @pytest.mark.chat_app("my_chat.py").'
)


@contextlib.contextmanager
def loaded(name: str, folder: Path) -> Iterator[GPTChat]:
    """The application called `module`, `module:variable` or `file.py:variable`.

    `folder` is where a file's path begins. Without a variable, the one application of the
    module is meant. Its `run_app` does nothing. Raises LookupError if there is no such
    application, and whatever the module raises.
    """
    place, _, variable = name.partition(":")
    file = folder / place if place.endswith(".py") else None
    module_name = file.stem if file is not None else place
    with _forgotten(module_name), _as_default(GPTChat(store=None)) as default:
        beside = [str(file.parent), *sys.path] if file is not None else sys.path
        with _replaced(sys, "path", beside), _replaced(GPTChat, "run_app", _serve_nothing):
            module = _run(file) if file is not None else importlib.import_module(place)
        yield _application(module, name, variable, default)


class Unconfigured(GPTChat):
    """A new application for a test whose program nobody named."""

    def __init__(self) -> None:
        super().__init__(store=None)
        self._handlers = Handlers(NO_PROGRAM)


@contextlib.contextmanager
def _replaced(thing: object, name: str, value: object) -> Iterator[None]:
    before = getattr(thing, name)
    setattr(thing, name, value)
    try:
        yield
    finally:
        setattr(thing, name, before)


@contextlib.contextmanager
def _as_default(app: GPTChat) -> Iterator[GPTChat]:
    """`gptchat.app` is this one, and so is the module it was in gptchat 0.0.12."""
    known = sys.modules["gptchat.app"]
    with _replaced(gptchat, "app", app):
        sys.modules["gptchat.app"] = app  # type: ignore[assignment]
        try:
            yield app
        finally:
            sys.modules["gptchat.app"] = known


def _serve_nothing(_app: GPTChat, *_arguments: Any, **_options: Any) -> None:
    """A program that ends with `app.run_app()` is only read."""


@contextlib.contextmanager
def _forgotten(name: str) -> Iterator[None]:
    """Python does not know the module in this block, and knows what it knew after it."""
    known = sys.modules.pop(name, None)
    parent, _, child = name.rpartition(".")
    holder = importlib.import_module(parent) if parent else None
    held = getattr(holder, child, None)
    try:
        yield
    finally:
        sys.modules.pop(name, None)
        if known is not None:
            sys.modules[name] = known
        if holder is not None and held is not None:
            setattr(holder, child, held)


def _run(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None or not file.is_file():
        raise LookupError(f"There is no program {file}. Name it as it lies below pytest's rootdir.")
    module = sys.modules[file.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _application(module: ModuleType, name: str, variable: str, default: GPTChat) -> GPTChat:
    found = {key: each for key, each in vars(module).items() if isinstance(each, GPTChat)}
    if not found and default.answers:  # from gptchat.app import handle_send_message
        found = {"app": default}
    different = list({id(app): app for app in found.values()}.values())
    if variable in found:
        return found[variable]
    if not variable and len(different) == 1:
        return different[0]
    there = ", ".join(found) or "none"
    raise LookupError(
        f"{name!r} does not name one application. Those in {module.__name__} are: {there}. "
        f"Write for example {module.__name__}:app."
    )
