"""A handler is tested without a browser: what a person does, and what they would see."""

from __future__ import annotations

import asyncio
import json
import threading
import time
import traceback
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI

from gptchat import Chat, GPTChat
from gptchat.errors import HandlerHangs, NoHandler, NotFound
from gptchat.testing import FakeOpenAI, Reply, TestClient, typewriter

CALL = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{}"}}


def one_two_three() -> Iterator[str]:
    yield "one "
    yield "two "
    yield "three"


async def in_pieces() -> AsyncIterator[str]:
    for piece in one_two_three():
        await asyncio.sleep(0)
        yield piece


async def all_at_once() -> str:
    return "one two three"


def client_of(handler: Any, **options: Any) -> TestClient:
    return GPTChat(handler, store=None, **options).test_client()


# ---------------------------------------------------------------------- answers


@pytest.mark.parametrize("handler", [one_two_three, in_pieces, all_at_once])
def test_an_answer_is_what_the_handler_says(handler: Any) -> None:
    with client_of(handler) as client:
        answer = client.send("Count")
        assert answer.text == client.text == "one two three"
        assert answer.status == "done"
        assert answer.messages == [{"role": "assistant", "content": "one two three"}]
        assert (answer.error, answer.usage, answer.sentence, answer.tool_calls) == (
            *(None, None, None),
            [],
        )


def test_an_answer_keeps_its_pieces() -> None:
    with client_of(one_two_three) as client:
        assert client.send("Count").pieces == ["one ", "two ", "three"]


def test_an_answer_may_be_several_messages_with_calls_and_results() -> None:
    def handler() -> Iterator[Any]:
        yield {"role": "assistant", "content": "Let me see.", "tool_calls": [CALL]}
        yield {"role": "tool", "tool_call_id": "call_1", "content": "rain"}
        yield "It "
        yield "rains."

    with client_of(handler) as client:
        answer = client.send("Weather?")
        assert answer.text == "Let me see.\n\nIt rains."
        assert answer.tool_calls == [CALL]
        assert [message["role"] for message in answer.messages] == [
            "assistant",
            "tool",
            "assistant",
        ]
        assert client.messages == [{"role": "user", "content": "Weather?"}, *answer.messages]
        client.reload()


def test_a_real_stream_with_its_usage_is_read(fake: FakeOpenAI, client: OpenAI) -> None:
    fake.script = "Hello you"

    def handler(messages: Any) -> Any:
        return client.chat.completions.create(
            model="m", messages=messages, stream=True, stream_options={"include_usage": True}
        )

    with client_of(handler) as person:
        answer = person.send("Hi")
    assert (answer.text, answer.finish_reason) == ("Hello you", "stop")
    assert answer.usage == {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}


def test_usage_is_what_all_messages_of_an_answer_have_cost() -> None:
    def counted(text: str, **usage: Any) -> dict[str, Any]:
        return {"role": "assistant", "content": text, "usage": usage}

    def handler() -> Iterator[Any]:
        yield counted("a", total_tokens=3, details={"cached": 1}, tier="x")
        yield counted("b", total_tokens=4, details={"cached": 2})

    with client_of(handler) as client:
        assert client.send("Hi").usage == {"total_tokens": 7, "details": {"cached": 3}, "tier": "x"}


# ------------------------------------------------------- what a handler is given


def test_a_person_chooses_who_answers() -> None:
    app = GPTChat(store=None)
    app.handle_send_message(lambda: "fast", name="Fast")
    app.handle_send_message(lambda ctx: ctx.model, name="Slow")
    with app.test_client() as client:
        assert client.send("Hi").text == "fast"
        assert client.send("Hi", model="Slow").text == "Slow"
        assert client.regenerate(model="Fast").text == "fast"
        assert client.edit("Ho", model="Slow").text == "Slow"
        with pytest.raises(NotFound, match="no model called 'Slower'"):
            client.send("Hi", model="Slower")


