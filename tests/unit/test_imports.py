"""What comes from elsewhere is read as it was meant, or refused with the place and the reason."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gptchat.exports import FORMS, Transcript
from gptchat.imports import Arriving, NotTaken, read
from gptchat.imports.renewing import renewed
from gptchat.protocol import Attachment, Node
from support.files import png
from support.talks import MADE, everything, messages, trees

HELLO = {"role": "user", "content": "Hello"}
HI = {"role": "assistant", "content": "Hi!"}


def arrived(text: str, size: int = 1 << 16) -> list[Arriving | NotTaken]:
    """What is in a file that comes in pieces of this size."""
    return list(read(text[at : at + size] for at in range(0, len(text), size)))


def one(value: Any) -> Arriving:
    [only] = arrived(value if isinstance(value, str) else json.dumps(value))
    assert isinstance(only, Arriving), only
    return only


def refused(value: Any) -> str:
    """Why the only thing in a file is not taken."""
    try:
        [only] = arrived(value if isinstance(value, str) else json.dumps(value))
    except NotTaken as no:
        return str(no)
    assert isinstance(only, NotTaken), only
    return str(only)


def said(arriving: Arriving) -> list[Any]:
    return [node["message"] for node in arriving.nodes]


# ------------------------------------------------------------------- OpenAI messages


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([HELLO, HI]),
        json.dumps([HELLO, HI], indent=2),
        json.dumps({"model": "gpt-4o", "messages": [HELLO, HI]}),
        f"{json.dumps(HELLO)}\n{json.dumps(HI)}\n",
        f"\r\n{json.dumps(HELLO)}\r\n\r\n{json.dumps(HI)}",
        json.dumps([[HELLO, HI]]),
    ],
)
def test_messages_are_read_however_they_are_written(text: str) -> None:
    arriving = one(text)
    assert said(arriving) == [HELLO, HI]
    assert [node["parent"] for node in arriving.nodes] == [None, "1"]
    assert arriving.leaf == "2"


def test_each_line_with_messages_is_a_chat() -> None:
    text = "\n".join(json.dumps({"messages": [HELLO, HI]}) for _ in range(3))
    assert [isinstance(each, Arriving) for each in arrived(text)] == [True] * 3


def test_a_completion_is_the_message_in_it() -> None:
    choice = {"index": 0, "message": HI, "finish_reason": "stop"}
    arriving = one({"object": "chat.completion", "choices": [choice], "usage": {"total_tokens": 3}})
    assert said(arriving) == [HI]
    assert (arriving.nodes[0]["finish_reason"], arriving.nodes[0]["usage"]) == (
        "stop",
        {"total_tokens": 3},
    )


def test_files_in_messages_become_files() -> None:
    arriving = one(FORMS["json"].write(everything()))
    assert [(file.name, file.body) for file in arriving.files.values()] == [("picture.png", png())]
    picture, lost, _ = said(arriving)[0]["content"]
    assert picture["attachment"]["id"] in arriving.files
    assert lost["type"] == "text"


@given(messages, st.integers(1, 40))
def test_messages_come_back_as_they_went_in_pieces_of_any_size(
    given_messages: list[dict[str, Any]], size: int
) -> None:
    for form in ("json", "jsonl"):
        nodes: list[Node] = [
            {"id": str(i), "parent": str(i - 1) if i else None, "message": message,
             "status": "done", "created": 1.0}
            for i, message in enumerate(given_messages)
        ]  # fmt: skip
        transcript = Transcript("", nodes, nodes[-1]["id"], MADE)
        [back] = arrived(FORMS[form].write(transcript), size)
        assert isinstance(back, Arriving)
        assert said(back) == given_messages


# -------------------------------------------------------------------------- the tree


def exported_again(arriving: Arriving) -> str:
    """The file that a conversation makes, once it has arrived under new ids."""
    counter = itertools.count()
    kept: dict[str, Attachment] = {}
    bodies: dict[str, bytes] = {}
    for id, file in arriving.files.items():
        if file.body is not None:
            fresh = f"f_new{len(kept)}"
            kept[id] = {"id": fresh, "name": file.name, "type": "image/png", "size": len(file.body),
                        "width": 64, "height": 48}  # fmt: skip
            bodies[fresh] = file.body

    def read_file(id: str) -> bytes:
        from gptchat.errors import NotFound

        if id not in bodies:
            raise NotFound(id)
        return bodies[id]

    nodes, leaf = renewed(
        arriving, new_id=lambda kind: f"{kind}_{next(counter)}", kept=kept, now=MADE
    )
    return FORMS["tree"].write(Transcript(arriving.title or "", nodes, leaf, MADE, read_file))


@given(trees())
def test_a_tree_comes_back_to_the_last_letter(tree: Transcript) -> None:
    text = FORMS["tree"].write(tree)
    assert exported_again(one(text)) == text


def test_a_tree_comes_back_with_its_files_calls_and_errors() -> None:
    text = FORMS["tree"].write(everything())
    assert exported_again(one(text)) == text


def test_every_id_is_made_anew() -> None:
    arriving = one(FORMS["tree"].write(everything()))
    counter = itertools.count()
    nodes, leaf = renewed(
        arriving, new_id=lambda kind: f"{kind}_new{next(counter)}", kept={}, now=MADE
    )
    assert all("_new" in node["id"] for node in nodes)
    assert all("_new" in node["run"] for node in nodes if "run" in node)
    assert "_new" in str(leaf)
    parts = nodes[0]["message"]["content"]
    assert all("_new" in part["attachment"]["id"] for part in parts[:2])


# ---------------------------------------------------------------------- what is refused


def tree(**more: Any) -> dict[str, Any]:
    return {"format": "gptchat/conversation", "version": 1, "title": "T", "leaf": None,
            "messages": [], "files": [], **more}  # fmt: skip


def of_tree(**more: Any) -> dict[str, Any]:
    return {"id": "1", "parent": None, "message": HELLO, "status": "done", "created": 1, **more}


DEEP: Any = []
for _ in range(150):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "The file is empty."),
        (" \n ", "The file is empty."),
        ("PK\3\4", "Line 1: This is no JSON: Expecting value."),
        ('[{"role": "user",\n"content": nope}]', "Line 2: This is no JSON"),
        ('[{"role": "user"}', "Line 1: The list is cut off"),
        ('[{"role": "user', "Line 1: This is no JSON: Unterminated string"),
        ('[{"role": "user", "content": "x"}] 1', "Line 1: Something follows the end"),
        ("[1,]", "Line 1: This is no JSON"),
        ("[" * 100_000, "nested"),
        ('{"a":' * 100_000, "nested"),
        ("[NaN]", "Line 1: A number in it cannot be read."),
        ("1" * 5000, "A number in it cannot be read."),
        ("42", "'42' is no conversation"),
        ({"chats": 1}, "An object with 'chats' is no conversation. What is known is OpenAI"),
        ([[]], "There are no messages in it."),
        ([HELLO, {"role": "asistant", "content": "x"}], "Line 1: Message 2: 'asistant' is not the"),
        (f'{json.dumps(HELLO)}\n{{"role": "tool"}}', "Line 2: Message 2: A tool message has"),
        ({"messages": [HELLO, 3]}, "Line 1: Message 2: '3' is no message"),
        ([{"role": "user", "content": 5}], "must be text or a list of parts, not int"),
        ([{"role": "user", "content": [{"type": "x", "y": DEEP}]}], "nested more than 100 levels"),
        ([{"role": "user", "content": "x" * 5_000_000}], "longer than 4,194,304 characters"),
        (tree(version=2), "of version 2; here 1 is known"),
        (tree(messages=3), "A tree has a list of messages."),
        (tree(messages=[of_tree(), of_tree()]), "Message 2: The id '1' is empty, too long or"),
        (tree(messages=[of_tree(id="x" * 65)]), "is empty, too long or taken"),
        (tree(messages=[of_tree(parent="1")]), "Message 1: It follows '1', which does not stand"),
        (tree(messages=[of_tree(parent=["1"])]), "It follows"),
        (tree(messages=[of_tree(status="x")]), "'x' is no status. Known are streaming, done"),
        (tree(messages=[of_tree()], leaf="2"), "The leaf '2' is none of the messages."),
        (tree(messages=[of_tree()], leaf=["1"]), "is none of the messages."),
        (tree(files=[{"id": "f1", "data": "%"}]), "The data of file 1 is not base64."),
        (tree(files=[3]), "File 1 is no object with an id."),
        ({"mapping": 3}, "is no object"),
        ({"mapping": {"a": {"parent": "b"}, "b": {"parent": "a"}}}, "There are no messages"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(value: Any, reason: str) -> None:
    assert reason in refused(value)


def test_a_file_of_somebody_else_cannot_be_named() -> None:
    foreign = {"type": "attachment", "attachment": {"id": "f_secret", "name": "a.txt"}}
    content = {"role": "user", "content": [foreign]}
    assert "'f_secret' is not among the files" in refused(tree(messages=[of_tree(message=content)]))
    arriving = one([content])
    nodes, _ = renewed(arriving, new_id=lambda kind: f"{kind}_new", kept={}, now=MADE)
    assert "f_secret" not in json.dumps(nodes)


def test_one_bad_chat_among_many_keeps_the_others() -> None:
    lines = [json.dumps({"messages": each}) for each in ([HELLO], [{"role": "x"}], [HI])]
    good, bad, last = arrived("\n".join(lines))
    assert isinstance(good, Arriving)
    assert isinstance(last, Arriving)
    assert str(bad).startswith("Line 2: Message 1: 'x' is not the role")


def test_hostile_numbers_and_texts_do_no_harm() -> None:
    odd = of_tree(
        created=1e999, finished=-5, model=["x"], usage={"n": 1e999}, error={"sentence": 3}
    )
    odd["message"] = {"role": "assistant", "content": "a\0b\ud800c", "extra": {"deep": [1]}}
    [node] = one(json.dumps(tree(messages=[odd])).replace("Infinity", "1e999")).nodes
    assert (node["created"], node["message"]["content"]) == (0.0, "a\ufffdb\ufffdc")
    assert node["usage"] == {"n": None}
    assert node["error"]["sentence"] == "Something went wrong."
    json.dumps(node, allow_nan=False).encode()


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["role", "content", "messages", "mapping", "format", "version", "message",
                         "parent", "author", "parts", "content_type", "id", "tool_calls",
                         "function", "type", "attachment", "choices", "leaf", "files"]),
        inner, max_size=5,
    ),
    max_leaves=20,
))  # fmt: skip
def test_nothing_in_a_file_is_more_than_refused(value: Any) -> None:
    try:
        found = arrived(json.dumps(value))
    except NotTaken:
        return
    for each in found:
        if isinstance(each, Arriving):
            renewed(each, new_id=lambda kind: kind, kept={}, now=MADE)
