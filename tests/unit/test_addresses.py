"""An address is taken as people type it, and one that can be none is refused with an example."""

from __future__ import annotations

import pytest

from gptchat.endpoint.addresses import candidates, read_address, shown
from gptchat.errors import NoEndpoint


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1"),
        (" http://gpu:8000/v1/ ", "http://gpu:8000/v1"),
        ("localhost:1234", "http://localhost:1234"),
        ("https://api.openai.com/v1/chat/completions", "https://api.openai.com/v1"),
        ("http://gpu/v1/models/", "http://gpu/v1"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://me:secret@gpu/v1", "https://me:secret@gpu/v1"),
    ],
)
def test_an_address_is_read_as_people_type_it(typed: str, meant: str) -> None:
    assert read_address(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ftp://gpu/v1",
        "http://",
        "http://gpu:port/v1",
        "http://gpu:99999",
        "my server",
        "http://[::1",
    ],
)
def test_what_can_be_no_address_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(NoEndpoint, match=r"is no address of a server\. One looks like http"):
        read_address(typed)


def test_a_query_is_refused() -> None:
    with pytest.raises(NoEndpoint, match="leave out what follows"):
        read_address("https://gpu/v1?key=1")


def test_a_forgotten_v1_is_looked_for_and_a_version_is_believed() -> None:
    assert candidates("http://gpu:8000") == ["http://gpu:8000/v1", "http://gpu:8000"]
    assert candidates("http://gpu/api") == ["http://gpu/api", "http://gpu/api/v1"]
    assert candidates("http://gpu/v1") == ["http://gpu/v1"]
    assert candidates("http://gpu/v1beta/openai") == ["http://gpu/v1beta/openai"]


def test_a_password_in_the_address_is_not_shown() -> None:
    assert shown("https://me:secret@gpu:8000/v1") == "https://gpu:8000/v1"
