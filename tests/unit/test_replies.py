"""Whatever a handler returns or yields becomes the messages a person would expect."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from typing import Any

import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk, ChatCompletionMessage
from openai.types.chat.chat_completion import Choice as WholeChoice
from openai.types.chat.chat_completion_chunk import Choice, ChoiceDelta

from gptchat.protocol import Node
from support.engine import Engine, ask, texts
from support.waiting import until

CALL = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{}"}}


def chunk(text: str | None, id: str = "cc_1", reason: Any = None) -> ChatCompletionChunk:
    choice = Choice(index=0, delta=ChoiceDelta(content=text), finish_reason=reason)
    return ChatCompletionChunk(
        id=id, choices=[choice], created=1, model="gpt-4o", object="chat.completion.chunk"
    )


def chunks(*pieces: str, id: str = "cc_1") -> Iterator[ChatCompletionChunk]:
    for text in pieces:
        yield chunk(text, id)
    yield chunk(None, id, "stop")


async def achunks(*pieces: str) -> AsyncIterator[ChatCompletionChunk]:
    for each in chunks(*pieces):
        yield each


def said(text: str) -> ChatCompletionMessage:
    return ChatCompletionMessage(role="assistant", content=text)


def completion(text: str) -> ChatCompletion:
    choice = WholeChoice(index=0, message=said(text), finish_reason="stop")
    return ChatCompletion(
        id="cc_1", choices=[choice], created=1, model="gpt-4o", object="chat.completion"
    )


def tail(usage: Any = None, id: str = "cc_1") -> ChatCompletionChunk:
    """A chunk without choices: the last one of OpenAI, the first one of Azure."""
    return ChatCompletionChunk(
        id=id, choices=[], created=1, model="gpt-4o", object="chat.completion.chunk", usage=usage
    )


async def later(value: Any) -> Any:
    return value


KINDS: dict[str, tuple[Callable[[], Any], list[Any]]] = {
    "a string": (lambda: "Hi", ["Hi"]),
    "a message dict": (lambda: {"role": "assistant", "content": "Hi"}, ["Hi"]),
    "a dict without a role": (lambda: {"content": "Hi"}, ["Hi"]),
    "an SDK message": (lambda: said("Hi"), ["Hi"]),
    "a completion": (lambda: completion("Hi"), ["Hi"]),
    "a choice of a completion": (lambda: completion("Hi").choices[0], ["Hi"]),
    "a chunk": (lambda: chunk("Hi"), ["Hi"]),
    "a choice of a chunk": (lambda: chunk("Hi").choices[0], ["Hi"]),
    "a delta": (lambda: ChoiceDelta(content="Hi"), ["Hi"]),
    "a stream": (lambda: chunks("H", "i"), ["Hi"]),
    "an async stream": (lambda: achunks("H", "i"), ["Hi"]),
    "an iterator of strings": (lambda: iter(["H", "i"]), ["Hi"]),
    "a list": (lambda: ["One", said("Two"), {"content": "Three"}], ["One", "Two", "Three"]),
    "a tuple": (lambda: ("One", "Two"), ["One", "Two"]),
    "a list of streams": (lambda: [chunks("O", "ne"), chunks("T", "wo")], ["One", "Two"]),
    "a list of async streams": (lambda: [achunks("O", "ne"), achunks("T", "wo")], ["One", "Two"]),
    "an awaitable": (lambda: later("Hi"), ["Hi"]),
    "an awaitable of a stream": (lambda: later(achunks("H", "i")), ["Hi"]),
    "an awaitable of a plain stream": (lambda: later(chunks("H", "i")), ["Hi"]),
    "nothing": (lambda: None, []),
    "an empty list": (list, []),
}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """One engine for all kinds, as one server answers all people."""
    with Engine() as shared:
        yield shared


def answers(engine: Engine, handler: Callable[[], Any]) -> list[Node]:
    engine.answer_with(handler)
    return engine.path(engine.send())[1:]


every_kind = pytest.mark.parametrize(("make", "words"), KINDS.values(), ids=KINDS)


@every_kind
def test_a_plain_handler_may_return(
    engine: Engine, make: Callable[[], Any], words: list[Any]
) -> None:
    def reply() -> Any:
        return make()

    nodes = answers(engine, reply)
    assert texts(nodes) == words
    assert {node["status"] for node in nodes} <= {"done"}


@every_kind
def test_an_async_handler_may_return(
    engine: Engine, make: Callable[[], Any], words: list[Any]
) -> None:
    async def reply() -> Any:
        return make()

    assert texts(answers(engine, reply)) == words


@every_kind
def test_a_generator_may_yield(engine: Engine, make: Callable[[], Any], words: list[Any]) -> None:
    def reply() -> Iterator[Any]:
        yield make()

    assert texts(answers(engine, reply)) == words


@every_kind
def test_an_async_generator_may_yield(
    engine: Engine, make: Callable[[], Any], words: list[Any]
) -> None:
    async def reply() -> AsyncIterator[Any]:
        yield make()

    assert texts(answers(engine, reply)) == words


@every_kind
def test_a_generator_may_return_at_its_end(
    engine: Engine, make: Callable[[], Any], words: list[Any]
) -> None:
    def reply() -> Generator[Any, None, Any]:
        yield {"role": "assistant", "content": "First."}
        end: Any = make()
        return end

    assert texts(answers(engine, reply)) == ["First.", *words]


def test_strings_yielded_are_pieces_of_one_message() -> None:
    def reply() -> Iterator[str]:
        yield from ["Hel", "lo ", "you"]

    assert texts(ask(reply)) == ["Hello you"]


def test_generators_may_hand_on_to_generators() -> None:
    def inner() -> Iterator[str]:
        yield "b"
        yield "c"

    def reply() -> Iterator[str]:
        yield "a"
        yield from inner()
        yield "d"

    assert texts(ask(reply)) == ["abcd"]


def test_a_generator_yielded_is_a_message_of_its_own() -> None:
    def reply() -> Iterator[Any]:
        yield "Let me think."
        yield chunks("42", "!")
        yield "Done."

    assert texts(ask(reply)) == ["Let me think.", "42!", "Done."]


def test_two_streams_one_after_the_other_are_two_messages() -> None:
    def reply() -> Iterator[Any]:
        yield from chunks("One", id="cc_1")
        yield from chunks("Two", id="cc_2")

    assert texts(ask(reply)) == ["One", "Two"]


def test_two_streams_of_dicts_are_two_messages() -> None:
    def reply() -> Iterator[Any]:
        yield from (each.model_dump() for each in chunks("One", id="cc_1"))
        yield from (each.model_dump() for each in chunks("Two", id="cc_2"))

    assert texts(ask(reply)) == ["One", "Two"]


def test_dicts_with_an_id_are_deltas_of_that_message() -> None:
    def reply() -> Iterator[dict[str, str]]:
        yield {"id": "a", "content": "One"}
        yield {"id": "b", "content": "Two"}
        yield {"id": "a", "content": " more"}

    assert texts(ask(reply)) == ["One more", "Two"]


def test_calls_and_their_results_stand_in_order() -> None:
    def reply() -> Iterator[Any]:
        yield {"role": "assistant", "content": None, "tool_calls": [CALL]}
        yield {"role": "tool", "tool_call_id": "call_1", "content": "found"}
        yield "It is there."

    assert [n["message"]["role"] for n in ask(reply)] == ["assistant", "tool", "assistant"]


def test_the_reason_a_stream_ended_is_kept_beside_the_message() -> None:
    node = ask(lambda: chunks("Hi"))[0]
    assert node["finish_reason"] == "stop"
    assert node["message"] == {"role": "assistant", "content": "Hi"}


def cumulative(*whole: str) -> list[Any]:
    return texts(ask(lambda: iter(whole), yields="cumulative"))


def test_cumulative_strings_are_each_the_whole_text_so_far() -> None:
    assert cumulative("H", "He", "Hello", "Hello", "Hello you") == ["Hello you"]


def test_a_cumulative_text_may_shrink_and_grow_again() -> None:
    assert cumulative("Hello there", "Hello", "Hello you") == ["Hello you"]


def test_a_cumulative_text_may_change_altogether() -> None:
    assert cumulative("Thinking…", "The answer", "The answer is 42") == ["The answer is 42"]


def test_a_text_that_changes_all_the_time_does_not_use_up_the_limit() -> None:
    long = [str(i) + "x" * 90 for i in range(50)]
    nodes = ask(lambda: iter(long), yields="cumulative", max_reply_chars=200)
    assert (nodes[0]["status"], nodes[0]["message"]["content"]) == ("done", long[-1])


def test_deltas_that_repeat_their_beginning_are_warned_of_once_in_debug_mode(
    caplog: pytest.LogCaptureFixture,
) -> None:
    grows = [f"The answer is{' very' * i} long"[: 13 + 5 * i] for i in range(6)]
    with caplog.at_level(logging.WARNING, "gptchat"):
        ask(lambda: iter(grows), debug=True)
        warned = [r.getMessage() for r in caplog.records]
        ask(lambda: iter(grows))
    assert len(warned) == len(caplog.records) == 1
    assert "yields='cumulative'" in warned[0]


def test_ordinary_deltas_are_not_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    ask(lambda: iter(["ha", "ha", "ha ", "ha ha ha ha ", "and so on"]), debug=True)
    assert caplog.records == []


class Unknown:
    """Of a class nobody has heard of."""


@pytest.mark.parametrize(
    "value", [b"bytes", bytearray(b"x"), 7, 0.5, True, Unknown(), {"colour": "red"}]
)
@pytest.mark.parametrize("yielded", [False, True])
def test_what_cannot_become_a_message_ends_the_run_as_failed(value: Any, yielded: bool) -> None:
    def reply() -> Iterator[Any]:
        yield "Words. "
        yield value

    node = ask(reply if yielded else lambda: value)[-1]
    assert node["status"] == "failed"
    assert node["error"]["sentence"] == "The answer was of a kind that cannot be shown."
    assert node["message"]["content"] == ("Words. " if yielded else "")


def test_the_log_names_what_could_not_be_shown(caplog: pytest.LogCaptureFixture) -> None:
    ask(lambda: Unknown())
    assert "'Unknown'" in caplog.text
    assert "Return or yield a str" in caplog.text


def test_a_source_is_closed_when_the_handler_is_stopped() -> None:
    closed = []

    def reply() -> Iterator[str]:
        try:
            while True:
                yield "x"
                time.sleep(0.005)
        finally:
            closed.append(True)

    with Engine(reply) as engine:
        chat = engine.begin()
        until(lambda: len(engine.words(chat)) > 1, "the first word")
        engine.stop(chat)
        engine.rest(chat)
        until(lambda: closed, "the generator to be closed")


def test_a_source_that_comes_after_the_stop_is_closed_unread() -> None:
    closed, read, asked = [], [], threading.Event()

    class Source:
        def __iter__(self) -> Iterator[str]:
            read.append(True)
            return iter(["never"])

        def close(self) -> None:
            closed.append(True)

    with Engine() as engine:

        def reply(ctx: Any) -> None:
            asked.set()
            ctx.stopped.wait(5)  # As long as the model takes to answer at all.
            ctx.stream(Source())

        engine.answer_with(reply)
        chat = engine.begin()
        assert asked.wait(5)
        engine.stop(chat)
        until(lambda: closed, "the source to be closed")
        assert read == []


def test_a_generator_whose_close_raises_spoils_nothing() -> None:
    class Odd:
        def __iter__(self) -> Odd:
            return self

        def __init__(self) -> None:
            self.left = ["a", "b"]

        def __next__(self) -> str:
            if not self.left:
                raise StopIteration
            return self.left.pop(0)

        def close(self) -> None:
            raise OSError("already gone")

    nodes = ask(lambda: Odd())
    assert (texts(nodes), nodes[0]["status"]) == (["ab"], "done")


USAGE = {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}


@pytest.mark.parametrize("id", ["cc_1", "", "cc_2"])
def test_what_a_stream_has_cost_is_kept_beside_the_message(id: str) -> None:
    def handler() -> Iterator[Any]:
        yield from chunks("Hi")
        yield tail(USAGE, id)

    [node] = ask(handler)
    assert node["usage"] == USAGE
    assert node["message"] == {"role": "assistant", "content": "Hi"}


def test_what_a_completion_has_cost_is_kept_beside_the_message() -> None:
    [node] = ask(lambda: completion("Hi").model_copy(update={"usage": USAGE}))
    assert node["usage"] == USAGE
    assert "usage" not in node["message"]


def test_the_cost_told_first_is_kept_too() -> None:
    [node] = ask(lambda: iter([tail(USAGE, ""), *chunks("Hi")]))
    assert (node["message"]["content"], node["usage"]) == ("Hi", USAGE)


def test_chunks_without_choices_make_no_messages_of_their_own() -> None:
    said = ask(lambda: iter([tail(id=""), *chunks("Hi"), tail(id="other")]))
    assert texts(said) == ["Hi"]


def test_a_chunk_without_an_id_belongs_to_the_others() -> None:
    said = ask(lambda: iter([chunk("One "), chunk("two ", id=""), chunk("three")]))
    assert texts(said) == ["One two three"]


def test_tokens_are_never_sent_back_to_the_model() -> None:
    asked: list[Any] = []

    def handler(messages: list[Any]) -> Iterator[Any]:
        asked.append(messages)
        yield from chunks("Hi")
        yield tail(USAGE)

    with Engine(handler) as engine:
        engine.send("again", engine.send("Hello?"))
    assert asked[1] == [
        {"role": "user", "content": "Hello?"},
        {"role": "assistant", "content": "Hi"},
        {"role": "user", "content": "again"},
    ]
