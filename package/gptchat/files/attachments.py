"""A file as a part of a message: a reference while it is kept, OpenAI's own part for a model.

Messages hold only references; the bytes are read when a handler asks for them.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gptchat.errors import NotFound
from gptchat.files.kinds import AUDIO, PICTURES
from gptchat.protocol import Attachment, AttachmentPart, Message

PART = "attachment"

ReadFile = Callable[[str], bytes]
"""The bytes of a file by its id. Raises NotFound."""


@dataclass(frozen=True)
class Attached:
    """A file of the person's last message, for the handler (`ctx.attachments`)."""

    id: str
    name: str
    type: str
    size: int
    _read: ReadFile

    def read(self) -> bytes:
        """What is in it. Raises NotFound if it is gone from the disk."""
        return self._read(self.id)

    def __repr__(self) -> str:
        return f"Attached(name={self.name!r}, type={self.type!r}, size={self.size})"


def parts_of(attachments: Sequence[Attachment], text: str) -> str | list[dict[str, Any]]:
    """The content of a message with these files: the text alone if there are none, else last."""
    if not attachments:
        return text
    parts: list[dict[str, Any]] = [{"type": PART, "attachment": each} for each in attachments]
    return [*parts, {"type": "text", "text": text}] if text.strip() else parts


def references(message: Message) -> Iterator[Attachment]:
    """The files a person's message refers to."""
    content = message.get("content")
    if message.get("role") == "user" and isinstance(content, list):
        for part in content:
            if is_reference(part):
                yield part["attachment"]


def is_reference(part: Any) -> bool:
    """Whether a part of content names a file of ours, and does not hold it."""
    named = part.get("attachment") if isinstance(part, Mapping) else None
    return (
        isinstance(named, Mapping)
        and part.get("type") == PART
        and isinstance(named.get("id"), str)
        and isinstance(named.get("name"), str)
    )


def for_model(part: AttachmentPart, read: ReadFile) -> dict[str, Any]:
    """The part as OpenAI takes it, bytes and all; a sentence instead of a file that is gone."""
    named = part["attachment"]
    try:
        data = base64.b64encode(read(named["id"])).decode("ascii")
    except NotFound:
        text = f"[The file {named['name']!r} was attached here. It is no longer there.]"
        return {"type": "text", "text": text}
    kind = named.get("type", "")
    if kind in AUDIO:
        return {"type": "input_audio", "input_audio": {"data": data, "format": AUDIO[kind]}}
    url = f"data:{kind};base64,{data}"
    if kind in PICTURES:
        return {"type": "image_url", "image_url": {"url": url}}
    return {"type": "file", "file": {"filename": named["name"], "file_data": url}}
