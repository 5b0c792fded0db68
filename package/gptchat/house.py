"""All rooms of one server, joined: built when first needed, closed together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gptchat.actions import Actions
from gptchat.config import Config
from gptchat.guard import Guard, Mount, Policy, WSGICallable
from gptchat.handlers import Handler
from gptchat.heartbeat import Heartbeat
from gptchat.hub import Hub
from gptchat.pages import make_flask
from gptchat.pushes import Pushes
from gptchat.runs import Runs
from gptchat.sockets import Sockets
from gptchat.store import Store
from gptchat.version import __version__


class House:
    """The store, the hub, the runs and the doors of one `GPTChat`."""

    def __init__(
        self, config: Config, store: str | Path | None, handler: Callable[[], Handler]
    ) -> None:
        self.config = config
        self.store = Store(
            store, synchronous=config.synchronous, lease_seconds=config.lease_seconds
        )
        self.sockets = Sockets(self.store, config)
        self.hub = Hub(self.store, self.sockets.emit)
        self.runs = Runs(self.store, self.hub, config, handler)
        self.pushes = Pushes(self.store, self.hub)
        self.flask = make_flask(
            reader=self.store,
            page=config.for_page,
            version=__version__,
            dev=config.debug,
            max_chars=lambda: config.max_prompt_chars,
        )
        actions = Actions(self.store, self.hub, self.runs, config)
        self.sockets.open(self.flask, actions)
        self.heartbeat = Heartbeat(self.store, self.runs, config.lease_seconds)
        self.guard = Guard(self.flask.wsgi_app, policy=self.policy(host=None))
        self.wsgi_app: WSGICallable = Mount(config.url_prefix, self.guard)
        self.heartbeat.start()

    def policy(self, *, host: str | None) -> Policy:
        """Who may come in, listening on `host` (None: somebody else's server listens)."""
        config = self.config
        return Policy(
            secret=self.store.secret("cookies"),
            host=host,
            allowed_hosts=config.allowed_hosts,
            allowed_origins=config.allowed_origins,
            frame_ancestors=config.frame_ancestors,
            image_hosts=config.image_hosts,
            anonymous=config.allow_anonymous,
            behind_proxy=config.behind_proxy,
        )

    def close(self) -> None:
        """End the threads and let go of the database. Running handlers are not waited for."""
        self.heartbeat.close()
        self.hub.close()
        self.store.close()
