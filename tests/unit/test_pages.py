"""What a browser fetches by HTTP is exact, small, its own, and never a path of ours."""

from __future__ import annotations

import gzip
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from gptchat.config import Picture
from gptchat.errors import NotBuilt, NotFound
from gptchat.guard import Guard, Mount, Policy
from gptchat.pages import make_flask
from gptchat.pages.assets import load_assets
from gptchat.pages.index_page import fill
from gptchat.protocol import Message, Node, NodeAnswer, Snapshot
from support.guarding import gate_for

ORIGIN = {"Origin": "http://localhost"}
SCRIPT = "console.log('hello');\n" * 200
INDEX = """<!doctype html>
<!-- The server writes the theme into <html>, the href of <base> and #gptchat-config. -->
<html lang="en" data-theme="auto">
  <head>
    <meta charset="utf-8" />
    <base href="./" />
    <title>gptchat</title>
    <link rel="icon" href="data:," />
    <script type="application/json" id="gptchat-config"></script>
    <script type="module" src="./assets/index-AbCd1234.js"></script>
  </head>
  <body><div id="app"></div></body>
</html>
"""
CALL: Message = {
    "role": "assistant",
    "content": None,
    "tool_calls": [
        {"id": "call_1", "type": "function", "function": {"name": "chart", "arguments": "{}"}},
        {"id": "call_2", "type": "function", "function": {"name": "other", "arguments": "{}"}},
    ],
}
MESSAGES: dict[str, tuple[str | None, Message]] = {
    "u1": (None, {"role": "user", "content": "Draw!"}),
    "a1": ("u1", CALL),
    "t1": ("a1", {"role": "tool", "tool_call_id": "call_1", "content": "<b>chart</b>"}),
    "t2": ("t1", {"role": "tool", "tool_call_id": "call_2", "content": "<b>other</b>"}),
}


