"""What is stored is the log of events; every way of reading it tells the same conversation."""

from __future__ import annotations

import copy
import itertools
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gptchat.conversation import Conversation
from gptchat.errors import NotFound
from gptchat.protocol import MAX_SOCKET_MESSAGE, Event, Node, Snapshot
from gptchat.store import Store
from gptchat.store.leases import Renewed
from support.logs import event_logs
from support.postgres import Place

ME, STRANGER = "me", "stranger"
_numbers = itertools.count()


@pytest.fixture(params=["in a file", "in memory", "in PostgreSQL"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    place = tmp_path / "chats.db" if request.param == "in a file" else None
    if request.param == "in PostgreSQL":
        place = request.getfixturevalue("in_postgres")
    opened = Store(place)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def memory() -> Iterator[Store]:
    """One store for the many conversations of property tests."""
    opened = Store(None)
    yield opened
    opened.close()


def new_chat(store: Store, owner: str = ME) -> str:
    chat = f"c{next(_numbers)}"
    assert store.create(owner, chat)
    store.append({chat: []})  # A chat is written with the first that is said in it.
    return chat


def message(id: str, parent: str | None, content: str = "", status: str = "done") -> Event:
    text = {"role": "assistant", "content": content}
    node = {"id": id, "parent": parent, "message": text, "status": status, "created": 1.0}
    return {"type": "message", "node": node}  # type: ignore[typeddict-item]


def piece(id: str, text: str) -> Event:
    return {"type": "delta", "id": id, "delta": {"append": {"content": text}}}


def end(id: str) -> Event:
    return {"type": "finish", "id": id, "status": "done", "at": 2.0, "length": 0}


def run(id: str, state: str = "running", **more: Any) -> Event:
    info = {"id": id, "parent": "u", "state": state, "trigger": "new", "created": 1.0, **more}
    return {"type": "run", "run": info}  # type: ignore[typeddict-item]


def replayed(events: list[Event]) -> Conversation:
    conversation = Conversation()
    for event in copy.deepcopy(events):
        conversation.apply(event)
    return conversation


def told(conversation: Conversation) -> dict[str, Any]:
    """All that can be seen of a conversation, in a form to compare."""
    return {
        "nodes": list(conversation.nodes.values()),
        "children": {parent: ids for parent, ids in conversation.children.items() if ids},
        "leaf": conversation.leaf,
        "runs": dict(conversation.runs),
    }


def restored(snapshot: Snapshot) -> Conversation:
    return Conversation.restore(snapshot["nodes"], snapshot["leaf"], snapshot["runs"])


# -------------------------------------------------------------------------- owners

READERS: dict[str, Callable[[Store, str, str], object]] = {
    "check": lambda store, owner, chat: store.check(owner, chat),
    "sync": lambda store, owner, chat: store.sync(owner, chat, None, 0),
    "snapshot": lambda store, owner, chat: store.snapshot(owner, chat),
    "node": lambda store, owner, chat: store.node(owner, chat, "m"),
    "create": lambda store, owner, chat: store.create(owner, chat),
    "content": lambda store, owner, chat: store.content(owner, chat),
}


def refusal(read: Callable[[], object]) -> tuple[type, str]:
    with pytest.raises(NotFound) as caught:
        read()
    return type(caught.value), str(caught.value)


@pytest.mark.parametrize("reader", READERS)
def test_a_foreign_conversation_is_answered_exactly_like_an_unknown_one(
    store: Store, reader: str
) -> None:
    mine = store.save_content(ME, "private") if reader == "content" else new_chat(store)
    if reader != "content":
        store.append({mine: [message("m", None)]})
    READERS[reader](store, ME, mine)
    foreign = refusal(lambda: READERS[reader](store, STRANGER, mine))
    if reader != "create":
        assert foreign == refusal(lambda: READERS[reader](store, STRANGER, "unknown"))
    assert mine not in foreign[1]


def test_an_unknown_message_is_not_found(store: Store) -> None:
    chat = new_chat(store)
    store.append({chat: [message("m", None)]})
    assert "message" in refusal(lambda: store.node(ME, chat, "nobody"))[1]


def test_a_conversation_is_made_once(store: Store) -> None:
    chat = new_chat(store)
    assert store.create(ME, chat) is False


def test_the_key_that_signs_cookies_is_made_once(place: Place) -> None:
    first, second = Store(place), Store(place)
    assert first.secret("cookies") == second.secret("cookies") != first.secret("other")
    assert len(first.secret("cookies")) >= 32
    first.close()
    second.close()


# ------------------------------------------------------------------------- reading


def legal(events: list[Any]) -> list[Event]:
    """The events as the server could have sent them: what has ended grows only after it reopens."""
    conversation, kept = Conversation(), list[Event]()
    for event in events:
        grown = conversation.nodes.get(event["id"]) if event["type"] == "delta" else None
        if event["type"] == "delta" and (grown is None or grown["status"] != "streaming"):
            continue
        kept.append(event)
        conversation.apply(copy.deepcopy(event))
    return kept


def in_pieces(events: list[Event], seed: int) -> Iterator[list[Event]]:
    chance, at = random.Random(seed), 0
    while at < len(events):
        size = chance.randint(1, 3)
        yield events[at : at + size]
        at += size


@settings(max_examples=60)
@given(events=event_logs(), seed=st.integers(0, 99))
def test_a_snapshot_and_what_follows_it_make_the_newest_snapshot(
    memory: Store, events: list[Any], seed: int
) -> None:
    chat, events = new_chat(memory), [message("first", None), *legal(events)]
    snapshots = list[Snapshot]()
    for part in in_pieces(events, seed):
        memory.append({chat: copy.deepcopy(part)})
        snapshots.append(memory.snapshot(ME, chat))
    newest = told(restored(snapshots[-1]))
    assert newest == told(replayed(events))
    for earlier in snapshots:
        rest = memory.sync(ME, chat, earlier["epoch"], earlier["seq"])
        conversation = restored(copy.deepcopy(earlier))
        for event in rest["events"]:  # type: ignore[typeddict-item]
            conversation.apply(event)
        assert told(conversation) == newest


@settings(max_examples=60)
@given(events=event_logs())
def test_pruning_changes_nothing_that_can_be_seen(memory: Store, events: list[Any]) -> None:
    chat = new_chat(memory)
    ends = [run(id, "ended") for id in "abcd"]
    memory.append({chat: [*legal(events), *ends]})
    before = memory.snapshot(ME, chat)
    memory.pruning.prune(time.time() + 1)
    assert memory.snapshot(ME, chat) == before
    memory.append({chat: [message("after", before["leaf"])]})
    assert memory.snapshot(ME, chat)["nodes"][-1]["id"] == "after"


def test_sync_from_every_number_tells_the_rest_of_the_log(store: Store) -> None:
    chat = new_chat(store)
    log = [message("m", None, "", "streaming"), *(piece("m", str(i)) for i in range(20)), end("m")]
    for i in range(0, len(log), 3):
        store.append({chat: log[i : i + 3]})
    epoch = store.snapshot(ME, chat)["epoch"]
    for seq in range(len(log) + 1):
        answer = store.sync(ME, chat, epoch, seq)
        assert answer == {
            "conversation": chat, "epoch": epoch, "seq": len(log), "events": log[seq:]
        }  # fmt: skip


@pytest.mark.parametrize(
    ("epoch", "seq"),
    [(None, 1), ("other", 1), ("", 2), ("right", -1), ("right", 3), ("right", 10**30)],
)
def test_sync_is_a_reset_where_the_log_cannot_help(
    store: Store, epoch: str | None, seq: int
) -> None:
    chat = new_chat(store)
    store.append({chat: [message("m", None), message("n", "m")]})
    epoch = store.snapshot(ME, chat)["epoch"] if epoch == "right" else epoch
    assert store.sync(ME, chat, epoch, seq) == {"conversation": chat, "reset": True}


def test_a_new_page_may_begin_with_the_whole_log(store: Store) -> None:
    chat = new_chat(store)
    store.append({chat: [message("m", None)]})
    assert store.sync(ME, chat, None, 0)["events"] == [message("m", None)]  # type: ignore[typeddict-item]


def test_a_sync_answer_never_outgrows_a_socket_message(store: Store) -> None:
    chat = new_chat(store)
    store.append({chat: [message("m", None, "", "streaming")]})
    before = store.snapshot(ME, chat)
    size = len(json.dumps(piece("m", "")))
    for _ in range(4):
        store.append({chat: [piece("m", "x" * (MAX_SOCKET_MESSAGE // 4 - size))]})
        answer = store.sync(ME, chat, before["epoch"], before["seq"])
        whole = len(json.dumps(answer, separators=(",", ":")))
        assert whole <= MAX_SOCKET_MESSAGE
    assert "reset" in answer


def test_a_long_log_is_told_whole_by_the_snapshot(store: Store) -> None:
    chat = new_chat(store)
    store.append({chat: [message("m", None, "", "streaming")]})
    for i in range(100):
        store.append({chat: [piece("m", f"{i}-{j} ") for j in range(50)]})
    text = "".join(f"{i}-{j} " for i in range(100) for j in range(50))
    assert store.snapshot(ME, chat)["nodes"][0]["message"]["content"] == text
    assert store.snapshot(ME, chat)["seq"] == 5001
    answer = store.node(ME, chat, "m")
    assert (answer["seq"], answer["node"]["message"]["content"]) == (5001, text)
    store.append({chat: [end("m")]})
    assert store.load(chat).nodes["m"]["message"]["content"] == text


def test_a_message_something_follows_is_not_removed(store: Store) -> None:
    chat = new_chat(store)
    store.append({chat: [message("m", None), message("n", "m"), {"type": "remove", "id": "m"}]})
    assert list(store.load(chat).nodes) == ["m", "n"]
    store.append({chat: [{"type": "remove", "id": "n"}, {"type": "remove", "id": "m"}]})
    assert (store.load(chat).nodes, store.load(chat).leaf) == ({}, None)


def test_a_message_that_is_written_anew_forgets_what_it_grew(store: Store) -> None:
    chat = new_chat(store)
    store.append({chat: [message("m", None, "", "streaming"), piece("m", "old")]})
    store.append({chat: [message("m", None, "new", "streaming"), piece("m", " words")]})
    assert store.load(chat).nodes["m"]["message"]["content"] == "new words"
    store.append({chat: [end("m")]})
    assert store.load(chat).nodes["m"]["message"]["content"] == "new words"


@pytest.mark.parametrize("ended", [False, True])
def test_a_snapshot_taken_while_words_are_written_is_of_one_moment(
    place: Place, ended: bool
) -> None:
    store = Store(place)
    chat, done = new_chat(store), threading.Event()

    store.append({chat: [message("m", None, "", "streaming")]})

    read = threading.Semaphore(0)

    def write() -> None:
        for i in range(1, 120):
            if i % 10 == 0:
                read.acquire(timeout=5)  # However busy the machine is, both get their turns.
            store.append({chat: [piece("m", "x"), *([end("m")] if ended and i == 60 else [])]})
            if ended and i == 60:
                store.append({chat: [message("m", None, "x" * 60, "streaming")]})
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    seen = 0
    while not done.is_set():
        snapshot = store.snapshot(ME, chat)
        extra = 0 if not ended or snapshot["seq"] <= 61 else min(snapshot["seq"] - 61, 2)
        words = len(snapshot["nodes"][0]["message"]["content"])
        assert words == snapshot["seq"] - 1 - extra
        seen += 1
        read.release()
    thread.join()
    assert seen > 5
    store.close()


def test_two_stores_on_one_file_number_one_log(place: Place) -> None:
    stores = [Store(place) for _ in range(2)]
    chat = new_chat(stores[0])

    def write(store: Store, name: str) -> None:
        store.append({chat: [message(name, None, "", "streaming")]})
        for i in range(40):
            store.append({chat: [piece(name, f"{i},")]})

    threads = [
        threading.Thread(target=write, args=(s, n)) for s, n in zip(stores, "ab", strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    state = stores[0].load(chat)
    words = "".join(f"{i}," for i in range(40))
    assert [state.nodes[n]["message"]["content"] for n in "ab"] == [words, words]
    assert stores[1].snapshot(ME, chat)["seq"] == 82
    for store in stores:
        store.close()


def test_events_of_a_conversation_that_is_gone_are_dropped(store: Store) -> None:
    chat = new_chat(store)
    assert list(store.append({"gone": [message("m", None)], chat: [message("m", None)]})) == [chat]


def test_what_the_newer_server_says_is_kept_in_the_log(store: Store) -> None:
    chat, unknown = new_chat(store), {"type": "confetti", "colour": "red"}
    store.append({chat: [unknown]})  # type: ignore[list-item]
    assert store.sync(ME, chat, None, 0)["events"] == [unknown]  # type: ignore[typeddict-item]


# ------------------------------------------------------------------------- pruning


def test_a_pruned_log_resets_older_readers_and_serves_newer_ones(store: Store) -> None:
    chat = new_chat(store)
    store.append({chat: [message("m", None, "", "streaming"), piece("m", "words"), end("m")]})
    before = store.snapshot(ME, chat)
    assert store.pruning.prune(time.time() + 1) == 1
    assert store.sync(ME, chat, before["epoch"], 1) == {"conversation": chat, "reset": True}
    assert store.sync(ME, chat, before["epoch"], 3)["events"] == []  # type: ignore[typeddict-item]
    assert store.snapshot(ME, chat) == before
    store.append({chat: [message("n", "m", "more")]})
    assert len(store.sync(ME, chat, before["epoch"], 3)["events"]) == 1  # type: ignore[typeddict-item]


def test_only_what_is_idle_is_pruned(store: Store) -> None:
    busy, fresh = new_chat(store), new_chat(store)
    store.append({busy: [run("r1")], fresh: [message("m", None)]})
    assert store.pruning.prune(time.time() - 60) == 0
    assert store.pruning.prune(time.time() + 1) == 1
    assert store.pruning.prune(time.time() + 1) == 0
    store.append({busy: [run("r1", "ended")]})
    assert store.pruning.prune(time.time() + 1) == 1


# -------------------------------------------------------------------------- leases


def test_a_lease_that_lapsed_is_claimed_once(place: Place) -> None:
    lost, *heirs = [Store(place, lease_seconds=5) for _ in range(3)]
    chat = new_chat(lost)
    lost.append({chat: [run("r1")]})
    now = time.time()
    assert [heir.leases.claim_lapsed(now + 4, now + 9) for heir in heirs] == [[], []]
    claims = [heir.leases.claim_lapsed(now + 6, now + 11) for heir in heirs]
    assert [len(claim) for claim in claims] == [1, 0]
    assert (claims[0][0][0], claims[0][0][1]["id"]) == (chat, "r1")
    for store in (lost, *heirs):
        store.close()


def test_a_lease_that_is_renewed_does_not_lapse(place: Place) -> None:
    alive, other = [Store(place, lease_seconds=5) for _ in range(2)]
    alive.append({new_chat(alive): [run("r1")]})
    now = time.time()
    alive.leases.renew(now + 100)
    assert other.leases.claim_lapsed(now + 50, now + 60) == []
    assert alive.leases.claim_lapsed(now + 500, now + 600) == [], "Its own are not lost."
    for store in (alive, other):
        store.close()


def test_whoever_runs_a_conversation_hears_that_it_is_to_stop(place: Place) -> None:
    here, there = [Store(place) for _ in range(2)]
    chat, quiet = new_chat(here), new_chat(here)
    here.append({chat: [run("r1")], quiet: [run("r2")]})
    assert there.leases.request_stop(chat) == {here.worker}
    assert here.leases.request_stop(chat) == set()
    assert there.leases.renew(time.time() + 5) == Renewed(held=set(), to_stop=[])
    assert here.leases.renew(time.time() + 5) == Renewed(held={"r1", "r2"}, to_stop=[chat])
    for store in (here, there):
        store.close()


# ------------------------------------------------------------------------ contents


def test_content_posted_ahead_is_kept_for_an_hour(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = store.save_content(ME, "long é \N{PILE OF POO}")
    assert store.content(ME, id) == "long é \N{PILE OF POO}"
    assert store.content(ME, store.save_content(ME, "a\0b\ud800")) == "a\ufffdb\ufffd"
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3601)
    store.save_content(ME, "another")
    refusal(lambda: store.content(ME, id))


def nodes(store: Store, chat: str) -> list[Node]:
    return store.snapshot(ME, chat)["nodes"]


@pytest.mark.parametrize(
    "text", ["é世\U0001f600", "'; DROP TABLE events; --", "\\u0000 \u2028", "%s :a ?"]
)
def test_any_text_comes_back_as_it_was(store: Store, text: str) -> None:
    chat = new_chat(store)
    store.append({chat: [message(text[:3], None, text, "streaming"), piece(text[:3], text)]})
    assert nodes(store, chat)[0]["message"]["content"] == text + text
