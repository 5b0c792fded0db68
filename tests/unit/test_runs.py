"""Runs: one at a time in a conversation, each with one end, and nothing said is lost."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import random
import threading
import time
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gptchat.chat import Chat
from gptchat.errors import NoConversation, NotFound, RunEnded, RunStopped, StoreError
from gptchat.runs.run import home_run
from support.engine import Engine, ask, new_id, texts
from support.gate import Gate
from support.waiting import until

CALM = "Something went wrong while answering."


def said(engine: Engine, chat: str, count: int) -> None:
    until(lambda: len(engine.path(chat)) >= count, f"{count} messages")


# --------------------------------------------------------------- beginning and waiting


def test_messages_sent_meanwhile_are_answered_one_after_the_other(gate: Gate) -> None:
    with Engine(gate) as engine:
        chat = engine.begin("one")
        gate.wait("one")
        engine.begin("two", chat)
        engine.begin("three", chat)
        assert gate.begun == ["one"]
        waiting = list(engine.state(chat).runs.values())
        assert [run["state"] for run in waiting] == ["running", "queued", "queued"]
        assert [w["message"]["message"]["content"] for w in waiting[1:]] == ["two", "three"]
        gate.open.set()
        engine.rest(chat)
        assert engine.words(chat) == [
            word
            for text in ("one", "two", "three")
            for word in [("user", text), ("assistant", f"To {text}: done.")]
        ]
        assert engine.ends(chat) == ["done"] * 3
        assert engine.state(chat).runs == {}


def test_conversations_do_not_wait_for_each_other(gate: Gate) -> None:
    with Engine(gate) as engine:
        chats = [engine.begin(f"{i}") for i in range(5)]
        for i in range(5):
            gate.wait(f"{i}")
        gate.open.set()
        for chat in chats:
            engine.rest(chat)


def test_who_works_comes_before_who_waits_however_often_that_is_read() -> None:
    gates = {name: threading.Event() for name in ("one", "two", "three")}

    def reply(message: str) -> str:
        gates[message].wait(5)
        return "Done."

    with Engine(reply) as engine:
        chat = engine.begin("one")
        engine.begin("two", chat)
        engine.begin("three", chat)
        gates["one"].set()
        until(lambda: len(engine.ends(chat)) == 1, "the end of the first")
        until(lambda: "running" in [run["state"] for run in engine.state(chat).runs.values()])
        assert [run["state"] for run in engine.state(chat).runs.values()] == ["running", "queued"]
        for gate in gates.values():
            gate.set()
        engine.rest(chat)


def test_no_more_handlers_work_at_once_than_allowed(gate: Gate) -> None:
    with Engine(gate, max_concurrent_runs=2) as engine:
        chats = [engine.begin(f"{i}") for i in range(5)]
        gate.wait("0")
        gate.wait("1")
        assert sorted(gate.begun) == ["0", "1"]
        gate.open.set()
        for chat in chats:
            engine.rest(chat)
        assert sorted(gate.begun) == ["0", "1", "2", "3", "4"]
        for i, chat in enumerate(chats):
            assert engine.words(chat) == [("user", f"{i}"), ("assistant", f"To {i}: done.")]


def test_an_edit_that_had_to_wait_shows_its_answer(gate: Gate) -> None:
    with Engine(lambda message: f"First {message}") as engine:
        chat = engine.send("one")
        engine.config.update({"max_concurrent_runs": 1})
        engine.answer_with(gate)
        engine.begin("busy")
        gate.wait("busy")
        engine.edit(chat, engine.path(chat)[0]["id"], "uno")
        gate.open.set()
        engine.rest(chat)
        assert engine.words(chat) == [("user", "uno"), ("assistant", "To uno: done.")]


def test_a_message_sent_as_the_answer_ends_stands_below_it() -> None:
    with Engine(lambda message: f"To {message}.") as engine:
        chat = engine.send("0")
        for i in range(1, 15):
            engine.begin(f"{i}", chat)
            time.sleep(random.Random(i).random() * 0.01)
        engine.rest(chat)
        assert [text for _, text in engine.words(chat)] == [
            text for i in range(15) for text in (f"{i}", f"To {i}.")
        ]


def test_a_message_whose_turn_comes_before_it_is_queued_stands_below_the_answer(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reply(message: str) -> str:
        gate.begun.append(message)
        gate.open.wait(5)
        return f"To {message}."

    with Engine(reply) as engine:
        chat = engine.begin("one")
        gate.wait("one")
        begin = engine.runs.begin

        def late(order: Any) -> None:
            gate.open.set()
            engine.rest(chat)
            begin(order)

        monkeypatch.setattr(engine.runs, "begin", late)
        engine.send("two", chat)
        assert [text for _, text in engine.words(chat)] == [
            "one", "To one.", "two", "To two."
        ]  # fmt: skip


def test_a_repeat_while_the_message_takes_its_place_is_not_answered_again(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Engine(gate) as engine:
        chat, id = engine.begin("one"), new_id()
        gate.wait("one")
        engine.begin("two", chat, id=id)
        load, hold, held = engine.store.load, threading.Event(), threading.Event()

        def slow(conversation: str) -> Any:
            if threading.current_thread().name.startswith("gptchat-r_"):
                held.set()
                hold.wait(5)
            return load(conversation)

        monkeypatch.setattr(engine.store, "load", slow)
        gate.open.set()
        assert held.wait(5)
        engine.begin("two", chat, id=id)
        hold.set()
        engine.rest(chat)
        assert gate.begun == ["one", "two"]


@pytest.mark.parametrize("patience", [5.0, 0.0])
def test_stop_while_a_message_takes_its_place_leaves_nothing_running(
    gate: Gate, monkeypatch: pytest.MonkeyPatch, patience: float
) -> None:
    monkeypatch.setattr("gptchat.runs.run.OPENING_PATIENCE", patience)
    with Engine(gate) as engine:
        chat = engine.begin("one")
        gate.wait("one")
        engine.begin("two", chat)
        load, hold, held = engine.store.load, threading.Event(), threading.Event()

        def slow(conversation: str) -> Any:
            if threading.current_thread().name.startswith("gptchat-r_"):
                held.set()
                hold.wait(5)
            return load(conversation)

        monkeypatch.setattr(engine.store, "load", slow)
        gate.open.set()
        assert held.wait(5)
        gate.open.clear()  # Should "two" begin all the same, only the stop ends it.
        stopping = threading.Thread(target=engine.stop, args=(chat,))
        stopping.start()
        hold.set()
        stopping.join()
        engine.rest(chat)
        until(lambda: ("user", "two") in engine.words(chat), "the message")
        assert engine.state(chat).runs == {}
        assert engine.ends(chat) == ["done", "stopped"]


def test_a_message_takes_its_place_however_often_it_cannot_be_read_where_that_is(
    gate: Gate, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with Engine(gate) as engine:
        chat = engine.begin("one")
        gate.wait("one")
        engine.begin("two", chat)
        load, failures = engine.store.load, iter(range(3))

        def failing(conversation: str) -> Any:
            is_of_run = threading.current_thread().name.startswith("gptchat-r_")
            if is_of_run and next(failures, None) is not None:
                raise StoreError("The disk cannot be read.")
            return load(conversation)

        monkeypatch.setattr(engine.store, "load", failing)
        gate.open.set()
        engine.rest(chat)
        assert engine.words(chat)[2:] == [("user", "two"), ("assistant", "To two: done.")]
        assert engine.ends(chat) == ["done", "done"]
        assert caplog.text.count("tried again: The disk cannot be read.") == 1


# -------------------------------------------------------------------------- stopping


def test_stop_ends_the_run_at_once_and_keeps_its_words(gate: Gate) -> None:
    with Engine(gate) as engine:
        chat = engine.begin("one")
        said(engine, chat, 2)
        engine.stop(chat)
        assert not engine.runs.is_busy(chat)
        assert engine.last(chat)["status"] == "stopped"
        assert engine.last(chat)["message"]["content"] == "To one: "
        engine.stop(chat)
        assert engine.ends(chat) == ["stopped"]


def test_stop_also_ends_what_waits_and_keeps_its_messages(gate: Gate) -> None:
    with Engine(gate) as engine:
        chat = engine.begin("one")
        said(engine, chat, 2)
        engine.begin("two", chat)
        engine.begin("three", chat)
        engine.stop(chat)
        engine.rest(chat)
        assert gate.begun == ["one"]
        assert [text for role, text in engine.words(chat) if role == "user"] == [
            "one", "two", "three"
        ]  # fmt: skip
        assert engine.ends(chat) == ["stopped"] * 3
        assert engine.state(chat).runs == {}


def test_stop_before_the_first_word_leaves_an_answer_that_says_so(gate: Gate) -> None:
    def wait(ctx: Chat) -> None:
        gate.begun.append("x")
        ctx.stopped.wait(5)

    with Engine(wait) as engine:
        chat = engine.begin()
        gate.wait("x")
        engine.stop(chat)
        node = engine.last(chat)
        assert (node["status"], node["message"]) == (
            "stopped",
            {"role": "assistant", "content": ""},
        )


def test_a_run_stopped_before_its_handler_began_never_calls_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    called = []
    with Engine(lambda: called.append(1)) as engine:
        hold = threading.Event()
        late = "gptchat.runs.work.Chat"
        monkeypatch.setattr(late, lambda *given: hold.wait(5) and Chat(*given))
        chat = engine.begin()
        engine.stop(chat)
        hold.set()
        time.sleep(0.05)
        assert (called, engine.ends(chat)) == ([], ["stopped"])


def test_stop_cannot_be_swallowed_by_except_exception(gate: Gate) -> None:
    outcome = []

    def stubborn(ctx: Chat) -> None:
        ctx.send("first", id="m")
        gate.begun.append("x")
        ctx.stopped.wait(5)
        try:
            ctx.send("second", id="m")
        except Exception:
            outcome.append("swallowed")
        finally:
            outcome.append("left")

    with Engine(stubborn) as engine:
        chat = engine.begin()
        gate.wait("x")
        engine.stop(chat)
        until(lambda: outcome)
        assert outcome == ["left"]
        assert engine.words(chat)[1] == ("assistant", "first")


@pytest.mark.parametrize("kind", ["plain", "async", "async generator", "plain that awaits"])
def test_a_handler_that_waits_for_ever_is_freed_by_stop(kind: str) -> None:
    freed, begun = threading.Event(), threading.Event()

    async def sleep_for_ever() -> str:
        begun.set()
        try:
            await asyncio.sleep(3600)
        finally:
            freed.set()
        return ""

    async def generate() -> AsyncIterator[str]:
        yield "word"
        yield await sleep_for_ever()

    def plain(ctx: Chat) -> None:
        begun.set()
        ctx.stopped.wait(3600)
        freed.set()

    handlers: dict[str, Callable[..., Any]] = {
        "plain": plain,
        "async": sleep_for_ever,
        "async generator": generate,
        "plain that awaits": lambda: sleep_for_ever(),
    }
    with Engine(handlers[kind]) as engine:
        chat = engine.begin()
        assert begun.wait(5)
        engine.stop(chat)
        assert freed.wait(2)
        assert engine.ends(chat) == ["stopped"]


def test_a_run_has_one_end_however_many_ends_race() -> None:
    for seed in range(15):
        chance = random.Random(seed)

        def reply(chance: random.Random = chance) -> Iterator[str]:
            yield "a"
            time.sleep(chance.random() * 0.004)
            if chance.random() < 0.5:
                raise ValueError("by accident")
            yield "b"

        with Engine(reply) as engine:
            chat = engine.begin()
            stops = [threading.Thread(target=engine.stop, args=(chat,)) for _ in range(4)]
            for stop in stops:
                time.sleep(chance.random() * 0.002)
                stop.start()
            for stop in stops:
                stop.join()
            engine.rest(chat)
            assert len(engine.ends(chat)) == 1
            finishes = [e["id"] for e in engine.events(chat, "finish")]
            assert len(finishes) == len(set(finishes))
            assert engine.events(chat)[-1]["run"]["state"] == "ended"


# -------------------------------------------------------------------- who may write


def test_an_id_of_the_run_works_from_every_thread_and_an_inherited_context_does_not() -> None:
    refused = list[str]()

    def reply(ctx: Chat) -> None:
        run, id = home_run(), engine.whose.new_id()

        def write(text: str) -> None:
            try:
                home_run()
            except NoConversation:
                refused.append(text)
            engine.whose.run_for(id).grow({"content": text}, id)

        run.grow({"content": "own "}, id)
        thread = threading.Thread(target=write, args=("thread ",))
        thread.start()
        thread.join()
        context = contextvars.copy_context()
        heir = threading.Thread(target=lambda: context.run(write, "heir "))
        heir.start()
        heir.join()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(write, "pool").result()

    with Engine(reply) as engine:
        chat = engine.send()
        assert engine.words(chat)[1] == ("assistant", "own thread heir pool")
        assert refused == ["thread ", "heir ", "pool"]


def test_an_async_handler_writes_by_itself_in_its_tasks_and_by_id_in_threads() -> None:
    async def reply() -> None:
        id = engine.whose.new_id()

        async def task(text: str) -> None:
            home_run().grow({"content": text}, id)

        def thread() -> None:
            with pytest.raises(NoConversation):
                home_run()
            engine.whose.run_for(id).grow({"content": "thread"}, id)

        await task("own ")
        await asyncio.gather(task("task "))
        await asyncio.to_thread(thread)

    with Engine(reply) as engine:
        assert engine.words(engine.send())[1] == ("assistant", "own task thread")


@pytest.mark.parametrize("is_async", [False, True])
def test_what_a_handler_hands_over_still_speaks_for_its_run(is_async: bool) -> None:
    async def coroutine() -> None:
        home_run().grow({"content": "coroutine"}, "m")

    def generator() -> Iterator[str]:
        home_run().grow({"content": "generator"}, "m")
        yield from ()

    async def areply() -> Any:
        return generator()

    with Engine(areply if is_async else lambda: coroutine()) as engine:
        words = "generator" if is_async else "coroutine"
        assert engine.words(engine.send())[1] == ("assistant", words)


def test_a_plain_stream_from_an_async_handler_keeps_no_other_waiting() -> None:
    hold = threading.Event()

    def slow() -> Iterator[str]:
        yield "Begun, "
        hold.wait(5)
        yield "done."

    async def reply(message: str) -> Any:
        return slow() if message == "slow" else "Quick."

    with Engine(reply) as engine:
        chat = engine.begin("slow")
        said(engine, chat, 2)
        assert engine.words(engine.send("quick"))[1] == ("assistant", "Quick.")
        assert not hold.is_set()
        assert engine.runs.is_busy(chat)
        hold.set()
        engine.rest(chat)
        assert engine.words(chat)[1] == ("assistant", "Begun, done.")


def test_an_id_somebody_invents_is_his_own() -> None:
    def reply(message: str, ctx: Chat) -> None:
        ctx._run.grow({"content": f"{message} "}, "mine")
        ctx._run.grow({"content": "again"}, "mine")

    with Engine(reply) as engine:
        one, two = engine.send("one"), engine.send("two")
        assert engine.words(one)[1] == ("assistant", "one again")
        assert engine.words(two)[1] == ("assistant", "two again")


def test_an_id_kept_in_a_global_is_refused_in_another_conversation(gate: Gate) -> None:
    kept, refused = list[str](), list[str]()

    def reply(message: str, ctx: Chat) -> None:
        if message == "maker":
            kept.append(engine.whose.new_id())
            gate.open.wait(5)
            return
        try:
            engine.whose.run_for(kept[0])
        except NoConversation as error:
            refused.append(str(error))

    with Engine(reply) as engine:
        maker = engine.begin("maker")
        until(lambda: kept)
        engine.send("thief")
        gate.open.set()
        engine.rest(maker)
    assert "another conversation" in refused[0]
    assert "app.new_id()" in refused[0]


def test_outside_every_run_it_is_said_what_to_do() -> None:
    with pytest.raises(NoConversation) as caught:
        home_run()
    for advice in ("outside a handler", "app.new_id()", "to=ctx.conversation_id"):
        assert advice in str(caught.value)


def test_words_after_the_end_are_refused_and_change_nothing() -> None:
    kept: list[Chat] = []

    def reply(ctx: Chat) -> str:
        kept.append(ctx)
        return "All."

    with Engine(reply) as engine:
        chat = engine.send()
        with pytest.raises(RunEnded, match="to=conversation_id"):
            kept[0].send("Too late.")
        assert engine.words(chat)[1:] == [("assistant", "All.")]


def test_a_raw_thread_of_a_stopped_run_ends_in_silence(
    gate: Gate, capsys: pytest.CaptureFixture[str]
) -> None:
    from gptchat.workers import silence_stops

    ended = []

    def reply(ctx: Chat) -> None:
        def write() -> None:
            try:
                while True:
                    ctx.send("x", id="m")
                    time.sleep(0.002)
            finally:
                ended.append(threading.current_thread())

        thread = threading.Thread(target=write)
        thread.start()
        gate.begun.append("x")
        thread.join()

    before = threading.excepthook
    try:
        silence_stops()
        with Engine(reply) as engine:
            chat = engine.begin()
            gate.wait("x")
            engine.stop(chat)
            until(lambda: ended)
            ended[0].join()
    finally:
        threading.excepthook = before
    assert capsys.readouterr().err == ""


# ------------------------------------------------------------------------------ junk


def test_ten_megabytes_at_once_are_refused_and_the_words_so_far_stay() -> None:
    def reply() -> Iterator[str]:
        yield "Words so far."
        yield "x" * 10_000_000

    [node] = ask(reply)
    assert (node["status"], node["message"]["content"]) == ("failed", "Words so far.")


@pytest.mark.parametrize(
    "junk",
    [
        "x" * 10_000_000,
        {"role": "assistant", "content": [{"type": "text", "text": "x" * 10_000_000}]},
        {"id": "m", "reasoning_details": ["x" * 10_000_000]},
        {"id": "m", "anything": "x" * 10_000_000},
    ],
    ids=["text", "parts", "a list in a delta", "an unknown field"],
)
@pytest.mark.parametrize("yielded", [False, True])
def test_ten_megabytes_in_any_form_are_refused_and_it_is_said(junk: Any, yielded: bool) -> None:
    [node] = ask((lambda: iter([junk])) if yielded else (lambda: junk))
    assert node["status"] == "failed"
    assert node["error"]["sentence"] == "The answer was of a kind that cannot be shown."
    assert len(str(node)) < 1000


def test_a_hundred_thousand_tiny_chunks_make_the_right_text() -> None:
    count = 100_000
    with Engine(lambda: (str(i % 10) for i in range(count))) as engine:
        chat = engine.begin()
        until(lambda: not engine.runs.is_busy(chat), within=30)
        assert engine.last(chat)["message"]["content"] == "0123456789" * (count // 10)
        assert len(engine.events(chat)) < count / 100


def test_what_no_text_can_hold_is_replaced() -> None:
    def reply() -> Iterator[str]:
        yield "a\ud83d"
        yield "\ude00b\0c"
        yield "\udc00d\ud800"

    assert texts(ask(reply)) == ["a\N{GRINNING FACE}b\ufffdc\ufffdd\ufffd"]


def test_what_json_cannot_hold_is_refused_or_replaced() -> None:
    nan = {"role": "assistant", "content": "x", "score": float("nan")}
    assert ask(lambda: dict(nan))[0]["message"] == {
        "role": "assistant",
        "content": "x",
    }
    for value in (datetime(2026, 1, 1), {1, 2}, b"x", object()):
        [node] = ask(lambda value=value: {"role": "assistant", "content": "x", "odd": value})
        assert node["status"] == "failed"


def test_fields_nobody_knows_are_kept() -> None:
    given = {"role": "assistant", "content": "x", "mood": {"happy": True}}
    assert ask(lambda: given)[0]["message"] == given


def fails_before() -> str:
    raise ValueError("sk-secret1234")


def fails_at_once() -> Iterator[str]:
    raise ValueError("sk-secret1234")
    yield ""


def fails_during() -> Iterator[str]:
    yield "Some "
    yield "words"
    raise ValueError("sk-secret1234")


def fails_after() -> Iterator[Any]:
    yield {"role": "assistant", "content": "Some words"}
    raise ValueError("sk-secret1234")


@pytest.mark.parametrize(
    ("handler", "words"),
    [
        (fails_before, [""]),
        (fails_at_once, [""]),
        (fails_during, ["Some words"]),
        (fails_after, ["Some words", ""]),
    ],
)
def test_a_handler_that_raises_keeps_its_words_and_tells_one_sentence(
    handler: Callable[[], Any], words: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    nodes = ask(handler)
    assert texts(nodes) == words
    assert (nodes[-1]["status"], nodes[-1]["error"]["sentence"]) == ("failed", CALM)
    assert "sk-secret" not in str(nodes)
    assert caplog.text.count("Traceback") == 1
    assert "sk-secret" not in caplog.text


@pytest.mark.parametrize(
    "error", [SystemExit(1), KeyboardInterrupt(), GeneratorExit(), BaseException()]
)
@pytest.mark.parametrize("is_async", [False, True])
def test_nothing_a_handler_raises_ends_more_than_its_run(
    error: BaseException, is_async: bool
) -> None:
    def reply() -> None:
        raise error

    async def areply() -> None:
        raise error

    with Engine(areply if is_async else reply) as engine:
        chat = engine.send()
        assert engine.last(chat)["status"] == "failed"

        async def fine() -> str:
            return "Fine."

        engine.answer_with(fine)
        assert engine.words(engine.send())[1] == ("assistant", "Fine.")


def test_a_task_that_exits_ends_nobody_elses_loop() -> None:
    async def reply(message: str) -> str:
        async def leave() -> None:
            raise SystemExit(1)

        if message == "leave":
            asyncio.ensure_future(leave())  # noqa: RUF006 – as careless code does
            await asyncio.sleep(0.01)
        return "Still here."

    with Engine(reply) as engine:
        engine.begin("leave")
        time.sleep(0.05)
        assert engine.words(engine.send("other"))[1] == ("assistant", "Still here.")


def test_a_handler_that_blocks_its_own_threads_blocks_nobody_elses() -> None:
    hold = threading.Event()

    async def reply(message: str) -> str:
        if message == "block":
            await asyncio.gather(*(asyncio.to_thread(hold.wait, 5) for _ in range(40)))
        return "Fine."

    with Engine(reply) as engine:
        blocked = engine.begin("block")
        time.sleep(0.05)
        assert engine.words(engine.send("other"))[1] == ("assistant", "Fine.")
        hold.set()
        engine.rest(blocked)


# ------------------------------------------------------------------ what is left behind


def test_a_run_that_takes_too_long_is_interrupted_and_says_why(gate: Gate) -> None:
    with Engine(gate, max_run_seconds=0.05) as engine:
        chat = engine.begin("one")
        said(engine, chat, 2)
        time.sleep(0.06)
        engine.runs.beat()
        engine.runs.beat()
        node = engine.last(chat)
        assert (node["status"], node["message"]["content"]) == ("interrupted", "To one: ")
        assert "longer than this server allows" in node["error"]["sentence"]
        assert engine.ends(chat) == ["interrupted"]


def lapse(engine: Engine) -> None:
    """Let the leases of a process that is gone run out."""
    import sqlalchemy as sa

    with engine.store._db.write() as connection:
        connection.execute(sa.update(engine.store._t.runs).values(lease=time.time() - 1))


def test_runs_of_a_process_that_is_gone_are_interrupted_once_and_keep_their_words(
    tmp_path: Path, gate: Gate
) -> None:
    place = tmp_path / "chats.db"
    with Engine(gate, place=place) as gone, Engine(place=place) as one, Engine(place=place) as two:
        chat = gone.begin("one")
        said(gone, chat, 2)
        gone.begin("two", chat)
        gone.begin("three", chat)
        one.lost.sweep()
        assert one.ends(chat) == []
        lapse(gone)
        sweeps = [threading.Thread(target=each.lost.sweep) for each in (one, two)]
        for sweep in sweeps:
            sweep.start()
        for sweep in sweeps:
            sweep.join()
        one.hub.settled(chat).wait()
        two.hub.settled(chat).wait()
        state = one.state(chat)
        assert state.runs == {}
        assert [(n["message"]["content"], n["status"]) for n in state.path()] == [
            ("one", "done"), ("To one: ", "interrupted"),
            ("two", "done"), ("", "interrupted"),
            ("three", "done"), ("", "interrupted"),
        ]  # fmt: skip
        assert one.ends(chat) == ["interrupted"] * 3
        gate.open.set()


@contextmanager
def two_lost(place: Path, gate: Gate) -> Iterator[tuple[Engine, list[str]]]:
    """A process, and two conversations whose runs another has lost."""
    with Engine(gate, place=place) as gone, Engine(place=place) as here:
        chats = [gone.begin("one"), gone.begin("two")]
        for chat in chats:
            said(gone, chat, 2)
        lapse(gone)
        yield here, chats
        gate.open.set()


def test_a_lost_run_that_cannot_be_read_is_interrupted_by_the_next_sweep(
    tmp_path: Path, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with two_lost(tmp_path / "chats.db", gate) as (here, chats):
        with monkeypatch.context() as broken:
            broken.setattr(here.store, "load", raising(StoreError("The disk cannot be read.")))
            with pytest.raises(StoreError):
                here.lost.sweep()
        here.lost.sweep()
        assert [here.ends(chat) for chat in chats] == [["interrupted"]] * 2


def test_a_lost_run_whose_conversation_is_gone_holds_up_no_other(
    tmp_path: Path, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with two_lost(tmp_path / "chats.db", gate) as (here, chats):
        load = here.store.load

        def purged(conversation: str) -> Any:
            if conversation == chats[0]:
                raise NotFound("There is no such conversation here.")
            return load(conversation)

        with monkeypatch.context() as deleted:
            deleted.setattr(here.store, "load", purged)
            here.lost.sweep()
        assert here.ends(chats[1]) == ["interrupted"]


def raising(error: Exception) -> Callable[..., Any]:
    def raise_it(*_: object) -> Any:
        raise error

    return raise_it


def test_another_process_may_stop_what_runs_and_what_waits_here(tmp_path: Path, gate: Gate) -> None:
    place = tmp_path / "chats.db"
    with Engine(gate, place=place, max_concurrent_runs=1) as here, Engine(place=place) as there:
        chats = [here.begin("one"), here.begin("two")]
        gate.wait("one")
        for chat in reversed(chats):
            there.stop(chat)
            here.runs.beat()
            assert here.ends(chat) == ["stopped"]
        assert gate.begun == ["one"]


def test_a_run_that_begins_during_a_heartbeat_is_not_taken_for_lost(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Engine(gate) as engine:
        append, renew, hold = engine.store.append, engine.store.leases.renew, threading.Event()

        def late(batch: Any) -> Any:
            hold.wait(5)
            return append(batch)

        def meanwhile(until_then: float) -> Any:
            renewed = renew(until_then)  # It knows nothing of the run, which is written now.
            hold.set()
            run = next(iter(engine.runs._active.values()))
            until(lambda: run.is_kept, "the run to be written")
            return renewed

        monkeypatch.setattr(engine.store, "append", late)
        monkeypatch.setattr(engine.store.leases, "renew", meanwhile)
        begun: list[str] = []
        beginning = threading.Thread(target=lambda: begun.append(engine.begin("one")))
        beginning.start()
        until(lambda: engine.runs.at_work, "the run")
        engine.runs.beat()
        gate.open.set()
        beginning.join()
        engine.rest(begun[0])
        assert engine.words(begun[0])[1:] == [("assistant", "To one: done.")]
        assert engine.ends(begun[0]) == ["done"]


def test_idle_conversations_are_pruned_by_the_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    from gptchat.runs import heartbeat

    monkeypatch.setattr(heartbeat, "PRUNE_EVERY", 0.01)
    monkeypatch.setattr(heartbeat, "KEEP_LOG_SECONDS", -1)
    with Engine(lambda: "Hi") as engine:
        chat = engine.send()
        epoch = engine.store.snapshot("local", chat)["epoch"]
        beating = heartbeat.Heartbeat(engine.store, engine.runs, engine.lost, 0.1)
        beating.start()
        until(lambda: "reset" in engine.store.sync("local", chat, epoch, 1), "the pruning")
        assert engine.words(chat)[1] == ("assistant", "Hi")
        beating.close()


def test_a_heartbeat_that_fails_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from gptchat.runs.heartbeat import Heartbeat

    with Engine() as engine:
        beats: list[int] = []

        def beat() -> None:
            beats.append(1)
            raise OSError("disk")

        monkeypatch.setattr(engine.runs, "beat", beat)
        beating = Heartbeat(engine.store, engine.runs, engine.lost, 0.02)
        beating.start()
        until(lambda: len(beats) > 2)
        beating.close()
        assert "tried again" in caplog.text


def test_stopped_is_a_signal_and_no_exception() -> None:
    assert not issubclass(RunStopped, Exception)


def test_ids_of_messages_are_never_used_twice() -> None:
    with Engine(lambda: [f"{i}" for i in range(20)]) as engine:
        ids = [n["id"] for _ in range(3) for n in engine.path(engine.send(id=new_id()))]
        assert len(set(ids)) == len(ids)


# ------------------------------------------------------------------------------ memory


def test_an_answered_chat_leaves_nothing_of_what_was_said_in_memory(tmp_path: Path) -> None:
    with Engine(lambda: "Yes.", place=tmp_path / "chats.db") as engine:
        engine.send()
        tracemalloc.start()
        try:
            for _ in range(20):
                chat = engine.send("x" * 200_000)
            gc.collect()
            kept, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert kept < 1_000_000
        assert engine.words(chat)[-1] == ("assistant", "Yes.")
