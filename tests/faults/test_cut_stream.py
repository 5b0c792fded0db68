"""An answer of 2,000 tokens arrives whole through a network that breaks again and again."""

from __future__ import annotations

import itertools
import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from gptchat.testing import FakeOpenAI, Reply
from support.oracle import (
    answers,
    assert_calm,
    assert_exact,
    assert_same,
    assert_stored,
    assert_threads_back,
    database,
    threads,
)
from support.page import Gone, Page
from support.proxy import End, Proxy
from support.serving import Server, serve
from support.web import Visitor

PROGRAM = """
import json, os
from gptchat import GPTChat
from openai import OpenAI

app, client = GPTChat(**json.loads(os.environ["OPTIONS"])), OpenAI()

@app.handle_send_message
def reply(messages):
    return client.chat.completions.create(model="gpt-4o", messages=messages, stream=True)

app.run_app(port=int(os.environ["PORT"]))
"""
TOKENS = [f"{number} tökens 🙂 "[: 4 + number % 9] for number in range(2000)]
TEXT = "".join(TOKENS)
RATE = 250.0  # Tokens a second: eight seconds of streaming.
CUT_FOR = 0.03  # Seconds a page stays away at most, so that most cuts meet a stream.


@contextmanager
def served(reply: Reply | str, **options: Any) -> Iterator[Server]:
    """A server in front of a model that says one thing."""
    with FakeOpenAI(reply) as model:
        env = {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": "k"}
        with serve(PROGRAM, env={**env, "OPTIONS": json.dumps(options)}) as server:
            yield server
            assert model.refusals == []
            assert_calm(server)


def deltas(tokens: list[str], rate: float | None) -> Reply:
    """A stream of these very tokens, one a chunk."""
    return Reply(deltas=[{"role": "assistant"}, *({"content": t} for t in tokens)], rate=rate)


def quick(page: Page, luck: random.Random) -> Page:
    page.pause = lambda: luck.uniform(0, CUT_FOR)
    return page


@pytest.mark.timeout(900)
def test_a_stream_is_whole_after_any_number_of_cuts(
    rounds: Callable[[int, int], int], kept_in: dict[str, Any]
) -> None:
    """F1: cut with RST, with FIN, half, and in the middle of a frame."""
    cuts, seed = rounds(20, 200), random.randrange(10**6)
    print(f"seed {seed}")
    luck = random.Random(seed)
    slow = min(RATE, 2000 / (cuts * 0.05))  # Long enough for every cut to fall into the stream.
    with served(deltas(TOKENS, slow), **kept_in) as server, Proxy(server.port) as proxy:
        with Page(Visitor(server.port)) as calm:
            calm.say("Go")
            before = threads(server)
            page = quick(Page(Visitor(proxy.port), calm.conversation), luck)
            with page:
                done = cut_often(page, proxy, cuts, luck)
                page.wait_idle(60)
                assert done == cuts, f"the stream was over after {done} cuts"
                assert_exact([page, calm], [TEXT])
            assert page.counts["connects"] > cuts / 2
            assert page.counts["gaps"] == 0
            assert_threads_back(server, before)
        place = kept_in.get("store", database(server))
        assert_stored(place, str(calm.conversation), [TEXT])


def cut_often(page: Page, proxy: Proxy, cuts: int, luck: random.Random) -> int:
    """Cut at moments spread over the stream, in every way; how many fell into it."""
    pause = 2000 / min(RATE, 2000 / (cuts * 0.05)) / (cuts + 4)
    for number in range(cuts):
        time.sleep(luck.uniform(0.2, 1.6) * pause)
        if page.is_idle():
            return number
        match number % 4:
            case 0:
                proxy.cut("rst")
            case 1:
                proxy.cut("fin")
            case 2:  # In the middle of a frame, or of the handshake.
                proxy.cut_after = (luck.randrange(1, 3000), "rst")
                proxy.cut("fin")
            case 3:
                proxy.cut_after = None
                proxy.half_close()
    proxy.cut_after = None
    return cuts


@pytest.mark.parametrize("how", ["rst", "fin"])
def test_a_connection_that_breaks_while_it_begins_is_made_again(how: End) -> None:
    """F2: in the handshake, in the upgrade, while it is let in."""
    with served("Hello there.") as server, Proxy(server.port) as proxy:
        visitor = Visitor(server.port)
        visitor.port = proxy.port
        with quick(Page(visitor), random.Random(1)) as page:
            page.say("Hi")
            page.wait_idle()
            before = threads(server)
            for at in itertools.chain(range(0, 600, 37), [129, 130]):
                proxy.cut_after = (at, how)
                page.cut("fin")
                time.sleep(0.04)
            proxy.cut_after = None
            page.say("And now?")
            page.wait_idle()
            assert_exact([page], ["Hello there."] * 2)
            assert_threads_back(server, before)


def test_every_byte_may_come_alone() -> None:
    """F5."""
    with served("Hello **there**, 🙂.") as server, Proxy(server.port) as proxy:
        proxy.slice = 1
        with Page(Visitor(proxy.port)) as page:
            page.say("Hi")
            page.wait_idle()
            assert_exact([page], ["Hello **there**, 🙂."])


@pytest.mark.parametrize("how", ["rst", "fin"])
def test_a_send_whose_answer_is_lost_is_done_once(how: End, kept_in: dict[str, Any]) -> None:
    """F3."""
    with served("Only once.", **kept_in) as server, Proxy(server.port) as proxy:
        with quick(Page(Visitor(proxy.port)), random.Random(1)) as page:
            page.say("First")
            page.wait_idle()
            for number in range(5):
                lose_the_answer(page, proxy, f"u{number}", how, Visitor(server.port))
                assert_once(page, f"u{number}")
            assert_exact([page], ["Only once."] * 6)


def lose_the_answer(page: Page, proxy: Proxy, id: str, how: End, other: Visitor) -> None:
    """Send; the server commits, its answer is lost, the page sends again."""
    proxy.mute_answers = True
    asked = {"conversation": page.conversation, "id": id, "parent": None, "content": id}
    sent = page.tell("send", asked)
    wait_committed(other, str(page.conversation), id)
    proxy.cut(how)
    proxy.mute_answers = False
    with pytest.raises(Gone):
        page.answer(sent)
    assert page.say(id, id=id) == id
    page.wait_node(id)
    page.wait_idle()


def wait_committed(visitor: Visitor, conversation: str, id: str) -> None:
    """Ask the server by another way until it has the message."""
    deadline = time.monotonic() + 5
    while all(node["id"] != id for node in visitor.snapshot(conversation)["nodes"]):
        assert time.monotonic() < deadline, "the message was not committed"
        time.sleep(0.005)


def assert_once(page: Page, id: str) -> None:
    nodes = page.view.nodes.values()
    said = [node for node in nodes if node["id"] == id]
    answered = {node.get("run") for node in nodes if node["parent"] == id}
    assert len(said) == 1
    assert len(answered) == 1, f"one message was answered by {len(answered)} runs"
    assert_same(answers(page.view.path())[-1:], ["Only once."], "The answer")


def test_the_first_send_of_a_chat_repeated_begins_one_chat() -> None:
    """F3."""
    with served("Only once.") as server, Proxy(server.port) as proxy:
        with quick(Page(Visitor(proxy.port)), random.Random(1)) as page:
            proxy.mute_answers = False
            asked = {"conversation": None, "id": "u1", "parent": None, "content": "Hi"}
            page.wait_connected()
            proxy.mute_answers = True
            sent = page.tell("send", asked)
            time.sleep(0.5)
            proxy.cut("rst")
            proxy.mute_answers = False
            with pytest.raises(Gone):
                page.answer(sent)
            page.say("Hi", id="u1")
            page.wait_idle()
            assert_exact([page], ["Only once."])
            assert [n["id"] for n in page.view.nodes.values()][:1] == ["u1"]
            assert len(page.view.nodes) == 2
