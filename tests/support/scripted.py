"""A gptchat program whose model says what the test says, both real, over real sockets.

The program below streams from a model through the real `openai` client and runs
the functions that the model calls. What a function does stands in the call's own
arguments: it answers `result`, `after` so many seconds. So a test says all of it:

    scripted.says(Reply("Hello **you**", rate=40))
    page.goto(scripted.url)
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gptchat.testing import FakeOpenAI, Reply
from gptchat.testing.fake_openai import Script
from support.serving import Server, serve

PROGRAM = """
import json, os, time
from gptchat import app
from openai import OpenAI

client = OpenAI(max_retries=0)
app.set_config(json.loads(os.environ["CONFIG"]))

@app.handle_send_message
def answer(messages, ctx):
    while True:
        said = ctx.stream(client.chat.completions.create(
            model="scripted", messages=messages, stream=True))
        messages.append(said)
        calls = [(json.loads(call["function"]["arguments"]), call["id"])
                 for call in said.get("tool_calls", [])]
        if not calls:
            return
        began = time.monotonic()
        for asked, id in sorted(calls, key=lambda call: call[0].get("after", 0)):
            ctx.stopped.wait(max(0, began + asked.get("after", 0) - time.monotonic()))
            result = {"role": "tool", "tool_call_id": id, "content": asked.get("result", "")}
            ctx.send(result)
            messages.append(result)
"""
RUN = """
app.run_app(port=int(os.environ["PORT"]))
"""


class Scripted:
    """The program being served, and the model that answers it."""

    def __init__(self, server: Server, model: FakeOpenAI) -> None:
        self.server = server
        self.model = model
        self.url = server.url
        self._asked_before = 0

    def says(self, *replies: Reply | str) -> None:
        """What the model answers from now on: these in turn, the only one always, or an echo."""
        only = replies[0] if replies else lambda request: request["messages"][-1]["content"]
        self._asked_before = len(self.model.exchanges)
        self.model.script = list(replies) if len(replies) > 1 else only

    def is_hung_up(self, within: float = 1.0) -> bool:
        """Whether nobody listens any more, in so many seconds, to what it says since `says`."""
        deadline = time.monotonic() + within
        exchanges = self.model.exchanges[self._asked_before :]
        while time.monotonic() < deadline and any(each.ending is None for each in exchanges):
            time.sleep(0.005)
        return all(each.ending == "hung up" for each in exchanges)

    def last_messages(self) -> list[dict[str, Any]]:
        """What the model was given last."""
        return list(self.model.requests[-1]["messages"])


@contextmanager
def scripted_program(
    script: Script | None = None, *, run: str = RUN, path: str = "/", **config: Any
) -> Iterator[Scripted]:
    """Serve the program with these options; `run` is how it is mounted, `path` where."""
    with FakeOpenAI(script) as model:
        env = {
            "OPENAI_BASE_URL": model.base_url,
            "OPENAI_API_KEY": "any",
            "CONFIG": json.dumps(config),
        }
        with serve(PROGRAM + run, path=path, env=env) as server:
            yield Scripted(server, model)


def call(name: str, result: Any = "", *, after: float = 0.0, **arguments: Any) -> dict[str, Any]:
    """A call for a `Reply`, with what comes of it."""
    text = result if isinstance(result, str) else json.dumps(result)
    return {"name": name, "arguments": {**arguments, "result": text, "after": after}}


def words(count: int, word: Callable[[int], str] = lambda at: f"word{at}") -> str:
    """A long answer whose every word can be told from the others."""
    return " ".join(word(at) for at in range(count))
