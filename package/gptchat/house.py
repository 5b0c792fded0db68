"""All rooms of one server, joined: built when first needed, closed together."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from werkzeug.serving import is_running_from_reloader

from gptchat.actions import Actions
from gptchat.arrivals import MOST_BYTES, Arrivals
from gptchat.bus import SESSIONS, Call, bus_of
from gptchat.bus.calls import worker_topic
from gptchat.config import Config, PageConfig
from gptchat.errors import NoConversation, RunEnded, RunStopped
from gptchat.greetings import Greeter
from gptchat.guard import Gate, Guard, Mount, Policy, WSGICallable
from gptchat.guard.callback import Callback
from gptchat.guard.gate import Ways
from gptchat.handlers import Handlers
from gptchat.hub import Announce, Emit, Hub
from gptchat.listing import Listing
from gptchat.messages import to_delta, to_message
from gptchat.pages import SIGN_IN, Archives, Shelf, make_flask
from gptchat.pushes import Pushes
from gptchat.runs.drafts import new_message_id
from gptchat.runs.heartbeat import Heartbeat
from gptchat.runs.lost import Lost
from gptchat.runs.naming import Titler
from gptchat.runs.run import Run, home_run
from gptchat.runs.runs import Runs
from gptchat.runs.whose import Whose
from gptchat.serving import is_worker_told_to_end
from gptchat.sockets import Sockets
from gptchat.store import Store
from gptchat.version import __version__
from gptchat.workers import start_thread

RETIRING_LOOK = 0.1
"""Seconds between two looks whose answer has ended, while the server ends."""

MakeHub: TypeAlias = Callable[[Store, Emit, Announce], Hub]


class House:
    """The store, the hub, the runs and the doors of one `GPTChat`."""

    def __init__(
        self,
        config: Config,
        store: str | Path | None,
        handlers: Handlers,
        greeter: Greeter,
        titler: Titler,
        callback: Callback,
        hub: MakeHub = Hub,
    ) -> None:
        self.config, self.handlers, self.greeter = config, handlers, greeter
        self.store = Store(
            store, synchronous=config.synchronous, lease_seconds=config.lease_seconds
        )
        self.bus = bus_of(config.message_queue, self.store)
        self.gate = Gate(Ways(config, self.store, callback).chosen, self.store.sessions)
        self.sockets = Sockets(self.store, config, self.page, self.gate, self.bus)
        self.hub = hub(self.store, self.sockets.relay.emit, self.sockets.announce)
        self.runs = Runs(self.store, self.hub, config, titler)
        self.runs.elsewhere.call = self._call_worker
        self.whose = Whose()
        self.pushes = Pushes(self.store, self.hub)
        self.flask = make_flask(
            reader=self.store,
            listing=self.store.listing,
            search=self.store.search,
            page=self.page,
            picture=config.picture,
            version=__version__,
            dev=config.debug or is_running_from_reloader(),
            max_chars=lambda: config.max_prompt_chars,
            files=Shelf(self.store.files, config, lambda: self.gate.is_shared),
            archives=Archives(
                self.store, Arrivals(self.store, self.hub, config, lambda: self.gate.is_shared)
            ),
            gate=self.gate,
        )
        if callback.entered is None:
            callback.entered = self.flask.request_context
        self.actions = Actions(self.store, self.hub, self.runs, config, handlers)
        self.listing = Listing(self.store, self.hub, self.runs)
        self.sockets.open(self.flask, self.actions, self.listing, greeter)
        self.heartbeat = Heartbeat(
            self.store, self.runs, Lost(self.store, self.hub, config.lease_seconds),
            config.lease_seconds, self._watch, self._expire,
        )  # fmt: skip
        self.guard = Guard(
            self.flask.wsgi_app, policy=self.policy(host=None), gate=self.gate,
            is_open=self.flask.extensions[SIGN_IN].is_open,
        )  # fmt: skip
        self.wsgi_app: WSGICallable = Mount(config.url_prefix, self.guard)
        self.heartbeat.start()
        self.bus.start(self._heard)

    def page(self) -> PageConfig:
        """What a page is told of this application."""
        return self.config.for_page(self.handlers.names)

    def new_id(self) -> str:
        """An id of the calling handler's run; outside a run, one that belongs to nobody yet."""
        try:
            return self.whose.new_id()
        except NoConversation:
            return new_message_id()

    def say(self, value: Any, id: str | None, to: str | None, *, whole: bool) -> str:
        """Bring a message, or a piece of one, to its run or its conversation; its id."""
        if to is None or to == _asking():
            run = self.whose.run_for(id)
            run.check()
            return _said(run, value, id, whole=whole)
        working = None if self.pushes.knows(to, id) else self.runs.working(to)
        if working is not None:
            # Beside the answer that is being written it would hide what follows.
            with contextlib.suppress(RunStopped, RunEnded):
                return _said(working, value, id, whole=whole)
        _has_acted()
        pushes = self.pushes
        return pushes.whole(to, value, id) if whole else pushes.grow(to, value, id)

    def show(self, messages: Sequence[tuple[str | None, Any]]) -> None:
        """Let the calling handler's conversation be these messages, each with its name."""
        run = home_run()
        given = [(name, to_message(message)) for name, message in messages]
        system = self.config.system
        if system and given and given[0][1] == {"role": "system", "content": system}:
            del given[0]  # The handler was given it, and will be again.
        run.show(given)
        self.runs.moved(run.conversation, run.branch.tip)

    def policy(self, *, host: str | None) -> Policy:
        """Who may come in, listening on `host` (None: somebody else's server listens)."""
        config = self.config
        return Policy(
            host=host,
            allowed_hosts=config.allowed_hosts,
            allowed_origins=config.allowed_origins,
            frame_ancestors=config.frame_ancestors,
            image_hosts=config.image_hosts,
            behind_proxy=config.behind_proxy,
            max_upload=lambda: config.max_file_bytes,
            max_import=MOST_BYTES,
        )

    def _call_worker(self, worker: str) -> None:
        self.bus.call(worker_topic(worker))

    def _heard(self, call: Call) -> None:
        """Another process calls."""
        if call.topic in (SESSIONS, worker_topic(self.store.worker)):
            self.heartbeat.hurry()
        else:
            self.sockets.relay.heard(call)

    def _watch(self) -> None:
        self.sockets.presence.sweep()
        if is_worker_told_to_end() and not self.runs.is_closing:
            start_thread(self._end_with_worker, name="gptchat-end")

    def retire(self, hurry: threading.Event) -> None:
        """Begin nothing more, and give what is under way its time, or until somebody hurries."""
        self.runs.is_closing = True
        until = time.monotonic() + self.config.grace_seconds
        while time.monotonic() < until and self.runs.at_work and not hurry.wait(RETIRING_LOOK):
            self.sockets.part(self.runs.at_work)

    def _end_with_worker(self) -> None:
        self.retire(threading.Event())
        self.close()
        self.sockets.part(())

    def _expire(self) -> None:
        self.listing.expire(self.config.keep_days)

    def close(self) -> None:
        """End the runs, the threads and the database. Running handlers are not waited for."""
        self.heartbeat.close()
        self.sockets.relay.close()
        self.runs.close()
        self.hub.close()
        self.bus.close()
        self.store.close()


def _asking() -> str | None:
    """The connection that asked for the calling handler's run: what `to` was in gptchat 0.0.12."""
    try:
        return home_run().sid or None
    except NoConversation:
        return None


def _has_acted() -> None:
    """A handler that speaks elsewhere need not speak here."""
    with contextlib.suppress(NoConversation):
        home_run().branch.acted = True


def _said(run: Run, value: Any, id: str | None, *, whole: bool) -> str:
    return run.whole(to_message(value), id) if whole else run.grow(to_delta(value), id)
