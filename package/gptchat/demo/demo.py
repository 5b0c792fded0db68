"""`gptchat demo`: a scripted assistant that shows what the page can do.

The assistant is a script behind a real HTTP server, and the handler below talks
to it with the real `openai` client, so everything but the wit is as in a program
of yours. What is said is the business of `script.py`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from gptchat.demo.script import Assistant
from gptchat.demo.tools import SHOWN, TOOLS, run, seconds
from gptchat.server import GPTChat
from gptchat.testing.fake_openai import FakeOpenAI

if TYPE_CHECKING:
    from openai import OpenAI

    from gptchat.chat import Chat
    from gptchat.protocol import Message

MODEL = "scripted"
MOST_ROUNDS = 5
"""How often the assistant may call functions before it must have answered."""


def run_demo(*, host: str, port: int, open_browser: bool = False, **who: Any) -> None:
    """Serve the demonstration until it is interrupted. `who` may come in is said by options."""
    with FakeOpenAI(Assistant(), models=[MODEL]) as model, model.client() as client:
        app = make_demo(client, store=".gptchat/demo.db", **who)
        app.run_app(host=host, port=port, open_browser=open_browser)


def make_demo(client: OpenAI, **options: Any) -> GPTChat:
    """The demonstration's application, talking to the assistant behind `client`."""
    app = GPTChat(
        title="gptchat demo",
        greeting="What would you like to see?",
        prompt={"placeholder": "Try tools, code, slow, error … or say hello"},
        disclaimer="A scripted assistant: no model, no key, no opinion.",
        functions=SHOWN,
        **options,
    )

    @app.handle_send_message
    def answer(messages: list[Message], ctx: Chat) -> None:
        for _ in range(MOST_ROUNDS):
            stream = client.chat.completions.create(
                model=MODEL,
                messages=messages,  # type: ignore[arg-type]  # Plain dicts, as OpenAI takes them.
                tools=TOOLS,  # type: ignore[arg-type]
                stream=True,
                user=ctx.conversation_id,
            )
            said = ctx.stream(stream)
            messages.append(said)
            calls = said.get("tool_calls", [])
            if not calls:
                return
            messages.extend(call_functions(calls, ctx))

    return app


def call_functions(calls: list[dict[str, Any]], ctx: Chat) -> list[Message]:
    """Run the calls of one message as if all at once: the quickest answers first."""
    began = time.monotonic()
    results: list[Message] = []
    for call in sorted(calls, key=seconds):
        ctx.stopped.wait(max(0.0, began + seconds(call) - time.monotonic()))
        result = {"role": "tool", "tool_call_id": call["id"], "content": run(call)}
        ctx.send(result)
        results.append(result)
    return results
