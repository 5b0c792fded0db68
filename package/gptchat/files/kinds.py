"""What a file is, by its bytes: never by what its name or its sender says.

Six kinds are known by their first bytes, texts by being UTF-8; the rest are bytes.
Names are asked only where bytes cannot tell: which text, which kind of archive.
"""

from __future__ import annotations

import codecs
from typing import BinaryIO, Literal, NoReturn

from gptchat.files.names import ending_of
from gptchat.files.pictures import Broken, measure
from gptchat.protocol import Attachment

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
"""Shown as pictures. SVG is not among them: it is a document that runs scripts."""

AUDIO = {"audio/wav": "wav", "audio/mpeg": "mp3"}
"""What models listen to, and what OpenAI calls it."""

MOST_PIXELS = 25_000_000
MOST_FRAMES = 100

BYTES = "application/octet-stream"

_ENDINGS = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
    "webp": "image/webp", "pdf": "application/pdf", "wav": "audio/wav", "mp3": "audio/mpeg",
}  # fmt: skip
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ARCHIVES = {
    "docx": _OFFICE + "wordprocessingml.document",
    "xlsx": _OFFICE + "spreadsheetml.sheet",
    "pptx": _OFFICE + "presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "epub": "application/epub+zip",
}
_TEXTS = {
    "csv": "text/csv", "md": "text/markdown", "html": "text/html", "htm": "text/html",
    "json": "application/json", "xml": "text/xml", "svg": "image/svg+xml",
    "css": "text/css", "js": "text/javascript", "py": "text/x-python",
    "tsv": "text/tab-separated-values",
}  # fmt: skip
_CHUNK = 1 << 20


class FileRefused(Exception):
    """A file that is not taken, with the sentence a person is told."""

    def __init__(
        self,
        code: Literal["bad_request", "forbidden", "wrong_type", "too_large", "rate", "not_saved"],
        sentence: str,
    ) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


def describe(file: BinaryIO, *, id: str, name: str, size: int) -> Attachment:
    """What the file is. Raises FileRefused for one that pretends, or that nobody could open."""
    kind = kind_of(file, name)
    if _ENDINGS.get(ending_of(name), kind) != kind and not _both_pictures(kind, name):
        _refuse(f"“{name}” is not what its name says: what is in it is something else.")
    found: Attachment = {"id": id, "name": name, "type": kind, "size": size}
    if kind in PICTURES:
        picture = _measured(file, kind, name)
        found["width"], found["height"] = picture
    return found


def kind_of(file: BinaryIO, name: str) -> str:
    """The media type of what is in the file."""
    file.seek(0)
    head = file.read(16)
    known = _by_signature(head)
    if known is not None:
        return known
    if head.startswith(b"PK\x03\x04"):
        return _ARCHIVES.get(ending_of(name), "application/zip")
    return _TEXTS.get(ending_of(name), "text/plain") if _is_text(file) else BYTES


def _by_signature(head: bytes) -> str | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head.startswith(b"RIFF"):
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12])
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    # An ID3 tag, or the first frame of layer III.
    is_mp3 = head.startswith(b"ID3") or (head[:1] == b"\xff" and head[1:2] in b"\xfb\xf3\xf2\xfa")
    return "audio/mpeg" if is_mp3 and len(head) > 2 else None


def _is_text(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            if b"\0" in chunk:
                return False
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _both_pictures(kind: str, name: str) -> bool:
    """A picture that was saved as another kind of picture is still one."""
    return kind in PICTURES and _ENDINGS[ending_of(name)] in PICTURES


def _measured(file: BinaryIO, kind: str, name: str) -> tuple[int, int]:
    try:
        picture = measure(file, kind, most_frames=MOST_FRAMES)
    except Broken:
        _refuse(f"“{name}” is broken: it begins like a picture and is none.")
    if picture.width * picture.height > MOST_PIXELS or picture.frames > MOST_FRAMES:
        _refuse(
            f"“{name}” is too large a picture. "
            f"At most {MOST_PIXELS // 1_000_000} megapixels and {MOST_FRAMES} frames are taken."
        )
    return picture.width, picture.height


def _refuse(sentence: str) -> NoReturn:
    raise FileRefused("wrong_type", sentence)
