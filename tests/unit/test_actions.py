"""What a person does is done once, however often it is asked, and told clearly if it is not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gptchat.chat import Chat
from gptchat.errors import NotFound
from gptchat.refusals import Refuse
from support.engine import OWNER, WHO, Engine, echo, new_id
from support.waiting import until

PRESETS = [
    {"role": "system", "content": "Be kind."},
    {"role": "assistant", "content": "Hello! How are you?"},
]


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(echo) as made:
        yield made


def asked(kind: str, chat: str | None, **more: Any) -> Any:
    return {"type": kind, "conversation": chat, **more}


def together(work: Callable[[], object], times: int = 8) -> None:
    """Do the same thing in many threads at once."""
    start, errors = threading.Barrier(times), list[BaseException]()

    def main() -> None:
        try:
            start.wait(5)
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=main) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


# ------------------------------------------------------------------------------ models


def named(name: str) -> Callable[..., str]:
    return lambda ctx: f"{name} was asked for {ctx.model}"


@pytest.fixture
def models() -> Iterator[Engine]:
    with Engine(named("one"), name="small") as made:
        made.answer_with(named("two"), name="large")
        yield made


def test_the_model_a_person_chose_answers_and_its_name_stays_on_the_answer(models: Engine) -> None:
    chat = models.send("Hi", model="large")
    assert models.words(chat)[-1] == ("assistant", "two was asked for large")
    assert models.last(chat)["model"] == "large"
    assert models.events(chat, "run")[0]["run"]["model"] == "large"


def test_each_edit_and_each_retry_may_choose_another_model(models: Engine) -> None:
    chat = models.send("Hi", model="large")
    models.regenerate(chat, models.last(chat)["id"], model="small")
    models.rest(chat)
    assert models.last(chat)["model"] == "small"
    models.edit(chat, models.path(chat)[0]["id"], "Hello", model="large")
    models.rest(chat)
    assert [node.get("model") for node in models.path(chat)] == [None, "large"]


def test_a_message_that_waits_keeps_the_model_it_was_sent_with() -> None:
    hold = threading.Event()
    with Engine(lambda ctx: hold.wait(5) and f"{ctx.model} answers") as engine:
        engine.answer_with(named("one"), name="small")
        chat = engine.begin("one")
        engine.begin("two", chat, model="small")
        engine.answer_with(named("other"), name="small")
        hold.set()
        engine.rest(chat)
        assert [text for role, text in engine.words(chat) if role == "assistant"] == [
            "Default answers",
            "one was asked for small",
        ]


def test_an_unknown_model_is_refused_before_anything_is_done(models: Engine) -> None:
    chat = models.send("Hi", model="small")
    for ask in (
        lambda: models.begin("Hi", model="tiny"),
        lambda: models.edit(chat, models.path(chat)[0]["id"], "No", model="tiny"),
        lambda: models.regenerate(chat, models.last(chat)["id"], model="tiny"),
    ):
        with pytest.raises(NotFound, match="no model called 'tiny'"):
            ask()
    assert len(models.state(chat).nodes) == 2


# ------------------------------------------------------------------------------- send


def test_a_first_message_begins_a_conversation_with_the_presets_once() -> None:
    with Engine(echo, messages=PRESETS) as engine:
        chat = engine.send("one")
        engine.send("two", chat)
        assert engine.words(chat) == [
            ("system", "Be kind."),
            ("assistant", "Hello! How are you?"),
            ("user", "one"),
            ("assistant", "You said: one"),
            ("user", "two"),
            ("assistant", "You said: two"),
        ]
        assert [n["id"] for n in engine.path(chat)[:2]] == ["preset_0", "preset_1"]


def test_the_page_may_name_a_preset_as_the_parent_of_the_first_message() -> None:
    with Engine(echo, messages=PRESETS) as engine:
        chat = engine.send("one", parent="preset_1")
        assert len(engine.words(chat)) == 4


def test_a_first_message_sent_again_finds_its_conversation(engine: Engine) -> None:
    id = new_id()
    chats = {engine.send("Hi", id=id) for _ in range(3)}
    [chat] = chats
    assert engine.words(chat) == [("user", "Hi"), ("assistant", "You said: Hi")]


def test_a_message_sent_many_times_at_once_is_answered_once() -> None:
    calls = []

    def reply(message: str) -> str:
        calls.append(message)
        return "Once."

    with Engine(reply) as engine:
        id = new_id()
        together(lambda: engine.begin("Hi", id=id))
        chat = engine.send("Hi", id=id)
        later = new_id()
        together(lambda: engine.begin("again", chat, id=later))
        engine.rest(chat)
        assert calls == ["Hi", "again"]
        assert len(engine.path(chat)) == 4


def test_a_message_that_waits_is_not_doubled_by_a_repeat() -> None:
    hold = threading.Event()
    with Engine(lambda message: hold.wait(5) and echo(message)) as engine:
        chat, id = engine.begin("one"), new_id()
        together(lambda: engine.begin("two", chat, id=id), 4)
        hold.set()
        together(lambda: engine.begin("two", chat, id=id), 4)
        engine.rest(chat)
        assert [text for role, text in engine.words(chat) if role == "user"] == ["one", "two"]


def test_people_with_the_same_message_id_have_conversations_of_their_own(engine: Engine) -> None:
    id = new_id()
    assert engine.begin("Hi", id=id, owner="a") != engine.begin("Hi", id=id, owner="b")


def test_a_message_may_answer_an_earlier_one_and_opens_a_branch(engine: Engine) -> None:
    chat = engine.send("one")
    first = engine.last(chat)["id"]
    engine.send("two", chat)
    engine.send("other", chat, parent=first)
    assert [text for _, text in engine.words(chat)] == [
        "one", "You said: one", "other", "You said: other"
    ]  # fmt: skip


@pytest.mark.parametrize("content", ["", " ", "\n\t "])
def test_an_empty_message_is_refused(engine: Engine, content: str) -> None:
    with pytest.raises(Refuse, match="empty") as caught:
        engine.begin(content)
    assert caught.value.refusal["code"] == "bad_request"


def test_a_message_that_is_too_long_is_refused_and_the_limit_told(engine: Engine) -> None:
    engine.config.update({"max_prompt_chars": 1000})
    engine.send("x" * 1000)
    with pytest.raises(Refuse, match="longer than 1,000 characters") as caught:
        engine.begin("x" * 1001)
    assert caught.value.refusal["code"] == "too_large"


@pytest.mark.parametrize("id", ["", "x" * 65, "a b", "ü", "../x", "a\n", "a.b"])
def test_an_id_of_odd_characters_is_refused(engine: Engine, id: str) -> None:
    chat, send = engine.send(), {"id": id, "parent": None, "content": "x"}
    for conversation in (None, chat):
        with pytest.raises(Refuse, match="1 to 64"):
            engine.actions.send(OWNER, asked("send", conversation, **send), WHO)
    again = asked("regenerate", chat, message=engine.last(chat)["id"], id=id)
    with pytest.raises(Refuse, match="1 to 64"):
        engine.actions.regenerate(OWNER, again, WHO)


def test_half_a_character_in_a_message_is_replaced(engine: Engine) -> None:
    assert engine.words(engine.send("a\ud800\0b"))[0] == ("user", "a\ufffd\ufffdb")


def test_content_may_be_posted_ahead(engine: Engine) -> None:
    long = "long " * 30_000
    content = engine.store.save_content(OWNER, long)
    chat = engine.actions.send(
        OWNER, asked("send", None, id=new_id(), parent=None, content_id=content), WHO
    )
    engine.rest(chat)
    assert engine.words(chat)[0] == ("user", long)


def test_posted_content_of_somebody_else_is_unknown(engine: Engine) -> None:
    content = engine.store.save_content("somebody", "private")
    with pytest.raises(NotFound):
        engine.actions.send(
            OWNER, asked("send", None, id="u", parent=None, content_id=content), WHO
        )


@pytest.mark.parametrize("more", [{}, {"content": "x", "content_id": "t"}])
def test_a_message_needs_exactly_one_content(engine: Engine, more: dict[str, str]) -> None:
    with pytest.raises(Refuse, match="either content or the id"):
        engine.actions.send(OWNER, asked("send", None, id="u", parent=None, **more), WHO)


def test_an_unknown_parent_is_refused(engine: Engine) -> None:
    chat = engine.send()
    with pytest.raises(Refuse, match="is not here"):
        engine.begin("x", chat, parent="nobody")


# ------------------------------------------------------------------- strangers and unknowns


@pytest.mark.parametrize("kind", ["send", "edit", "regenerate", "select", "stop"])
def test_what_is_foreign_is_answered_exactly_like_what_is_unknown(
    engine: Engine, kind: str
) -> None:
    chat = engine.send()
    of_each: dict[str, dict[str, Any]] = {
        "send": {"id": "x", "parent": None, "content": "x"},
        "edit": {"id": "x", "message": engine.path(chat)[0]["id"], "content": "x"},
        "regenerate": {"id": "x", "message": engine.last(chat)["id"]},
        "select": {"message": engine.last(chat)["id"]},
        "stop": {},
    }
    details, before = of_each[kind], engine.events(chat)
    answers = []
    for conversation in (chat, "c_unknown"):
        arguments = [asked(kind, conversation, **details), WHO]
        if kind in ("select", "stop"):
            arguments.pop()
        with pytest.raises(NotFound) as caught:
            getattr(engine.actions, kind)("stranger", *arguments)
        answers.append(str(caught.value))
    assert answers[0] == answers[1]
    assert engine.events(chat) == before


# ------------------------------------------------------------------------------- edit


def test_an_edit_makes_a_sibling_and_its_repeat_makes_none(engine: Engine) -> None:
    chat = engine.send("one")
    engine.send("two", chat)
    old, id = engine.path(chat)[0]["id"], new_id()
    together(lambda: engine.edit(chat, old, "uno", id=id), 4)
    engine.rest(chat)
    assert engine.words(chat) == [("user", "uno"), ("assistant", "You said: uno")]
    state = engine.state(chat)
    assert state.children[None] == [old, id]
    assert len(state.nodes) == 6


def test_the_handler_is_told_why_it_runs() -> None:
    with Engine(lambda ctx: ctx.trigger) as engine:
        chat = engine.send()
        engine.edit(chat, engine.path(chat)[0]["id"], "other")
        engine.rest(chat)
        engine.regenerate(chat, engine.last(chat)["id"])
        engine.rest(chat)
        answers = [n["message"]["content"] for n in engine.state(chat).nodes.values()]
        assert answers[1::2] == ["new", "edit"]
        assert answers[4] == "regenerate"


def test_only_a_persons_own_message_can_be_edited(engine: Engine) -> None:
    chat = engine.send()
    with pytest.raises(Refuse, match="own message"):
        engine.edit(chat, engine.last(chat)["id"], "x")
    with pytest.raises(NotFound):
        engine.edit(chat, "nobody", "x")


def test_an_edit_stops_what_was_going_on() -> None:
    def reply(message: str, ctx: Chat) -> Iterator[str]:
        yield message
        if message == "slow":
            ctx.stopped.wait(5)

    with Engine(reply) as engine:
        chat = engine.begin("slow")
        until(lambda: len(engine.path(chat)) == 2)
        engine.edit(chat, engine.path(chat)[0]["id"], "fast")
        engine.rest(chat)
        assert engine.words(chat) == [("user", "fast"), ("assistant", "fast")]
        assert engine.ends(chat) == ["stopped", "done"]


# ------------------------------------------------------------------------- regenerate


def test_another_answer_is_a_sibling_and_its_repeat_makes_none(engine: Engine) -> None:
    chat = engine.send("one")
    old, id = engine.last(chat)["id"], new_id()
    together(lambda: engine.regenerate(chat, old, id=id), 4)
    engine.rest(chat)
    engine.regenerate(chat, old, id=id)
    engine.rest(chat)
    question = engine.path(chat)[0]["id"]
    children = engine.state(chat).children[question]
    assert (len(children), children[0]) == (2, old)
    assert engine.last(chat)["id"] == children[1]


def test_a_repeat_finds_its_run_even_if_that_said_nothing() -> None:
    calls = []
    with Engine(lambda: calls.append(1)) as engine:
        chat, id = engine.send(), new_id()
        question = engine.path(chat)[0]["id"]
        for _ in range(3):
            engine.regenerate(chat, question, id=id)
            engine.rest(chat)
        assert len(calls) == 2


@pytest.mark.parametrize("end", ["failed", "stopped"])
def test_an_answer_without_words_is_replaced(end: str) -> None:
    def reply(ctx: Chat) -> str:
        if ctx.trigger == "new" and end == "failed":
            raise ValueError
        if ctx.trigger == "new":
            ctx.stopped.wait(5)
        return "At last."

    with Engine(reply) as engine:
        chat = engine.begin()
        if end == "stopped":
            engine.stop(chat)
        engine.rest(chat)
        stub = engine.last(chat)
        assert stub["status"] == end
        engine.regenerate(chat, stub["id"])
        engine.rest(chat)
        assert stub["id"] not in engine.state(chat).nodes
        assert engine.words(chat) == [("user", "Hello?"), ("assistant", "At last.")]


def test_an_answer_that_broke_off_stays_beside_the_new_one() -> None:
    def reply(ctx: Chat) -> Iterator[str]:
        yield "Some words"
        if ctx.trigger == "new":
            raise ValueError

    with Engine(reply) as engine:
        chat = engine.send()
        old = engine.last(chat)["id"]
        engine.regenerate(chat, old)
        engine.rest(chat)
        assert old in engine.state(chat).nodes
        assert engine.last(chat)["id"] != old


def test_without_a_question_above_there_is_nothing_to_answer() -> None:
    with Engine(echo, messages=PRESETS) as engine:
        chat = engine.send()
        with pytest.raises(Refuse, match="no message of a person"):
            engine.regenerate(chat, "preset_1")
        with pytest.raises(NotFound):
            engine.regenerate(chat, "nobody")


# ------------------------------------------------------------------------------ select


def test_selecting_shows_the_newest_of_that_branch(engine: Engine) -> None:
    chat = engine.send("one")
    first = engine.path(chat)[0]["id"]
    engine.send("two", chat)
    engine.edit(chat, first, "uno")
    engine.rest(chat)
    engine.actions.select(OWNER, asked("select", chat, message=first))
    assert [t for role, t in engine.words(chat) if role == "user"] == ["one", "two"]
    with pytest.raises(NotFound):
        engine.actions.select(OWNER, asked("select", chat, message="nobody"))


def test_stopping_where_nothing_runs_is_fine(engine: Engine) -> None:
    chat = engine.send()
    engine.stop(chat)
    assert engine.ends(chat) == ["done"]
