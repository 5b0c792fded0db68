"""A branch as one HTML page that stands by itself: no scripts, nothing loaded, light and dark.

Whatever was said is text in it, or went through `prose.py`. Its policy allows its own style
and the pictures in it, nothing else. It looks like the page; its style is `webpage.css`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from functools import cache
from html import escape
from pathlib import Path

from gptchat.exports.prose import as_html, code, is_link, plain
from gptchat.exports.reading import Part, Turn, turns_of
from gptchat.exports.transcript import Files, Transcript

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<header><h1 dir="auto">{title}</h1><p>{when}</p></header>
{turns}
</main>
</body>
</html>
"""

WHO = {"user": "You said:", "assistant": "The assistant said:"}

SHOWN_OPEN = 2_000
"""Characters of a call that is shown open; a longer one is folded, as every thought is."""


def write(transcript: Transcript) -> str:
    """The branch that is shown."""
    style, policy = _style()
    turns = turns_of(transcript.path(), Files(transcript.read))
    when = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(transcript.made))
    return PAGE.format(
        policy=policy,
        title=escape(transcript.title),
        style=style,
        when=f"Exported {when}",
        turns="\n".join(map(_turn, turns)),
    )


@cache
def _style() -> tuple[str, str]:
    """The style, and the policy that allows it alone, by its hash."""
    style = Path(__file__).with_name("webpage.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return style, policy


def _turn(turn: Turn) -> str:
    who = escape(WHO.get(turn.role, f"{turn.role.capitalize()}:"))
    model = f'<p class="model">{escape(turn.model)}</p>' if turn.model else ""
    parts = "\n".join(_part(part, turn.role) for part in turn.parts)
    kind = turn.role if turn.role in WHO else "other"
    return f'<article class="{kind}"><h2>{who}</h2>{model}\n{parts}\n</article>'


def _part(part: Part, role: str) -> str:
    match part.kind:
        case "words":
            # A person's words mean themselves, as in the page.
            words = as_html(part.text) if role == "assistant" else plain(part.text)
            return f'<div class="words" dir="auto">{words}</div>'
        case "thought":
            return _folded("Thought", f'<div dir="auto">{as_html(part.text)}</div>', "thought")
        case "call":
            return _call(part)
        case "picture":
            data = base64.b64encode(part.body).decode("ascii")
            return f'<img src="data:{part.type};base64,{data}" alt="{escape(part.name)}">'
        case "file":
            about = f" <small>{escape(part.text)}</small>" if part.text else ""
            return f'<p class="file" dir="auto">{escape(part.name)}{about}</p>'
        case "link":
            return f'<p class="file">{_link(part.text)}</p>'
        case "error":
            return f'<p class="error">{escape(part.text)}</p>'
        case "refusal":
            return f'<div class="words" dir="auto">{plain(part.text)}</div>'
        case _:
            return f'<p class="note">{escape(part.text)}</p>'


def _call(part: Part) -> str:
    said = ""
    if part.text.strip():
        said += code(_indented(part.text), "Arguments")
    if part.result is not None:
        said += code(_indented(part.result), "Result")
    return _folded(f"<code>{escape(part.name or 'Call')}</code>", said, "call")


def _folded(title: str, body: str, kind: str) -> str:
    shown = " open" if kind == "call" and len(body) < SHOWN_OPEN else ""
    return f'<details class="{kind}"{shown}><summary>{title}</summary>{body}</details>'


def _link(address: str) -> str:
    if not is_link(address):
        return escape(address)
    return f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">{escape(address)}</a>'


def _indented(text: str) -> str:
    """JSON as a person reads it; anything else as it is."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return (
        json.dumps(value, ensure_ascii=False, indent=2) if isinstance(value, dict | list) else text
    )
