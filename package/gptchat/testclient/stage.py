"""One application in rehearsal: what is asked of it, waited for, and compared.

What a person can ask is the business of `testclient.py`, how the engine is
watched that of `rehearsal.py`.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeAlias, cast

from gptchat import workers
from gptchat.actions import preset_events
from gptchat.chat import Request
from gptchat.conversation import Conversation, openai_messages
from gptchat.errors import HandlerHangs
from gptchat.house import House
from gptchat.ids import run_id
from gptchat.protocol import Edit, Event, Message, Node, Regenerate, Send
from gptchat.testclient.answer import Answer
from gptchat.testclient.rehearsal import Rehearsal, Watched
from gptchat.testclient.stacks import stack_of

File: TypeAlias = Path | tuple[str, bytes]
"""A file to attach: where it lies, or its name and what is in it."""


class Stage:
    """The rooms of one test client."""

    def __init__(self, house: House, request: Request, timeout: float) -> None:
        house.runs.work = Watched
        self._house, self._request, self._timeout = house, request, timeout
        self._hub = cast(Rehearsal, house.hub)
        self._hub.press_stop = house.runs.stop
        self._files: dict[str, str] = {}

    def ask(self, asked: Send | Edit | Regenerate, stop_after: int | None) -> tuple[str, Answer]:
        """Do what a person asks, and wait for the answer; the conversation, and what came."""
        workers.silence_stops()  # Test runners set this aside between fixture and test.
        self._hub.now += 1
        self._hub.stop_after = stop_after
        chat = self._begun(asked)
        run = run_id(chat, asked["id"])
        self._wait(run)
        self.settle(chat)
        watch = self._hub.watches.get(run)
        answer = Answer(
            self._hub.ended[run]["end"],
            [node for node in self.nodes(chat) if node.get("run") == run],
            self.events(chat, run),
            watch.error if watch is not None else None,
        )
        if stop_after is not None and answer.status != "stopped":
            said = self._hub.pieces[run]
            raise AssertionError(
                f"Stop was to be pressed after {stop_after} pieces of the answer, and it ended "
                f"({answer.status}) after {said}: {answer.text!r:.200}"
            ) from answer.error
        return chat, answer

    def select(self, chat: str, message: str) -> None:
        """Show another branch."""
        self._hub.now += 1
        self._house.actions.select(
            self._request.session, {"type": "select", "conversation": chat, "message": message}
        )
        self.settle(chat)

    def settle(self, chat: str) -> None:
        """Wait until everything that was said is kept, and has reached the pages."""
        self._hub.settled(chat).wait()
        seq = self._house.store.snapshot(self._request.session, chat)["seq"]
        arrived = self._hub.wait(lambda: self._hub.seqs[chat] >= seq, self._timeout)
        assert arrived, "What was said did not reach the page: see the log for the reason."

    def reload(self, chat: str) -> None:
        """Read the chat from the store. Raises AssertionError where it is not what was streamed."""
        self.settle(chat)
        kept = self._house.store.snapshot(self._request.session, chat)
        again = Conversation.restore(kept["nodes"], kept["leaf"], kept["runs"])
        seen, read = _lines(self._hub.pages[chat]), _lines(again)
        if seen != read:
            told = difflib.unified_diff(seen, read, "streamed", "kept", lineterm="")
            raise AssertionError("\n".join(["A reload shows something else.", *told]))
        self._hub.pages[chat] = again

    def nodes(self, chat: str | None) -> list[Node]:
        """The messages that are shown, in their envelopes."""
        if chat is not None:
            return self._hub.pages[chat].path()
        presets = self._house.config.messages if self._greeting is None else self._greeting
        return [e["node"] for e in preset_events(presets) if e["type"] == "message"]

    def messages(self, chat: str | None) -> list[Message]:
        """The messages a handler would receive."""
        read = partial(self._house.store.files.read, chat or "")
        return openai_messages(self.nodes(chat), self._house.config.system, read)

    def events(self, chat: str | None, run: str | None = None) -> list[Event]:
        """What was told of a chat, or of one run in it, piece by piece."""
        told = self._hub.said[chat or ""]
        mine = [event for event in told if run is None or self._hub.run_of(event) == run]
        said = json.dumps(mine)
        for id, number in self._files.items():
            said = said.replace(id, number)  # 128 random bits: nothing else reads like it.
        return cast(list[Event], json.loads(said))

    def attach(self, files: Iterable[File]) -> list[str]:
        """Bring files, as a page does before the message is sent; their ids. Raises FileRefused."""
        ids = []
        for file in files:
            name, body = file if isinstance(file, tuple) else (file.name, file.read_bytes())
            id = self._house.store.files.save(self._request.session, name, [body])["id"]
            self._files[id] = f"f{len(self._files) + 1}"
            ids.append(id)
        return ids

    @cached_property
    def _greeting(self) -> list[Message] | None:
        """What the application says to a page that has just come."""
        return self._house.greeter.greet(self._request)

    def _begun(self, asked: Send | Edit | Regenerate) -> str:
        actions, person = self._house.actions, self._request
        match asked["type"]:
            case "send":
                return actions.send(person.session, asked, person, self._greeting)
            case "edit":
                return actions.edit(person.session, asked, person)
            case "regenerate":
                return actions.regenerate(person.session, asked, person)

    def _wait(self, run: str) -> None:
        """Wait until the run has ended, and its handler is done."""
        if self._hub.wait(lambda: self._hub.is_done(run), self._timeout):
            return
        watch = self._hub.watches.get(run)
        what = "was stopped and goes on working" if run in self._hub.ended else "has not finished"
        where = stack_of(watch.thread, watch.task) if watch is not None else "  (not called yet)"
        self._house.runs.close()
        raise HandlerHangs(
            f"The handler {what} after {self._timeout:g} seconds. It is here:\n{where}\n"
            "If it only needs longer, say app.test_client(timeout=…)."
        )


def _lines(state: Conversation) -> list[str]:
    """A conversation as lines that can be compared."""
    whole: dict[str, Any] = {
        "leaf": state.leaf, "nodes": list(state.nodes.values()), "runs": list(state.runs.values())
    }  # fmt: skip
    return json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True).splitlines()
