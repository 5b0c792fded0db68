"""A program may name a chat; what a person calls it stays."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from gptchat import GPTChat
from gptchat.errors import BadReply, UnknownArgument
from gptchat.runs.naming import Titler
from gptchat.testing import FakeOpenAI
from support.engine import OWNER, Engine, echo
from support.waiting import until


async def aecho(message: str) -> str:
    return f"You said: {message}"


def titled(engine: Engine, chat: str, title: str) -> None:
    until(lambda: engine.entry(chat)["title"] == title, f"the title {title!r}")


@pytest.mark.parametrize("handler", [echo, aecho])
@pytest.mark.parametrize("is_async", [True, False])
def test_a_function_names_a_chat_once_its_first_answer_is_done(
    handler: Callable[..., Any], is_async: bool
) -> None:
    seen: list[Any] = []

    def title(messages: Sequence[Any]) -> str:
        seen.append(messages)
        return " About\n hello "

    async def atitle(messages: Sequence[Any]) -> str:
        return title(messages)

    presets = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Welcome"}]
    with Engine(handler, messages=presets, system="Be kind.") as engine:
        engine.titler.use(atitle if is_async else title)
        chat = engine.send("Hello")
        titled(engine, chat, "About hello")
        assert engine.announced[-1] == chat
        engine.send("More", chat)
        engine.regenerate(chat, engine.last(chat)["id"])
        engine.rest(chat)
        assert seen == [[
            {"role": "system", "content": "Be kind."}, *presets,
            {"role": "user", "content": "Hello"},
            {"role": "assistant", "content": "You said: Hello"},
        ]]  # fmt: skip


@pytest.mark.parametrize("said", [None, "", " \n", RuntimeError("no model")])
def test_a_function_that_does_not_say_changes_nothing(
    said: Any, caplog: pytest.LogCaptureFixture
) -> None:
    called = threading.Event()

    def title(messages: Sequence[Any]) -> Any:
        called.set()
        if isinstance(said, Exception):
            raise said
        return said

    with Engine(echo) as engine:
        engine.titler.use(title)
        with caplog.at_level(logging.ERROR, "gptchat"):
            chat = engine.send("Hello")
            assert called.wait(10)
            assert engine.words(chat)[-1] == ("assistant", "You said: Hello")
            if said == "" or said is None:
                assert caplog.records == []
            elif isinstance(said, Exception):
                until(lambda: "app.title" in caplog.text, "the log")
        assert engine.entry(chat)["title"] == "Hello"
        engine.send("More", chat)


def test_a_function_may_return_what_the_model_said() -> None:
    with FakeOpenAI(["Hello!", "A greeting"]) as model:
        client = model.client()

        def title(messages: Sequence[Any]) -> Any:
            return client.chat.completions.create(model="m", messages=[*messages])

        def reply(messages: Sequence[Any]) -> Any:
            return client.chat.completions.create(model="m", messages=[*messages], stream=True)

        with Engine(reply) as engine:
            engine.titler.use(title)
            titled(engine, engine.send("Hi"), "A greeting")


def test_a_failed_or_stopped_answer_is_named_by_nobody() -> None:
    seen: list[Any] = []

    def broken(message: str) -> str:
        raise RuntimeError("broken")

    with Engine(broken) as engine:
        engine.titler.use(lambda messages: seen.append(messages))
        chat = engine.send("Hello")
        assert engine.ends(chat) == ["failed"]
        assert seen == []


def test_a_handler_names_its_chat_at_any_time_and_is_heard_last() -> None:
    def reply(message: str, ctx: Any) -> str:
        ctx.set_title(f"On {message}\nand more")
        return "ok"

    async def areply(message: str, ctx: Any) -> str:
        ctx.set_title("first")
        ctx.set_title(f"On {message}\nand more")
        return "ok"

    for handler in (reply, areply):
        with Engine(handler) as engine:
            chat = engine.send("cats")
            titled(engine, chat, "On cats and more")
            engine.send("dogs", chat)
            titled(engine, chat, "On dogs and more")


def test_of_two_names_the_newer_one_stays_however_the_first_is_held_up() -> None:
    async def reply(ctx: Any) -> str:
        ctx.set_title("first")
        ctx.set_title("second")
        return "ok"

    with Engine(reply) as engine:
        write, second = engine.store.titles.name, threading.Event()

        def held_up(conversation: str, title: str) -> bool:
            if title == "first":
                second.wait(1)  # Longer than the second one needs, if it does not wait.
            done = write(conversation, title)
            if title == "second":
                second.set()
            return done

        engine.store.titles.name = held_up  # type: ignore[method-assign]
        chat = engine.send("Hello")
        assert second.wait(10)
        engine.rest(chat)
        until(lambda: not any(t.name == "gptchat-title" for t in threading.enumerate()), "writers")
        assert engine.entry(chat)["title"] == "second"


def test_a_persons_name_wins_over_both_for_good() -> None:
    with Engine(lambda ctx: ctx.set_title("the program's") or "ok") as engine:
        engine.titler.use(lambda messages: "the function's")
        chat = engine.send("Hello")
        engine.change("rename", chat, title="mine")
        engine.send("More", chat)
        engine.regenerate(chat, engine.path(chat)[1]["id"])
        engine.rest(chat)
        assert engine.entry(chat)["title"] == "mine"


@pytest.mark.parametrize("title", ["", " \n", None, 7])
def test_a_title_without_a_word_is_told_to_the_developer(title: Any) -> None:
    errors: list[BadReply] = []

    def reply(ctx: Any) -> str:
        try:
            ctx.set_title(title)
        except BadReply as error:
            errors.append(error)
        return "ok"

    with Engine(reply) as engine:
        assert engine.entry(engine.send("Hello"))["title"] == "Hello"
    assert len(errors) == 1


def test_a_title_that_is_too_long_is_cut() -> None:
    with Engine(lambda ctx: ctx.set_title("x" * 500) or "ok") as engine:
        titled(engine, engine.send("Hello"), "x" * 120)


def test_a_function_that_asks_for_something_else_is_told() -> None:
    for wrong in (lambda: "", lambda chat: "", lambda messages, ctx: ""):
        with pytest.raises(UnknownArgument, match="asks for `messages`"):
            Titler().use(wrong)


def test_the_decorator_registers_and_gives_the_function_back() -> None:
    app = GPTChat(echo, store=None)

    @app.title
    def title(messages: Sequence[Any]) -> str:
        return f"About {messages[0]['content']}"

    assert title([{"content": "it"}]) == "About it"
    client = app.test_client()
    client.send("cats")
    house = client._stage._house
    entries = house.store.listing.page(OWNER, None, 5)["conversations"]
    assert [each["title"] for each in entries] == ["About cats"]
