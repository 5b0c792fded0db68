"""Events in frames that a socket carries: in order, numbered, none too large."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gptchat.protocol import MAX_EVENT_BY_SOCKET, MAX_SOCKET_MESSAGE, Event, EventsFrame
from gptchat.store.log import Numbered
from gptchat.store.rows import dumps

ROOM_FOR_ENVELOPE = 1024
"""Bytes of a frame that are not events: its names, ids and numbers."""


def frames(conversation: str, place: Numbered, events: Sequence[Event]) -> Iterator[EventsFrame]:
    """The events in as few frames as the socket carries; one too large travels as `stale`."""
    first, size, part = place.seq, 0, list[Event]()
    for event in events:
        weight = len(dumps(event).encode())
        if weight > MAX_EVENT_BY_SOCKET:
            event, weight = _stale(event), 100
        if part and size + weight > MAX_SOCKET_MESSAGE - ROOM_FOR_ENVELOPE:
            yield {"conversation": conversation, "epoch": place.epoch, "seq": first, "events": part}
            first, size, part = first + len(part), 0, []
        part.append(event)
        size += weight + 1
    yield {"conversation": conversation, "epoch": place.epoch, "seq": first, "events": part}


def _stale(event: Event) -> Event:
    match event["type"]:
        case "message":
            return {"type": "stale", "id": event["node"]["id"]}
        case "delta" | "finish":
            return {"type": "stale", "id": event["id"]}
        case "run" if "message" in event["run"]:
            # What waits is in the snapshot, and is told by name once it has its place.
            run = event["run"].copy()
            del run["message"]
            return {"type": "run", "run": run}
        case _:
            return event
