"""Calls by way of Redis: published by one thread, heard by another, so that nobody waits for it.

Flask-SocketIO's own `message_queue` is not used. It sends every frame through Redis to every
process, and whoever publishes waits while Redis is away and then loses the frame; here
a channel is a conversation, only who shows it listens, and the frame is read from the log.
The only importer of redis.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from gptchat.bus.calls import MOST_NAMED, SESSIONS, Call, Heard, read, worker_topic, written
from gptchat.errors import BadOption
from gptchat.workers import start_thread

logger = logging.getLogger("gptchat")

PATIENCE = 2.0
"""Seconds until a Redis that says nothing is called away."""

AGAIN = 0.5
"""Seconds between two tries to reach it."""

MOST_WAITING = 10_000
"""Topics with calls that Redis has not taken yet. More are lost; what they are about is found
by looking, see `sockets/relay.py`."""


class RedisBus:
    """The bus of one process. Raises BadOption for an address that cannot be meant."""

    is_shared = True

    def __init__(self, address: str, name: str, me: str) -> None:
        self._redis, self._troubles = _client(address)
        self._shown = _shown(address)
        self._prefix, self._me = f"gptchat:{name}:", me
        self._always = {worker_topic(me), SESSIONS}
        self._wanted = set(self._always)
        self._heard_once = set[str]()
        self._waiting: dict[str, dict[str, None]] = {}
        self._changed = threading.Condition()
        self._closed = threading.Event()
        self._is_away = False

    # ------------------------------------------------------------ what a room asks

    def call(self, topic: str, conversations: Iterable[str] = ()) -> None:
        """Let whoever listens to the topic know that there is something to look at."""
        with self._changed:
            self._keep(topic, conversations)
            self._changed.notify()

    def listen(self, topic: str) -> None:
        """Hear calls about this, too."""
        with self._changed:
            is_new = topic not in self._wanted
            self._wanted = self._wanted | {topic}
        if is_new:
            self._wake()

    def listen_only(self, topics: Callable[[], Iterable[str]]) -> None:
        """Hear calls about these and about what this process always hears, and no others."""
        with self._changed:
            before, self._wanted = self._wanted, self._always | set(topics())
        if self._wanted != before:
            self._wake()

    def start(self, heard: Heard) -> None:
        """Begin to hear."""
        self._tell = heard
        start_thread(self._publish, name="gptchat-bus-out")
        start_thread(self._receive, name="gptchat-bus-in")

    def close(self) -> None:
        """Hear and call no more."""
        self._closed.set()
        with self._changed:
            self._changed.notify()

    # ------------------------------------------------------------------------- out

    def _keep(self, topic: str, conversations: Iterable[str]) -> None:
        if len(self._waiting) < MOST_WAITING:
            self._waiting.setdefault(topic, {}).update(dict.fromkeys(conversations))

    def _publish(self) -> None:
        while not self._closed.is_set():
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed.is_set())
                calls, self._waiting = self._waiting, {}
            try:
                self._send(calls)
            except self._troubles as error:
                self._lose(error)
                with self._changed:
                    for topic, conversations in calls.items():
                        self._keep(topic, conversations)
                self._closed.wait(AGAIN)
        # Its connections are not closed here: the other thread may be reading from one.

    def _send(self, calls: Mapping[str, Iterable[str]]) -> None:
        line = self._redis.pipeline(transaction=False)
        for topic, conversations in calls.items():
            named = list(conversations)
            for start in range(0, max(1, len(named)), MOST_NAMED):
                some = named[start : start + MOST_NAMED]
                line.publish(self._prefix + topic, written(self._me, some))
        line.execute()

    # -------------------------------------------------------------------------- in

    def _wake(self) -> None:
        # Who receives waits for Redis to say something: let Redis say something.
        self.call(worker_topic(self._me))

    def _receive(self) -> None:
        while not self._closed.is_set():
            try:
                with self._redis.pubsub() as line:
                    self._follow(line)
            except self._troubles as error:
                self._lose(error)
                self._closed.wait(AGAIN)

    def _follow(self, line: Any) -> None:
        known = set[str]()
        while not self._closed.is_set():
            wanted = self._wanted
            if fresh := wanted - known:
                line.subscribe(*(self._prefix + topic for topic in fresh))
            if left := known - wanted:
                line.unsubscribe(*(self._prefix + topic for topic in left))
                self._heard_once -= left
            known = wanted
            told = line.get_message(timeout=1.0)
            if told is not None:
                self._understand(told)

    def _understand(self, told: Mapping[str, Any]) -> None:
        channel = told["channel"].decode("utf-8", "replace")
        topic = channel.removeprefix(self._prefix)
        if channel == topic or topic not in self._wanted:
            return
        if told["type"] == "subscribe":
            self._find()
            self._tell(Call(topic, is_back=topic in self._heard_once))
            self._heard_once.add(topic)
        elif told["type"] == "message":
            conversations = read(told["data"], me=self._me)
            if conversations is not None:
                self._tell(Call(topic, conversations))

    # ---------------------------------------------------------------- away and back

    def _lose(self, error: BaseException) -> None:
        with self._changed:
            is_news = not self._is_away and not self._closed.is_set()
            self._is_away = True
        if is_news:
            logger.error(
                "Redis at %s does not answer (%s). It is tried again; meanwhile pages of "
                "different processes hear of each other a little later.", self._shown, error
            )  # fmt: skip

    def _find(self) -> None:
        if self._is_away:
            self._is_away = False
            logger.warning("Redis at %s answers again.", self._shown)


def _client(address: str) -> tuple[Any, tuple[type[BaseException], ...]]:
    try:
        import redis
    except ImportError as error:
        raise BadOption(
            f"The option 'message_queue' needs the redis package ({error}). "
            "Install it: pip install 'gptchat[prod]'"
        ) from None
    try:
        client = redis.Redis.from_url(
            address, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE,
            health_check_interval=10,
            retry=redis.retry.Retry(redis.backoff.NoBackoff(), 0),  # The threads here try again.
        )  # fmt: skip
    except ValueError:
        raise BadOption(
            "The option 'message_queue' is no address of a Redis. It is written "
            "redis://:password@host:6379/0."
        ) from None  # What was raised repeats the address, and with it a password.
    return client, (redis.RedisError, OSError)


def _shown(address: str) -> str:
    """The address without its password."""
    try:
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
    except ValueError:
        return "message_queue"
