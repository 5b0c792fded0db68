"""Who is asking, as the rooms behind the guard know them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LOCAL = "local"
"""The one person of a server for this machine."""

PERSON = "gptchat.person"
"""Where in the WSGI environment the rooms behind the guard find who is asking."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may come in."""

    owner: str
    """Whose conversations they see: the name in the store."""
    user: str
    """What a handler calls them."""
    way: str
    """How they came in; once that changes, they have to come in anew."""
    session: str = ""
    """The session they signed in with; empty where nobody signs in."""
    is_named: bool = False
    """Whether `user` is a name that says something to a person."""
    may_sign_out: bool = False

    @property
    def key(self) -> str:
        """What a page says of whom it is for, when it connects: not the name itself."""
        return hashlib.sha256(f"gptchat.page {self.owner}".encode()).hexdigest()[:16]


def person_of(environ: Mapping[str, Any]) -> Person | None:
    """Whom the guard found to be asking; nobody on the way to sign in."""
    return environ.get(PERSON)


def owner_of(environ: Mapping[str, Any]) -> str:
    """Whose conversations this request may see."""
    person: Person = environ[PERSON]
    return person.owner


def owner_named(user: str) -> str:
    """The name in the store of an owner who has one: never one that we give ourselves."""
    return f"user:{user}"
