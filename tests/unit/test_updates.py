"""What a handler says by hand arrives, in its own conversation and in its own order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gptchat import Chat, GPTChat, RunStopped
from gptchat.errors import BadReply, NoConversation, RunEnded
from gptchat.protocol import Send
from gptchat.testing import FakeOpenAI, Reply, typewriter
from support.engine import OWNER, WHO, new_id
from support.talking import say, words
from support.waiting import until


@pytest.fixture
def app() -> Iterator[GPTChat]:
    made = GPTChat(lambda message: f"You said: {message}", store=None)
    yield made
    made.close()


def test_update_message_knows_what_is_whole_and_what_joins(app: GPTChat) -> None:
    @app.handle_send_message
    def reply() -> None:
        id = app.new_id()
        app.update_message({"content": "One "}, id)
        app.update_message("two ", id)
        app.update_message({"id": id, "content": "three"})
        other = app.update_message("Whole.")
        app.set_message("Replaced.", other)
        app.update_message({"role": "assistant", "content": "Last."})

    assert words(app, say(app))[1:] == [
        ("assistant", "One two three"),
        ("assistant", "Replaced."),
        ("assistant", "Last."),
    ]


def test_messages_may_be_pushed_from_outside_by_naming_the_conversation(app: GPTChat) -> None:
    chat = say(app)
    app.update_message("Ping.", to=chat)
    id = app.update_message({"id": "p", "content": "Po"}, to=chat)
    app.update_message({"content": "ng."}, id, to=chat)
    assert words(app, chat)[2:] == [("assistant", "Ping."), ("assistant", "Pong.")]


def test_outside_a_run_nothing_is_guessed(app: GPTChat) -> None:
    calls: list[Callable[[], object]] = [
        lambda: app.update_message("x"),
        lambda: app.update_message({"content": "x"}, "some id"),
        lambda: app.update_message({"content": "x"}, app.new_id()),
        lambda: app.set_message("x"),
        lambda: app.track(iter("")),
    ]
    for call in calls:
        with pytest.raises(NoConversation, match=r"to=ctx\.conversation_id"):
            call()


def test_after_the_end_it_is_told_what_to_do(app: GPTChat) -> None:
    ids: list[str] = []

    @app.handle_send_message
    def reply() -> str:
        ids.append(app.new_id())
        app.update_message({"content": "x"}, ids[0])
        return "Done."

    say(app)
    with pytest.raises(RunEnded, match="to=conversation_id"):
        app.update_message({"content": "late"}, ids[0])


def test_what_is_no_message_is_refused_where_it_is_sent(app: GPTChat) -> None:
    caught: list[BadReply] = []

    @app.handle_send_message
    def reply() -> str:
        for junk in (b"x", 7, object(), {"colour": "red"}):
            try:
                app.update_message(junk)
            except BadReply as error:
                caught.append(error)
        return "Fine."

    assert words(app, say(app))[1:] == [("assistant", "Fine.")]
    assert len(caught) == 4


def test_many_people_at_once_each_get_their_own_words(app: GPTChat) -> None:
    @app.handle_send_message
    def reply(message: str) -> None:
        id = app.new_id()

        def write() -> None:
            for i in range(5):
                app.update_message({"content": f"{message}{i} "}, id)

        thread = threading.Thread(target=write)
        thread.start()
        thread.join()

    rooms, chats = app._rooms, dict[str, str]()
    for n in range(20):
        asked: Send = {"type": "send", "conversation": None, "id": new_id(), "parent": None}
        chats[f"p{n}-"] = rooms.actions.send(OWNER, {**asked, "content": f"p{n}-"}, WHO)
    for message, chat in chats.items():
        until(lambda chat=chat: not rooms.runs.is_busy(chat))  # type: ignore[misc]
        assert words(app, chat)[1] == ("assistant", "".join(f"{message}{i} " for i in range(5)))


def test_a_push_while_an_answer_is_written_hides_nothing_of_it() -> None:
    app = GPTChat(store=None)

    @app.handle_send_message
    def reply(ctx: Chat) -> None:
        ctx.send("before")
        app.update_message("pushed", to=ctx.conversation_id)
        ctx.send("after")

    chat = say(app, "go")
    assert [content for _, content in words(app, chat)] == ["go", "before", "pushed", "after"]
    app.close()


def test_one_name_pushed_to_two_conversations_is_two_messages(app: GPTChat) -> None:
    ours, theirs = say(app, "ours"), say(app, "theirs")
    app.update_message({"content": "secret "}, id="status", to=ours)
    app.update_message({"content": "hello"}, id="status", to=theirs)
    assert words(app, theirs)[-1] == ("assistant", "hello")
    assert words(app, ours)[-1] == ("assistant", "secret ")


def test_a_pushed_delta_keeps_the_role_it_names(app: GPTChat) -> None:
    chat = say(app)
    app.update_message({"role": "system", "content": "Note"}, id="note", to=chat)
    assert words(app, chat)[-1] == ("system", "Note")


# ------------------------------------------------------------------------ a whole stream


def test_stream_updates_shows_a_stream_and_returns_the_choice_it_adds_up_to(app: GPTChat) -> None:
    calls = [{"name": "add", "arguments": {"a": 1}}, {"name": "add", "arguments": {"a": 2}}]
    choices: list[Any] = []
    with FakeOpenAI([Reply("Let me see.", tool_calls=calls)]) as model:
        client = model.client()

        @app.handle_send_message
        def reply(messages: list[Any]) -> None:
            stream = client.chat.completions.create(model="m", messages=messages, stream=True)
            choices.append(app.stream_updates(stream, id="mine"))
            app.update_message({"content": "!"}, id="mine")

        chat = say(app)
    [choice] = choices
    assert choice.finish_reason == "tool_calls"
    assert choice.message.content == "Let me see."
    called = choice.message.tool_calls
    assert [call.function.arguments for call in called] == ['{"a": 1}', '{"a": 2}']
    shown = app._rooms.store.load(chat).path()[-1]["message"]
    assert shown["content"] == "Let me see.!"
    assert [call["id"] for call in shown["tool_calls"]] == [call.id for call in called]


def test_stream_updates_reads_anything_that_yields_words(app: GPTChat) -> None:
    @app.handle_send_message
    def reply() -> str:
        return f"[{app.stream_updates(typewriter('So be it.', 0)).message.content}]"

    assert words(app, say(app))[1:] == [("assistant", "So be it."), ("assistant", "[So be it.]")]


def test_an_empty_stream_adds_up_to_nothing_and_shows_nothing(app: GPTChat) -> None:
    @app.handle_send_message
    def reply() -> str:
        return repr(app.stream_updates(iter(())).message.content)

    assert words(app, say(app))[1:] == [("assistant", "None")]


def test_stop_ends_stream_updates_and_hangs_up_on_the_model(app: GPTChat) -> None:
    ended: list[BaseException] = []
    with FakeOpenAI(Reply("word " * 200, rate=50, silence="forever", silence_after=3)) as model:
        client = model.client()

        @app.handle_send_message
        def reply(messages: list[Any]) -> None:
            try:
                app.stream_updates(
                    client.chat.completions.create(model="m", messages=messages, stream=True)
                )
            except BaseException as error:
                ended.append(error)
                raise

        chat = begin(app)
        until(lambda: len(words(app, chat)) > 1, "the first word")
        app._rooms.runs.stop(chat)
        assert model.wait_closed(1.0)
        until(lambda: bool(ended), "the handler")
    assert isinstance(ended[0], RunStopped)


def test_what_is_no_stream_is_answered_with_what_to_do(app: GPTChat) -> None:
    async def words() -> Any:
        yield "no"

    for value, name in ((words(), "async_generator"), ({"role": "assistant"}, "dict")):
        with pytest.raises(BadReply, match=f"{name}.*ctx.astream"):
            app.stream_updates(value)


# ----------------------------------------------------------------------------- waiting


def test_sleep_waits_as_long_as_it_was_told(app: GPTChat) -> None:
    began = time.monotonic()
    app.sleep(0.05)
    assert time.monotonic() - began >= 0.05


def test_stop_wakes_a_handler_that_sleeps(app: GPTChat) -> None:
    woken = threading.Event()

    @app.handle_send_message
    def reply() -> Iterator[str]:
        yield "Zzz"
        try:
            app.sleep(60)
        finally:
            woken.set()

    chat = begin(app)
    until(lambda: len(words(app, chat)) > 1, "the first word")
    app._rooms.runs.stop(chat)
    assert woken.wait(1), "The handler went on sleeping after Stop."


def test_an_async_handler_is_told_not_to_block_the_others(app: GPTChat) -> None:
    @app.handle_send_message
    async def reply() -> str:
        try:
            app.sleep(1)
        except RuntimeError as error:
            return str(error)
        return "It slept."

    assert "await asyncio.sleep" in words(app, say(app))[-1][1]


# ------------------------------------------------------------------ all messages at once


def test_set_all_messages_to_what_is_there_and_more_only_adds(app: GPTChat) -> None:
    @app.handle_send_message
    def reply(messages: list[Any]) -> None:
        app.set_all_messages([*messages, {"role": "assistant", "content": f"No. {len(messages)}"}])

    chat = say(app, "one", say(app, "zero"))
    assert words(app, chat) == [
        ("user", "zero"), ("assistant", "No. 1"), ("user", "one"), ("assistant", "No. 3"),
    ]  # fmt: skip
    assert len(app._rooms.store.load(chat).nodes) == 4


def test_set_all_messages_replaces_what_is_shown_and_keeps_what_was(app: GPTChat) -> None:
    @app.handle_send_message
    def reply(message: str) -> Iterator[str]:
        if message == "clear":
            app.set_all_messages([{"role": "assistant", "content": "A clean page."}])
        yield "And on."

    chat = say(app, "clear", say(app, "hello"))
    assert words(app, chat) == [("assistant", "A clean page."), ("assistant", "And on.")]
    kept = [node["message"]["content"] for node in app._rooms.store.load(chat).nodes.values()]
    assert kept == ["hello", "And on.", "clear", "A clean page.", "And on."]


def test_the_next_message_follows_what_set_all_messages_left(app: GPTChat) -> None:
    received: list[list[Any]] = []

    @app.handle_send_message
    def reply(messages: list[Any], message: str) -> None:
        received.append(messages)
        app.set_all_messages([] if message == "forget" else messages[-1:])

    chat = say(app, "three", say(app, "forget", say(app, "one")))
    assert [[m["content"] for m in each] for each in received] == [
        ["one"], ["one", "forget"], ["three"],
    ]  # fmt: skip
    assert words(app, chat) == [("user", "three")]


def test_a_message_that_waits_follows_what_set_all_messages_left(app: GPTChat) -> None:
    go = threading.Event()

    @app.handle_send_message
    def reply(message: str) -> str:
        if message == "first":
            assert go.wait(5)
            app.set_all_messages([{"role": "assistant", "content": "New."}])
        return f"Re: {message}"

    chat = begin(app, "first")
    begin(app, "second", chat)
    go.set()
    until(lambda: not app._rooms.runs.is_busy(chat), "both answers")
    assert words(app, chat) == [
        ("assistant", "New."), ("assistant", "Re: first"),
        ("user", "second"), ("assistant", "Re: second"),
    ]  # fmt: skip


def test_set_all_messages_takes_objects_and_names_them_by_their_ids(app: GPTChat) -> None:
    @app.handle_send_message
    def reply() -> None:
        app.update_message({"id": "a", "content": "draft"})
        app.set_all_messages(["Plain.", {"id": "a", "role": "assistant", "content": "Fresh"}])
        app.update_message({"id": "a", "content": " and grown."})

    assert words(app, say(app)) == [("assistant", "Plain."), ("assistant", "Fresh and grown.")]


def test_set_all_messages_leaves_the_system_text_to_the_configuration(app: GPTChat) -> None:
    app.set_config(system="Be brief.")

    @app.handle_send_message
    def reply(messages: list[Any]) -> None:
        app.set_all_messages([*messages, "Yes."])

    assert words(app, say(app, "Hm?")) == [("user", "Hm?"), ("assistant", "Yes.")]


def test_set_all_messages_knows_a_message_with_a_file_again(app: GPTChat) -> None:
    @app.handle_send_message
    def reply(messages: list[Any]) -> None:
        assert messages[0]["content"][0]["type"] == "file"
        app.set_all_messages([*messages, "Seen."])

    with app.test_client() as person:
        person.send("Look", files=[("note.txt", b"Hello")])
        assert [node["message"]["role"] for node in person.nodes] == ["user", "assistant"]
        assert len([e for e in person.events if e["type"] == "message"]) == 2


def test_a_list_with_one_message_too_bad_to_show_changes_nothing(app: GPTChat) -> None:
    @app.handle_send_message
    def reply() -> str:
        with pytest.raises(BadReply, match="is no message"):
            app.set_all_messages(["Fine.", {"colour": "red"}])
        return "As before."

    assert words(app, say(app, "Hi")) == [("user", "Hi"), ("assistant", "As before.")]


def begin(app: GPTChat, text: str = "Hi", chat: str | None = None) -> str:
    """Send a message, and do not wait for its answer; the conversation."""
    asked: Send = {"type": "send", "conversation": chat, "id": new_id(), "parent": None}
    return app._rooms.actions.send(OWNER, {**asked, "content": text}, WHO)


# ------------------------------------------------------------------------ saying nothing


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]


def test_a_forgotten_return_is_told_once(app: GPTChat, caplog: pytest.LogCaptureFixture) -> None:
    @app.handle_send_message(name="One")
    def reply(message: str) -> None:
        message.upper()

    @app.handle_send_message(name="Other")
    async def other() -> None: ...

    person = app.test_client()
    for name in ("One", "One", "Other"):
        person.send("Hello", model=name)
    assert warnings(caplog) == [
        f"{name}() ended without saying anything. Did you forget `return` or `yield`?"
        for name in ("reply", "other")
    ]


def test_a_handler_that_speaks_in_its_own_way_is_not_asked_for_a_return(
    app: GPTChat, caplog: pytest.LogCaptureFixture
) -> None:
    person = app.test_client()
    person.send("Hello")
    other = person.conversation

    def sends(ctx: Chat) -> None:
        ctx.send("Sent.")

    def sets(messages: Any) -> None:
        app.set_all_messages(messages)

    def pushes() -> None:
        app.update_message("Ping.", to=other)

    def yields() -> Iterator[str]:
        yield "Yes."

    for name, function in (("a", sends), ("b", sets), ("c", pushes), ("d", yields)):
        app.handle_send_message(function, name=name)
        person.new_chat()
        person.send("Hello", model=name)
    app.handle_send_message(lambda: None, name="e")
    person.stop_after(0).send("Hello", model="e")
    assert warnings(caplog) == []
