"""A handler asks for what it needs by name, and a wrong name is told with the right one."""

from __future__ import annotations

import functools
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from gptchat.errors import BadOption, NoHandler, NotFound, UnknownArgument
from gptchat.handlers import ARGUMENTS, UNNAMED, Handlers, Names, make_handler

GIVEN: dict[str, Callable[[], Any]] = {name: lambda name=name: f"<{name}>" for name in ARGUMENTS}  # type: ignore[misc]


def call(function: Callable[..., Any]) -> Any:
    return make_handler(function).call(GIVEN)


@pytest.mark.parametrize("count", range(len(ARGUMENTS) + 1))
def test_arguments_come_by_name_in_any_combination_and_order(count: int) -> None:
    for names in itertools.permutations(ARGUMENTS, count):
        handler = make_handler(eval(f"lambda {', '.join(names)}: [{', '.join(names)}]"))
        assert handler.call(GIVEN) == [f"<{name}>" for name in names]


def test_what_is_not_asked_for_is_not_made() -> None:
    def never() -> Any:
        raise AssertionError("Nobody asked for it.")

    handler = make_handler(lambda message: message)
    assert handler.call({**dict.fromkeys(ARGUMENTS, never), "message": lambda: "hi"}) == "hi"


def test_arguments_of_its_own_may_have_defaults() -> None:
    def reply(message: str, model: str = "gpt-4o", *more: Any, top: int = 1, **rest: Any) -> Any:
        return message, model, more, top, rest

    assert call(reply) == ("<message>", "gpt-4o", (), 1, {})


def test_a_known_name_with_a_default_is_filled_all_the_same() -> None:
    def reply(messages: Any = None) -> Any:
        return messages

    assert call(reply) == "<messages>"


def test_arguments_that_are_positional_only_are_filled_too() -> None:
    def reply(message: Any, history: Any, /, *, ctx: Any) -> Any:
        return message, history, ctx

    assert call(reply) == ("<message>", "<history>", "<ctx>")


class Bot:
    def method(self, message: str) -> str:
        return message

    @classmethod
    def of_class(cls, message: str) -> str:
        return message

    @staticmethod
    def static(message: str) -> str:
        return message

    def __call__(self, message: str) -> str:
        return message

    async def later(self, message: str) -> str:
        return message


class AsyncBot:
    async def __call__(self, message: str) -> str:
        return message


def with_model(model: str, message: str) -> str:
    return f"{model}: {message}"


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        (Bot().method, "<message>"),
        (Bot.of_class, "<message>"),
        (Bot.static, "<message>"),
        (Bot(), "<message>"),
        (functools.partial(with_model, "gpt-4o"), "gpt-4o: <message>"),
        (functools.partial(with_model, model="gpt-4o"), "gpt-4o: <message>"),
        (functools.wraps(with_model)(lambda **k: str(k)), None),
        (lambda message: message, "<message>"),
    ],
)
def test_anything_that_can_be_called_is_a_handler(
    function: Callable[..., Any], answer: str | None
) -> None:
    if answer is None:
        with pytest.raises(UnknownArgument, match="'model'"):
            make_handler(function)
    else:
        assert call(function) == answer


async def plain(message: str) -> str:
    return message


async def generator(message: str) -> AsyncIterator[str]:
    yield message


@pytest.mark.parametrize(
    "function",
    [
        plain,
        generator,
        Bot().later,
        AsyncBot(),
        functools.partial(plain),
        functools.partial(functools.partial(generator)),
        functools.partial(AsyncBot()),
        functools.partial(Bot().later),
    ],
)
def test_async_handlers_are_recognised(function: Callable[..., Any]) -> None:
    assert make_handler(function).is_async


@pytest.mark.parametrize("function", [Bot(), Bot().method, lambda: plain, functools.partial(Bot())])
def test_others_get_a_thread_of_their_own(function: Callable[..., Any]) -> None:
    assert not make_handler(function).is_async


@pytest.mark.parametrize(
    ("name", "near"),
    [("mesages", "messages"), ("msg_history", "history"), ("context", "ctx"), ("x", None)],
)
def test_an_unknown_name_is_told_with_the_nearest_and_all_known(
    name: str, near: str | None
) -> None:
    with pytest.raises(UnknownArgument) as caught:
        make_handler(eval(f"lambda message, {name}: 0"))
    said = str(caught.value)
    assert f"asks for {name!r}" in said
    assert ("Did you mean" in said) == (near is not None)
    assert near is None or f"Did you mean {near!r}?" in said
    assert said.endswith("A handler may ask for: messages, message, history, ctx, request.")


