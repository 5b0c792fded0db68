"""The way in by a function of the developer's: `@app.authenticate`.

It is asked once for each session, and again when the browser shows other credentials
or some minutes have passed. What it raises keeps the person out.
"""

from __future__ import annotations

import hashlib
import inspect
import io
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from gptchat import workers
from gptchat.failures import report
from gptchat.guard.cookies import cookie_name
from gptchat.guard.origins import is_upgrade
from gptchat.guard.proxied import ASKED_EVERY, LONGEST_NAME
from gptchat.guard.secret_ways import person_in
from gptchat.guard.visitors import Person, owner_named
from gptchat.guard.ways import Asking, Recognised
from gptchat.store.sessions import Session, Sessions

PASSING = frozenset(
    [
        "ACCEPT",
        "ACCEPT_CHARSET",
        "ACCEPT_ENCODING",
        "ACCEPT_LANGUAGE",
        "CACHE_CONTROL",
        "CONNECTION",
        "DNT",
        "HOST",
        "IF_MODIFIED_SINCE",
        "IF_NONE_MATCH",
        "IF_RANGE",
        "KEEP_ALIVE",
        "ORIGIN",
        "PRAGMA",
        "PRIORITY",
        "RANGE",
        "REFERER",
        "SEC_FETCH_DEST",
        "SEC_FETCH_MODE",
        "SEC_FETCH_SITE",
        "SEC_FETCH_USER",
        "SEC_GPC",
        "SEC_WEBSOCKET_EXTENSIONS",
        "SEC_WEBSOCKET_KEY",
        "SEC_WEBSOCKET_PROTOCOL",
        "SEC_WEBSOCKET_VERSION",
        "TE",
        "UPGRADE",
        "UPGRADE_INSECURE_REQUESTS",
        "X_FILE_NAME",
        "X_GPTCHAT",
    ]
)
"""Headers that differ between requests of one browser and say nothing of who it is."""

Entered = Callable[[dict[str, Any]], AbstractContextManager[Any]]
"""Lets Flask's `request` and `session` be those of a WSGI environment, and gives the request."""


class Callback:
    """The function, as it was registered, and how it is called."""

    def __init__(self) -> None:
        self.function: Callable[[Any], Any] | None = None
        self.entered: Entered | None = None

    def ask(self, environ: dict[str, Any]) -> str | None:
        """Who this is; None for nobody, and for whatever goes wrong."""
        assert self.function is not None
        assert self.entered is not None
        # The body is for somebody else.
        copy = {**environ, "wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0"}
        try:
            with self.entered(copy) as context:
                answer = self.function(context.request)
                if inspect.iscoroutine(answer):
                    answer = workers.Awaited(answer).result()
            return _name(answer)
        except Exception as error:  # noqa: BLE001 – the developer's code may raise anything
            report(error, where="The function of authenticate", debug=False)
            return None


class ByCallback:
    """Whoever the developer's function says it is."""

    mark = "callback"
    lasts: float | None = ASKED_EVERY

    def __init__(self, callback: Callback, sessions: Sessions) -> None:
        self._callback, self._sessions = callback, sessions

    def recognise(self, asking: Asking) -> Recognised | None:
        said, bound = asking.cookie, credentials(asking)
        session = self._sessions.find(said, self.mark) if said else None
        if session is not None and session.bound == bound and _is_fresh(session):
            return Recognised(person_in(session, is_named=True))
        user = self._callback.ask(asking.environ)
        if session is not None:
            if user == session.user:
                self._sessions.confirm(session.key, bound)
                return Recognised(person_in(session, is_named=True))
            self._sessions.end(session.key)
        return None if user is None else self._begin(asking, user, bound)

    def still(self, person: Person) -> bool:
        return not person.session or person.session in self._sessions.alive({person.session})

    def _begin(self, asking: Asking, user: str, bound: str) -> Recognised:
        """A session for a browser; a script that shows its credentials each time needs none."""
        if not (asking.is_for_page and asking.is_read) and not is_upgrade(asking.environ):
            return Recognised(Person(owner_named(user), user, self.mark, is_named=True))
        id, session = self._sessions.begin(owner_named(user), user, self.mark, bound=bound)
        return Recognised(person_in(session, is_named=True), asking.set_cookie(id))


def credentials(asking: Asking) -> str:
    """A hash of all that a request says of its sender: whatever is not known to be passing."""
    environ = asking.environ
    said = {
        name[5:]: str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_") and name[5:] not in PASSING | {"COOKIE"}
    }
    whole = (sorted(said.items()), asking.address, _other_cookies(asking))
    return hashlib.sha256(repr(whole).encode()).hexdigest()


def _is_fresh(session: Session) -> bool:
    return 0 <= time.time() - session.asked < ASKED_EVERY


def _other_cookies(asking: Asking) -> list[str]:
    """By hand: a library stops at the first cookie that is written wrongly."""
    parts = [part.strip() for part in str(asking.environ.get("HTTP_COOKIE", "")).split(";")]
    ours = cookie_name(asking.environ, asking.host) + "="
    return sorted(part for part in parts if part and not part.startswith(ours))


def _name(answer: object) -> str | None:
    if answer is None:
        return None
    if isinstance(answer, str) and answer and len(answer) <= LONGEST_NAME and answer.isprintable():
        return answer
    raise TypeError(
        f"It returned {type(answer).__name__!r} where the name of the person is expected: a text "
        f"of 1 to {LONGEST_NAME} characters, or None to keep them out."
    )
