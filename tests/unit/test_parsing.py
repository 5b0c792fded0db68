"""What a page asks for is done only if the protocol knows it, word for word."""

from __future__ import annotations

from typing import Any

import pytest

from gptchat.messages.text import REPLACEMENT
from gptchat.refusals import Refuse
from gptchat.sockets.parsing import parse

SEND = {"conversation": None, "id": "u1", "parent": None, "content": "Hi"}
KNOWN: dict[str, dict[str, Any]] = {
    "sync": {"conversation": "c", "epoch": None, "seq": 0},
    "leave": {"conversation": "c"},
    "send": SEND,
    "edit": {"conversation": "c", "message": "m", "id": "u2", "content_id": "t"},
    "regenerate": {"conversation": "c", "message": "m", "id": "g"},
    "select": {"conversation": "c", "message": "m"},
    "stop": {"conversation": "c"},
    "rename": {"conversation": "c", "title": "My trip"},
    "pin": {"conversation": "c", "pinned": True},
    "duplicate": {"conversation": "c", "id": "d"},
    "delete": {"conversation": "c"},
    "delete_all": {},
    "restore": {"conversation": "c"},
    "read": {"conversation": "c"},
}


@pytest.mark.parametrize("name", KNOWN)
def test_every_request_of_the_protocol_is_understood(name: str) -> None:
    assert parse(name, KNOWN[name]) == {**KNOWN[name], "type": name}


@pytest.mark.parametrize("name", KNOWN)
def test_a_missing_an_extra_or_a_wrong_value_is_refused_and_named(name: str) -> None:
    for key in KNOWN[name].keys() - {"content", "content_id"}:
        without = {k: v for k, v in KNOWN[name].items() if k != key}
        for wrong in (without, {**KNOWN[name], key: 1.5}, {**KNOWN[name], key: ["x"]}):
            with pytest.raises(Refuse) as caught:
                parse(name, wrong)
            assert caught.value.refusal["code"] == "bad_request"
            assert key in caught.value.refusal["sentence"]
    with pytest.raises(Refuse, match="surplus"):
        parse(name, {**KNOWN[name], "surplus": 1})


@pytest.mark.parametrize("payload", [None, [], "x", 7, [SEND], True])
def test_anything_but_one_object_is_refused(payload: Any) -> None:
    with pytest.raises(Refuse, match="one object"):
        parse("send", payload)


@pytest.mark.parametrize("name", ["bogus", "", "Sync", "__class__", "x" * 10_000])
def test_an_unknown_name_is_refused_and_cut_short(name: str) -> None:
    with pytest.raises(Refuse, match="its name") as caught:
        parse(name, {})
    assert len(caught.value.refusal["sentence"]) < 200


def test_the_type_inside_the_object_does_not_count() -> None:
    assert parse("stop", {"conversation": "c", "type": "send"})["type"] == "stop"


@pytest.mark.parametrize("seq", [True, "1", 1.0, None])
def test_numbers_are_not_guessed_from_other_things(seq: Any) -> None:
    with pytest.raises(Refuse, match="seq"):
        parse("sync", {**KNOWN["sync"], "seq": seq})


def test_half_an_emoji_in_a_message_is_no_reason_to_refuse_it() -> None:
    assert parse("send", {**SEND, "content": "a\ud83d"})["content"] == "a" + REPLACEMENT  # type: ignore[typeddict-item]


def test_half_an_emoji_in_an_id_finds_nothing_and_breaks_nothing() -> None:
    stop: Any = parse("stop", {"conversation": "c\ud83d\0"})
    assert stop["conversation"] == "c" + 2 * REPLACEMENT
