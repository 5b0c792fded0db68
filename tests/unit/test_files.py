"""A file is what its bytes are, whatever anybody says; its name can be shown, and no more."""

from __future__ import annotations

import contextlib
import io
import struct

import pytest

from gptchat.errors import NotFound
from gptchat.files import Attached, FileRefused, clean_name, describe, parts_of, references
from gptchat.files.attachments import for_model
from gptchat.protocol import Attachment
from support.files import HTML, MP3, PDF, SVG, WAV, gif, jpeg, moving_png, png, webp

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FILE: Attachment = {"id": "f_1", "name": "cat.png", "type": "image/png", "size": 3}


def told(body: bytes, name: str = "thing") -> Attachment:
    return describe(io.BytesIO(body), id="f", name=name, size=len(body))


# ------------------------------------------------------------------------------- kinds


@pytest.mark.parametrize(
    ("body", "name", "kind"),
    [
        (png(), "a.png", "image/png"),
        (jpeg(4, 4), "a.jpg", "image/jpeg"),
        (gif(4, 4), "a.gif", "image/gif"),
        (webp(4, 4), "a.webp", "image/webp"),
        (PDF, "a.pdf", "application/pdf"),
        (WAV, "a.wav", "audio/wav"),
        (MP3, "a.mp3", "audio/mpeg"),
        (b"\xff\xfb\x90\x64" + bytes(90), "a.mp3", "audio/mpeg"),
        (b"a,b\n1,2\n", "a.csv", "text/csv"),
        ("Grüße 🎉".encode(), "a", "text/plain"),
        (b"PK\x03\x04..", "a.docx", DOCX),
        (b"PK\x03\x04..", "a.csv", "application/zip"),
        (b"\0\1\2", "a.bin", "application/octet-stream"),
        (b"\xff\xfe\xfd", "a.txt", "application/octet-stream"),
    ],
)  # fmt: skip
def test_a_file_is_what_its_bytes_are(body: bytes, name: str, kind: str) -> None:
    assert told(body, name)["type"] == kind


@pytest.mark.parametrize(("body", "name"), [(SVG, "a.svg"), (HTML, "a.html"), (SVG, "a")])
def test_a_document_with_scripts_is_never_a_picture(body: bytes, name: str) -> None:
    told_of = told(body, name)
    assert "width" not in told_of
    assert told_of["type"] in ("image/svg+xml", "text/html", "text/plain")


@pytest.mark.parametrize(
    ("body", "name"),
    [(HTML, "a.png"), (SVG, "a.JPG"), (b"MZ\x90\0", "a.pdf"), (PDF, "a.png"), (png(), "a.pdf")],
)
def test_a_file_that_pretends_is_refused_by_name(body: bytes, name: str) -> None:
    with pytest.raises(FileRefused, match=name) as caught:
        told(body, name)
    assert caught.value.code == "wrong_type"


def test_a_picture_saved_as_another_kind_of_picture_is_taken_for_what_it_is() -> None:
    assert told(webp(4, 4), "a.png")["type"] == "image/webp"


# ---------------------------------------------------------------------------- pictures


@pytest.mark.parametrize(
    "body",
    [
        png(300, 200),
        jpeg(300, 200),
        jpeg(300, 200, before=b"x" * 60_000),
        gif(300, 200),
        webp(300, 200),
        webp(300, 200, kind=b"VP8L"),
        webp(300, 200, kind=b"VP8X", frames=3),
    ],
)
def test_the_size_of_a_picture_is_read_from_its_head(body: bytes) -> None:
    found = told(body)
    assert (found["width"], found["height"]) == (300, 200)


@pytest.mark.parametrize(
    "body",
    [
        png(claims=(100_000, 100_000)),
        jpeg(65_000, 65_000),
        gif(60_000, 60_000),
        webp(16_000, 16_000),
        webp(16_000_000, 16_000, kind=b"VP8X"),
        moving_png(101),
        gif(4, 4, frames=101),
        webp(4, 4, kind=b"VP8X", frames=101),
    ],
)
def test_a_small_file_that_claims_a_huge_picture_is_refused(body: bytes) -> None:
    with pytest.raises(FileRefused, match="25 megapixels and 100 frames"):
        told(body)


