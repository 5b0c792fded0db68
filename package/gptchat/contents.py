"""What a person's message holds: their words, posted ahead or not, and their files.

All of it is checked here against its owner and the limits. What is done with the
message is the business of `actions.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from gptchat.config import Config
from gptchat.files import parts_of, references
from gptchat.files.attachments import is_reference
from gptchat.messages import as_parts
from gptchat.messages.text import clean
from gptchat.protocol import Attachment, Edit, Message, Send
from gptchat.refusals import refuse
from gptchat.store import Store

Content: TypeAlias = str | list[dict[str, Any]]
"""A text, or OpenAI's list of parts with references in the place of files."""


class Contents:
    """Reads what is asked to be said, on behalf of one owner at a time."""

    def __init__(self, store: Store, config: Config) -> None:
        self._store, self._config = store, config

    def of(self, owner: str, asked: Send | Edit, before: Message | None = None) -> Content:
        """The content of the new message. `before` is the one it takes the place of."""
        text, files = self._text(owner, asked), self._files(owner, asked.get("files", ()), before)
        given = _given(before) if before is not None else []
        if not (text.strip() or files or given):
            raise refuse("bad_request", "The message is empty.")
        content = parts_of(files, text)
        return [*given, *(as_parts(content) if content else [])] if given else content

    def _text(self, owner: str, asked: Send | Edit) -> str:
        given, id = asked.get("content"), asked.get("content_id")
        if (given is None) == (id is None):
            raise refuse("bad_request", "A message needs either content or the id of content.")
        content = clean(given if given is not None else self._store.content(owner, str(id)))
        limit = self._config.max_prompt_chars
        if len(content) > limit:
            raise refuse("too_large", f"The message is longer than {limit:,} characters.")
        return content

    def _files(
        self, owner: str, ids: Sequence[str], before: Message | None
    ) -> Sequence[Attachment]:
        known = [file["id"] for file in references(before)] if before is not None else []
        if set(ids) - set(known) and not self._config.prompt["allow_upload"]:
            raise refuse("bad_request", "Files are not taken here.")
        if len(ids) > self._config.max_files:
            raise refuse(
                "too_large", f"A message may carry {self._config.max_files} files at most."
            )
        return self._store.files.claim(owner, list(dict.fromkeys(ids)))


def _given(message: Message) -> list[dict[str, Any]]:
    """What a program put into the message beside words: a change of the words keeps it."""
    content = message.get("content")
    parts = content if isinstance(content, list) else []
    return [part for part in parts if part.get("type") != "text" and not is_reference(part)]
