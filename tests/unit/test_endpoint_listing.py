"""The menu follows what the server lists, and an idle page asks nothing of the server."""

from __future__ import annotations

import pytest

from gptchat.endpoint import listing as room
from gptchat.endpoint.endpoint import Endpoint
from gptchat.endpoint.listing import Listing
from gptchat.testing import FakeOpenAI
from support.ports import free_port
from support.waiting import until


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "LOOK_AGAIN", 0.05)


def test_the_wanted_model_comes_first_whether_it_is_listed_or_not() -> None:
    with FakeOpenAI(models=["a", "b"]) as model:
        for wanted, names in (("b", ["b", "a"]), ("c", ["c", "a", "b"]), (None, ["a", "b"])):
            told: list[list[str]] = []
            listing = Listing(Endpoint(model.base_url, None), wanted, lambda n: told.append([*n]))  # noqa: B023
            listing.look()
            assert listing.names == names
            assert told == [names]


def test_the_same_list_again_is_not_told_again() -> None:
    with FakeOpenAI(models=["a"]) as model:
        told: list[object] = []
        listing = Listing(Endpoint(model.base_url, None), None, told.append)
        listing.look()
        listing.look()
        assert told == [["a"]]


def test_a_server_that_is_not_there_yet_is_found_once_it_is() -> None:
    port = free_port()
    listing = Listing(Endpoint(f"http://127.0.0.1:{port}", None), None, lambda _names: None)
    assert not listing.look().is_up
    listing.follow()
    with FakeOpenAI(models=["late"], port=port):
        until(lambda: listing.names == ["late"], "the model that came late")
    listing.close()


def test_a_server_that_is_gone_for_a_while_keeps_its_names() -> None:
    with FakeOpenAI(models=["a"]) as model:
        listing = Listing(Endpoint(model.base_url, None), None, lambda _names: None)
        listing.look()
    assert not listing.look().is_up
    assert listing.names == ["a"]


def test_a_page_that_comes_makes_it_look_unless_it_just_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with FakeOpenAI(models=["a"]) as model:
        listing = Listing(Endpoint(model.base_url, None), None, lambda _names: None)
        listing.look()
        listing.follow()
        model.models = ("a", "new")
        listing.wake()
        assert listing.names == ["a"]
        monkeypatch.setattr(room, "FRESH", 0.0)
        listing.wake()
        until(lambda: listing.names == ["a", "new"], "the new model")
        listing.close()
