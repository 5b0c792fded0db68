"""Files by HTTP: taken whole or not at all, given to their owner alone, and never run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from gptchat.config import Config
from gptchat.guard import Guard, Policy
from gptchat.pages import Shelf, make_flask
from gptchat.store import Store
from support.files import HTML, PDF, SVG, png
from support.guarding import gate_for

OURS = {"Origin": "http://localhost", "X-Gptchat": "1"}


class Site:
    """A server of files, with a page so small that it need not be built."""

    def __init__(self, folder: Path, **options: Any) -> None:
        (folder / "index.html").write_text("<html><head></head></html>", "utf-8")
        self.config = Config(**options)
        self.store = Store(folder / "chats.db")
        gate = gate_for(anonymous=self.config.allow_anonymous)
        flask = make_flask(
            reader=self.store,
            page=self.config.for_page,
            version="1",
            static=folder,
            files=Shelf(self.store.files, self.config, lambda: gate.is_shared),
        )
        policy = Policy(max_upload=lambda: self.config.max_file_bytes)
        self.wsgi = Guard(flask.wsgi_app, policy=policy, gate=gate)

    def set_config(self, **options: Any) -> None:
        self.config.update(options)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.store.close()


class Browser(Client):
    """A browser on this machine."""

    def open(self, *given: Any, **more: Any) -> TestResponse:
        more.setdefault("environ_overrides", {}).setdefault("REMOTE_ADDR", "127.0.0.1")
        return super().open(*given, **more)


@pytest.fixture
def browser(app: Site) -> Client:
    return Browser(app.wsgi)


def post(
    browser: Client, body: bytes = b"", name: str = "cat.png", headers: Mapping[str, str] = OURS
) -> TestResponse:
    sent = {**headers, "X-File-Name": name}
    return browser.post("/api/files", data=body or png(), headers=sent)


def posted(browser: Client, body: bytes = b"", name: str = "cat.png") -> Any:
    answer = post(browser, body, name)
    assert answer.status_code == 200, answer.text
    return answer.json["attachment"]  # type: ignore[index]


def refused(answer: TestResponse) -> str:
    return str(answer.json["refused"]["sentence"])  # type: ignore[index]


def test_a_file_is_taken_and_told_of(browser: Client) -> None:
    told = posted(browser, name="%F0%9F%90%88%20cat.png")
    assert told == {
        "id": told["id"], "name": "🐈 cat.png", "type": "image/png",
        "size": len(png()), "width": 64, "height": 48,
    }  # fmt: skip


def test_a_picture_is_given_back_inline_and_inert(browser: Client) -> None:
    answer = browser.get("/files/" + posted(browser, name="Größe.png")["id"])
    assert answer.data == png()
    kept = answer.headers
    assert kept["Content-Type"] == "image/png"
    assert (
        kept["Content-Disposition"]
        == "inline; filename=Groe.png; filename*=UTF-8''Gr%C3%B6%C3%9Fe.png"
    )
    assert kept["X-Content-Type-Options"] == "nosniff"
    assert kept["Content-Security-Policy"].startswith("sandbox; default-src 'none';")
    assert kept["Cross-Origin-Resource-Policy"] == "same-origin"
    assert kept["Cache-Control"] == "private, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("body", "name", "kind"),
    [
        (SVG, "a.svg", "application/octet-stream"),
        (HTML, "a.html", "application/octet-stream"),
        (HTML, "a.xhtml", "application/octet-stream"),
        (b"alert(1)", "a.js", "application/octet-stream"),
        (PDF, "a.pdf", "application/pdf"),
    ],
)
def test_what_is_no_picture_is_only_ever_a_download(
    browser: Client, body: bytes, name: str, kind: str
) -> None:
    answer = browser.get("/files/" + posted(browser, body, name)["id"])
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"


def test_a_part_of_a_file_can_be_asked_for(browser: Client) -> None:
    place = "/files/" + posted(browser)["id"]
    part = browser.get(place, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.data) == (206, png()[4:8])
    assert part.headers["Content-Range"] == f"bytes 4-7/{len(png())}"
    beyond = browser.get(place, headers={"Range": "bytes=99999-"})
    assert beyond.status_code == 416


def test_a_file_that_is_there_already_is_not_sent_again(browser: Client) -> None:
    place = "/files/" + posted(browser)["id"]
    tag = browser.get(place).headers["ETag"]
    again = browser.get(place, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-Gptchat": "0"}, 400),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_another_site_cannot_bring_files(
    browser: Client, headers: dict[str, str], status: int
) -> None:
    assert post(browser, headers={**OURS, **headers}).status_code == status


def test_a_file_that_pretends_is_refused_with_a_sentence(browser: Client) -> None:
    answer = post(browser, HTML, "cat.png")
    assert answer.status_code == 415
    assert (
        refused(answer) == "“cat.png” is not what its name says: what is in it is something else."
    )


def test_a_bomb_of_a_picture_is_refused(browser: Client) -> None:
    answer = post(browser, png(claims=(50_000, 50_000)))
    assert answer.status_code == 415
    assert "25 megapixels" in refused(answer)


def test_a_file_may_be_larger_than_any_message(browser: Client) -> None:
    assert posted(browser, png() + bytes(3_000_000))["size"] > 3_000_000


def test_the_largest_file_is_taken_and_one_byte_more_is_not(app: Site, browser: Client) -> None:
    app.set_config(max_file_bytes=len(png()))
    posted(browser)
    answer = post(browser, png() + b"!")
    assert answer.status_code == 413
    assert "larger than" in refused(answer)


def test_a_file_that_does_not_say_how_long_it_is_is_counted_as_it_comes(
    app: Site, browser: Client, tmp_path: Path
) -> None:
    app.set_config(max_file_bytes=1_000_000)
    answer = browser.post(
        "/api/files",
        headers=OURS,
        environ_overrides={"wsgi.input": Endless(), "wsgi.input_terminated": True},
    )
    assert answer.status_code == 413
    assert list((tmp_path / "chats.db.files").iterdir()) == []


def test_far_too_much_is_refused_before_it_is_read(browser: Client) -> None:
    length = {"CONTENT_LENGTH": str(200 * 1024 * 1024), "wsgi.input": None}
    answer = browser.post("/api/files", headers=OURS, environ_overrides=length)
    assert answer.status_code == 413
    assert browser.post("/api/contents", data=b"x" * 900_000, headers=OURS).status_code == 413


def test_a_server_without_room_says_so(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gptchat.store.blobs.FREE_AT_LEAST", 1 << 62)
    answer = post(browser)
    assert answer.status_code == 507
    assert refused(answer) == "The server has no room to keep the file."


def test_where_files_are_not_taken_none_are_but_those_that_were_are_given(
    app: Site, browser: Client
) -> None:
    id = posted(browser)["id"]
    app.set_config(prompt={"allow_upload": False})
    answer = post(browser)
    assert answer.status_code == 403
    assert refused(answer) == "Files are not taken here."
    assert browser.get(f"/files/{id}").status_code == 200


def test_strangers_see_nothing_of_each_other(tmp_path: Path) -> None:
    app = Site(tmp_path, allow_anonymous=True)
    ada, bob = Browser(app.wsgi), Browser(app.wsgi)
    for each in (ada, bob):
        each.get("/")
    id = posted(ada)["id"]
    assert ada.get(f"/files/{id}").status_code == 200
    foreign, unknown = bob.get(f"/files/{id}"), bob.get("/files/f_unknown")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.data == unknown.data
    app.store.close()


@pytest.mark.parametrize(
    "path", ["..%2Fchats.db", "../chats.db", "..\\chats.db", "%00", "CON", "f_" + "x" * 4000, ""]
)
def test_an_address_is_never_a_path(browser: Client, path: str) -> None:
    posted(browser)
    assert browser.get(f"/files/{path}").status_code in (404, 308)


class Endless:
    """A body that never ends."""

    def read(self, size: int = -1) -> bytes:
        return b"x" * (size if size > 0 else 65536)

    def readline(self, size: int = -1) -> bytes:
        return self.read(size)

    def close(self) -> None:
        pass
