"""The algebra of the normal form: paths, and how two changes of one object join.

A change names each path under at most one of `append`, `extend` and `set`. Each is a
function of the value found at that path, whatever it is: `append` joins a string and
replaces anything else, `extend` joins a list and replaces anything else, `set` replaces.
Such functions compose into one of the three again, so changes stay small and the order
of the three inside a change never matters. Applying changes is the work of deltas.py.

A path is a key of the object, or `container.key` for the few containers below (split at
the first dot). A key that could be mistaken for one of these, or begins with `=`, is
written with a `=` before it: the key `audio.data` itself has the path `=audio.data`.
The containers, `tool_calls` and `function_call` are never paths by themselves.
"""

from __future__ import annotations

from typing import Any

from gptchat.protocol import Change

CONTAINERS = frozenset({"audio", "logprobs", "function", "custom"})


def key_path(key: str) -> str:
    """The path of a key of the object itself."""
    head, dot, _ = key.partition(".")
    return f"={key}" if key[:1] == "=" or (dot and head in CONTAINERS) else key


def inner_path(container: str, key: str) -> str:
    """The path of a key inside one of the containers."""
    return f"{container}.{key}"


def split_path(path: str) -> tuple[str | None, str]:
    """The container, if any, and the key."""
    if path[:1] == "=":
        return None, path[1:]
    head, dot, rest = path.partition(".")
    return (head, rest) if dot and head in CONTAINERS else (None, path)


def longer(value: Any, text: str) -> str:
    """What `append` makes of a value."""
    return value + text if isinstance(value, str) else text


def extended(value: Any, items: list[Any]) -> list[Any]:
    """What `extend` makes of a value. Always a new list."""
    return [*value, *items] if isinstance(value, list) else list(items)


def append(change: Change, path: str, text: str) -> None:
    """Let the change also append this text."""
    if path in change.get("set", ()):
        change["set"][path] = longer(change["set"][path], text)
    elif path in change.get("extend", ()):
        put(change, path, text)
    else:
        texts = change.setdefault("append", {})
        texts[path] = texts.get(path, "") + text


def extend(change: Change, path: str, items: list[Any]) -> None:
    """Let the change also extend by these items."""
    if path in change.get("set", ()):
        change["set"][path] = extended(change["set"][path], items)
    elif path in change.get("append", ()):
        put(change, path, list(items))
    else:
        lists = change.setdefault("extend", {})
        lists[path] = extended(lists.get(path), items)


def put(change: Change, path: str, value: Any) -> None:
    """Let the change also set this value; what it did there before no longer shows."""
    if change.get("append", {}).pop(path, None) is not None and not change["append"]:
        del change["append"]
    if change.get("extend", {}).pop(path, None) is not None and not change["extend"]:
        del change["extend"]
    change.setdefault("set", {})[path] = value


def join(first: Change, second: Change) -> Change:
    """The one change that does what both do, one after the other. Neither is altered."""
    both: Change = {}
    if first.get("append"):
        both["append"] = dict(first["append"])
    if first.get("extend"):
        both["extend"] = dict(first["extend"])
    if first.get("set"):
        both["set"] = dict(first["set"])
    for path, text in second.get("append", {}).items():
        append(both, path, text)
    for path, items in second.get("extend", {}).items():
        extend(both, path, items)
    for path, value in second.get("set", {}).items():
        put(both, path, value)
    return both
