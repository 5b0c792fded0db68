"""What `ctx` tells a handler, and what the handler may say through it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from gptchat import RunStopped
from gptchat.chat import Chat
from gptchat.errors import BadReply
from gptchat.testing import FakeOpenAI, Reply
from support.engine import WHO, Engine, ask, texts
from support.waiting import until

CALL = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{}"}}


def told(read: Callable[[Chat], Any], *messages: str, **options: Any) -> Any:
    """What a handler reads at the last of these messages."""
    seen = []
    with Engine(lambda ctx: seen.append(read(ctx)) or "Answer.", **options) as engine:  # type: ignore[func-returns-value]
        chat = None
        for text in messages:
            chat = engine.send(text, chat)
    return seen[-1]


def test_the_messages_are_those_of_the_path() -> None:
    assert told(lambda ctx: ctx.messages, "one", "two", system="Be kind.") == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "Answer."},
        {"role": "user", "content": "two"},
    ]


def test_the_message_is_the_last_words_and_history_all_before_them() -> None:
    message, history = told(lambda ctx: (ctx.message, ctx.history), "one", "two")
    assert message == "two"
    assert history == [
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "Answer."},
    ]


def test_what_a_handler_does_to_what_it_reads_changes_nothing() -> None:
    def spoil(ctx: Chat) -> Any:
        for copy in (ctx.arguments()["messages"](), ctx.history, ctx.raw_messages):
            copy.clear()
        return len(ctx.messages)

    assert told(spoil, "one", "two") == 3


def test_the_run_knows_its_conversation_and_why_it_runs() -> None:
    with Engine(lambda ctx: f"{ctx.conversation_id} {ctx.run_id} {ctx.trigger}") as engine:
        chat = engine.send()
        node = engine.last(chat)
        assert node["message"]["content"] == f"{chat} {node['run']} new"


def test_the_request_is_handed_on() -> None:
    assert told(lambda ctx: ctx.request, "one") is WHO


def test_a_stopped_call_is_repaired_in_messages_and_not_in_raw_ones() -> None:
    seen: list[Any] = []

    def reply(ctx: Chat, message: str) -> Any:
        if message == "call":
            return {"role": "assistant", "content": None, "tool_calls": [CALL]}
        seen.append((ctx.messages, ctx.raw_messages))
        return None

    with Engine(reply) as engine:
        engine.send("next", engine.send("call"))
    repaired, raw = seen[0]
    assert [m["role"] for m in repaired] == ["user", "assistant", "tool", "user"]
    assert [m["role"] for m in raw] == ["user", "assistant", "user"]


def test_send_shows_a_whole_message_and_replaces_it_by_its_id() -> None:
    def reply(ctx: Chat) -> None:
        id = ctx.send("Working…")
        assert ctx.send({"role": "assistant", "content": "Done."}, id) == id
        ctx.send("And more.")

    assert texts(ask(reply)) == ["Done.", "And more."]


def test_stream_shows_a_stream_and_returns_the_message() -> None:
    merged: list[Any] = []

    def reply(ctx: Chat) -> None:
        merged.append(ctx.stream(iter(["He", "llo"])))
        merged.append(ctx.stream(iter(["A", "AB"]), yields="cumulative"))

    assert texts(ask(reply)) == ["Hello", "AB"]
    assert merged[0] == {"role": "assistant", "content": "Hello"}
    assert merged[1]["content"] == "AB"


def test_a_whole_answer_may_be_streamed_too() -> None:
    merged: list[Any] = []
    nodes = ask(lambda ctx: merged.append(ctx.stream("All at once.")))
    assert texts(nodes) == ["All at once."]
    assert merged[0]["content"] == "All at once."


def test_astream_takes_what_is_async_and_what_is_not() -> None:
    async def words() -> AsyncIterator[str]:
        yield "He"
        await asyncio.sleep(0)
        yield "llo"

    merged: list[Any] = []

    async def reply(ctx: Chat) -> None:
        merged.append(await ctx.astream(words()))
        merged.append(await ctx.astream(iter(["plain"])))

    assert texts(ask(reply)) == ["Hello", "plain"]
    assert [m["content"] for m in merged] == ["Hello", "plain"]


def test_a_stream_without_a_word_is_told() -> None:
    errors: list[str] = []

    def reply(ctx: Chat) -> None:
        try:
            ctx.stream(iter([]))
        except BadReply as error:
            errors.append(str(error))

    ask(reply)
    assert "without a single piece" in errors[0]


def test_a_stream_that_fails_keeps_its_words_and_raises_where_it_was_read() -> None:
    caught: list[str] = []

    def broken() -> Iterator[str]:
        yield "Half a"
        raise OSError("line cut")

    def reply(ctx: Chat) -> str:
        try:
            ctx.stream(broken())
        except OSError as error:
            caught.append(str(error))
        return "Sorry."

    assert texts(ask(reply)) == ["Half a", "Sorry."]
    assert caught == ["line cut"]


def test_stopped_is_set_while_the_handler_still_works() -> None:
    states: list[bool] = []

    def reply(ctx: Chat) -> None:
        states.append(ctx.stopped.is_set())
        states.append(ctx.stopped.wait(5))

    with Engine(reply) as engine:
        chat = engine.begin()
        until(lambda: states)
        engine.stop(chat)
        until(lambda: len(states) == 2)
        assert states == [False, True]


@pytest.mark.parametrize(
    "content", [[{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]]
)
def test_the_message_of_several_parts_is_their_text(content: Any) -> None:
    presets = [{"role": "user", "content": content}]
    with Engine(lambda ctx: "x", messages=presets) as engine:
        chat = engine.send("one")
        path = engine.path(chat)[:1]
    run: Any = None
    assert Chat(run, path, WHO, None).message == "a\nb"


def test_stop_ends_a_stream_as_a_stop_not_as_a_failure_of_the_model() -> None:
    ended: list[BaseException] = []
    with FakeOpenAI(Reply("one two", silence="forever")) as model:
        client = model.client()

        def reply(ctx: Chat, messages: list[Any]) -> None:
            try:
                stream = client.chat.completions.create(model="m", messages=messages, stream=True)
                ctx.stream(stream)
            except BaseException as error:
                ended.append(error)
                raise

        with Engine(reply) as engine:
            chat = engine.begin()
            until(lambda: len(engine.path(chat)) > 1, "the first word")
            engine.stop(chat)
            until(lambda: bool(ended), "the end of the handler")
    assert isinstance(ended[0], RunStopped)
