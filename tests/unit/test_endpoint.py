"""A server is found where it is, says what it has, and is asked for answers that stream."""

from __future__ import annotations

import asyncio

import pytest
from openai import AuthenticationError

from gptchat.endpoint.endpoint import Endpoint
from gptchat.testing import FakeOpenAI, Reply
from support.ports import free_port
from support.web_answers import answering


def test_it_lists_its_models_in_their_order() -> None:
    with FakeOpenAI(models=["b", "a"]) as model:
        found = Endpoint(model.base_url, None).look()
        assert (found.lists, found.models, found.is_up) == (True, ["b", "a"], True)


def test_a_forgotten_v1_is_found() -> None:
    with FakeOpenAI(models=["a"]) as model:
        endpoint = Endpoint(model.base_url.removesuffix("/v1"), None)
        assert endpoint.look().lists
        assert endpoint.address == model.base_url


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b'{"object": "list", "data": null}', []),
        (b'{"data": [{"id": "a"}, {"id": 3}, {"id": "a"}, {}, "b", {"id": " "}]}', ["a"]),
    ],
)
def test_a_list_with_odd_things_in_it_is_read(body: bytes, names: list[str]) -> None:
    with answering(200, body) as url:
        found = Endpoint(url, None).look()
        assert (found.lists, found.models) == (True, names)


@pytest.mark.parametrize("body", [b"[]", b"3", b'{"error": "no such page"}', b'{"data": 3}'])
def test_something_else_is_no_list(body: bytes) -> None:
    with answering(200, body) as url:
        found = Endpoint(url, None).look()
        assert not found.lists
        assert found.is_up


def test_a_page_of_html_is_no_list() -> None:
    with answering(200, b"<!doctype html><title>A router</title>", "text/html") as url:
        assert not Endpoint(url, None).look().lists


@pytest.mark.parametrize(("status", "up"), [(401, True), (403, True), (404, True), (502, False)])
def test_a_refusal_is_an_answer_and_a_bad_gateway_is_none(status: int, up: bool) -> None:
    with answering(status, b"{}") as url:
        found = Endpoint(url, None).look()
        assert (found.status, found.is_up, found.lists) == (status, up, False)


def test_nobody_there_is_found_out_quickly() -> None:
    found = Endpoint(f"http://127.0.0.1:{free_port()}", None).look()
    assert not found.is_up
    assert found.status is None


def test_an_answer_comes_in_pieces_and_carries_the_key() -> None:
    async def read(endpoint: Endpoint) -> str:
        chunks = endpoint.ask("any", [{"role": "user", "content": "Hi"}])
        return "".join([chunk.choices[0].delta.content or "" async for chunk in chunks])

    with FakeOpenAI([Reply("One two three"), Reply(error=401)]) as model:
        assert asyncio.run(read(Endpoint(model.base_url, "sk-1"))) == "One two three"
        with pytest.raises(AuthenticationError):
            asyncio.run(read(Endpoint(model.base_url, None)))
