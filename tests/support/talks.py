"""Whole conversations to be exported: one with everything in it, and any there may be."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from gptchat.errors import NotFound
from gptchat.exports import Transcript
from gptchat.protocol import Node
from support.files import png
from support.rich import RICH

MADE = 1_790_000_000.0

CAT: Any = {
    "id": "f_1", "name": "cat.png", "type": "image/png", "size": len(png()), "width": 64,
    "height": 48,
}  # fmt: skip
LOST: Any = {"id": "f_2", "name": "lost.csv", "type": "text/csv", "size": 12}


def bytes_of(id: str) -> bytes:
    """The bytes of the cat. The other file is gone."""
    if id == CAT["id"]:
        return png()
    raise NotFound("There is no such file here.")


def node(id: str, parent: str | None, message: dict[str, Any], **more: Any) -> Node:
    """A message that is complete, unless it is said otherwise."""
    made: Any = {"id": id, "parent": parent, "message": message, "status": "done", "created": 5.0}
    return {**made, **more}  # type: ignore[typeddict-item]


def call(id: str, name: str = "add", arguments: str = '{"a": 1}') -> dict[str, Any]:
    """One call of a model."""
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


NODES = [
    node("a", None, {"role": "user", "content": [
        {"type": "attachment", "attachment": CAT}, {"type": "attachment", "attachment": LOST},
        {"type": "text", "text": "What is this?\n\n$(rm -rf) 'x' `y` \u202e <b>"}]}),
    node("b", "a", {"role": "assistant", "content": None, "reasoning": "Let me see.",
                    "tool_calls": [call("c1")]}, model="gpt-4o", run="r_1", finished=6.0),
    node("c", "b", {"role": "tool", "tool_call_id": "c1", "content": "42"}, run="r_1"),
    node("d", "c", {"role": "assistant", "content": RICH}, run="r_1",
         finish_reason="length", usage={"total_tokens": 7}),
    node("e", "a", {"role": "assistant", "content": "Half of"}, status="failed", run="r_2",
         error={"sentence": "The model is away.", "id": "1234"}),
    node("f", "a", {"role": "assistant", "content": "Word"}, status="stopped"),
]  # fmt: skip
"""A question with files and three answers, one of them with a call."""


def everything() -> Transcript:
    """The conversation that has everything a conversation may have."""
    return Transcript("Cats “and” <dogs>", NODES, "d", MADE, bytes_of)


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
"""Texts as messages hold them: of whole characters, without NUL."""

user = st.builds(lambda text: {"role": "user", "content": text}, texts)
answer = st.builds(lambda text: {"role": "assistant", "content": text}, texts.filter(bool))
messages = st.lists(st.one_of(user, answer), min_size=1, max_size=6)

_marks = st.text("abc", min_size=1, max_size=5)


@st.composite
def trees(draw: st.DrawFn) -> Transcript:
    """Any tree: each message follows one before it, or none."""
    nodes: list[Node] = []
    for place, message in enumerate(draw(messages)):
        parent = draw(st.sampled_from([None, *(each["id"] for each in nodes)]))
        more: dict[str, Any] = draw(st.fixed_dictionaries({}, optional={
            "run": st.sampled_from(["x", "y"]), "model": _marks, "finish_reason": _marks,
            "finished": st.floats(1, 2e9), "usage": st.dictionaries(_marks, st.integers()),
            "error": st.builds(lambda text: {"sentence": text}, _marks),
        }))  # fmt: skip
        more["status"] = draw(st.sampled_from(["done", "stopped", "failed", "interrupted"]))
        more["created"] = draw(st.floats(1, 2e9))
        nodes.append(node(f"n{place}", parent, message, **more))
    leaf = draw(st.sampled_from([None, *(each["id"] for each in nodes)]))
    return Transcript(draw(_marks), nodes, leaf, MADE)
