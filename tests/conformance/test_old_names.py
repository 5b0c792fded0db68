"""Nothing that gptchat 0.0.12 offered is forgotten: every name works, or is gone for a reason.

The list was read off its wheel. `make test-package` checks it against the wheel itself.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator

import pytest

import gptchat
from gptchat import GPTChat, old_names
from gptchat.errors import GPTChatError

KEPT: dict[str, set[str]] = {
    "gptchat": {"app"},
    "gptchat.app": {
        "new_id",
        "sleep",
        "handle_start_generating",
        "handle_connect",
        "set_all_messages",
        "set_message",
        "update_message",
        "stream_updates",
        "generating_started",
        "generating_done",
        "set_config",
        "run_app",
        "app",
        "socketio",
        "ui_config",
        "Config",
        "UIConfig",
        "UIConfigPrompt",
        "ToolCallResult",
        "concat_stream",
        "iter_stream_choices",
    },
    "gptchat.util": {"concat_stream", "iter_stream_choices", "parse_incomplete_json"},
    "gptchat.util.openai_util": {"concat_stream", "iter_stream_choices", "parse_incomplete_json"},
}
"""Names that are still found where they were."""

GONE: dict[str, dict[str, str]] = {
    "gptchat.app": old_names.GONE,
    "gptchat.util.serve": dict.fromkeys(
        (
            "StaticResponse",
            "make_static_response",
            "get_relative_static_file_names",
            "get_static_responses_from_dir",
            "get_filename_target",
        ),
        "It served 0.0.12's own files, and nobody else's.",
    ),
}
"""Names that are no more, and why. What is asked of `app` is told so."""

OPTIONS: dict[str, object] = {
    "default_messages": [{"role": "user", "content": "Hi"}],
    "functions": {
        "f": {
            "header": {"text": "Doing **it**", "show": False},
            "arguments": {"title": "In", "show_key_as_code": {"key": "code", "language": "python"}},
            "result": {"title": "Out", "type": "json"},
        }
    },
    "agent_name": "Parrot",
    "prompt": {"placeholder": "Speak", "allow_upload": False},
    "title": "Cage",
    "logo_small": "logo.svg",
    "favicon": "icon.png",
}
"""Every key its `set_config` knew, with a value of every shape it took."""

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8"/></svg>'
every_kept = pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module in KEPT for name in sorted(KEPT[module])]
)


@pytest.fixture(autouse=True)
def advised() -> Iterator[None]:
    """Advice to use the new name is what these tests provoke."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


@every_kept
def test_a_name_is_found_where_it_was(module: str, name: str) -> None:
    assert getattr(importlib.import_module(module), name) is not None


def test_the_names_may_be_imported_one_by_one() -> None:
    for module, names in KEPT.items():
        # Whoever writes `from … import a, b` runs just this.
        exec(f"from {module} import {', '.join(sorted(names))}", {})


@pytest.mark.parametrize("name", sorted(old_names.GONE))
def test_what_is_gone_says_why(name: str) -> None:
    with pytest.raises(AttributeError) as raised:
        getattr(gptchat.app, name)
    assert old_names.GONE[name] in str(raised.value)


def test_every_moved_name_is_one_of_these() -> None:
    assert set(old_names.MOVED) <= KEPT["gptchat.app"]


@pytest.mark.parametrize("key", sorted(OPTIONS))
def test_an_option_of_old_is_understood(
    key: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "logo.svg").write_text(SVG, "utf-8")
    (folder / "icon.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 64)
    monkeypatch.chdir(folder)
    app = GPTChat(lambda message: message, store=None)
    try:
        app.set_config({key: OPTIONS[key]})
    except GPTChatError as refused:
        pytest.fail(f"The option {key!r} of 0.0.12 was refused: {refused}")
