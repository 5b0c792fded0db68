"""Markdown as HTML that can do nothing: no HTML of its own, no scripts, nothing loaded.

The page has an engine of its own, in TypeScript, for words that are still growing; here
they are complete, and there may be no browser. So a library reads them. Links lead to http,
https and mail alone; a picture from elsewhere is a link to it.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

LONGEST = 50_000
"""Characters read as Markdown; longer texts are shown as they were written, as in the page."""

MOST_BRACKETS = 5_000
"""Each may begin a link, and the library seeks its end again and again: 25,000 took 1 s."""

DEEPEST = 30
"""Levels of lists and quotations. What lies deeper would be left out."""

LINKS = ("http", "https", "mailto")

_UNSEEN = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def as_html(text: str) -> str:
    """The text as HTML."""
    if len(text) > LONGEST or text.count("[") > MOST_BRACKETS:
        return plain(text)
    return str(_reader().render(text))


def plain(text: str) -> str:
    """The text as it was written."""
    return f'<div class="plain">{escape(text)}</div>'


def is_link(address: str) -> bool:
    """Whether an address may be followed."""
    try:
        return urlsplit(address.strip()).scheme.lower() in LINKS
    except ValueError:
        return False


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST})
    reader.enable(["table", "strikethrough"])
    reader.validateLink = is_link  # type: ignore[method-assign, assignment]
    rules = reader.renderer.rules  # type: ignore[attr-defined]
    rules |= {"image": _image, "link_open": _link, "fence": _code, "code_block": _code}
    rules |= {"th_open": _cell, "td_open": _cell, "table_open": _table, "table_close": _table}
    return reader


def _link(tokens: Sequence[Token], at: int, *_rest: Any) -> str:
    address = str(tokens[at].attrGet("href") or "")
    return f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">'


def _image(tokens: Sequence[Token], at: int, *_rest: Any) -> str:
    """A link: a picture that is loaded tells its server who reads this, and when."""
    token = tokens[at]
    address = str(token.attrGet("src") or "")
    words = escape(_UNSEEN.sub("", token.content) or address)
    return f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">{words}</a>'


def _code(tokens: Sequence[Token], at: int, *_rest: Any) -> str:
    token = tokens[at]
    language = (token.info.split() or [""])[0]
    return code(token.content, language)


def code(text: str, language: str = "") -> str:
    """A block of code with its language above."""
    head = f'<div class="language">{escape(language)}</div>' if language else ""
    return f'<div class="code">{head}<pre><code>{escape(text)}</code></pre></div>\n'


def _table(tokens: Sequence[Token], at: int, *_rest: Any) -> str:
    """A table in a box that scrolls, so that it may be as wide as the text and wider."""
    return '<div class="table"><table>' if tokens[at].nesting == 1 else "</table></div>\n"


def _cell(tokens: Sequence[Token], at: int, *_rest: Any) -> str:
    """A cell, aligned by a class: the page allows no style attributes."""
    token = tokens[at]
    attributes: MutableMapping[str, Any] = token.attrs
    side = str(attributes.get("style", "")).removeprefix("text-align:")
    kind = f' class="{side}"' if side in ("left", "center", "right") else ""
    return f"<{token.tag}{kind}>"