def test_the_function_is_named() -> None:
    def my_reply(text: str) -> Iterator[str]:
        yield text

    with pytest.raises(UnknownArgument, match=r"^my_reply\(\) asks for 'text'"):
        make_handler(my_reply)


def test_yields_must_be_one_of_two_words() -> None:
    with pytest.raises(UnknownArgument, match="'cumulative'"):
        make_handler(plain, yields="snapshots")  # type: ignore[arg-type]


@pytest.mark.parametrize("thing", [None, "reply", 7])
def test_what_cannot_be_called_is_refused(thing: Any) -> None:
    with pytest.raises(UnknownArgument, match="function"):
        make_handler(thing)


def test_a_built_in_without_a_signature_is_refused() -> None:
    with pytest.raises(UnknownArgument, match="dict"):
        make_handler(dict)


# ------------------------------------------------------------------ several that answer


def offered(*names: Names) -> Handlers:
    """Handlers of these names, each of a function of its own."""
    handlers = Handlers()
    for name in names:
        handlers.add(make_handler(lambda name=name: name), name)
    return handlers


def test_one_handler_without_a_name_is_no_choice() -> None:
    handlers = offered(None, None)
    assert handlers.names == []
    assert handlers.chosen().model is None


def test_named_handlers_stand_side_by_side_and_the_first_answers_unasked() -> None:
    handlers = offered("small", "large")
    assert handlers.names == ["small", "large"]
    assert handlers.chosen().model == "small"
    assert handlers.chosen("large").call({}) == "large"


def test_a_second_handler_of_a_name_takes_its_place() -> None:
    handlers = offered("small", "large", "small")
    assert handlers.names == ["small", "large"]


def test_a_handler_without_a_name_answers_unasked_and_can_be_chosen_beside_others() -> None:
    handlers = offered("small", None)
    assert handlers.names == ["small", UNNAMED]
    assert handlers.chosen().model == UNNAMED
    assert handlers.chosen(UNNAMED).call({}) is None


def test_a_list_is_all_the_names_a_function_answers_to() -> None:
    handlers, handler = offered("mine"), make_handler(lambda: None)
    handlers.add(handler, ["a", "b"])
    handlers.add(handler, ["b", "c"])
    assert handlers.names == ["mine", "b", "c"]


def test_nobody_answers_to_a_name_that_is_not_there() -> None:
    with pytest.raises(NotFound, match="There is no model called 'tiny' here"):
        offered("small").chosen("tiny")
    with pytest.raises(NoHandler, match="Decorate a function"):
        offered().chosen()


@pytest.mark.parametrize("name", ["", "  ", ["a", ""], [None], 3])
def test_a_name_is_a_text(name: Any) -> None:
    with pytest.raises(BadOption, match="A name is a text that is not empty"):
        offered(name)


def test_who_answers_in_place_of_another_function_is_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def brief() -> str:
        return "Yes."

    def verbose() -> str:
        return "Yes, of course."

    handlers = Handlers()
    for function in (brief, verbose, verbose):
        handlers.add(make_handler(function), None)
    assert [record.getMessage() for record in caplog.records] == [
        "verbose() answers in place of brief() from now on. To let people choose, give each "
        'a name of its own: @app.handle_send_message(name="…").'
    ]
    assert handlers.chosen().function is verbose


def test_a_function_defined_anew_takes_its_own_place_without_a_word(
    caplog: pytest.LogCaptureFixture,
) -> None:
    offered(None, None, "small", "large", "small")
    assert caplog.records == []


def test_a_name_of_somebodys_own_is_answered_with_how_to_write_it() -> None:
    with pytest.raises(UnknownArgument, match=r"names of the parameters matter: write lambda mess"):
        make_handler(lambda m: m)


def test_a_function_is_shown_with_its_own_name() -> None:
    def shout(it: str) -> str:
        return it.upper()

    with pytest.raises(UnknownArgument, match=r"write def shout\(message\): …"):
        make_handler(shout)
