"""Programs of the first gptchat readme run unchanged, and people see what they say.

The texts below are the readme's own. Only the port changes, and where the
model is: a local OpenAI-compatible server, through OPENAI_BASE_URL.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gptchat.testing import FakeOpenAI, Reply
from support.chatting import answer, bubbles, expect_idle, say, tools
from support.ports import free_port
from support.serving import Server, serve

START = """\
from gptchat import app
from openai import OpenAI

openai_client = OpenAI(api_key="YOUR_API_KEY")
"""

MINIMAL = """
@app.handle_send_message
def message_handler(messages):
    # get response from openai
    response = openai_client.chat.completions.create(
        messages=messages,
        model="gpt-4",
    )
    new_msg = response.choices[0].message

    # send update to frontend
    app.update_message(new_msg)
    
"""  # noqa: W293 – as the readme has it

HELPER = '''
def openai_chat_stream(messages, model: str = "gpt-4", **kwargs):
    """
    Streams an OpenAI chat completion message, and yields deltas.
    """
    stream = openai_client.chat.completions.create(
        messages=messages,
        model=model,
        stream=True,
        **kwargs
    )
    for chunk in stream:
        if chunk.choices:
            yield chunk.choices[0]
'''

STREAMING = """
@app.handle_send_message
def message_handler(messages):
    stream = openai_chat_stream(messages)

    id = app.new_id()
    for chunk in stream:
        app.update_message(chunk.delta, id=id)
"""

PRELOADED = """
app.set_config({
    "messages": [
        { "role": "user", "content": "Hello, how are you?" },
        { "role": "assistant", "content": "I'm doing great, how can I help you today?" },
    ]
})
"""

HEADERS = """
app.set_config({
    "functions": {
        "get_stock_price": "Fetching **stock price**...",
    }
})
"""

CONCAT = """
from gptchat.utils import concat_stream

@app.handle_send_message
def message_handler(messages):
    stream = openai_chat_stream(messages)

    id = app.new_id()
    streamed_chunks = []
    for chunk in stream:
        app.update_message(chunk.delta, id=id)
        streamed_chunks.append(chunk)

    full_message = concat_stream(streamed_chunks)
    # Do something with the full message, like handle function calls
"""

RUN = """
app.run_app(debug=True, port=5002)
"""


@contextmanager
def readme(*parts: str, reply: Any) -> Iterator[tuple[Server, FakeOpenAI]]:
    """Serve a program made of the readme's parts, answered by a scripted model."""
    port = free_port()
    program = "".join(parts).replace("port=5002", f"port={port}")
    with FakeOpenAI(lambda request: reply) as model:
        with serve(program, port=port, env={"OPENAI_BASE_URL": model.base_url}) as server:
            yield server, model


def test_the_minimal_program_answers_with_a_whole_message(page: Page) -> None:
    with readme(START, MINIMAL, RUN, reply=Reply("It is **sunny**.")) as (server, model):
        page.goto(server.url)
        say(page, "What is the weather?")
        expect(answer(page).locator("strong")).to_have_text("sunny")
        expect_idle(page)
        assert model.requests[0]["messages"] == [
            {"role": "user", "content": "What is the weather?"}
        ]


def test_the_streaming_program_joins_deltas_and_remembers(page: Page) -> None:
    words = "One two three four five six seven eight nine ten."
    with readme(START, HELPER, STREAMING, RUN, reply=Reply(words, rate=40)) as (server, model):
        page.goto(server.url)
        say(page, "Count.")
        expect(answer(page)).to_contain_text("One two")
        expect_idle(page)
        expect(answer(page)).to_contain_text(words)
        page.reload()
        expect(answer(page)).to_contain_text(words)
        say(page, "Again.")
        expect_idle(page)
        expect(bubbles(page)).to_have_count(2)
        assert model.requests[1]["messages"] == [
            {"role": "user", "content": "Count."},
            {"role": "assistant", "content": words},
            {"role": "user", "content": "Again."},
        ]


def test_preloaded_messages_open_the_chat_and_reach_the_model(page: Page) -> None:
    with readme(START, MINIMAL, PRELOADED, RUN, reply=Reply("Sure.")) as (server, model):
        page.goto(server.url)
        expect(bubbles(page)).to_have_text(["Hello, how are you?"])
        expect(answer(page)).to_contain_text("I'm doing great, how can I help you today?")
        say(page, "Tell me a joke.")
        expect(answer(page)).to_contain_text("Sure.")
        expect_idle(page)
        assert [m["role"] for m in model.requests[0]["messages"]] == ["user", "assistant", "user"]


@pytest.mark.parametrize("kind", ["tool_calls", "function_call"])
def test_a_configured_header_stands_on_the_call(page: Page, kind: str) -> None:
    call = {"name": "get_stock_price", "arguments": '{"symbol": "ACME"}'}
    deltas: dict[str, list[dict[str, Any]]] = {
        "tool_calls": [{"tool_calls": [{"index": 0, "id": "call_1", "type": "function",
                                        "function": call}]}],
        "function_call": [{"function_call": call}],
    }  # fmt: skip
    reply = Reply(deltas=deltas[kind])
    with readme(START, HELPER, STREAMING, HEADERS, RUN, reply=reply) as (server, _):
        page.goto(server.url)
        say(page, "How is ACME doing?")
        expect(tools(page)).to_have_count(1)
        expect(tools(page).locator("strong")).to_have_text("stock price")
        expect_idle(page)
        tools(page).get_by_role("button").first.click()
        expect(tools(page)).to_contain_text('"symbol": "ACME"')


def test_concat_stream_is_there_under_its_old_name(page: Page) -> None:
    with readme(START, HELPER, CONCAT, RUN, reply=Reply("All of it.", rate=50)) as (server, _):
        page.goto(server.url)
        say(page, "Go.")
        expect(answer(page)).to_contain_text("All of it.")
        expect_idle(page)
        assert "Traceback" not in server.log()
