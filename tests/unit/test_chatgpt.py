"""ChatGPT's `conversations.json`: its branches, calls and thoughts stay what they were."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gptchat.imports import Arriving, NotTaken, read


def said(
    id: str,
    parent: str | None,
    role: str = "user",
    content: Any = "Hello",
    *,
    children: tuple[str, ...] = (),
    **more: Any,
) -> dict[str, Any]:
    """One entry of the mapping. A text is content of the type `text`."""
    is_text = isinstance(content, str)
    author = {"role": role, "name": more.pop("name", None), "metadata": {}}
    message = {
        "id": id, "author": author, "create_time": 100.0, "status": "finished_successfully",
        "content": {"content_type": "text", "parts": [content]} if is_text else content,
        "metadata": {}, "recipient": "all", **more,
    }  # fmt: skip
    return {"id": id, "message": message, "parent": parent, "children": list(children)}


def chat(*entries: dict[str, Any], current: str = "", title: Any = "Norway") -> dict[str, Any]:
    """A chat below the empty root that ChatGPT writes."""
    root: dict[str, Any] = {"id": "root", "message": None, "parent": None, "children": []}
    mapping = {entry["id"]: entry for entry in (root, *entries)}
    return {"title": title, "create_time": 1.0, "mapping": mapping, "current_node": current}


def arrived(*chats: Any) -> list[Arriving | NotTaken]:
    return list(read([json.dumps(list(chats))]))


def one(*entries: dict[str, Any], **more: Any) -> Arriving:
    [only] = arrived(chat(*entries, **more))
    assert isinstance(only, Arriving), only
    return only


def messages(arriving: Arriving) -> list[Any]:
    return [node["message"] for node in arriving.nodes]


def test_branches_stay_branches_in_the_order_they_were_shown() -> None:
    arriving = one(
        said("new", "ask", "assistant", "Second"), said("old", "ask", "assistant", "First"),
        said("ask", "root", children=("old", "new")), current="old",
    )  # fmt: skip
    assert [(node["id"], node["parent"]) for node in arriving.nodes] == [
        ("ask", None), ("old", "ask"), ("new", "ask"),
    ]  # fmt: skip
    assert (arriving.title, arriving.leaf) == ("Norway", "old")
    assert arriving.nodes[0]["created"] == 100.0


def test_what_chatgpt_does_not_show_is_left_out_and_what_follows_is_kept() -> None:
    hidden = {"is_visually_hidden_from_conversation": True}
    arriving = one(
        said("system", "root", "system", ""),
        said("memory", "system", "assistant", "x", metadata=hidden),
        said("context", "memory", "user", {"content_type": "model_editable_context", "text": "x"}),
        said("ask", "context"), current="context",
    )  # fmt: skip
    assert [(node["id"], node["parent"]) for node in arriving.nodes] == [("ask", None)]
    assert arriving.leaf == "ask"


def test_a_call_and_its_result_become_openai_s() -> None:
    code = {"content_type": "code", "text": "print(1)"}
    output = {"content_type": "execution_output", "text": "1"}
    arriving = one(
        said("ask", "root"),
        said("call", "ask", "assistant", code, recipient="python"),
        said("out", "call", "tool", output, name="python"),
        said("more", "out", "tool", "And more", name="python"),
        said("end", "more", "assistant", "It is 1.", metadata={"model_slug": "gpt-4o"}),
        current="end",
    )  # fmt: skip
    _, call, out, more, _ = messages(arriving)
    assert call["tool_calls"][0]["function"] == {
        "name": "python",
        "arguments": '{"input": "print(1)"}',
    }
    assert (out["role"], out["content"], out["tool_call_id"]) == ("tool", "1", "call_1")
    assert (more["role"], more["tool_call_id"]) == ("tool", "call_1")
    assert arriving.nodes[-1]["model"] == "gpt-4o"


def test_a_result_without_a_call_is_shown() -> None:
    arriving = one(said("ask", "root"), said("out", "ask", "tool", "Found ```it```", name="bio"))
    assert messages(arriving)[1] == {
        "role": "assistant",
        "content": "````bio\nFound ```it```\n````",
    }


def test_thoughts_are_thoughts() -> None:
    thoughts = {"content_type": "thoughts", "thoughts": [{"summary": "Why", "content": "So."}]}
    recap = {"content_type": "reasoning_recap", "content": "Thought for 3 s"}
    arriving = one(
        said("think", "root", "assistant", thoughts), said("r", "think", "assistant", recap)
    )
    assert messages(arriving) == [
        {"role": "assistant", "content": "", "reasoning_content": "**Why**\n\nSo."}
    ]


def test_what_nobody_here_knows_is_shown_as_it_stands() -> None:
    image = {"content_type": "image_asset_pointer", "asset_pointer": "sediment://x", "width": 4}
    parts = {"content_type": "multimodal_text", "parts": [image, "What is it?"]}
    quote = {"content_type": "tether_quote", "url": "https://a.b", "text": "</script>"}
    arriving = one(said("ask", "root", "user", parts), said("quote", "ask", "assistant", quote))
    first, second = (message["content"] for message in messages(arriving))
    assert first.startswith('```json\n{\n  "content_type": "image_asset_pointer"')
    assert first.endswith("```\n\nWhat is it?")
    assert '"url": "https://a.b"' in second


def test_hundreds_of_chats_in_one_file_are_read_one_by_one() -> None:
    text = json.dumps([chat(said("ask", "root", content=f"Number {i}")) for i in range(300)])
    pulled = 0

    def pieces() -> Any:
        nonlocal pulled
        for at in range(0, len(text), 1000):
            pulled += 1
            yield text[at : at + 1000]

    found = read(pieces())
    next(found)
    assert pulled * 1000 < len(text) / 2
    assert len(list(found)) == 299


HOSTILE: list[dict[str, Any]] = [
    {"a": {"parent": "a", "message": None, "children": ["a"]}},
    {"a": {"parent": "b", "children": ["b"]}, "b": {"parent": "a", "children": ["a"]}},
    {"a": 3, "b": None, "c": []},
    {"a": {"parent": ["x"], "children": "abc", "message": {"content": [], "author": 3}}},
    {"a": said("a", None, content={"content_type": "text", "parts": "abc"})},
    {"a": said("a", None, content={"content_type": "text", "parts": [3, None, []]})},
    {"a": said("a", None, content={"content_type": ["x"]}) | {"children": {"a": 1}}},
]


@pytest.mark.parametrize("mapping", HOSTILE)
def test_a_mapping_that_makes_no_sense_is_refused_or_read_as_far_as_it_goes(mapping: Any) -> None:
    good = chat(said("ask", "root"))
    first, second = arrived({"title": ["x"], "mapping": mapping}, good)
    assert isinstance(first, Arriving | NotTaken)
    assert isinstance(second, Arriving)


def test_a_long_chain_is_no_stack() -> None:
    entries = [said(f"m{i}", f"m{i - 1}" if i else "root") for i in range(5000)]
    assert len(one(*entries).nodes) == 5000


def test_names_turned_around_and_roles_nobody_knows_are_texts() -> None:
    arriving = one(said("x", "root", "narrator", "Once"), title="A\n\u202etitle" + "x" * 600)
    assert messages(arriving) == [{"role": "assistant", "content": "Once"}]
    assert len(str(arriving.title)) == 500
