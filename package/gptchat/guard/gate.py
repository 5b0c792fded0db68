"""The one that knows who is in: it judges requests, connections and every event alike.

It takes whichever way in the configuration has at the moment. What a session is
stands in the store; what a request looks like is the business of `guard.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from typing import Protocol

from gptchat.config import Config
from gptchat.config.auth import ProxyHeader, SharedPassword, TokenLink
from gptchat.errors import BadOption
from gptchat.guard.callback import ByCallback, Callback
from gptchat.guard.proxied import ByHeader
from gptchat.guard.secret_ways import ByPassword, ByToken, SecretWay, WrongSecret
from gptchat.guard.visitors import Person
from gptchat.guard.ways import Anyone, Asking, OnThisMachine, Recognised, Way
from gptchat.store.sessions import Sessions
from gptchat.store.tries import Tries

OnEnded = Callable[[Set[str]], None]
"""Told the keys of sessions that have ended."""


class Kept(Protocol):
    """What the ways in need of the store."""

    sessions: Sessions
    tries: Tries

    def secret(self, name: str) -> str:
        """A random text, made once and kept."""


class Ways:
    """The way in that is configured; another object once that changes."""

    def __init__(self, config: Config, kept: Kept, callback: Callback) -> None:
        self._config, self._kept, self._callback = config, kept, callback
        self._made: tuple[object, Way] | None = None

    def chosen(self) -> Way:
        """Raises BadOption where there is more than one."""
        config, function = self._config, self._callback.function
        wanted = (config.auth, function, config.allow_anonymous)
        if self._made is None or self._made[0] != wanted:
            check_ways(config, has_callback=function is not None)
            self._made = (wanted, self._make())
        return self._made[1]

    def _make(self) -> Way:
        kept, auth = self._kept, self._config.auth
        match auth:
            case TokenLink(token):
                return ByToken(token, kept.sessions, kept.tries)
            case SharedPassword(password):
                salt = "password"
                return ByPassword(password, lambda: kept.secret(salt), kept.sessions, kept.tries)
            case ProxyHeader():
                return ByHeader(auth)
        if self._callback.function is not None:
            return ByCallback(self._callback, kept.sessions)
        return Anyone(kept.secret("cookies")) if self._config.allow_anonymous else OnThisMachine()


class Gate:
    """Who may come in, and who may still be here."""

    def __init__(self, choose: Callable[[], Way], sessions: Sessions | None = None) -> None:
        self._choose, self._sessions = choose, sessions
        self._on_ended: OnEnded = lambda _: None

    @property
    def way(self) -> Way:
        """How people come in."""
        return self._choose()

    @property
    def asks(self) -> SecretWay | None:
        """The way in, if it asks a person for something on the sign-in page."""
        way = self.way
        return way if isinstance(way, SecretWay) else None

    @property
    def link(self) -> str:
        """What is put behind the page's address for it to let somebody in."""
        way = self.way
        return f"?token={way.token}" if isinstance(way, ByToken) else ""

    @property
    def is_shared(self) -> bool:
        """Whether others than the one person of this machine may come in."""
        return not isinstance(self.way, OnThisMachine)

    @property
    def lasts(self) -> float | None:
        """Seconds after which a connection has to be made anew."""
        return self.way.lasts

    @property
    def header(self) -> str:
        """Where in the WSGI environment a proxy says who it is."""
        way = self.way
        return way.key if isinstance(way, ByHeader) else ""

    def recognise(self, asking: Asking) -> Recognised | None:
        """Who sends a request; None for somebody who has to sign in first. Raises Refused."""
        return self.way.recognise(asking)

    def knows(self, person: Person) -> bool:
        """Whether somebody who was let in may still be here."""
        way = self.way
        return person.way == way.mark and way.still(person)

    def gone(self, people: Iterable[Person]) -> set[Person]:
        """Those who may not be here any more: one question for all."""
        people, mark = set(people), self.way.mark
        keys = {person.session for person in people if person.session}
        alive = self._sessions.alive(keys) if self._sessions is not None else keys
        return {
            each for each in people
            if each.way != mark or (each.session and each.session not in alive)
        }  # fmt: skip

    def sign_in(self, given: str, asking: Asking) -> str:
        """Begin a session: the header that gives a browser its cookie. Raises WrongSecret."""
        way = self.asks
        if way is None:
            raise WrongSecret("Nobody signs in here.")
        before = way.recognise(asking)
        cookie = way.sign_in(given, asking)
        if before is not None:
            self._on_ended({before.person.session})
        return cookie

    def sign_out(self, person: Person) -> None:
        """End a person's session, and every connection of it."""
        if self._sessions is not None and person.session:
            self._sessions.end(person.session)
            self._on_ended({person.session})

    def end(self, user: str | None) -> None:
        """End all sessions of a person, or of everybody."""
        if self._sessions is not None:
            self._on_ended(self._sessions.end_all(user))

    def when_ended(self, told: OnEnded) -> None:
        """Call this with the sessions that this process ends, at once."""
        self._on_ended = told


def check_ways(config: Config, *, has_callback: bool) -> None:
    """Raise BadOption where more than one way in was chosen."""
    chosen = {
        "auth": config.auth is not None,
        "@app.authenticate": has_callback,
        "allow_anonymous=True": config.allow_anonymous,
    }
    names = [name for name, is_chosen in chosen.items() if is_chosen]
    if len(names) > 1:
        raise BadOption(f"There is one way in at a time, and here are {' and '.join(names)}.")
