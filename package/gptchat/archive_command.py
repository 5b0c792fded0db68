"""`gptchat export` and `gptchat import`: chats of a store become files, and files become chats.

The program they belong to may be running meanwhile. What was typed is read by `cli.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gptchat.arrivals import Arrivals
from gptchat.config import Config
from gptchat.departures import transcript_of
from gptchat.errors import NotFound, StoreError
from gptchat.exports import FORMS, file_name
from gptchat.hub import Hub
from gptchat.refusals import Refuse
from gptchat.store import Store

USUAL = Path(".gptchat")

PAGE = 100

CHUNK = 1 << 20


@dataclass(frozen=True)
class Kept:
    """Whose chats are meant, and where they are kept; None is the one store of this folder."""

    store: str | None
    owner: str


def run_export(kept: Kept, chats: Sequence[str], *, form: str, out: Path) -> None:
    """Write these chats into the folder, all of them if none is named. No file is replaced."""
    chosen = FORMS[form]
    with _opened(_place(kept.store, must_exist=True)) as store:
        out.mkdir(parents=True, exist_ok=True)
        for chat in chats or _all(store, kept.owner):
            try:
                transcript = transcript_of(store, kept.owner, chat)
            except NotFound:
                raise NotFound(f"There is no chat {chat!r} of {kept.owner!r} here.") from None
            path = _free(out / file_name(transcript, chosen), f".{chosen.ending}")
            path.write_text(chosen.write(transcript), "utf-8", newline="\n")
            print(path)


def run_import(kept: Kept, files: Sequence[Path]) -> None:
    """Keep what is in the files. What cannot be taken is told, and keeps nothing else out."""
    with _opened(_place(kept.store, must_exist=False)) as store:
        hub = Hub(store, lambda *_told: None)
        arrivals = Arrivals(store, hub, Config(), lambda: False)
        try:
            for path in files:
                for line in _imported(arrivals, kept.owner, path):
                    print(f"{path}: {line}")
        finally:
            hub.close()


def _imported(arrivals: Arrivals, owner: str, path: Path) -> Iterable[str]:
    try:
        with path.open("rb") as file:
            answer = arrivals.bring(owner, iter(lambda: file.read(CHUNK), b""))
    except Refuse as no:
        raise StoreError(f"{path}: {no.refusal['sentence']}") from None
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from None
    count = len(answer["conversations"])
    return [*answer["problems"], "1 chat imported." if count == 1 else f"{count} chats imported."]


@contextmanager
def _opened(place: str) -> Iterator[Store]:
    store = Store(place)
    try:
        yield store
    finally:
        store.close()


def _place(given: str | None, *, must_exist: bool) -> str:
    if given is not None:
        if must_exist and "://" not in given and not Path(given).is_file():
            raise StoreError(f"There is no store {given!r}.")
        return given
    found = sorted(USUAL.glob("*.db"))
    if len(found) == 1:
        return str(found[0])
    if found:
        names = ", ".join(map(str, found))
        raise StoreError(f"There are several stores here: {names}. Say which one with --store.")
    raise StoreError(
        f"There is no store in {USUAL}/. Go to the folder your program is started from, "
        "or say where its conversations are with --store."
    )


def _all(store: Store, owner: str) -> Iterator[str]:
    after: str | None = None
    while True:
        page = store.listing.page(owner, after, PAGE)
        yield from [entry["id"] for entry in page["conversations"]]
        after = page["next"]
        if after is None:
            return


def _free(path: Path, ending: str) -> Path:
    """A name nobody has yet: two chats may have one title."""
    stem = path.name.removesuffix(ending)
    names = itertools.chain([path.name], (f"{stem} ({n}){ending}" for n in itertools.count(2)))
    return next(place for name in names if not (place := path.with_name(name)).exists())
