"""What a developer writes is read as it was meant, never guessed."""

from __future__ import annotations

import pytest

from gptchat.config import option_values as read


def test_a_single_host_is_a_list_of_one_not_of_its_letters() -> None:
    assert read.texts("chat.example.com") == ("chat.example.com",)


def test_a_prefix_loses_its_last_slash() -> None:
    assert read.prefix("/chat/") == "/chat"
    assert read.prefix("/") == ""


def test_true_is_one_proxy() -> None:
    assert (read.hops(True), read.hops(False), read.hops(2)) == (1, 0, 2)


def test_a_choice_is_not_taken_for_an_equal_value_of_another_type() -> None:
    with pytest.raises(ValueError, match="one of 1"):
        read.one_of(1)(True)


def test_what_was_seen_is_shown_short_and_with_its_type() -> None:
    shown = read.seen(["x" * 1000])
    assert len(shown) < 80
    assert shown.endswith("... (list)")


def test_the_nearest_name_is_suggested() -> None:
    assert read.nearest("temprature", ["temperature", "title"]) == "Did you mean 'temperature'?"


def test_a_host_may_have_a_port_or_a_star() -> None:
    hosts = ("*.example.org", "example.org:8000", "[::1]", "*")
    assert read.hosts(list(hosts)) == hosts


def test_an_origin_may_end_in_a_slash() -> None:
    origins = ("https://a.b/", "http://localhost:5173", "app://-")
    assert read.origins(list(origins)) == origins


def test_other_braces_of_a_text_stay() -> None:
    said = "{} {1} { x } {name}"
    assert read.text_with("name")(said) == said
