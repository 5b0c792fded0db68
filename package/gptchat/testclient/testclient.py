"""`TestClient`: what a person can do with an application, as methods for a test."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Iterable

from gptchat.errors import NotFound
from gptchat.protocol import Edit, Event, Message, Node, Regenerate, Send
from gptchat.testclient.answer import Answer
from gptchat.testclient.stacks import without_ours
from gptchat.testclient.stage import File, Stage


class TestClient:
    """A person at an application, without a browser. Made by `app.test_client()`.

        with app.test_client() as client:
            assert client.send("Hello").text == "Hi!"

    The application's own handler answers, in the real engine and by the application's
    options; everything is kept in memory, for this client alone. Ids and times are the
    same whenever the same test runs.
    """

    __test__ = False  # pytest takes a class of this name for tests otherwise.

    def __init__(self, stage: Stage, *, raise_errors: bool, leave: Callable[[], object]) -> None:
        self.conversation: str | None = None
        """The id of the chat that is open; None while it is new."""
        self.answers: list[Answer] = []
        """Every answer so far, in the order of asking."""
        self.raise_errors = raise_errors
        """Whether what a handler raises is raised in the test too."""
        self._stage = stage
        self._ids = itertools.count(1)
        self._stop_after: int | None = None
        self._leave = weakref.finalize(self, leave)

    # ------------------------------------------------------------- what a person does

    def send(
        self,
        text: str,
        *,
        files: Iterable[File] = (),
        model: str | None = None,
        raise_errors: bool | None = None,
    ) -> Answer:
        """Send a message, and return the whole answer once the handler is done.

        `files` are attached to it, each a Path or `(name, bytes)`; `model` is chosen
        from the page's menu, where there are several handlers.

        Raises what the handler raised, with its own traceback; with
        `raise_errors=False` it is `answer.error`, and the rest is what the person
        sees. Raises HandlerHangs if the handler takes too long, with the lines it
        stands on; Refuse, FileRefused and NotFound for what a page may not send.
        """
        __tracebackhide__ = True
        chat, id = self.conversation, self._new_id("u")
        asked: Send = {"type": "send", "conversation": chat, "id": id, "parent": None,
                       "content": text, "files": self._stage.attach(files)}  # fmt: skip
        return self._ask(asked, model, raise_errors)

    def edit(
        self,
        text: str,
        message: int | str = -1,
        *,
        files: Iterable[File] = (),
        model: str | None = None,
        raise_errors: bool | None = None,
    ) -> Answer:
        """Say something else in place of an earlier message, and return the new answer.

        `message` counts what the person has said, from 0; -1 is the last of it. The
        id of a node will do as well. What stood there is kept, as another branch.
        Raises NotFound where there is no such message, else as `send`.
        """
        __tracebackhide__ = True
        place = message if isinstance(message, str) else self._said(message)["id"]
        asked: Edit = {"type": "edit", "conversation": self._open(), "message": place,
                       "id": self._new_id("u"), "content": text,
                       "files": self._stage.attach(files)}  # fmt: skip
        return self._ask(asked, model, raise_errors)

    def regenerate(self, *, model: str | None = None, raise_errors: bool | None = None) -> Answer:
        """Ask for another answer to the last message. Raises as `send`."""
        __tracebackhide__ = True
        chat, last = self._open(), self.nodes[-1]["id"]
        asked: Regenerate = {"type": "regenerate", "conversation": chat, "message": last,
                             "id": self._new_id("g")}  # fmt: skip
        return self._ask(asked, model, raise_errors)

    def stop_after(self, pieces: int) -> TestClient:
        """Press Stop in the next answer, once so many pieces of it have been said.

        A piece is what makes an answer longer: one yielded text, one chunk that says
        something, one whole message. Stop is pressed in the handler's own thread before
        it goes on, so an answer stopped after 3 has exactly 3 of them; after 0, the
        handler is called and nothing it says is heard. Returns itself:
        `client.stop_after(3).send("Tell me")`. The test fails if the answer ends earlier.
        """
        self._stop_after = pieces
        return self

    def select(self, answer: Answer) -> None:
        """Show the branch in which an earlier answer stands."""
        self._stage.select(self._open(), answer.nodes[0]["id"])

    def new_chat(self) -> None:
        """Begin another chat with the next `send`."""
        self.conversation = None

    def reload(self) -> TestClient:
        """Read the chat again from where it is kept, as a page does that is reloaded.

        Raises AssertionError, with the difference, if that is not exactly what was
        streamed. Returns itself.
        """
        self._stage.reload(self._open())
        return self

    # ------------------------------------------------------------- what a person sees

    @property
    def answer(self) -> Answer:
        """The newest answer. Raises NotFound before the first."""
        if not self.answers:
            raise NotFound("Nothing has been answered yet. Call send first.")
        return self.answers[-1]

    @property
    def text(self) -> str:
        """The text of the newest answer."""
        return self.answer.text

    @property
    def messages(self) -> list[Message]:
        """The conversation exactly as the handler's `messages` would begin next time."""
        return self._stage.messages(self.conversation)

    @property
    def nodes(self) -> list[Node]:
        """The messages that are shown, in their envelopes: ids, statuses, times, usage."""
        return self._stage.nodes(self.conversation)

    @property
    def events(self) -> list[Event]:
        """Everything that was told of this chat, piece by piece. The same test tells the same."""
        return self._stage.events(self.conversation)

    # ------------------------------------------------------------------------- ending

    def close(self) -> None:
        """Forget everything. A handler still at work is stopped and not waited for."""
        self._leave()

    def __enter__(self) -> TestClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---------------------------------------------------------------------- internals

    def _ask(
        self, asked: Send | Edit | Regenerate, model: str | None, raise_errors: bool | None
    ) -> Answer:
        __tracebackhide__ = True
        if model is not None:
            asked["model"] = model
        stop_after, self._stop_after = self._stop_after, None
        self.conversation, answer = self._stage.ask(asked, stop_after)
        self.answers.append(answer)
        raises = self.raise_errors if raise_errors is None else raise_errors
        if raises and answer.error is not None:
            raise without_ours(answer.error)
        return answer

    def _new_id(self, kind: str) -> str:
        return f"{kind}{next(self._ids)}"

    def _open(self) -> str:
        if self.conversation is None:
            raise NotFound("Nothing has been said in this chat yet. Call send first.")
        return self.conversation

    def _said(self, place: int) -> Node:
        said = [node for node in self.nodes if node["message"].get("role") == "user"]
        try:
            return said[place]
        except IndexError:
            raise NotFound(
                f"There is no message {place}: the person has said {len(said)} things in this chat."
            ) from None
