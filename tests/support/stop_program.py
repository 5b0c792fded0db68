"""A dozen apps in one process, each talking to the model in another way, all to be stopped.

`OPENAI_BASE_URL` names the model. `ports.json` in the working folder tells each app's port.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

from openai import AsyncOpenAI, OpenAI

from gptchat import GPTChat
from gptchat.chat import Chat

client, async_client = OpenAI(max_retries=0), AsyncOpenAI(max_retries=0)
apps: dict[str, GPTChat] = {}
TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}]


def handler(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function an app of its own, named as it is."""
    apps[function.__name__] = GPTChat(function, store=f"{function.__name__}.db")
    return function


def stream(messages: list[Any], **more: Any) -> Any:
    return client.chat.completions.create(model="m", messages=messages, stream=True, **more)


async def astream(messages: list[Any]) -> Any:
    return await async_client.chat.completions.create(model="m", messages=messages, stream=True)


@handler
def returned(messages: list[Any]) -> Any:
    return stream(messages)


@handler
def yielded(messages: list[Any]) -> Iterator[Any]:
    yield stream(messages)


@handler
def streamed_by_ctx(messages: list[Any], ctx: Chat) -> None:
    ctx.stream(stream(messages))


@handler
def tracked(messages: list[Any]) -> Iterator[str]:
    for chunk in apps["tracked"].track(stream(messages)):
        yield chunk.choices[0].delta.content or "" if chunk.choices else ""


@handler
async def async_returned(messages: list[Any]) -> Any:
    return await astream(messages)


@handler
async def async_yielded(messages: list[Any]) -> AsyncIterator[Any]:
    yield await astream(messages)


@handler
async def astreamed_by_ctx(messages: list[Any], ctx: Chat) -> None:
    await ctx.astream(await astream(messages))


@handler
async def async_looped(messages: list[Any]) -> AsyncIterator[str]:
    async for chunk in await astream(messages):
        yield chunk.choices[0].delta.content or "" if chunk.choices else ""


@handler
def deferred(messages: list[Any]) -> Any:
    return astream(messages)


@handler
def stubborn(ctx: Chat) -> None:
    """It catches what it can, and would go on for ever."""
    app, swallowed = apps["stubborn"], 0
    id = app.new_id()
    try:
        for number in itertools.count():
            try:
                app.update_message({"content": f"{number} "}, id)
            except Exception:  # The very thing that must not help.
                swallowed += 1
            time.sleep(0.01)
    finally:
        print(f"stubborn ended, {swallowed} swallowed", flush=True)


@handler
def stubborn_generator() -> Iterator[str]:
    try:
        for number in itertools.count():
            try:
                yield f"{number} "
            except Exception:  # The very thing that must not help.
                continue
            time.sleep(0.01)
    finally:
        print("stubborn_generator ended", flush=True)


@handler
def stubborn_thread(ctx: Chat) -> None:
    """Its own thread writes, and is not told of the stop but by `update_message`."""
    app = apps["stubborn_thread"]
    id = app.new_id()

    def write() -> None:
        try:
            for number in itertools.count():
                app.update_message({"content": f"{number} "}, id)
                time.sleep(0.01)
        finally:
            print("stubborn_thread ended", flush=True)

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()


@handler
def dawdler(ctx: Chat) -> str:
    ctx.stopped.wait(30)
    print("dawdler ended", flush=True)
    return "Too late."


@handler
def agent(messages: list[Any], ctx: Chat) -> None:
    """It runs tools until the model is content; its only tool takes long."""
    while True:
        answer = ctx.stream(stream(messages, tools=TOOLS))
        messages.append(answer)
        if not answer.get("tool_calls"):
            return
        for call in answer["tool_calls"]:
            ctx.stopped.wait(30)
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": "seen"})
            ctx.send(messages[-1])


if __name__ == "__main__":
    for app in apps.values():
        app.run_app(port=0, block=False)
    ports = {name: app.url for name, app in apps.items()}
    Path("ports.json.new").write_text(json.dumps(ports), "utf-8")
    Path("ports.json.new").rename("ports.json")
    threading.Event().wait()
