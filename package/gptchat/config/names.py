"""Names that are no options, and what somebody who writes one is told."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from gptchat.config.option_values import nearest
from gptchat.config.prompt import PROMPT

ALIASES = {"default_messages": "messages"}
"""Names that were public before, and what they are called now."""

RUN_ARGUMENTS = ("host", "port", "open_browser", "block")
ELSEWHERE = {
    **{name: f"run_app({name}=…)" for name in RUN_ARGUMENTS},
    **{name: f"prompt={{{name!r}: …}}" for name in PROMPT},
    "store": "GPTChat(store=…)",
    "password": 'auth={"password": …}',
    "trusted_proxies": 'auth={"header": …, "trusted_proxies": …}',
}
"""What is no option by itself, and where it is said."""


def meant(name: str, options: Iterable[str]) -> str:
    """The end of an error about a name that is no option."""
    known = [*options, *ALIASES]
    near = get_close_matches(name, [*known, *ELSEWHERE], 1, 0.5)
    if near and near[0] in ELSEWHERE:
        return f"Did you mean {ELSEWHERE[near[0]]}?"
    return nearest(name, known)
