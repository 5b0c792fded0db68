"""A request as a test reads it, and how it differs from what was expected.

Requests are remembered by `fake_openai.py`; which of them OpenAI would refuse
is the business of `rules.py`.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from gptchat.testing.replies import Json


class Asked(dict[str, Any]):
    """One request for a completion: the JSON that was sent."""

    @classmethod
    def newest(cls, requests: Sequence[Json]) -> Asked:
        """The last of them. Raises AssertionError if there is none."""
        if not requests:
            raise AssertionError("The model has not been asked anything.")
        return cls(requests[-1])

    @property
    def roles(self) -> list[str]:
        """Who says its messages: `["system", "user"]`."""
        return [message.get("role", "") for message in self.get("messages", ())]

    @property
    def tools(self) -> list[str]:
        """The names of the functions that may be called."""
        functions = [tool.get("function") or {} for tool in self.get("tools") or ()]
        return [each.get("name", "") for each in [*functions, *(self.get("functions") or ())]]

    @property
    def text(self) -> str:
        """What the last message says."""
        content = self["messages"][-1].get("content")
        parts = content if isinstance(content, list) else [{"text": content or ""}]
        return "\n".join(part["text"] for part in parts if "text" in part)

    def compare(self, expected: Mapping[str, Any]) -> None:
        """Raise AssertionError, with what differs, unless it holds all this."""
        __tracebackhide__ = True
        wrong = [name for name in expected if self.get(name) != expected[name]]
        if wrong:
            lines = [line for name in wrong for line in self._difference(name, expected[name])]
            raise AssertionError("\n".join(["The model was asked something else:", *lines]))

    def _difference(self, name: str, expected: Any) -> list[str]:
        before, after = _written(expected), _written(self.get(name))
        told = difflib.unified_diff(before, after, lineterm="", n=2)
        shown = [line for line in told if not line.startswith(("---", "+++", "@@"))]
        return [f"{name} (- expected, + asked):", *shown]


def _written(value: Any) -> list[str]:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True, default=repr).split("\n")
