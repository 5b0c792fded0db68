"""The two ways in by something a person knows: a link with a token, and a shared password.

Both give a session; a password is tried a few times and no oftener. Where what is typed
comes from is the business of `pages/`.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from functools import cached_property
from ipaddress import IPv6Address, ip_address
from urllib.parse import parse_qs

from gptchat.guard.visitors import LOCAL, Person
from gptchat.guard.ways import Asking, Recognised, visitor_named
from gptchat.store.sessions import Session, Sessions
from gptchat.store.tries import Tries

WRONG_TAKES = 1.0
"""Seconds a wrong try takes, whoever tries."""

SCRYPT = {"n": 2**15, "r": 8, "p": 3, "maxmem": 64 * 1024 * 1024}
"""A third of a second and 32 MiB for each guess, for whoever has stolen the database, too."""


class WrongSecret(Exception):
    """Not let in: a sentence that says the same whatever was wrong, and how long to wait."""

    def __init__(self, sentence: str, wait: int = 0) -> None:
        super().__init__(sentence)
        self.wait = wait


class SecretWay:
    """What the two have in common. `what` is a word for the secret, as a person knows it."""

    what = "secret"
    lasts = None
    link = ""
    """What the secret is called in a link, where it may stand in one."""

    def __init__(self, sessions: Sessions, tries: Tries) -> None:
        self._sessions, self._tries = sessions, tries

    @cached_property
    def mark(self) -> str:
        raise NotImplementedError

    def recognise(self, asking: Asking) -> Recognised | None:
        """Whoever has a session of this very secret."""
        said = asking.cookie
        session = self._sessions.find(said, self.mark) if said else None
        return None if session is None else Recognised(person_in(session, may_sign_out=True))

    def still(self, person: Person) -> bool:
        return person.session in self._sessions.alive({person.session})

    def sign_in(self, given: str, asking: Asking) -> str:
        """Begin a session: the header that gives the browser its cookie. Raises WrongSecret."""
        self._check(given, neighbourhood(asking.address))
        owner = self._owner(asking)
        id, _ = self._sessions.begin(owner, owner, self.mark, instead_of=asking.cookie)
        return asking.set_cookie(id)

    def is_tried(self, asking: Asking) -> bool:
        """Whether the request brings the secret, right or wrong."""
        parameters = parse_qs(asking.environ.get("QUERY_STRING", ""), keep_blank_values=True)
        return asking.environ["REQUEST_METHOD"] == "POST" or self.link in parameters

    def _check(self, given: str, address: str) -> None:
        wait = self._tries.take(address)
        if wait:
            when = "a minute" if wait <= 60 else f"{wait // 60 + 1} minutes"
            raise WrongSecret(f"That was tried too often. Wait {when}, then try again.", wait)
        if not self._is_right(given):
            time.sleep(WRONG_TAKES)
            raise WrongSecret(f"That is not the {self.what}.")
        self._tries.forgive(address)

    def _is_right(self, given: str) -> bool:
        raise NotImplementedError

    def _owner(self, asking: Asking) -> str:
        raise NotImplementedError


class ByToken(SecretWay):
    """Whoever has the link is the person of this machine, wherever they are."""

    what = link = "token"

    def __init__(self, token: str | None, sessions: Sessions, tries: Tries) -> None:
        super().__init__(sessions, tries)
        self._is_ours = token is None
        self.token = token or secrets.token_urlsafe(32)

    @cached_property
    def mark(self) -> str:
        # A new start makes a new link; who is in already stays, as with Jupyter.
        return "token" if self._is_ours else f"token:{_shortened(self.token.encode())}"

    def _check(self, given: str, address: str) -> None:
        # Too long to be guessed: counting tries would only let a stranger keep others out.
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode()):
            raise WrongSecret("That is not the token, or not any more. Ask for a new link.")

    def _owner(self, asking: Asking) -> str:
        return LOCAL


class ByPassword(SecretWay):
    """Whoever knows the password comes in, each browser with chats of its own.

    Who signs in again in a browser finds their chats there; who signs out leaves them behind.
    """

    what = "password"

    def __init__(
        self, password: str, salt: Callable[[], str], sessions: Sessions, tries: Tries
    ) -> None:
        super().__init__(sessions, tries)
        self._password, self._salt = password, salt

    @cached_property
    def mark(self) -> str:
        return f"password:{_shortened(self._key)}"

    @cached_property
    def _key(self) -> bytes:
        return self._derived(self._password)

    def _is_right(self, given: str) -> bool:
        return hmac.compare_digest(self._derived(given), self._key)

    def _derived(self, password: str) -> bytes:
        salt = self._salt().encode()
        return hashlib.scrypt(password.encode("utf-8", "replace"), salt=salt, **SCRYPT)

    def _owner(self, asking: Asking) -> str:
        before = self._sessions.remembered(asking.cookie) if asking.cookie else None
        if before is not None and before.way.startswith("password:"):
            return before.owner
        return visitor_named(secrets.token_urlsafe(32))


def person_in(session: Session, *, is_named: bool = False, may_sign_out: bool = False) -> Person:
    """Whoever has this session."""
    return Person(
        session.owner, session.user, session.way, session.key,
        is_named=is_named, may_sign_out=may_sign_out,
    )  # fmt: skip


def neighbourhood(address: str) -> str:
    """An address, as far as one person can change it: of IPv6 they have a whole network."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return found.exploded[:19]
    return str(getattr(found, "ipv4_mapped", None) or found)


def _shortened(secret: bytes) -> str:
    return hashlib.sha256(b"gptchat.way" + secret).hexdigest()[:16]
