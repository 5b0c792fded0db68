"""Programs for gptchat 0.0.12 run unchanged, and people see what they say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from gptchat.testing import FakeOpenAI, Reply
from support.chatting import answer, answers, bubbles, expect_idle, say, tools
from support.ports import free_port
from support.serving import Server, serve

STREAM = """\
from gptchat import app
from gptchat.util.openai_util import concat_stream, parse_incomplete_json
from openai import OpenAI

client = OpenAI()
app.set_config({
    "agent_name": "Trader",
    "default_messages": [{"role": "assistant", "content": "Ask for a price."}],
    "functions": {"price": {
        "header": {"text": "Price of **{symbol}**", "show": True},
        "arguments": {"title": "Asked"},
        "result": {"title": "Told", "type": "json"},
    }},
})

@app.handle_start_generating
def answer(messages):
    stream = client.chat.completions.create(model="gpt-4", messages=messages, stream=True)
    choice = app.stream_updates(stream, delay=0.001)
    for call in choice.message.tool_calls or []:
        symbol = parse_incomplete_json(call.function.arguments)["symbol"]
        result: app.ToolCallResult = {
            "role": "tool", "tool_call_id": call.id, "content": '{"%s": 7}' % symbol
        }
        app.set_message(result)
    app.sleep(0.01)
    return [{"id": app.new_id(), "role": "assistant", "content": "That is the price."}]

app.run_app(PORT)
"""

GREETING = """\
from gptchat.app import handle_connect, handle_start_generating, run_app
from gptchat.app import set_all_messages, update_message

@handle_connect
def greet():
    set_all_messages([{"role": "assistant", "content": "Good day to you."}])

@handle_start_generating
def answer(messages):
    if messages[-1]["content"] == "forget":
        set_all_messages([{"role": "assistant", "content": "Forgotten."}])
    else:
        return {"id": "a", "content": f"You wrote {len(messages)} messages."}

run_app(PORT)
"""


@contextmanager
def old(program: str, base_url: str = "") -> Iterator[Server]:
    port = free_port()
    env = {"OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": "any"} if base_url else {}
    with serve(program.replace("PORT", str(port)), port=port, env=env) as server:
        yield server


def test_a_program_with_functions_shows_its_calls_and_results(page: Page) -> None:
    call = {"name": "price", "arguments": {"symbol": "ACME"}}
    with FakeOpenAI(Reply("Let me look.", tool_calls=[call])) as model:
        with old(STREAM, model.base_url) as server:
            page.goto(server.url)
            expect(answer(page)).to_contain_text("Ask for a price.")
            say(page, "And ACME?")
            expect_idle(page)
            expect(tools(page).locator("strong")).to_have_text("ACME")
            tools(page).get_by_role("button").first.click()
            expect(tools(page)).to_contain_text('"ACME": 7')
            expect(answers(page).last).to_contain_text("That is the price.")
            page.reload()
            expect(answers(page).last).to_contain_text("That is the price.")
            assert "Use app.handle_send_message" in server.log()
            assert "Traceback" not in server.log()


def test_a_page_is_greeted_on_coming_and_its_chat_goes_on_from_there(page: Page) -> None:
    with old(GREETING) as server:
        page.goto(server.url)
        expect(answer(page)).to_contain_text("Good day to you.")
        say(page, "Hello")
        expect(answers(page).last).to_contain_text("You wrote 2 messages.")
        expect_idle(page)
        page.reload()
        expect(bubbles(page)).to_have_text(["Hello"])
        expect(answers(page).last).to_contain_text("You wrote 2 messages.")


def test_messages_that_are_replaced_leave_the_page_and_nothing_stands_between(page: Page) -> None:
    with old(GREETING) as server:
        page.goto(server.url)
        say(page, "Hello")
        expect_idle(page)
        say(page, "forget")
        expect(page.locator("[data-gc=thread]")).not_to_contain_text("Good day")
        expect(answers(page)).to_have_count(1)
        expect(answer(page)).to_contain_text("Forgotten.")
        expect_idle(page)
        say(page, "And now?")
        expect(answers(page).last).to_contain_text("You wrote 2 messages.")