def test_the_limits_themselves_are_taken() -> None:
    told(png(claims=(5000, 5000)))
    told(gif(4, 4, frames=100))
    told(moving_png(100))


def test_a_frame_larger_than_the_whole_counts() -> None:
    body = bytearray(gif(4, 4))
    place = bytes(body).index(b",")
    body[place + 5 : place + 9] = struct.pack("<HH", 60_000, 60_000)
    with pytest.raises(FileRefused, match="megapixels"):
        told(bytes(body))


@pytest.mark.parametrize("whole", [png(), jpeg(300, 200), gif(300, 200), webp(300, 200)])
def test_a_picture_cut_anywhere_is_told_of_or_refused_but_never_breaks(whole: bytes) -> None:
    for end in range(1, min(len(whole), 80)):
        with contextlib.suppress(FileRefused):
            told(whole[:end])


# ------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("cat.png", "cat.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\cat.png", "cat.png"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("a\0b\nc\x1b[31m.txt", "abc[31m.txt"),
        ("  a   b .txt ", "a b .txt"),
        ("\ud800.png", "png"),
        ("", "file"),
        ("..", "file"),
        ("/", "file"),
        ("Größe 图.pdf", "Größe 图.pdf"),
    ],
)
def test_a_name_is_only_something_to_show(given: str, shown: str) -> None:
    assert clean_name(given) == shown


def test_a_very_long_name_keeps_its_ending() -> None:
    name = clean_name("x" * 5000 + ".pdf")
    assert len(name) == 255
    assert name.endswith("x.pdf")


# ------------------------------------------------------------------------- attachments


def test_a_message_without_files_stays_a_plain_text() -> None:
    assert parts_of([], "Hello") == "Hello"


def test_files_come_first_and_the_text_last() -> None:
    assert parts_of([FILE], "What is it?") == [
        {"type": "attachment", "attachment": FILE},
        {"type": "text", "text": "What is it?"},
    ]
    assert parts_of([FILE], " ") == [{"type": "attachment", "attachment": FILE}]


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("image/webp", {"type": "image_url", "image_url": {"url": "data:image/webp;base64,aGk="}}),
        ("audio/wav", {"type": "input_audio", "input_audio": {"data": "aGk=", "format": "wav"}}),
        ("audio/mpeg", {"type": "input_audio", "input_audio": {"data": "aGk=", "format": "mp3"}}),
        (
            "application/pdf",
            {
                "type": "file",
                "file": {"filename": "cat.png", "file_data": "data:application/pdf;base64,aGk="},
            },
        ),
    ],
)
def test_a_model_gets_the_part_that_openai_has_for_it(kind: str, part: object) -> None:
    file: Attachment = {**FILE, "type": kind}
    assert for_model({"type": "attachment", "attachment": file}, lambda _id: b"hi") == part


def test_a_file_that_is_gone_is_a_sentence_for_the_model() -> None:
    def gone(id: str) -> bytes:
        raise NotFound(id)

    part = for_model({"type": "attachment", "attachment": FILE}, gone)
    assert part == {
        "type": "text",
        "text": "[The file 'cat.png' was attached here. It is no longer there.]",
    }


def test_only_what_a_person_said_refers_to_files() -> None:
    parts = parts_of([FILE], "Hi")
    assert list(references({"role": "user", "content": parts})) == [FILE]
    assert list(references({"role": "assistant", "content": parts})) == []
    assert list(references({"role": "user", "content": "Hi"})) == []
    broken = [{"type": "attachment"}, {"type": "attachment", "attachment": {"id": 1}}, "x"]
    assert list(references({"role": "user", "content": broken})) == []


def test_an_attachment_shows_itself_without_its_bytes() -> None:
    attached = Attached("f_1", "cat.png", "image/png", 3, lambda _id: b"abc")
    assert repr(attached) == "Attached(name='cat.png', type='image/png', size=3)"
    assert attached.read() == b"abc"
