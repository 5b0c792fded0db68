"""A way in: how a server learns who is asking. Here the two where nobody signs in.

On this machine there is one person, `local`. Where anyone may come in, each browser
is a person of its own, by a signed cookie it gets with the page. The others are in
`secret_ways`, `proxied` and `callback`; `gate` chooses.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Protocol

from itsdangerous import BadData, URLSafeTimedSerializer

from gptchat.guard.cookies import REMEMBERED, cookie_said, cookie_to_say
from gptchat.guard.origins import SAFE, is_upgrade
from gptchat.guard.policy import is_loopback
from gptchat.guard.refusing import Environ, Refused
from gptchat.guard.visitors import LOCAL, Person


@dataclass(frozen=True, slots=True)
class Asking:
    """A request whose sender is not known yet. `name` and `host` are checked already."""

    environ: Environ
    name: str
    """The host it is for, without a port."""
    host: str
    """The same with its port."""

    @property
    def path(self) -> str:
        return str(self.environ.get("PATH_INFO", ""))

    @property
    def cookie(self) -> str | None:
        return cookie_said(self.environ, self.host)

    @property
    def address(self) -> str:
        """Where it comes from, as trusted proxies tell it."""
        return str(self.environ.get("REMOTE_ADDR", ""))

    @property
    def is_read(self) -> bool:
        """Whether it fetches something, as opening an address does."""
        return self.environ["REQUEST_METHOD"] in SAFE and not is_upgrade(self.environ)

    @property
    def is_for_page(self) -> bool:
        """Whether it is for an address that shows the page."""
        place, _, conversation = self.path.removeprefix("/").partition("/")
        return self.path == "/" or (place == "c" and conversation != "" and "/" not in conversation)

    def set_cookie(self, value: str) -> str:
        """The header that gives the browser its cookie."""
        return cookie_to_say(value, self.environ, self.host)


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who is asking, and the cookie their browser gets with the page, if any."""

    person: Person
    cookie: str | None = None


class Way(Protocol):
    """One way in."""

    @property
    def lasts(self) -> float | None:
        """Seconds a connection may be old, until it is asked again who it is."""

    @property
    def mark(self) -> str:
        """What tells this way, and whatever is secret in it, from every other."""

    def recognise(self, asking: Asking) -> Recognised | None:
        """Who is asking; None for somebody who has to sign in. Raises Refused."""

    def still(self, person: Person) -> bool:
        """Whether somebody who came in this way may still be here."""


class OnThisMachine:
    """Nobody signs in, and nobody comes from elsewhere."""

    mark = "local"
    lasts = None

    def recognise(self, asking: Asking) -> Recognised:
        if not (is_loopback(asking.name) and is_loopback(asking.address)):
            raise Refused(
                "403 Forbidden",
                "This server does not know who may come in from beyond its own machine. "
                "Its owner can set auth, or pass allow_anonymous=True.",
            )
        return Recognised(Person(LOCAL, LOCAL, self.mark))

    def still(self, person: Person) -> bool:
        return True


class Anyone:
    """Nobody signs in, and each browser stays the same person by its cookie."""

    mark = "anonymous"
    lasts = None

    def __init__(self, secret: str) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="gptchat.visitor")

    def recognise(self, asking: Asking) -> Recognised:
        visitor = self._visitor(asking)
        if visitor is None:
            if not asking.is_read:
                raise Refused("401 Unauthorized", "Please load the page first.")
            visitor = secrets.token_urlsafe(32)
        owner = visitor_named(visitor)
        # Said anew with every page: who comes again is not forgotten.
        return Recognised(
            Person(owner, owner, self.mark), asking.set_cookie(str(self._signer.dumps(visitor)))
        )

    def still(self, person: Person) -> bool:
        return True

    def _visitor(self, asking: Asking) -> str | None:
        """The visitor's id from a cookie of ours that is neither forged nor forgotten."""
        try:
            visitor = self._signer.loads(asking.cookie or "", max_age=REMEMBERED)
        except BadData:
            return None
        return visitor if isinstance(visitor, str) else None


def visitor_named(visitor: str) -> str:
    """The owner's name in the store: whoever reads the store learns no cookie from it."""
    return "visitor_" + hashlib.sha256(visitor.encode()).hexdigest()[:32]