def test_a_person_attaches_files(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("eggs", "utf-8")

    def handler(ctx: Chat) -> str:
        return ", ".join(f"{file.name}: {file.read().decode()}" for file in ctx.attachments)

    def told() -> str:
        with client_of(handler, prompt={"allow_upload": True}) as client:
            answer = client.send("Look", files=[tmp_path / "list.txt", ("b.txt", b"milk")])
            assert answer.text == "list.txt: eggs, b.txt: milk"
            kinds = [part["type"] for part in client.messages[0]["content"]]
            assert kinds == ["file", "file", "text"]
            client.reload()
            return json.dumps(client.events)

    assert told() == told()


def test_a_chat_begins_with_what_greets_the_page() -> None:
    app = GPTChat(lambda history: str(len(history)), store=None)

    @app.handle_connect
    def greet(request: Any) -> None:
        app.update_message(f"Welcome, {request.session}!")

    with app.test_client(session="ann") as client:
        assert client.messages == [{"role": "assistant", "content": "Welcome, ann!"}]
        assert client.send("Hi").text == "1"
        client.reload()


def test_messages_are_what_the_handler_receives_next() -> None:
    received: list[Any] = []

    def handler(messages: Any) -> str:
        received.append(messages)
        return "Yes"

    preset = [{"role": "assistant", "content": "Welcome"}]
    with client_of(handler, messages=preset, system="Be brief") as client:
        for text in ("one", "two"):
            expected = [*client.messages, {"role": "user", "content": text}]
            client.send(text)
            assert received.pop() == expected
        assert [m["role"] for m in client.messages[:2]] == ["system", "assistant"]


def test_a_handler_sees_who_asks_and_why() -> None:
    seen: list[Any] = []

    def handler(ctx: Chat, request: Any) -> str:
        seen.append((ctx.trigger, ctx.conversation_id, request.session, dict(request.headers)))
        return "Yes"

    app = GPTChat(handler, store=None)
    with app.test_client(session="ann", headers={"X-Team": "red"}) as client:
        client.send("Hi")
        client.edit("Ho")
        client.regenerate()
    assert [each[0] for each in seen] == ["new", "edit", "regenerate"]
    assert {each[1:3] for each in seen} == {(client.conversation, "ann")}
    assert seen[0][3] == {"X-Team": "red"}


def test_what_is_sent_by_way_of_the_application_arrives_from_any_thread() -> None:
    app = GPTChat(store=None)

    @app.handle_send_message
    def handler(ctx: Chat) -> None:
        app.update_message("from the handler")
        id = app.new_id()
        helper = threading.Thread(target=lambda: app.update_message({"content": "helped"}, id=id))
        helper.start()
        helper.join()
        other = threading.Thread(target=lambda: app.update_message("named", to=ctx.conversation_id))
        other.start()
        other.join()

    with app.test_client() as client:
        assert client.send("Hi").text == "from the handler\n\nhelped\n\nnamed"


# ------------------------------------------------------------- what a person does


def test_an_edit_opens_a_branch_and_keeps_the_other() -> None:
    with client_of(lambda message: message.upper()) as client:
        first = client.send("a")
        client.send("b")
        assert client.edit("c").text == "C"
        assert [m["content"] for m in client.messages] == ["a", "A", "c", "C"]
        assert client.edit("d", 0).text == "D"
        assert [m["content"] for m in client.messages] == ["d", "D"]
        client.select(first)
        assert [m["content"] for m in client.messages] == ["a", "A", "c", "C"]
        client.reload()


def test_regenerate_answers_again() -> None:
    count = iter("123")
    with client_of(lambda: next(count)) as client:
        client.send("Hi")
        assert client.regenerate().text == "2"
        assert [m["content"] for m in client.messages] == ["Hi", "2"]


def test_another_chat_knows_nothing_of_the_first() -> None:
    with client_of(lambda history: str(len(history))) as client:
        client.send("a")
        assert client.send("b").text == "2"
        client.new_chat()
        assert client.send("c").text == "0"


def test_what_is_not_there_is_told_in_a_sentence() -> None:
    with client_of(one_two_three) as client:
        for ask in (client.reload, client.regenerate, lambda: client.text):
            with pytest.raises(NotFound, match="Call send first"):
                ask()
        client.send("Hi")
        with pytest.raises(NotFound, match="the person has said 1 things"):
            client.edit("Ho", 1)
    with GPTChat(store=None).test_client() as nobody, pytest.raises(NoHandler):
        nobody.send("Hi")


# ---------------------------------------------------------------------------- Stop


@pytest.mark.parametrize("handler", [one_two_three, in_pieces])
@pytest.mark.parametrize(("pieces", "text"), [(0, ""), (1, "one "), (3, "one two three")])
def test_stop_comes_after_exactly_so_many_pieces(handler: Any, pieces: int, text: str) -> None:
    with client_of(handler) as client:
        answer = client.stop_after(pieces).send("Count")
        assert (answer.status, answer.text, answer.error) == ("stopped", text, None)
        client.reload()
        assert client.send("Again").status == "done"


def test_stop_hangs_up_on_the_model(fake: FakeOpenAI, client: OpenAI) -> None:
    fake.script = Reply("word " * 50, silence="forever", silence_after=4)

    def handler(messages: Any) -> Any:
        return client.chat.completions.create(model="m", messages=messages, stream=True)

    with client_of(handler) as person:
        assert person.stop_after(2).send("Hi").text == "word word"
    assert fake.wait_closed()
    assert fake.exchanges[0].ending == "hung up"


def test_a_stop_that_never_came_fails_the_test() -> None:
    with client_of(one_two_three) as client:
        with pytest.raises(AssertionError, match=r"after 4 pieces .* \(done\) after 3"):
            client.stop_after(4).send("Count")


def test_a_handler_cleans_up_before_the_test_goes_on() -> None:
    cleaned: list[str] = []

    def handler() -> Iterator[str]:
        try:
            yield from one_two_three()
        finally:
            time.sleep(0.02)
            cleaned.append("up")

    with client_of(handler) as client:
        client.stop_after(1).send("Hi")
        assert cleaned == ["up"]


# ------------------------------------------------------------------------- failing


def fails_half_way() -> Iterator[str]:
    yield "So far"
    raise ValueError("the reason")


async def fails_later() -> str:
    await asyncio.sleep(0)
    raise ValueError("the reason")


def test_what_a_handler_raises_is_raised_in_the_test_with_its_own_lines() -> None:
    with client_of(fails_half_way) as client:
        with pytest.raises(ValueError, match="the reason") as raised:
            client.send("Hi")
    names = [frame.name for frame in traceback.extract_tb(raised.value.__traceback__)]
    assert names[-1] == "fails_half_way"
    assert "_on_thread" not in names


@pytest.mark.parametrize(("handler", "text"), [(fails_half_way, "So far"), (fails_later, "")])
def test_what_a_person_sees_of_a_failure_can_be_looked_at(handler: Any, text: str) -> None:
    with client_of(handler) as client:
        answer = client.send("Hi", raise_errors=False)
        assert (answer.status, answer.text) == ("failed", text)
        assert isinstance(answer.error, ValueError)
        assert answer.sentence == "Something went wrong while answering."
        client.reload()


def sleeps() -> None:
    time.sleep(30)  # where it hangs


async def awaits() -> None:
    await deeper()


async def deeper() -> None:
    await asyncio.sleep(30)  # where it hangs


async def awaits_in_a_generator() -> AsyncIterator[str]:
    yield "So far"
    await deeper()


@pytest.mark.parametrize("handler", [sleeps, awaits, awaits_in_a_generator])
def test_a_handler_that_hangs_is_told_with_the_line_it_hangs_on(handler: Any) -> None:
    client = GPTChat(handler, store=None).test_client(timeout=0.1)
    began = time.monotonic()
    with client, pytest.raises(HandlerHangs, match="has not finished after") as raised:
        client.send("Hi")
    assert "# where it hangs" in str(raised.value)
    assert handler.__name__ in str(raised.value)
    assert time.monotonic() - began < 5


def test_a_handler_that_does_not_heed_stop_is_told() -> None:
    def handler(ctx: Chat) -> Iterator[str]:
        yield "So far"
        time.sleep(30)

    client = GPTChat(handler, store=None).test_client(timeout=0.1)
    with client, pytest.raises(HandlerHangs, match="was stopped and goes on working"):
        client.stop_after(1).send("Hi")


# -------------------------------------------------------- the same twice, and alone


def test_the_same_test_tells_the_same_events() -> None:
    def handler(ctx: Chat) -> Iterator[Any]:
        yield {"content": "", "tool_calls": [{"function": {"name": "look", "arguments": "{}"}}]}
        yield {"role": "tool", "tool_call_id": ctx.conversation_id, "content": "x"}
        yield from typewriter("Some words, one by one.", 0)
        raise ValueError

    def told() -> str:
        with client_of(handler, messages=[{"role": "assistant", "content": "Hi"}]) as client:
            client.raise_errors = False
            client.send("a")
            client.stop_after(2).regenerate()
            client.edit("b")
            return json.dumps([client.events, [answer.events for answer in client.answers]])

    assert told() == told()


def test_a_call_without_an_id_is_answered_by_the_id_it_was_given(fake: FakeOpenAI) -> None:
    def handler(ctx: Chat) -> str:
        piece = {"index": 0, "function": {"name": "look", "arguments": "{}"}}
        said = ctx.stream(iter([{"choices": [{"index": 0, "delta": {"tool_calls": [piece]}}]}]))
        [call] = said["tool_calls"]
        ctx.send({"role": "tool", "tool_call_id": call["id"], "content": "rain"})
        return "It rains."

    with client_of(handler) as client:
        answer = client.send("Weather?")
        assert answer.messages[1] == {
            "role": "tool",
            "tool_call_id": answer.tool_calls[0]["id"],
            "content": "rain",
        }


def test_clients_are_strangers_to_each_other_and_to_the_real_store(tmp_path: Path) -> None:
    place = tmp_path / "real.db"
    app = GPTChat(store=place)

    @app.handle_send_message
    def handler(history: Any, ctx: Chat) -> None:
        app.update_message(str(len(history)), to=ctx.conversation_id)

    with app.test_client() as one, app.test_client() as other:
        one.send("a")
        assert other.send("a").text == "0"
        assert one.send("b").text == "2"
        assert len(other.messages) == 2
    assert not place.exists()


def test_a_reload_notices_what_was_not_kept() -> None:
    with client_of(one_two_three) as client:
        client.send("Hi")
        client.nodes[-1]["message"]["content"] = "one two"
        with pytest.raises(AssertionError, match="one two three"):
            client.reload()


def test_a_client_nobody_closed_leaves_when_it_is_forgotten() -> None:
    app = GPTChat(one_two_three, store=None)
    client = app.test_client()
    client.send("Hi")
    assert app._rehearsal() is not None
    del client
    assert app._rehearsal() is None
