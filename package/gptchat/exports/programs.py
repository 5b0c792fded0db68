"""A conversation as a program that asks the model again: Python, or one line for a shell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gptchat.exports.quoting import json_text, python_text
from gptchat.exports.transcript import Transcript
from gptchat.protocol import Message, Node

MODEL = "gpt-4o"
"""Asked where nobody chose a model."""

STEP = "    "
WIDE = 88

SCRIPT = '''\
"""{title}"""

from openai import OpenAI

client = OpenAI()

{messages}
answer = client.chat.completions.create(model={model}, messages=messages)
print(answer.choices[0].message.content)
'''

CURL = """\
curl "${{OPENAI_BASE_URL:-https://api.openai.com/v1}}/chat/completions" \\
  -H "Authorization: Bearer $OPENAI_API_KEY" \\
  -H 'Content-Type: application/json' \\
  --data-binary @- <<'JSON'
{body}
JSON
"""
"""No line of the body is the word that ends it, and between its quotes a shell reads nothing."""


def literal(transcript: Transcript) -> str:
    """`messages = [...]`, as Python has it."""
    return _assigned(transcript.messages(transcript.path()))


def script(transcript: Transcript) -> str:
    """A program that asks for the next answer."""
    path = transcript.path()
    title = python_text(transcript.title)[1:-1]
    return SCRIPT.format(
        title=title,
        messages=_assigned(transcript.messages(path)),
        model=python_text(_model(path)),
    )


def curl(transcript: Transcript) -> str:
    """A command that asks for the next answer."""
    path = transcript.path()
    body = {"model": _model(path), "messages": transcript.messages(path)}
    return CURL.format(body=json_text(body, indent=2))


def _assigned(messages: Sequence[Message]) -> str:
    return f"messages = {_written(list(messages), '')}\n"


def _model(path: Sequence[Node]) -> str:
    return next((node["model"] for node in reversed(path) if node.get("model")), MODEL)


def _written(value: Any, margin: str) -> str:
    """The value as a person would write it: short ones on a line, long texts line by line."""
    if isinstance(value, str):
        return _text(value, margin)
    if isinstance(value, dict):
        items = [f"{python_text(k)}: {_written(v, margin + STEP)}" for k, v in value.items()]
        return _enclosed("{", items, "}", margin)
    if isinstance(value, list):
        return _enclosed("[", [_written(item, margin + STEP) for item in value], "]", margin)
    return repr(value)


def _enclosed(opening: str, items: Sequence[str], closing: str, margin: str) -> str:
    line = opening + ", ".join(items) + closing
    if len(margin + line) <= WIDE and "\n" not in line:
        return line
    inner = margin + STEP
    return opening + "".join(f"\n{inner}{item}," for item in items) + f"\n{margin}{closing}"


def _text(text: str, margin: str) -> str:
    lines = text.splitlines(keepends=True)
    # Python joins the pieces; a line break inside a piece would not be seen.
    if len(lines) < 2:
        return python_text(text)
    inner = margin + STEP
    return "(" + "".join(f"\n{inner}{python_text(line)}" for line in lines) + f"\n{margin})"
