"""What a handler said to one message, as a test looks at it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from gptchat.conversation import openai_messages
from gptchat.messages.text import text_of
from gptchat.protocol import Event, Message, Node, RunEnd


@dataclass(frozen=True)
class Answer:
    """One run of a handler: everything it said, and how it ended."""

    status: RunEnd
    """`done`, `stopped`, `failed`, or `interrupted` by a limit."""
    nodes: list[Node]
    """Its messages in their envelopes, as the page has them: ids, statuses, times."""
    events: list[Event] = field(repr=False)
    """Everything that was told of the run, piece by piece. The same test tells the same."""
    error: BaseException | None = None
    """What the handler raised, if it failed."""

    @property
    def text(self) -> str:
        """What a person reads: the text of its assistant messages, an empty line between two."""
        said = (node["message"] for node in self.nodes)
        texts = [text_of(message) for message in said if message.get("role") == "assistant"]
        return "\n\n".join(text for text in texts if text)

    @property
    def messages(self) -> list[Message]:
        """Its messages as a handler will receive them: exactly what OpenAI accepts."""
        return openai_messages(self.nodes)

    @property
    def tool_calls(self) -> list[dict[str, Any]]:
        """Every call in it, as OpenAI writes them: `[{"id": …, "type": …, "function": …}]`."""
        return [call for each in self.messages for call in each.get("tool_calls", ())]

    @property
    def pieces(self) -> list[str]:
        """Its text in the pieces that were said one after the other."""
        said = (_piece(event) for event in self.events)
        return [text for text in said if text]

    @property
    def usage(self) -> dict[str, Any] | None:
        """The tokens its messages have cost together, or None where no provider told."""
        told = [node["usage"] for node in self.nodes if "usage" in node]
        return _sum(told) if told else None

    @property
    def finish_reason(self) -> str | None:
        """Why the model stopped, as it said with its last message."""
        return self.nodes[-1].get("finish_reason") if self.nodes else None

    @property
    def sentence(self) -> str | None:
        """What the person is told where it failed or was interrupted."""
        told = (node["error"]["sentence"] for node in self.nodes if "error" in node)
        return next(told, None)


def _piece(event: Event) -> str:
    if event["type"] == "message" and event["node"]["message"].get("role") == "assistant":
        return text_of(event["node"]["message"])
    if event["type"] == "delta":
        return event["delta"].get("append", {}).get("content", "")
    return ""


def _sum(counts: Iterable[Any]) -> dict[str, Any]:
    total: dict[str, Any] = {}
    for count in counts:
        for key, value in count.items():
            if isinstance(value, dict):
                total[key] = _sum([total.get(key, {}), value])
            elif isinstance(value, int | float):
                total[key] = total.get(key, 0) + value
            else:
                total.setdefault(key, value)
    return total
