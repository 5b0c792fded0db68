"""One browser tab, as far as its socket goes."""

from __future__ import annotations

from typing import Any

import socketio

from support.engine import new_id


class Page:
    """One browser tab, as far as the socket goes."""

    def __init__(
        self, url: str, *, protocol: Any = 1, headers: dict[str, str] | None = None
    ) -> None:
        self.frames: list[Any] = []
        self.heard: list[tuple[str, Any]] = []
        self.client = socketio.Client(reconnection=False)
        self.client.on("events", self.frames.append)
        for name in ("config", "refused", "resync", "conversations"):
            self.client.on(name, lambda data, name=name: self.heard.append((name, data)))
        self.client.on("connect_error", lambda data: self.heard.append(("error", data)))
        self.client.connect(
            url, headers or {}, transports=["websocket"], auth={"protocol": protocol}
        )

    def ask(self, name: str, **payload: Any) -> Any:
        return self.client.call(name, payload, timeout=5)

    def send(self, text: str = "Hi", chat: str | None = None) -> str:
        answer = self.ask("send", conversation=chat, id=new_id(), parent=None, content=text)
        return str(answer["conversation"])

    def sync(self, chat: str, epoch: str | None = None, seq: int = 0) -> Any:
        return self.ask("sync", conversation=chat, epoch=epoch, seq=seq)

    def events(self, chat: str) -> list[Any]:
        mine = [frame for frame in list(self.frames) if frame["conversation"] == chat]
        return [event for frame in mine for event in frame["events"]]

    def lists(self) -> list[Any]:
        """What this page was told of the list of conversations."""
        return [data for name, data in list(self.heard) if name == "conversations"]

    def listed(self, chat: str) -> dict[str, Any]:
        """A conversation as this page was last told of it; empty if it never was, or is gone."""
        known: dict[str, Any] = {}
        for frame in self.lists():
            known |= {info["id"]: info for info in frame["changed"]}
            known |= {id: {} for id in frame["removed"]}
        found: dict[str, Any] = known.get(chat, {})
        return found
