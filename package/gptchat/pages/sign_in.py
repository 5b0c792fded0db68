"""The sign-in page, and signing out: all there is for somebody whom nobody knows yet.

The page stands at whatever address was asked for, so that a link to a chat leads
there afterwards. It needs no script. Who is let in, `gate` decides.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any, TypeAlias
from urllib.parse import quote

import flask

from gptchat.errors import NotBuilt
from gptchat.guard.cookies import cookie_to_say
from gptchat.guard.gate import Gate
from gptchat.guard.guard import ASKED_FOR, SIGN_IN
from gptchat.guard.secret_ways import WrongSecret
from gptchat.guard.visitors import LOCAL, Person, person_of
from gptchat.guard.ways import Asking
from gptchat.pages.assets import NOT_BUILT, Asset
from gptchat.pages.index_page import dressed
from gptchat.pages.responses import packed
from gptchat.protocol import PersonInfo

PAGE = "sign-in.html"
"""The built page: what it looks like, without what it asks."""

Assets: TypeAlias = Callable[[], Mapping[str, Asset]]
Refuse: TypeAlias = Callable[[int, str], flask.Response]

_PLACE = re.compile(r"(<main\b[^>]*>).*?(</main>)", re.DOTALL)
_ASSET = re.compile(r"(?:href|src)=\"\./(assets/[^\"]+)\"")

FORM = """
<form method="post" action="{action}">
  <h1>{title}</h1>
  <p>{sentence}</p>
  <input name="username" autocomplete="username" value="{title}" hidden>
  <label for="secret">{label}</label>
  <input id="secret" name="secret" type="password" autocomplete="current-password" required autofocus{invalid}>
  {problem}
  <button type="submit">Sign in</button>
</form>
"""  # noqa: E501 – one element, one line

PROBLEM = '<p id="problem" role="alert">{}</p>'

NO_FORM = """
<div class="told">
  <h1>{title}</h1>
  <p>{sentence}</p>
  <a href="{action}">Try again</a>
</div>
"""

SENTENCES = {
    "password": "Enter the password you were given.",
    "token": "Open the link you were given, or enter its token.",
    "": "You are not signed in. Sign in where you usually do, then come back here.",
}


class SignIn:
    """The way in, as people see it."""

    def __init__(self, gate: Gate, page: Callable[[], Mapping[str, Any]], assets: Assets) -> None:
        self._gate, self._page, self._assets = gate, page, assets

    def is_open(self, path: str) -> bool:
        """Whether everybody may have what is at this address."""
        with suppress(NotBuilt):
            return path == "/healthz" or path.removeprefix("/") in _ASSET.findall(self._built)
        return False

    @cached_property
    def _built(self) -> str:
        found = self._assets().get(PAGE)
        if found is None:
            raise NotBuilt(f"There is no {PAGE}. {NOT_BUILT}")
        return found.plain.decode()

    def shown(self, problem: WrongSecret | None = None) -> flask.Response:
        """The page, at the address that was asked for."""
        way = self._gate.asks
        what = "" if way is None else way.what
        told = "" if problem is None else PROBLEM.format(html.escape(str(problem)))
        body = (FORM if what else NO_FORM).format(
            action=html.escape(_asked_for()), title=html.escape(str(self._page()["title"])),
            sentence=SENTENCES[what], label=what.capitalize(), problem=told,
            invalid=' aria-invalid="true" aria-describedby="problem"' if told else "",
        )  # fmt: skip
        text = dressed(self._built, flask.request.script_root, self._page())
        answer = packed(_PLACE.sub(lambda found: found[1] + body + found[2], text, 1), "text/html")
        answer.status_code = 429 if problem is not None and problem.wait else 401
        if problem is not None and problem.wait:
            answer.headers["Retry-After"] = str(problem.wait)
        # With `no-referrer` a browser calls the origin of its own form `null`.
        answer.headers["Referrer-Policy"] = "same-origin"
        return answer

    def tried(self, given: str, asking: Asking) -> flask.Response:
        """In, at a clean address; or the page again, with one sentence."""
        try:
            cookie = self._gate.sign_in(given, asking)
        except WrongSecret as wrong:
            is_in = person_of(asking.environ) is not None and flask.request.method == "GET"
            return _to_clean_address() if is_in else self.shown(wrong)
        answer = _to_clean_address()
        answer.headers["Set-Cookie"] = cookie
        return answer


def add_sign_in(app: flask.Flask, sign_in: SignIn, gate: Gate, refuse: Refuse) -> None:
    """The two addresses of it. `refuse` answers with a status and a sentence."""

    @app.route(SIGN_IN, methods=["GET", "POST"])
    def enter() -> flask.Response:
        """The sign-in page. The guard leads here whoever asks for a page and is not known."""
        request = flask.request
        if ASKED_FOR not in request.environ:
            return refuse(404, "There is nothing here.")
        asking = Asking(request.environ, request.host, request.environ["HTTP_HOST"].lower())
        if request.method == "POST":
            return sign_in.tried(request.form.get("secret", ""), asking)
        if gate.asks is not None and gate.asks.link in request.args:
            return sign_in.tried(request.args[gate.asks.link], asking)
        return sign_in.shown()

    @app.post("/api/sign-out")
    def leave() -> flask.Response:
        """End this browser's session, and every connection of it."""
        # A form of another site cannot send this header; a script must ask, and is not answered.
        if flask.request.headers.get("X-Gptchat") != "1":
            return refuse(400, "The header X-Gptchat is missing.")
        person = person_of(flask.request.environ)
        if person is None or not person.may_sign_out:
            return refuse(404, "Nobody signs out here.")
        gate.sign_out(person)
        answer = flask.Response(status=204)
        environ = flask.request.environ
        host = environ["HTTP_HOST"].lower()
        answer.headers["Set-Cookie"] = cookie_to_say("", environ, host, seconds=0)
        return answer


def person_info(person: Person | None) -> PersonInfo | None:
    """What the page is told of whom it is for; None where nobody signs in."""
    if person is None or not (person.is_named or person.may_sign_out):
        return None
    info: PersonInfo = {"key": person.key, "may_sign_out": person.may_sign_out}
    if person.is_named:
        info["name"] = person.user
    elif person.owner != LOCAL:
        info["leaves_chats"] = True
    return info


def _to_clean_address() -> flask.Response:
    return flask.Response(status=303, headers={"Location": _asked_for()})


def _asked_for() -> str:
    path = str(flask.request.environ[ASKED_FOR])
    return flask.request.script_root + quote(path)
