"""Only those the policy names come in, and every answer leaves with the same headers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from gptchat.errors import OpenToTheWorld
from gptchat.guard import Guard, Mount, Policy, person_of, refuse_open_bind
from gptchat.guard.headers import SANDBOX, completed
from support.guarding import gate_for

OWN = "http://localhost:5000"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' blob: data:; font-src 'self'; media-src 'self' blob:; "
    "connect-src 'self' ws://localhost:5000; frame-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'self'; object-src 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types svelte-trusted-html gptchat-worker"
)
UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket"}
BROWSE = {
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
}
EMBED = {**BROWSE, "Sec-Fetch-Dest": "iframe"}


def room(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """What lies behind the guard: it says who it thinks is asking, and where."""
    start_response("200 OK", [("Content-Type", "text/html"), ("Access-Control-Allow-Origin", "*")])
    where = [environ["wsgi.url_scheme"], environ["HTTP_HOST"], environ["SCRIPT_NAME"]]
    claims = [name for name in environ if name.startswith("HTTP_X_FORWARDED")]
    person = person_of(environ)
    owner = "nobody" if person is None else person.owner
    return [" ".join([owner, *where, environ["REMOTE_ADDR"], *claims]).encode()]


def guarded(*, anonymous: bool = False, secret: str = "s", **policy: Any) -> Guard:
    """A guarded room, where anyone may come in or only this machine."""
    gate = gate_for(anonymous=anonymous, secret=secret)
    return Guard(room, policy=Policy(**policy), gate=gate)


def ask(
    path: str = "/",
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    from_address: str = "127.0.0.1",
    client: Client | None = None,
    **policy: Any,
) -> TestResponse:
    """One request to a guarded room."""
    sent = {"Host": "localhost:5000", **(headers or {})}
    head = {"HTTP_HOST": sent.pop("Host"), "REMOTE_ADDR": from_address}
    head["CONTENT_LENGTH"] = sent.pop("Content-Length", "")
    if client is None:  # With a jar of its own it would drop a cookie that is given.
        client = Client(guarded(**policy), use_cookies="Cookie" not in sent)
    return client.open(path, method=method, headers=sent, environ_overrides=head)


@pytest.mark.parametrize(
    ("host", "policy", "status"),
    [
        ("localhost:5000", {}, 200),
        ("LOCALHOST", {}, 200),
        ("127.0.0.1:5000", {}, 200),
        ("127.8.9.1", {}, 200),
        ("[::1]:5000", {}, 200),
        ("app.localhost:5000", {}, 200),
        ("localhost.:5000", {}, 200),
        ("evil.example", {}, 421),
        ("evil.example:5000", {}, 421),
        ("localhost.evil.example", {}, 421),
        ("127.0.0.1.evil.example", {}, 421),
        ("192.168.1.7", {}, 421),
        ("", {}, 400),
        ("localhost,localhost", {}, 400),
        ("localhost evil", {}, 400),
        ("user@localhost", {}, 400),
        ("localhost:port", {}, 400),
        ("chat.example.org", {"allowed_hosts": ("chat.example.org",), "anonymous": True}, 200),
        ("a.example.org", {"allowed_hosts": ("*.example.org",), "anonymous": True}, 200),
        ("example.org", {"allowed_hosts": ("*.example.org",), "anonymous": True}, 421),
        ("evilexample.org", {"allowed_hosts": ("*.example.org",), "anonymous": True}, 421),
        ("192.168.1.7:5000", {"host": "0.0.0.0", "anonymous": True}, 200),
        ("[fe80::1]:5000", {"host": "::", "anonymous": True}, 200),
        ("evil.example", {"host": "0.0.0.0", "anonymous": True}, 421),
        ("192.168.1.7", {"host": "192.168.1.7", "anonymous": True}, 200),
        ("192.168.1.8", {"host": "192.168.1.7", "anonymous": True}, 421),
        ("192.168.1.7", {"host": None, "anonymous": True}, 421),
    ],
)
def test_only_known_names_are_answered(host: str, policy: dict[str, Any], status: int) -> None:
    assert ask(headers={"Host": host}, **policy).status_code == status


@pytest.mark.parametrize(
    ("method", "headers", "policy", "status"),
    [
        # A websocket or a change needs our own origin, exactly.
        ("GET", {**UPGRADE, "Origin": OWN}, {}, 200),
        ("GET", {**UPGRADE}, {}, 403),
        ("GET", {**UPGRADE, "Origin": "null"}, {}, 403),
        ("GET", {**UPGRADE, "Origin": "http://evil.example"}, {}, 403),
        ("GET", {**UPGRADE, "Origin": "http://localhost:5001"}, {}, 403),
        ("GET", {**UPGRADE, "Origin": "https://localhost:5000"}, {}, 403),
        ("GET", {**UPGRADE, "Origin": OWN + ".evil.example"}, {}, 403),
        ("GET", {**UPGRADE, "Origin": OWN + "," + OWN}, {}, 403),
        ("GET", {**UPGRADE, "Authorization": "Bearer x"}, {}, 200),
        ("GET", {**UPGRADE, "Origin": "http://evil.example", "Authorization": "Bearer x"}, {}, 403),
        ("POST", {"Origin": OWN}, {}, 200),
        ("POST", {}, {}, 403),
        ("POST", {"Origin": "null"}, {}, 403),
        ("DELETE", {"Origin": "http://evil.example"}, {}, 403),
        ("OPTIONS", {"Origin": "http://evil.example"}, {}, 403),
        ("TRACE", {"Origin": OWN}, {}, 405),
        # Another origin only by name; a page elsewhere may link here, not load from here.
        ("GET", {**UPGRADE, "Origin": "https://a.b"}, {"allowed_origins": ("https://a.b/",)}, 200),
        ("GET", {**UPGRADE, "Origin": "null"}, {"allowed_origins": ("null",)}, 403),
        ("GET", {}, {}, 200),
        ("GET", {"Origin": OWN, "Sec-Fetch-Site": "same-origin"}, {}, 200),
        ("GET", {"Origin": "http://evil.example"}, {}, 403),
        ("GET", {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, {}, 200),
        ("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, {}, 403),
        ("GET", BROWSE, {}, 200),
        ("GET", EMBED, {}, 403),
        ("GET", EMBED, {"frame_ancestors": ("https://intranet.example",)}, 200),
        # Rebinding: name and origin agree with each other, and not with us.
        ("GET", {**UPGRADE, "Host": "evil.example", "Origin": "http://evil.example"}, {}, 421),
        # What a browser could be made to claim about a proxy counts for nothing.
        ("GET", {**UPGRADE, "Origin": "http://e.x", "X-Forwarded-Host": "e.x"}, {}, 403),
        ("GET", {"Host": "evil.example", "X-Forwarded-Host": "localhost"}, {}, 421),
    ],
)
def test_only_known_origins_may_speak(
    method: str, headers: dict[str, str], policy: dict[str, Any], status: int
) -> None:
    assert ask(method=method, headers=headers, **policy).status_code == status


SEALED = {"Origin": "null", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "script"}
"""What a browser says of a script for a frame that has no origin."""


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("/frame-lib/plotly.js", "GET", SEALED, 200),
        ("/frame-lib/plotly.js", "GET", {**SEALED, "Sec-Fetch-Dest": "empty"}, 403),
        ("/frame-lib/plotly.js", "GET", {"Origin": "null"}, 403),
        ("/frame-lib/plotly.js", "POST", SEALED, 403),
        ("/frame-lib/plotly.js", "GET", {**SEALED, **UPGRADE}, 403),
        ("/frame-lib/plotly.js", "GET", {**SEALED, "Host": "evil.example"}, 421),
        ("/frame-library", "GET", SEALED, 403),
        ("/assets/index.js", "GET", SEALED, 403),
        ("/api/config", "GET", SEALED, 403),
    ],
)
def test_a_sealed_frame_may_load_the_scripts_of_libraries_and_nothing_else(
    path: str, method: str, headers: dict[str, str], status: int
) -> None:
    assert ask(path, method=method, headers=headers).status_code == status


def test_every_answer_carries_the_same_headers() -> None:
    golden = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-DNS-Prefetch-Control": "off",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        "Cache-Control": "no-store",
        "Content-Security-Policy": CSP,
    }
    refused = ask(headers=UPGRADE)
    allowed = ask()
    assert (refused.status_code, allowed.status_code) == (403, 200)
    for answer in (refused, allowed):
        given = dict(answer.headers)
        assert {name: given.get(name) for name in golden} == golden
        assert "Strict-Transport-Security" not in given
        assert not [name for name in given if name.startswith("Access-Control")]


def test_a_refusal_repeats_nothing_the_stranger_said() -> None:
    answer = ask("/<script>?token=abc", headers={"Host": "evil.example"})
    everything = answer.get_data(as_text=True) + str(answer.headers)
    assert "evil" not in everything
    assert "script>" not in everything
    assert "abc" not in everything


def test_configured_hosts_and_frames_reach_the_policy_and_break_nothing() -> None:
    images = ("https://pics.example", "x; script-src *")
    answer = ask(image_hosts=images, frame_ancestors=("https://intranet.example",))
    csp = answer.headers["Content-Security-Policy"]
    assert "img-src 'self' blob: data: https://pics.example;" in csp
    assert "frame-ancestors https://intranet.example;" in csp
    assert "script-src *" not in csp
    assert "X-Frame-Options" not in answer.headers


def test_the_frames_of_a_page_that_is_framed_itself_may_be_shown_there() -> None:
    given = [("Content-Security-Policy", SANDBOX)]
    policy = Policy(frame_ancestors=("https://intranet.example",))
    headers = dict(completed(given, policy, host="h", scheme="http"))
    assert headers["Content-Security-Policy"].endswith(
        "frame-ancestors 'self' https://intranet.example"
    )
    assert "X-Frame-Options" not in headers


def test_requests_that_are_too_large_are_refused_before_they_are_read() -> None:
    big = {"Origin": OWN, "Content-Length": "800001"}
    assert ask(method="POST", headers=big).status_code == 413
    odd = {"Origin": OWN, "Content-Length": "-1"}
    assert ask(method="POST", headers=odd).status_code == 400
    assert ask("/" + "a" * 9000).status_code == 414


FORWARDED = {
    "Host": "inner:5000",
    "X-Forwarded-For": "6.6.6.6, 9.9.9.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "chat.example.org",
    "X-Forwarded-Prefix": "/chat",
}
BEHIND: dict[str, Any] = {
    "behind_proxy": 1,
    "allowed_hosts": ("chat.example.org",),
    "anonymous": True,
}


def test_one_trusted_proxy_may_say_who_where_and_how() -> None:
    answer = ask(headers=FORWARDED, **BEHIND)
    assert answer.get_data(as_text=True).split()[1:5] == [
        "https",
        "chat.example.org",
        "/chat",
        "9.9.9.9",
    ]
    assert "connect-src 'self' wss://chat.example.org;" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    "prefix", ["//evil.example", "/a b", '/"><script>', "/a/../b", "https://evil.example", "chat"]
)
def test_a_prefix_that_is_no_path_is_refused(prefix: str) -> None:
    assert ask(headers={**FORWARDED, "X-Forwarded-Prefix": prefix}, **BEHIND).status_code == 400


def test_without_a_trusted_proxy_its_headers_are_forgotten() -> None:
    answer = ask(headers={**FORWARDED, "Host": "localhost"})
    assert answer.get_data(as_text=True).split() == ["local", "http", "localhost", "127.0.0.1"]


def test_on_this_machine_everybody_is_the_local_owner() -> None:
    assert ask().get_data(as_text=True).startswith("local ")
    assert "Set-Cookie" not in ask().headers


@pytest.mark.parametrize(
    ("host", "address"),
    [("localhost", "192.168.1.9"), ("chat.example.org", "127.0.0.1"), ("localhost", "")],
)
def test_nobody_from_beyond_this_machine_becomes_the_local_owner(host: str, address: str) -> None:
    policy: dict[str, Any] = {"host": None, "allowed_hosts": ("chat.example.org",)}
    answer = ask(headers={"Host": host}, from_address=address, **policy)
    assert answer.status_code == 403
    assert "allow_anonymous=True" in answer.get_data(as_text=True)


def visitor(secret: str = "s") -> Client:
    return Client(guarded(secret=secret, anonymous=True))


def test_where_anyone_may_come_each_browser_is_an_owner_of_its_own() -> None:
    first, second = visitor(), visitor()
    names = [ask(client=each).get_data(as_text=True).split()[0] for each in (first, first, second)]
    assert names[0] == names[1]
    assert names[0] != names[2]
    assert names[0].startswith("visitor_")


def test_the_cookie_is_out_of_reach_of_scripts_other_sites_and_other_ports() -> None:
    cookie = ask(anonymous=True).headers["Set-Cookie"]
    assert cookie.startswith("gptchat-5000=")
    assert cookie.endswith("; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax")
    below = ask(headers={**FORWARDED, "X-Forwarded-Proto": "http"}, **BEHIND)
    assert "Path=/chat;" in below.headers["Set-Cookie"]
    secure = ask(headers={**FORWARDED, "X-Forwarded-Prefix": ""}, **BEHIND).headers["Set-Cookie"]
    assert secure.startswith("__Host-gptchat=")
    assert "; Path=/; " in secure
    assert secure.endswith("; Secure")


def test_a_socket_or_a_post_without_the_cookie_is_refused() -> None:
    client = visitor()
    assert ask(headers={**UPGRADE, "Origin": OWN}, client=client).status_code == 401
    assert ask(method="POST", headers={"Origin": OWN}, client=client).status_code == 401
    ask(client=client)
    assert ask(headers={**UPGRADE, "Origin": OWN}, client=client).status_code == 200


@pytest.mark.parametrize("forged", ["x", "", "ImEi.aAaAaA.sig", '"', "a=b; gptchat-5000"])
def test_a_forged_cookie_makes_nobody_anybody(forged: str) -> None:
    headers = {**UPGRADE, "Origin": OWN, "Cookie": f"gptchat-5000={forged}"}
    assert ask(headers=headers, anonymous=True).status_code == 401


def test_a_cookie_of_another_server_is_not_ours() -> None:
    client = visitor("another secret")
    value = ask(client=client).headers["Set-Cookie"].split(";")[0]
    answer = ask(headers={**UPGRADE, "Origin": OWN, "Cookie": value}, anonymous=True)
    assert answer.status_code == 401


def test_a_browser_is_forgotten_after_ninety_days_without_a_visit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    day, now, cookie, names = 24 * 3600, int(time.time()), "", []
    for moment in (now, now + 89 * day, now + 178 * day, now + 269 * day):
        monkeypatch.setattr(time, "time", lambda moment=moment: moment)
        answer = ask(headers={"Cookie": cookie}, anonymous=True)
        names.append(answer.get_data(as_text=True).split()[0])
        cookie = answer.headers["Set-Cookie"].split(";")[0]
    assert names[0] == names[1] == names[2], "each visit renews the cookie"
    assert names[3] != names[0]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.1.2.3"])
def test_this_machine_needs_no_decision(host: str) -> None:
    refuse_open_bind(host, allow_anonymous=False, has_auth=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.7", "chat.example.org"])
def test_an_open_address_needs_a_decision_and_says_both_ways_on(host: str) -> None:
    with pytest.raises(OpenToTheWorld) as raised:
        refuse_open_bind(host, allow_anonymous=False, has_auth=False)
    assert repr(host) in str(raised.value)
    assert 'host="127.0.0.1"' in str(raised.value)
    assert "allow_anonymous=True" in str(raised.value)
    refuse_open_bind(host, allow_anonymous=True, has_auth=False)
    refuse_open_bind(host, allow_anonymous=False, has_auth=True)


def test_a_mount_keeps_to_its_prefix() -> None:
    def outside(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [b"outside"]

    inside = guarded()
    here = {"REMOTE_ADDR": "127.0.0.1"}

    def get(path: str, app: Any) -> TestResponse:
        return Client(app).get(path, environ_overrides=here)

    both = Mount("/chat", inside, outside)
    assert get("/chat/c/1", both).get_data(as_text=True) == "local http localhost /chat 127.0.0.1"
    assert get("/chatter", both).get_data(as_text=True) == "outside"
    assert "Content-Security-Policy" not in get("/", both).headers, "the host's pages are not ours"
    assert get("/chat", both).headers["Location"].endswith("/chat/")
    assert get("/other", Mount("/chat", inside)).status_code == 404


def test_an_unknown_name_is_told_in_the_log_once(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(guarded())
    for name in ("box.lan", "box.lan", *(f"h{n}.example" for n in range(100))):
        ask(headers={"Host": name}, client=client)
    assert caplog.text.count("box.lan") == 1
    assert "allowed_hosts" in caplog.text
    assert len(caplog.records) < 30
