"""A conversation as the messages that the OpenAI API takes, which most tools read."""

from __future__ import annotations

import json

from gptchat.exports.transcript import Transcript


def messages(transcript: Transcript) -> str:
    """The branch that is shown: a list of messages."""
    found = transcript.messages(transcript.path())
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def lines(transcript: Transcript) -> str:
    """Every branch on a line of its own, as fine-tuning and evaluations take it."""
    written = (
        json.dumps({"messages": transcript.messages(path)}, ensure_ascii=False)
        for path in transcript.branches()
    )
    # Some readers of lines break them at these as well.
    return "".join(line.translate(_BREAKS) + "\n" for line in written)


_BREAKS = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}
