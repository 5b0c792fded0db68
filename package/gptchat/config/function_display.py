"""How a call of a function is shown: every form a developer may write, made into one.

    "get_stock_price": "Fetching **{symbol}**..."
    "python": {"header": {"running": "Working", "done": "Worked"},
               "arguments": {"title": "Code", "show_key_as_code": {"key": "code", ...}},
               "result": {"title": "Output", "type": "html"}, "open": True}

Every part may be left out. `None` means the page's own words. Placeholders are
filled in the page, which alone sees the arguments while they arrive.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any, TypeVar

from typing_extensions import TypedDict

from gptchat.config.option_values import Misfit, Reader, flag, nearest, seen, text, text_or_none

T = TypeVar("T")

RESULT_TYPES = ("text", "markdown", "json", "table", "html", "plotly")
"""What a result may be beside code in some language, which is what any other word means."""

COMMON_LANGUAGES = (
    *("python", "javascript", "typescript", "java", "kotlin", "scala", "swift", "rust", "ruby"),
    *("julia", "sql", "bash", "shell", "yaml", "toml", "xml", "latex"),
)
"""Those whose slips are no other language. (`php` in disorder is `hpp`, `perl` is `repl`.)"""

# A placeholder whose other brace is missing. A brace beside no word may be meant.
_CUT_PLACEHOLDER = re.compile(r"{\w+[^{}]*(?:{|\Z)|(?:\A|})[^{}]*\w+}")


class HeaderDisplay(TypedDict):
    """The one line of a call, in Markdown, by the call's state."""

    show: bool
    running: str | None
    done: str | None
    error: str | None


class ShowKeyAsCode(TypedDict):
    """Show the argument `key` alone, as a block of code."""

    key: str
    language: str


class ArgumentsDisplay(TypedDict):
    """What is said above the arguments, and which of them is code."""

    title: str | None
    show_key_as_code: ShowKeyAsCode | None


class ResultDisplay(TypedDict):
    """What is said above the result, and what it is: `text`, `plotly`, … or a language."""

    title: str | None
    type: str | None


class FunctionDisplay(TypedDict):
    """How the calls of one function are shown. `open`: unfolded from the start."""

    header: HeaderDisplay
    arguments: ArgumentsDisplay
    result: ResultDisplay
    open: bool


def function_displays(value: object) -> dict[str, FunctionDisplay]:
    """Read the option `functions`: by name, a Markdown text or the dict form."""
    if not isinstance(value, Mapping):
        raise ValueError('a dict such as {"get_stock_price": "Fetching **{symbol}**"}')
    return {text(name): _function(name, display) for name, display in value.items()}


def _function(name: str, display: object) -> FunctionDisplay:
    if isinstance(display, str):
        display = {"header": display}
    parts = _parts(display, name, ("header", "arguments", "result", "open"))
    return {
        "header": _header(parts.get("header"), f"{name}.header"),
        "arguments": _arguments(parts.get("arguments"), f"{name}.arguments"),
        "result": _result(parts.get("result"), f"{name}.result"),
        "open": _read(flag, parts.get("open", False), f"{name}.open"),
    }


def _header(value: object, path: str) -> HeaderDisplay:
    if isinstance(value, str):
        value = {"text": value}
    parts = _parts(value, path, ("text", "show", "running", "done", "error"))
    # `text` is what all states say that have no words of their own.
    words = _read(_line, parts.get("text"), f"{path}.text")
    return {
        "show": _read(flag, parts.get("show", True), f"{path}.show"),
        "running": _read(_line, parts.get("running", words), f"{path}.running"),
        "done": _read(_line, parts.get("done", words), f"{path}.done"),
        "error": _read(_line, parts.get("error", words), f"{path}.error"),
    }


def _line(value: object) -> str | None:
    words = text_or_none(value)
    if words is not None and _CUT_PLACEHOLDER.search(words):
        raise ValueError('a text in which each { has its }, such as "Fetching {symbol}"')
    return words


def _arguments(value: object, path: str) -> ArgumentsDisplay:
    parts = _parts(value, path, ("title", "show_key_as_code"))
    return {
        "title": _read(text_or_none, parts.get("title"), f"{path}.title"),
        "show_key_as_code": _code(parts.get("show_key_as_code"), f"{path}.show_key_as_code"),
    }


def _code(value: object, path: str) -> ShowKeyAsCode | None:
    if value is None:
        return None
    parts = _parts(value, path, ("key", "language"))
    return {
        "key": _read(text, parts.get("key"), f"{path}.key"),
        "language": _read(text, parts.get("language", ""), f"{path}.language"),
    }


def _result(value: object, path: str) -> ResultDisplay:
    parts = _parts(value, path, ("title", "type"))
    return {
        "title": _read(text_or_none, parts.get("title"), f"{path}.title"),
        "type": _type(parts.get("type"), f"{path}.type"),
    }


def _type(value: object, path: str) -> str | None:
    """A type, or any other word for a language, unless it is plainly a misspelt type."""
    name = _read(text_or_none, value, path)
    word = (name or "").lower()
    meant = [known for known in RESULT_TYPES if _is_misspelt(word, known)]
    meant += [known for known in COMMON_LANGUAGES if _is_slip(word, known)]
    if meant:
        raise Misfit(f"{path!r} is {seen(value)}. Did you mean {meant[0]!r}?")
    return name


def _is_misspelt(word: str, known: str) -> bool:
    """Letters in disorder; of the long words also a wrong one, where no language is near."""
    if word == known:
        return False
    near = len(known) > 5 and SequenceMatcher(None, word, known).ratio() > 0.85
    return near or sorted(word) == sorted(known)


def _is_slip(word: str, known: str) -> bool:
    """Letters in disorder, one doubled, or one missing in a long word. `tsql` is none of these."""
    if word == known:
        return False
    doubled = re.sub(r"(.)\1+", r"\1", word) == known
    missing = len(known) > 5 and any(
        word == known[:place] + known[place + 1 :] for place in range(len(known))
    )
    return doubled or missing or sorted(word) == sorted(known)


def _parts(value: object, path: str, known: tuple[str, ...]) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Misfit(f"{path!r} is {seen(value)}. What fits is a dict with {', '.join(known)}.")
    for key in value:
        if key not in known:
            raise Misfit(f"{path!r} has no key {key!r}. {nearest(str(key), known)}")
    return value


def _read(reader: Reader[T], value: object, path: str) -> T:
    try:
        return reader(value)
    except ValueError as unfit:
        raise Misfit(f"{path!r} is {seen(value)}. What fits is {unfit}.") from None
