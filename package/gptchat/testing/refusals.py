"""OpenAI's own sentences for what it refuses, and the small checks that say them.

Which request breaks which rule is the business of `rules.py`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


class Refused(Exception):
    """A request OpenAI would not take: the status and the error it would answer."""

    def __init__(
        self, message: str, *, param: str | None = None, code: str | None = None, status: int = 400
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = {
            "message": message,
            "type": "invalid_request_error",
            "param": param,
            "code": code,
        }


def refuse_unknown(thing: Json, known: Collection[str], where: str) -> None:
    """It has no key but the known ones."""
    if unknown := sorted(thing.keys() - set(known)):
        raise Refused(
            f"Unknown parameter: '{where}.{unknown[0]}'.",
            param=f"{where}.{unknown[0]}",
            code="unknown_parameter",
        )


def need_short(text: str, longest: int, where: str) -> None:
    """A string is no longer than OpenAI takes."""
    if len(text) > longest:
        raise Refused(
            f"Invalid '{where}': string too long. Expected a string with maximum length "
            f"{longest}, but got a string with length {len(text)} instead.",
            param=where,
            code="string_above_max_length",
        )


def need(thing: Json, key: str, where: str) -> Any:
    """What a required key holds."""
    if key not in thing:
        raise Refused(
            f"Missing required parameter: '{where}.{key}'.",
            param=f"{where}.{key}",
            code="missing_required_parameter",
        )
    return thing[key]


def need_string(thing: Json, key: str, where: str) -> str:
    """The string a required key holds."""
    value = need(thing, key, where)
    if not isinstance(value, str):
        raise wrong_type(f"{where}.{key}", "a string", value)
    return value


def need_name(thing: Json, where: str) -> None:
    """A function has a name OpenAI accepts."""
    name = need_string(thing, "name", where)
    need_short(name, 64, f"{where}.name")
    need_pattern(name, r"^[a-zA-Z0-9_-]+$", f"{where}.name")


def need_pattern(text: str, pattern: str, where: str) -> None:
    """A string holds only what OpenAI takes there."""
    if not re.fullmatch(pattern, text):
        raise Refused(
            f"Invalid '{where}': string does not match pattern. "
            f"Expected a string that matches the pattern '{pattern}'.",
            param=where,
            code="invalid_value",
        )


def need_within(
    value: object, lowest: float, highest: float, where: str, *, whole: bool = False
) -> None:
    """A number is neither too small nor too large."""
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        raise wrong_type(where, "an integer" if whole else "a decimal", value)
    if not lowest <= value <= highest:
        kind = "integer" if whole else "decimal"
        word, side, sign = ("minimum", "min", ">=") if value < lowest else ("maximum", "max", "<=")
        way = "below" if value < lowest else "above"
        bound = lowest if value < lowest else highest
        raise Refused(
            f"Invalid '{where}': {kind} {way} {word} value. "
            f"Expected a value {sign} {bound}, but got {value} instead.",
            param=where,
            code=f"{kind}_{way}_{side}_value",
        )


def need_object(value: object, where: str) -> None:
    """It is an object."""
    if not isinstance(value, dict):
        raise wrong_type(where, "an object", value)


def need_array(value: object, where: str, expected: str) -> None:
    """It is an array, and says something."""
    if not isinstance(value, list):
        raise wrong_type(where, expected, value)
    if not value:
        raise Refused(
            f"Invalid '{where}': empty array. Expected an array with minimum length 1, "
            "but got an empty array instead.",
            param=where,
            code="empty_array",
        )


def wrong_type(where: str, expected: str, got: object) -> Refused:
    """Another type than OpenAI expects."""
    return Refused(
        f"Invalid type for '{where}': expected {expected}, but got {_json_name(got)} instead.",
        param=where,
        code="invalid_type",
    )


def wrong_value(where: str, got: object, known: tuple[str, ...]) -> Refused:
    """None of the values OpenAI knows."""
    listed = ", ".join(f"'{value}'" for value in known)
    return Refused(
        f"Invalid value: '{got}'. Supported values are: {listed}.",
        param=where,
        code="invalid_value",
    )


def _json_name(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int():
            return "an integer"
        case float():
            return "a decimal"
        case str():
            return "a string"
        case list():
            return "an array"
    return "an object"
