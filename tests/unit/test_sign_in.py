"""People come in by the way that was chosen, and are out at once when their session ends."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask
import pytest
from werkzeug.test import Client

from gptchat import GPTChat
from gptchat.config import Config
from gptchat.errors import BadOption, OpenToTheWorld, StoreError
from gptchat.guard import secret_ways
from gptchat.guard.proxied import ASKED_EVERY
from gptchat.guard.secret_ways import neighbourhood
from gptchat.store import Store
from gptchat.store.tries import BY_ALL, BY_ONE
from support.postgres import Place
from support.signing_in import HOST, PASSWORD, Browser

TOKEN = "a-token-of-our-own-that-is-long"
HEADER = {"header": "X-Forwarded-User", "trusted_proxies": ["10.0.0.0/8"]}
DAY = 86400

Make = Callable[..., GPTChat]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong try costs nothing here."""
    monkeypatch.setattr(secret_ways, "WRONG_TAKES", 0)
    monkeypatch.setattr(secret_ways, "SCRYPT", {"n": 2, "r": 8, "p": 1})


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[GPTChat] = []

    def application(auth: Any = None, *, store: Place | None = None, **options: Any) -> GPTChat:
        made.append(GPTChat(lambda ctx: ctx.user, store=store, auth=auth, **options))
        return made[-1]

    yield application
    for app in made:
        app.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets that many seconds pass."""
    now = [time.time()]
    monkeypatch.setattr(time, "time", lambda: now[0])

    def forward(seconds: float) -> None:
        now[0] += seconds

    return forward


# ----------------------------------------------------------------- how it is said


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("tokn", "Did you mean 'token'?"),
        ("my own secret", "What fits is"),
        ("password", "GPTCHAT_PASSWORD, which is not set"),
        ({"pasword": "correct horse"}, "Did you mean 'password'?"),
        ({"password": "short"}, "at least 8 characters"),
        ({"password": None}, "at least 8 characters"),
        ({"token": "guessable"}, "at least 22"),
        ({"header": "X-User"}, "It has no 'trusted_proxies'"),
        ({"header": "X User", "trusted_proxies": ["::1"]}, "the name of a header"),
        ({**HEADER, "trusted_proxies": ["proxy.local"]}, "addresses or networks"),
        ({**HEADER, "trusted_proxies": []}, "addresses or networks"),
        ({**HEADER, "password": "correct horse"}, "There is one at a time"),
        ({}, "What fits is"),
        (True, "What fits is"),
    ],
)
def test_a_way_in_that_cannot_be_meant_is_told_and_no_secret_repeated(
    said: Any, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GPTCHAT_PASSWORD", raising=False)
    with pytest.raises(BadOption) as raised:
        Config(auth=said)
    assert told in str(raised.value)
    assert "horse" not in str(raised.value)
    assert "my own secret" not in str(raised.value)


def test_a_password_and_a_token_may_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, make: Make
) -> None:
    monkeypatch.setenv("GPTCHAT_PASSWORD", PASSWORD)
    monkeypatch.setenv("GPTCHAT_TOKEN", TOKEN)
    assert Browser(make("password")).sign_in().status_code == 303
    assert Browser(make("token")).open(f"/?token={TOKEN}").status_code == 303
    assert PASSWORD not in repr(make("password").config)
    assert TOKEN not in repr(make("token").config)


def test_an_open_address_is_listened_on_once_there_is_a_way_in(make: Make) -> None:
    with pytest.raises(OpenToTheWorld, match='auth="token"'):
        make().run_app("0.0.0.0", port=0, block=False)
    make({"password": PASSWORD}).run_app("0.0.0.0", port=0, block=False)


def test_there_is_one_way_in_at_a_time(make: Make) -> None:
    with pytest.raises(BadOption, match="auth and allow_anonymous"):
        make({"password": PASSWORD}, allow_anonymous=True).run_app(port=0, block=False)
    with pytest.raises(BadOption, match=r"auth and @app\.authenticate"):
        make({"password": PASSWORD}).authenticate(lambda request: "ada")


def test_a_link_that_nobody_would_learn_is_refused(make: Make) -> None:
    with pytest.raises(BadOption, match="GPTCHAT_TOKEN"):
        _ = make("token").wsgi_app
    _ = make({"token": TOKEN}).wsgi_app


# ------------------------------------------------------------------- the token link


def test_the_link_that_is_printed_lets_in_and_leaves_the_address_bar(
    make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    app = make("token")
    app.run_app(port=0, block=False)
    link = capsys.readouterr().out.split()[3]
    assert link.startswith(f"{app.url}?token=")
    browser = Browser(app, host=app.url.split("/")[2])
    assert browser.open("/").status_code == 401
    assert not browser.is_in
    answer = browser.open("/c/some-chat?" + link.split("?")[1])
    assert (answer.status_code, answer.headers["Location"]) == (303, "/c/some-chat")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.endswith("; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax")
    assert browser.is_in
    assert "token" not in browser.open("/").text


def test_a_wrong_token_is_refused_and_never_costs_the_right_one(make: Make) -> None:
    app = make({"token": TOKEN})
    stranger = Browser(app)
    for wrong in ("", "x", TOKEN + "x", "é" * 22):
        answer = stranger.open("/", query_string={"token": wrong})
        assert answer.status_code == 401
        assert "That is not the token" in answer.text
    for _ in range(BY_ALL):
        stranger.open("/?token=guess")
    assert Browser(app).open(f"/?token={TOKEN}").status_code == 303
    assert Browser(app).sign_in(TOKEN).status_code == 303, "it may be typed, too"


def test_whoever_has_the_link_is_the_person_of_this_machine(make: Make, place: Place) -> None:
    before = make(store=place)
    before._rooms.store.create("local", "c_1")
    before._rooms.hub.append("c_1", {"type": "select", "leaf": None}).wait()
    before.close()
    browser = Browser(make({"token": TOKEN}, store=place))
    browser.sign_in(TOKEN)
    assert browser.open("/api/conversations/c_1").status_code == 200


# --------------------------------------------------------------- the shared password


def test_the_password_lets_in_at_the_address_that_was_asked_for(make: Make) -> None:
    browser = Browser(make({"password": PASSWORD}, title="Tom & Jerry"))
    page = browser.open("/c/abc")
    assert page.status_code == 401
    assert '<form method="post" action="/c/abc">' in page.text
    assert "Tom &amp; Jerry" in page.text
    assert "gptchat-config" not in page.text
    assert page.headers["Referrer-Policy"] == "same-origin", "or its form has the origin null"
    answer = browser.sign_in(path="/c/abc")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/c/abc")
    assert browser.open("/c/abc").status_code == 200


def test_nothing_that_is_asked_for_leads_anywhere_else(make: Make) -> None:
    browser = Browser(make({"password": PASSWORD}))
    for path in ("//evil.example", "/c//evil.example", "/c/", "/c/a/b", "/%2f%2fevil.example"):
        assert browser.sign_in(path=path).status_code == 401
    for path in ("/c/%0d%0aX: y", '/c/"><script>', "/c/%2e%2e"):
        answer = browser.sign_in(path=path)
        assert answer.headers["Location"].startswith("/c/")
        assert "X" not in answer.headers
        assert "<script>" not in Browser(make({"password": PASSWORD})).open(path).text


def test_each_browser_has_chats_of_its_own_and_keeps_them(make: Make, clock: Any) -> None:
    app = make({"password": PASSWORD})
    one, two = Browser(app), Browser(app)
    one.sign_in()
    two.sign_in()
    mine = one.key
    assert two.key != mine
    clock(15 * DAY)
    assert not one.is_in
    one.sign_in()
    assert one.key == mine, "who signs in again finds their chats"
    app.sign_out()
    assert not one.is_in
    one.sign_in()
    assert one.key == mine, "also after the developer has signed everybody out"
    one.sign_out()
    one.sign_in()
    assert one.key != mine, "whoever comes next does not"


def test_a_wrong_password_is_told_in_one_sentence_whoever_tries(make: Make) -> None:
    browser = Browser(make({"password": PASSWORD}))
    for wrong in ("", "correct hors", "Correct horse", "x" * 100_000):
        answer = browser.sign_in(wrong)
        assert answer.status_code == 401
        assert "That is not the password." in answer.text


def test_five_tries_a_minute_from_one_address_and_fifty_an_hour_in_all(
    make: Make, clock: Any
) -> None:
    app = make({"password": PASSWORD})
    browser = Browser(app, address="10.0.0.1")
    for _ in range(BY_ONE):
        assert browser.sign_in("wrong").status_code == 401
    answer = browser.sign_in()
    assert answer.status_code == 429, "not even the right one"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert Browser(app, address="10.0.0.2").sign_in().status_code == 303
    clock(61)
    assert browser.sign_in().status_code == 303
    for number in range(BY_ALL - BY_ONE):
        Browser(app, address=f"10.1.0.{number}").sign_in("wrong")
    answer = Browser(app, address="10.2.0.1").sign_in()
    assert answer.status_code == 429
    assert "minutes" in answer.text
    assert browser.is_in, "who is in already stays"
    clock(3601)
    assert Browser(app, address="10.2.0.1").sign_in().status_code == 303


def test_a_try_is_counted_before_it_is_looked_at_and_by_all_processes(place: Place) -> None:
    stores = [Store(place) for _ in range(2)]
    waits = [stores[number % 2].tries.take("10.0.0.1") for number in range(BY_ONE + 1)]
    assert waits[:-1] == [0] * BY_ONE
    assert waits[-1] > 0
    stores[0].tries.forgive("10.0.0.1")
    assert stores[1].tries.take("10.0.0.1") == 0
    for store in stores:
        store.close()


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
        ("2001:db8:1:2::9", "2001:0db8:0001:0002"),
        ("", ""),
        ("unix", ""),
    ],
)
def test_an_address_counts_as_far_as_one_person_can_change_it(address: str, counted: str) -> None:
    assert neighbourhood(address) == counted


def test_another_password_ends_every_session_of_the_last(make: Make, place: Place) -> None:
    app = make({"password": PASSWORD}, store=place)
    browser = Browser(app)
    browser.sign_in()
    cookie, mine = browser.cookie, browser.key
    app.close()
    again = Browser(make({"password": PASSWORD}, store=place))
    again.cookie = cookie
    assert again.is_in, "a restart signs nobody out"
    changed = Browser(make({"password": "battery staple"}, store=place))
    changed.cookie = cookie
    assert not changed.is_in
    changed.sign_in("battery staple")
    assert changed.key == mine, "the chats are still there"


# ------------------------------------------------------------------------- sessions


def test_a_session_has_a_new_id_after_every_sign_in_and_the_old_one_is_dead(make: Make) -> None:
    app = make({"password": PASSWORD})
    browser, thief = Browser(app), Browser(app)
    browser.cookie = planted = "planted-by-somebody"
    browser.sign_in()
    first = browser.cookie
    assert first not in ("", planted)
    assert len(first) >= 43, "256 bits"
    browser.sign_in()
    assert browser.cookie != first
    for old in (planted, first):
        thief.cookie = old
        assert not thief.is_in
    kept = browser.cookie
    assert browser.sign_out().status_code == 204
    assert browser.cookie == ""
    thief.cookie = kept
    assert not thief.is_in


def test_the_database_holds_a_hash_of_the_id_only(make: Make, tmp_path: Path) -> None:
    app = make({"password": PASSWORD}, store=tmp_path / "chats.db")
    browser = Browser(app)
    browser.sign_in()
    app.close()
    kept = b"".join(each.read_bytes() for each in tmp_path.glob("chats.db*"))
    assert hashlib.sha256(browser.cookie.encode()).hexdigest().encode() in kept
    assert browser.cookie.encode() not in kept
    assert PASSWORD.encode() not in kept


def test_a_session_ends_when_idle_for_two_weeks_and_after_ninety_days(
    make: Make, clock: Any
) -> None:
    browser = Browser(make({"password": PASSWORD}))
    browser.sign_in()
    for _ in range(6):
        clock(13 * DAY)
        assert browser.is_in
    clock(13 * DAY)
    assert not browser.is_in, "after 91 days, however often it was used"
    browser.sign_in()
    clock(15 * DAY)
    assert not browser.is_in
    browser.sign_in()
    clock(-3600)
    assert browser.is_in, "a clock that is set back ends nothing"


def test_a_database_that_cannot_be_read_lets_nobody_in(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make({"password": PASSWORD})
    browser = Browser(app)
    browser.sign_in()

    def fail(*_given: Any) -> None:
        raise StoreError("no")

    monkeypatch.setattr(app._rooms.store.sessions, "find", fail)
    assert browser.open("/").status_code == 503


def test_the_developer_can_sign_anybody_out(make: Make) -> None:
    app = make()
    app.authenticate(lambda request: request.headers["X-Who"])
    ada, ben = {"X-Who": "ada"}, {"X-Who": "ben"}
    one, two = Browser(app), Browser(app)
    one.open("/", headers=ada)
    two.open("/", headers=ben)
    before = one.cookie, two.cookie
    app.sign_out("ada")
    one.open("/", headers=ada)
    two.open("/", headers=ben)
    assert one.cookie != before[0]
    assert two.cookie == before[1]


# ----------------------------------------------------------------- the proxy's header


def test_the_header_counts_from_a_trusted_proxy_only(make: Make) -> None:
    app = make(HEADER)
    ada = {"X-Forwarded-User": "ada@example.org"}
    proxy, stranger = Browser(app, address="10.1.2.3"), Browser(app, address="192.168.1.9")
    assert proxy.open("/api/config", headers=ada).get_json()["person"]["name"] == "ada@example.org"
    assert stranger.open("/api/config", headers=ada).status_code == 400
    assert stranger.open("/", headers=ada).status_code == 400
    assert stranger.open("/api/config").status_code == 401
    assert proxy.open("/api/config").status_code == 401
    mapped = Browser(app, address="::ffff:10.1.2.3")
    assert mapped.open("/api/config", headers=ada).status_code == 200


@pytest.mark.parametrize("user", ["ada,root", "a\tb", "x" * 201])
def test_a_header_that_says_two_things_is_refused(make: Make, user: str) -> None:
    proxy = Browser(make(HEADER), address="10.1.2.3")
    assert proxy.open("/", headers={"X-Forwarded-User": user}).status_code == 400


def test_it_is_the_machine_that_connects_which_is_trusted_not_the_one_it_names(make: Make) -> None:
    app = make(HEADER, behind_proxy=1)
    claim = {"X-Forwarded-User": "ada", "X-Forwarded-For": "10.0.0.1"}
    assert Browser(app, address="192.168.1.9").open("/", headers=claim).status_code == 400
    behind = {"X-Forwarded-User": "ada", "X-Forwarded-For": "192.168.1.9"}
    assert Browser(app, address="10.0.0.1").open("/api/config", headers=behind).status_code == 200


def test_a_name_never_becomes_an_owner_of_our_own(make: Make) -> None:
    app = make(HEADER)
    app._rooms.store.create("local", "c_1")
    proxy = Browser(app, address="10.1.2.3")
    local = {"X-Forwarded-User": "local"}
    assert proxy.open("/api/conversations/c_1", headers=local).status_code == 404


def test_who_signs_in_elsewhere_has_nothing_to_sign_out_of_here(make: Make) -> None:
    proxy = Browser(make(HEADER), address="10.1.2.3")
    ada = {"X-Forwarded-User": "ada"}
    assert proxy.open("/api/sign-out", "POST", headers=ada).status_code == 404
    assert proxy.open("/api/config", headers=ada).get_json()["person"]["may_sign_out"] is False


# ------------------------------------------------------------- the developer's function


def test_the_function_is_asked_once_for_a_session(make: Make, clock: Any) -> None:
    app, asked = make(), list[str]()

    @app.authenticate
    def who(request: flask.Request) -> str | None:
        asked.append(request.path)
        assert flask.request.headers["X-Who"] == request.headers["X-Who"]
        return request.headers["X-Who"] or None

    ada, ben = Browser(app), Browser(app)
    as_ada, as_ben = {"X-Who": "ada"}, {"X-Who": "ben"}
    first = ada.open("/", headers=as_ada)
    assert first.status_code == 200
    assert ada.open("/api/config", headers=as_ada).get_json()["person"]["name"] == "ada"
    assert len(asked) == 1
    assert ben.open("/", headers=as_ben).status_code == 200
    assert len(asked) == 2
    clock(ASKED_EVERY + 1)
    ada.open("/", headers=as_ada)
    assert len(asked) == 3, "and again after a while"
    answer = ada.open("/api/config", headers=as_ben)
    assert answer.get_json()["person"]["name"] == "ben", "other credentials, another person"
    assert ada.open("/", headers={"X-Who": ""}).status_code == 401


@pytest.mark.parametrize("answer", [None, "", 5, True, "a\nb", "x" * 201, {"id": "ada"}])
def test_whoever_is_not_named_stays_out(
    make: Make, answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = make()
    app.authenticate(lambda request: answer)
    assert not Browser(app).is_in
    assert Browser(app).open("/").status_code == 401
    assert ("name of the person is expected" in caplog.text) == (answer is not None)


def test_a_function_that_raises_keeps_out_and_is_told_in_the_log(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    app = make()

    @app.authenticate
    async def who(request: flask.Request) -> str:
        raise LookupError("no directory")

    answer = Browser(app).open("/")
    assert answer.status_code == 401
    assert "directory" not in answer.text
    assert "no directory" in caplog.text


def test_below_a_site_the_function_sees_who_signed_in_there() -> None:
    site = flask.Flask("site")
    site.secret_key = "s"
    chat = GPTChat(lambda ctx: ctx.user, store=None)
    chat.authenticate(lambda request: flask.session.get("user"))
    chat.init_app(site, url_prefix="/chat")

    @site.get("/enter/<user>")
    def enter(user: str) -> str:
        flask.session["user"] = user
        return "in"

    client = Client(site)
    here = {"HTTP_HOST": HOST, "REMOTE_ADDR": "127.0.0.1"}

    def name() -> Any:
        answer = client.get("/chat/api/config", environ_overrides=here)
        return answer.get_json()["person"]["name"] if answer.status_code == 200 else None

    assert client.get("/chat/", environ_overrides=here).status_code == 401
    for user in ("ada", "ben"):
        client.get(f"/enter/{user}", environ_overrides=here)
        assert client.get("/chat/", environ_overrides=here).status_code == 200
        assert name() == user
    chat.close()


# --------------------------------------------------------------------------- the log


def test_no_log_holds_a_token_or_a_password(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for auth in ({"token": TOKEN}, {"password": PASSWORD}):
        browser = Browser(make(auth))
        browser.open(f"/?token={TOKEN}")
        browser.sign_in("a wrong password")
        browser.sign_in(PASSWORD)
    for secret in (TOKEN, PASSWORD, "a wrong password"):
        assert secret not in caplog.text
