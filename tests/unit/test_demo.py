"""The demonstration works as a program of one's own would: real client, real server, real runs."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import socketio

from gptchat.demo import MODEL, make_demo
from gptchat.demo.script import Assistant
from gptchat.testing import FakeOpenAI


class Visitor:
    """Somebody who talks to the demonstration over its socket, and reads its snapshot."""

    def __init__(self, url: str) -> None:
        self.conversation: str | None = None
        self._url = url
        self._ended = threading.Semaphore(0)
        self._socket = socketio.Client()
        self._socket.on("events", self._notice)
        self._socket.connect(url, transports=["websocket"], auth={"protocol": 1})

    def says(self, text: str, *, within: float = 30) -> None:
        """Send a message, and wait for the end of the run that answers it."""
        self.sends(text)
        assert self._ended.acquire(timeout=within), f"no end of the answer to {text!r}"

    def sends(self, text: str) -> None:
        message = {"conversation": self.conversation, "id": uuid.uuid4().hex}
        accepted = self._socket.call("send", message | {"parent": None, "content": text})
        self.conversation = accepted["conversation"]
        self._socket.call("sync", {"conversation": self.conversation, "epoch": None, "seq": 0})

    def retries(self) -> None:
        request = {"conversation": self.conversation, "id": uuid.uuid4().hex}
        self._socket.call("regenerate", request | {"message": self.nodes()[-1]["id"]})
        assert self._ended.acquire(timeout=30)

    def stops(self) -> None:
        self._socket.call("stop", {"conversation": self.conversation})

    def nodes(self) -> list[dict[str, Any]]:
        address = f"{self._url}api/conversations/{self.conversation}"
        with urllib.request.urlopen(address) as answer:
            nodes: list[dict[str, Any]] = json.load(answer)["nodes"]
        return nodes

    def leaves(self) -> None:
        self._socket.disconnect()

    def _notice(self, frame: dict[str, Any]) -> None:
        for event in frame["events"]:
            if event["type"] == "run" and event["run"]["state"] == "ended":
                self._ended.release()


@pytest.fixture
def model() -> Iterator[FakeOpenAI]:
    """The demonstration's assistant, speaking ten times as fast."""
    assistant = Assistant()

    def hurried(request: dict[str, Any]) -> dict[str, Any]:
        reply = assistant(request)
        return vars(reply) | {"delay": reply.delay / 10, "rate": (reply.rate or 0) * 10}

    with FakeOpenAI(hurried, models=[MODEL]) as running:
        yield running


@pytest.fixture
def visitor(model: FakeOpenAI) -> Iterator[Visitor]:
    with model.client() as client:
        app = make_demo(client, store=None)
        app.run_app(port=0, block=False)
        visitor = Visitor(app.url)
        yield visitor
        visitor.leaves()
        app.close()


def test_a_greeting_is_answered_with_what_one_can_ask(visitor: Visitor) -> None:
    visitor.says("Hello!")

    asked, answered = visitor.nodes()
    assert asked["message"] == {"role": "user", "content": "Hello!"}
    assert answered["status"] == "done"
    assert "- `tools` — " in answered["message"]["content"]


def test_functions_called_at_once_answer_in_the_order_they_are_ready(
    visitor: Visitor, model: FakeOpenAI
) -> None:
    visitor.says("tools")

    _, calling, *results, answered = [node["message"] for node in visitor.nodes()]
    names = {call["id"]: call["function"]["arguments"] for call in calling["tool_calls"]}
    order = [names[result["tool_call_id"]] for result in results]
    assert order == ['{"query": "connection"}', '{"city": "Oslo"}', '{"city": "Lisbon"}']
    assert "| Oslo | light snow | -2 °C | 3 m/s |" in answered["content"]
    assert model.refusals == []


def test_everything_said_so_far_is_accepted_in_the_next_request(
    visitor: Visitor, model: FakeOpenAI
) -> None:
    for text in ("think", "python", "And what do you make of all that?"):
        visitor.says(text)

    last = visitor.nodes()[-1]
    assert "the 6 messages of our conversation so far" in last["message"]["content"]
    assert model.refusals == []
    assert len(model.requests[-1]["messages"]) == 7


def test_an_answer_that_breaks_off_keeps_its_words_and_succeeds_on_retry(visitor: Visitor) -> None:
    visitor.says("error")
    broken = visitor.nodes()[-1]
    visitor.retries()
    mended = visitor.nodes()[-1]

    assert broken["status"] == "failed"
    assert broken["message"]["content"].startswith("Models fail in the middle of a sentence.")
    assert "scripted model fell over" not in json.dumps(broken["error"])
    assert mended["status"] == "done"
    assert mended["parent"] == broken["parent"]
    assert mended["message"]["content"].startswith(broken["message"]["content"])


def test_stop_hangs_up_on_the_model_and_keeps_the_words(
    visitor: Visitor, model: FakeOpenAI
) -> None:
    visitor.sends("slow")
    assert model.wait_requests(1)
    while not model.exchanges[0].chunks:
        time.sleep(0.05)

    visitor.stops()

    assert model.wait_closed(1.0), "the model went on talking to nobody"
    assert model.exchanges[0].ending == "hung up"
    assert visitor.nodes()[-1]["status"] == "stopped"
