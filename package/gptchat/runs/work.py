"""One run being worked: the handler called with what it asked for, its words delivered.

Runs on the run's own thread, or as its own task. Whatever the handler does,
the run has its one end here. Who starts when is the business of `runs.py`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial

from gptchat import workers
from gptchat.chat import Chat, Request
from gptchat.config import Config
from gptchat.conversation import Conversation, openai_messages
from gptchat.errors import AnswerFailed, RunEnded, RunStopped, StoreError
from gptchat.failures import report
from gptchat.handlers import Handler
from gptchat.hub import RETRY_SECONDS, Hub
from gptchat.protocol import Event, Node, RunInfo, RunState, Trigger
from gptchat.replies import Replies
from gptchat.runs.naming import Naming, Titler
from gptchat.runs.run import Run
from gptchat.store import Store
from gptchat.store.turns import ANYWHERE, Beginning, Verdict

logger = logging.getLogger("gptchat")

COMMIT_PATIENCE = 60.0
"""Seconds a run waits for the message it answers to be saved before it gives up."""


@dataclass
class Order:
    """A run that was asked for: what it answers, and what is said before it starts.

    `waiting` is a person's message that takes its place in the tree when the run starts.
    `path` is the conversation up to there, where it is known: the handler need not wait
    until what was said last is saved.
    """

    conversation: str
    id: str
    parent: str
    trigger: Trigger
    request: Request
    handler: Handler
    first: Sequence[Event] = ()
    waiting: Node | None = None
    leaf: str | None = ANYWHERE
    """Where the conversation stood when the message was put below it."""
    is_behind: bool = False
    """Whether another process was at work in the conversation when it was asked for."""
    is_told: bool = False
    """Whether everybody has been told of it, as of one that waits."""
    path: Sequence[Node] | None = None

    def put_off(self) -> None:
        """It cannot begin yet: what it answers takes its place when it does."""
        self.leaf = ANYWHERE
        if self.trigger == "new" and self.waiting is None and self.path:
            self.waiting, self.first = self.path[-1], ()

    def info(self, state: RunState) -> RunInfo:
        """The run as everybody is told of it."""
        info: RunInfo = {
            "id": self.id, "parent": self.parent, "state": state,
            "trigger": self.trigger, "created": time.time(),
        }  # fmt: skip
        if self.handler.model is not None:
            info["model"] = self.handler.model
        if state == "queued" and self.waiting is not None:
            info["message"] = self.waiting
        return info


class Work:
    """A run and all it needs to be worked."""

    def __init__(
        self, run: Run, order: Order, store: Store, hub: Hub, config: Config, titler: Titler
    ) -> None:
        self._run, self._order, self._handler = run, order, order.handler
        run.sid = order.request.sid
        self._store, self._hub, self._config, self._titler = store, hub, config, titler
        self._naming = Naming(store, hub, run.conversation)
        self.waited = False
        self.needs_turn = True
        self.then: Callable[[Verdict], object] = lambda _verdict: None
        """Told whether it may begin."""

    def start(self) -> None:
        """Begin, on a thread of its own or as a task; returns at once."""
        name, context = f"gptchat-{self._run.info['id']}", copy_context()
        if self._handler.is_async:
            task = workers.start_task(self._on_loop(), context=context)
            self._run.cancel = lambda: workers.cancel(task)
            if self._run.stopped.is_set():  # While the task was being made.
                self._run.cancel()
        else:
            try:
                workers.start_thread(self._on_thread, name=name, context=context)
            except AnswerFailed as error:
                if self.waited:  # Nobody else says now that it ran.
                    self.announce()
                self._failed(error)

    def announce(self) -> None:
        """Say what comes before the run, and that it runs."""
        first = self._order.first
        if self._order.waiting is not None:
            first = [{"type": "message", "node": self._order.waiting}]
        begins = Beginning(
            self._run.info["id"], self.then, needs_turn=self.needs_turn, leaf=self._order.leaf
        )
        self._run.open(self._hub.append, begins, *first)

    def place(self) -> None:
        """Put the message that waited where it belongs now: below whatever came meanwhile."""
        waiting = self._order.waiting
        if waiting is not None:
            state = self._load()  # Even if it has been stopped: the message stays.
            waiting["parent"] = state.newest_below(waiting["parent"])
            if self.needs_turn:
                self._order.leaf = state.leaf
        self.announce()

    def _on_thread(self) -> None:
        self._run.enter()
        try:
            chat, replies = self._prepare()
            self._run.check()
            with self._order.request.context():
                replies.returned(self._handler.call(chat.arguments()))
            self._done()
            self._entitle()
        except BaseException as error:  # noqa: BLE001 – SystemExit must not end the server either
            self._failed(error)
        finally:
            self._run.branch.before = ()  # Ended runs are remembered; what came before is not.

    async def _on_loop(self) -> None:
        self._run.enter()
        try:
            chat, replies = await workers.on_thread(self._prepare)
            self._run.check()
            with self._order.request.context():
                await replies.areturned(self._handler.call(chat.arguments()))
            self._done()
            await workers.on_thread(self._entitle)
        except BaseException as error:  # noqa: BLE001 – the same
            self._failed(error)
        finally:
            self._run.branch.before = ()

    def _prepare(self) -> tuple[Chat, Replies]:
        if self.waited:
            self.place()
        if self._config.message_queue is not None:
            # Another process may have begun it, or be at work: the model is asked by one.
            self._hub.settled(self._run.conversation).wait(COMMIT_PATIENCE)
            self._run.check()
        path = self._run.branch.before = self._path()
        read = self._run.branch.read = partial(self._store.files.read, self._run.conversation)
        chat = Chat(
            self._run, path, self._order.request, self._config.system, read, self._naming.name
        )
        replies = Replies(self._run, yields=self._handler.yields, warn=self._config.debug)
        return chat, replies

    def _path(self) -> Sequence[Node]:
        if self._order.path is not None and not self.waited:
            return self._order.path
        return self._load(self._run.check).path(self._order.parent)

    def _load(self, check: Callable[[], object] = lambda: None) -> Conversation:
        """All that was said so far. It is tried until it can be read, or `check` raises."""
        tries = 0
        while True:
            try:
                self._hub.settled(self._run.conversation).wait(COMMIT_PATIENCE)
                return self._store.load(self._run.conversation)
            except StoreError as error:
                if self._hub.is_closed:
                    raise
                if tries == 0:
                    logger.error("Reading failed and will be tried again: %s", error)
                time.sleep(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)])
                tries += 1
                check()

    def _done(self) -> None:
        if self._run.end("done") and self._run.branch.is_silent:
            self._handler.said_nothing()

    def _entitle(self) -> None:
        """Let the developer's function name the chat, if this was its first answer."""
        run, path = self._run, self._run.branch.path()
        try:
            if run.info.get("end") != "done" or not self._titler.wants(path):
                return
            if not self._naming.is_named():
                messages = openai_messages(path, self._config.system, run.branch.read)
                if title := self._titler.title(messages):
                    self._naming.name(title)
        except Exception as error:  # noqa: BLE001 – the developer's code may raise anything
            report(error, where="The function of app.title", debug=False)

    def _failed(self, error: BaseException) -> None:
        run = self._run
        if not run.ended:
            where = f"The handler of run {run.info['id']}"
            run.end("failed", report(error, where=where, debug=self._config.debug))
        elif not run.stopped.is_set() and not isinstance(error, RunStopped | RunEnded):
            logger.warning("A handler raised after its run had ended: %s", type(error).__name__)