class Shelf:
    """A store of one conversation, owned by `local`."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str]] = []

    def snapshot(self, owner: str, conversation: str) -> Snapshot:
        self._check(owner, conversation)
        nodes = [self.node(owner, conversation, id)["node"] for id in MESSAGES]
        return {
            "conversation": conversation,
            "epoch": "e",
            "seq": 9,
            "leaf": "t2",
            "nodes": nodes * 5,
            "runs": [],
        }

    def node(self, owner: str, conversation: str, message: str) -> NodeAnswer:
        self._check(owner, conversation)
        if message not in MESSAGES:
            raise NotFound(message)
        parent, said = MESSAGES[message]
        node: Node = {
            "id": message,
            "parent": parent,
            "message": said,
            "status": "done",
            "created": 0.0,
        }
        return {"seq": 9, "node": node}

    def save_content(self, owner: str, text: str) -> str:
        self.kept.append((owner, text))
        return f"content_{len(self.kept)}"

    def _check(self, owner: str, conversation: str) -> None:
        if conversation == "broken":
            raise RuntimeError("sk-secret is in here")
        if (owner, conversation) != ("local", "mine"):
            raise NotFound(conversation)


class Site:
    """The pages behind their guard, and a person who asks for them."""

    def __init__(self, static: Path, config: dict[str, Any], prefix: str = "") -> None:
        self.shelf = Shelf()
        app = make_flask(
            reader=self.shelf,
            page=lambda: config,
            picture={PICTURE.address: PICTURE}.get,
            version="1.2",
            static=static,
        )
        app_behind_guard = Guard(app, policy=Policy(), gate=gate_for())
        self._client = Client(Mount(prefix, app_behind_guard) if prefix else app_behind_guard)
        self.rules = [str(rule) for rule in app.url_map.iter_rules()]

    def get(self, path: str, **headers: str) -> TestResponse:
        return self._open(path, "GET", headers, b"")

    def post(self, path: str, data: bytes, **headers: str) -> TestResponse:
        return self._open(path, "POST", {**ORIGIN, **headers}, data)

    def _open(self, path: str, method: str, headers: dict[str, str], data: bytes) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        here = {"REMOTE_ADDR": "127.0.0.1"}
        return self._client.open(
            path, method=method, headers=named, data=data, environ_overrides=here
        )


PICTURE = Picture("image/svg+xml", b"<svg><script>alert(1)</script></svg>")
CONFIG: dict[str, Any] = {
    "title": "Cats & <Dogs>",
    "favicon": PICTURE.address,
    "theme": "dark",
    "greeting": "</script><script>alert(1)</script>\u2028",
    "functions": {"chart": {"result": {"type": "html"}}, "other": {"result": {"type": None}}},
}


@pytest.fixture
def static(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(INDEX)
    (tmp_path / "favicon.svg").write_text("<svg/>")
    (tmp_path / "assets" / "index-AbCd1234.js").write_text(SCRIPT)
    (tmp_path / "assets" / "index-AbCd1234.js.br").write_bytes(b"brotli")
    (tmp_path / "assets" / "plain.js").write_text(SCRIPT)
    (tmp_path / "frame-lib").mkdir()
    (tmp_path / "frame-lib" / "plotly.html").write_text("<script src=plotly-4.1.1.js></script>")
    (tmp_path / "frame-lib" / "plotly-4.1.1.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    return tmp_path


@pytest.fixture
def site(static: Path) -> Site:
    return Site(static, CONFIG)


@pytest.mark.parametrize("path", ["/", "/c/anything", "/c/<script>"])
def test_every_address_of_the_page_is_the_same_page(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    text = answer.get_data(as_text=True)
    assert '<base href="/">' in text
    assert '<html lang="en" data-theme="dark">' in text
    assert "<title>Cats &amp; &lt;Dogs&gt;</title>" in text
    assert text.count("gptchat-config") == 1
    assert text.count("<base") == 1


def test_half_a_character_in_the_title_costs_the_character_and_not_the_page(static: Path) -> None:
    answer = Site(static, {**CONFIG, "title": "A \ud83d", "greeting": "\udc00"}).get("/")
    assert "<title>A \N{REPLACEMENT CHARACTER}</title>" in answer.get_data(as_text=True)


def test_the_icon_of_the_tab_is_in_the_page_from_the_beginning(site: Site) -> None:
    text = site.get("/").get_data(as_text=True)
    assert f'<link rel="icon" href="{PICTURE.address}" />' in text
    assert '<link rel="icon" href="data:," />' in fill(INDEX, root="", page={"config": {}})
    quoted = fill(INDEX, root="", page={"config": {"favicon": '"><script>'}})
    assert 'href="&quot;&gt;&lt;script&gt;"' in quoted


def test_a_picture_is_an_image_and_nothing_that_runs(site: Site) -> None:
    answer = site.get("/" + PICTURE.address)
    assert (answer.status_code, answer.data) == (200, PICTURE.content)
    assert answer.content_type == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"] == (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    )
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert site.get("/pictures/other.svg").status_code == 404


def test_no_configuration_can_leave_its_element(site: Site) -> None:
    text = site.get("/").get_data(as_text=True)
    element = text.split('id="gptchat-config">')[1].split("</script>")[0]
    assert json.loads(element) == {"protocol": 1, "version": "1.2", "dev": False, "config": CONFIG}
    assert not set("<>&\u2028") & set(element)
    assert json.loads(site.get("/api/config").data) == json.loads(element)


def test_below_a_prefix_the_page_finds_itself(static: Path) -> None:
    answer = Site(static, CONFIG, prefix="/chat").get("/chat/c/1")
    assert '<base href="/chat/">' in answer.get_data(as_text=True)


@pytest.mark.parametrize("root", ["//evil.example", '/"><script>', "/../x", "javascript:"])
def test_a_base_that_is_no_path_is_not_repeated(root: str) -> None:
    assert '<base href="/">' in fill(INDEX, root=root, page={"config": {}})


def test_a_file_with_a_hash_in_its_name_is_kept_for_ever(site: Site) -> None:
    answer = site.get("/assets/index-AbCd1234.js")
    assert answer.get_data(as_text=True) == SCRIPT
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content_type == "text/javascript; charset=utf-8"
    again = site.get("/assets/index-AbCd1234.js", If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", ["/assets/plain.js", "/favicon.svg"])
def test_a_file_without_a_hash_is_asked_for_again(site: Site, path: str) -> None:
    assert site.get(path).headers["Cache-Control"] == "no-store"


def test_the_smallest_form_a_browser_accepts_is_sent(site: Site) -> None:
    path = "/assets/index-AbCd1234.js"
    brotli = site.get(path, Accept_Encoding="gzip, deflate, br")
    assert (brotli.headers["Content-Encoding"], brotli.data) == ("br", b"brotli")
    packed = site.get(path, Accept_Encoding="br;q=0, gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data).decode() == SCRIPT
    assert packed.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "path",
    [
        "/../pages.py",
        "/assets/../../pages.py",
        "/%2e%2e/pages.py",
        "/assets/%2e%2e%2findex.html",
        "/..\\pages.py",
        "/assets\\plain.js",
        "//assets/plain.js",
        "/etc/passwd",
        "//etc/passwd",
        "/CON",
        "/assets/plain.js%00",
        "/assets/",
        "/assets",
        "/index.html",
        "/assets/index-AbCd1234.js.br",
        "/frame-lib/../index.html",
        "/frame-lib/plotly-4.1.1.js.gz",
        "/frame-lib/",
        "/" + "a" * 5000,
    ],
)
def test_no_address_is_a_path_of_ours(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 404
    assert answer.get_data(as_text=True) == "There is nothing here, or it is not yours.\n"


def test_a_page_that_was_not_built_says_how(tmp_path: Path) -> None:
    answer = Site(tmp_path, CONFIG).get("/")
    assert answer.status_code == 503
    assert answer.get_data(as_text=True) == "The page is not built. Run `make client`.\n"
    with pytest.raises(NotBuilt, match="Run `make client`"):
        load_assets(tmp_path)


def test_a_conversation_is_read_whole_and_squeezed(site: Site) -> None:
    answer = site.get("/api/conversations/mine", Accept_Encoding="gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.data)) == Shelf().snapshot("local", "mine")
    assert answer.headers["Cache-Control"] == "no-store"


def test_one_message_is_read_alone(site: Site) -> None:
    answer = site.get("/api/conversations/mine/messages/t1")
    assert json.loads(answer.data) == Shelf().node("local", "mine", "t1")


def test_a_foreign_conversation_is_answered_like_an_unknown_one(site: Site) -> None:
    paths = [
        "/api/conversations/other",
        "/api/conversations/mine/messages/nothing",
        "/api/conversations/other/messages/t1",
        "/api/nothing",
    ]
    answers = {site.get(path).data for path in paths}
    assert len(answers) == 1
    assert json.loads(answers.pop())["refused"]["code"] == "not_found"


def test_long_content_is_kept_for_its_owner(site: Site) -> None:
    text = "é" * 200_000
    answer = site.post("/api/contents", text.encode(), X_Gptchat="1")
    assert json.loads(answer.data) == {"content_id": "content_1"}
    assert site.shelf.kept == [("local", text)]


@pytest.mark.parametrize(
    ("data", "headers", "status", "code"),
    [
        (b"text", {}, 400, "bad_request"),
        (b"\xff", {"X_Gptchat": "1"}, 400, "bad_request"),
        (b"\xed\xa0\x80", {"X_Gptchat": "1"}, 400, "bad_request"),
        (b"x" * 200_001, {"X_Gptchat": "1"}, 413, "too_large"),
    ],
    ids=["no header", "not UTF-8", "half a character", "too long"],
)
def test_content_that_does_not_fit_is_refused_and_not_kept(
    site: Site, data: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    answer = site.post("/api/contents", data, **headers)
    assert answer.status_code == status
    assert json.loads(answer.data)["refused"]["code"] == code
    assert site.shelf.kept == []


def test_html_of_a_tool_comes_in_a_sandbox_and_tells_its_height(site: Site) -> None:
    answer = site.get("/frame/mine/t1")
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == (
        "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; "
        "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; connect-src 'none'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    )
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Cache-Control"] == "private, no-store"
    text = answer.get_data(as_text=True)
    assert text.startswith("<!doctype html>\n<b>chart</b>")
    assert 'postMessage({ type: "h"' in text


@pytest.mark.parametrize("prefix", ["", "/chat"])
def test_a_library_draws_in_a_sandbox_where_nothing_else_runs(static: Path, prefix: str) -> None:
    answer = Site(static, CONFIG, prefix).get(f"{prefix}/frame-lib/plotly.html")
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == (
        "sandbox allow-scripts; default-src 'none'; "
        f"script-src http://localhost{prefix}/frame-lib/; "
        "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; connect-src 'none'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    )
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_library_is_kept_packed_and_unpacked_for_who_cannot(site: Site) -> None:
    packed = site.get("/frame-lib/plotly-4.1.1.js", Accept_Encoding="br, gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data).decode() == SCRIPT
    assert packed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert packed.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert packed.content_type == "text/javascript; charset=utf-8"
    plain = site.get("/frame-lib/plotly-4.1.1.js", Accept_Encoding="identity")
    assert "Content-Encoding" not in plain.headers
    assert plain.get_data(as_text=True) == SCRIPT
    assert plain.headers["ETag"] == packed.headers["ETag"]


@pytest.mark.parametrize("path", ["mine/t2", "mine/u1", "mine/a1", "mine/x", "other/t1"])
def test_nothing_else_is_ever_shown_as_html(site: Site, path: str) -> None:
    answer = site.get(f"/frame/{path}")
    assert answer.status_code == 404
    assert answer.content_type.startswith("text/plain")


def test_a_fault_of_ours_is_a_number_here_and_a_traceback_there(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = site.get("/api/conversations/broken")
    assert answer.status_code == 500
    error = json.loads(answer.data)["error"]
    assert "sk-secret" not in answer.get_data(as_text=True)
    assert error["id"] in error["sentence"]
    assert len(caplog.records) == 1
    assert error["id"] in caplog.records[0].getMessage()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/c/x",
        "/assets/plain.js",
        "/assets/index-AbCd1234.js",
        "/api/config",
        "/api/conversations/mine",
        "/api/conversations/broken",
        "/frame/mine/t1",
        "/frame-lib/plotly.html",
        "/frame-lib/plotly-4.1.1.js",
        "/" + PICTURE.address,
        "/healthz",
        "/nothing",
    ],
)
def test_no_route_forgets_its_headers(site: Site, path: str) -> None:
    headers = site.get(path).headers
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"):
        assert headers.get_all(name) != [], f"{path} lacks {name}"
        assert len(headers.get_all(name)) == 1
    assert "frame-ancestors" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] in ("DENY", "SAMEORIGIN")
    assert headers["Cache-Control"]


def test_every_route_is_known_to_these_tests(site: Site) -> None:
    assert sorted(site.rules) == [
        "/",
        "/<path:name>",
        "/api/config",
        "/api/contents",
        "/api/conversations/<conversation>",
        "/api/conversations/<conversation>/messages/<message>",
        "/c/<conversation>",
        "/frame-lib/<name>",
        "/frame/<conversation>/<message>",
        "/healthz",
        "/pictures/<name>",
    ]
