"""The page's HTML: the built index with its base, theme, title, icon and configuration.

The configuration travels as a JSON script element, which no browser runs, so the
page needs no inline script and its policy allows none.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import Any

from gptchat.guard.policy import is_prefix
from gptchat.messages.text import clean

_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}

_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_HTML = re.compile(r"<html\b([^>]*)>", re.IGNORECASE)
_THEME = re.compile(r"\s+data-theme=(\"[^\"]*\"|'[^']*'|\S+)", re.IGNORECASE)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_BASE = re.compile(r"\s*<base\b[^>]*>", re.IGNORECASE)
_TITLE = re.compile(r"<title>.*?</title>", re.IGNORECASE | re.DOTALL)
_ICON = re.compile(r"(<link\s+rel=\"icon\"\s+href=)\"[^\"]*\"", re.IGNORECASE)
_CONFIG = re.compile(r"\s*<script\b[^>]*\bid=\"gptchat-config\"[^>]*>.*?</script>", re.DOTALL)


def fill(index: str, *, root: str, page: Mapping[str, Any]) -> str:
    """The index for a page below `root` (SCRIPT_NAME) with this configuration."""
    config = page["config"]
    index = dressed(_CONFIG.sub("", index), root, config)
    if icon := config.get("favicon"):
        index = _ICON.sub(lambda found: f'{found[1]}"{html.escape(icon)}"', index, 1)
    return _BASE.sub(lambda found: found[0] + _element(page), index, 1)


def dressed(index: str, root: str, config: Mapping[str, Any]) -> str:
    """A built page below `root` with the title and theme that are configured."""
    index = _BASE.sub("", _COMMENT.sub("", index))
    index = _HTML.sub(
        lambda found: _with_theme(found[1], str(config.get("theme", "auto"))), index, 1
    )
    title = f"<title>{html.escape(clean(str(config.get('title', 'gptchat'))))}</title>"
    index = _TITLE.sub(lambda _: title, index, 1)
    return _HEAD.sub(lambda found: found[0] + _base(root), index, 1)


def script_safe(value: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).translate(_ESCAPES)


def _with_theme(attributes: str, theme: str) -> str:
    return f'<html{_THEME.sub("", attributes)} data-theme="{html.escape(theme)}">'


def _base(root: str) -> str:
    """Where relative addresses begin. What is no plain path is not repeated to the browser."""
    base = root.rstrip("/") + "/"
    return f'\n<base href="{html.escape(base if is_prefix(base) else "/")}">'


def _element(page: Mapping[str, Any]) -> str:
    return f'\n<script type="application/json" id="gptchat-config">{script_safe(page)}</script>'
