"""Every form there is: its name, what it is, and who writes it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gptchat.exports import data, markdown, programs, tree, webpage
from gptchat.exports.transcript import Transcript
from gptchat.files.names import clean_name

LONGEST_NAME = 80
"""Characters of a title in the name of a file."""


@dataclass(frozen=True)
class Form:
    """One way to write a conversation. `ending` and `type` are those of its file."""

    ending: str
    type: str
    write: Callable[[Transcript], str]


FORMS: Mapping[str, Form] = {
    "markdown": Form("md", "text/markdown", markdown.write),
    "json": Form("json", "application/json", data.messages),
    "jsonl": Form("jsonl", "application/jsonl", data.lines),
    "python": Form("py", "text/x-python", programs.literal),
    "script": Form("py", "text/x-python", programs.script),
    "curl": Form("sh", "application/x-sh", programs.curl),
    "tree": Form("gptchat.json", "application/json", tree.write),
    "html": Form("html", "text/html", webpage.write),
}

_NO_NAME = re.compile(r'[<>:"|?*\x7f]')


def file_name(transcript: Transcript, form: Form) -> str:
    """What the file is called, on every system that may keep it: `<title>-<date>.<ending>`."""
    # A slash in a title is no folder.
    title = clean_name(_NO_NAME.sub(" ", re.sub(r"[/\\]", "-", transcript.title)))
    date = time.strftime("%Y-%m-%d", time.gmtime(transcript.made))
    return f"{title[:LONGEST_NAME].strip(' .')}-{date}.{form.ending}"
