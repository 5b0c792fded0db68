"""What a page may know of the configuration, as it travels to the page.

`package/generate.py` makes the page's types of these. Which option becomes which value,
and its default, is the business of `config.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from typing_extensions import TypedDict

from gptchat.config import option_values as read
from gptchat.config.function_display import FunctionDisplay
from gptchat.protocol import Message

Theme = Literal["auto", "light", "dark"]
SendKey = Literal["enter", "mod+enter"]

PLACEHOLDER = "Ask anything"


class PromptConfig(TypedDict):
    """How the field to write in looks."""

    placeholder: str


class PageConfig(TypedDict):
    """What a page may know of the configuration; nothing else of it ever leaves the server."""

    title: str
    logo_small: str | None
    favicon: str | None
    models: list[str]
    agent_name: str
    greeting: str
    disclaimer: str
    messages: list[Message]
    functions: dict[str, FunctionDisplay]
    prompt: PromptConfig
    theme: Theme
    send_key: SendKey


def prompt_config(value: object) -> PromptConfig:
    """Read the option `prompt`."""
    if not isinstance(value, Mapping):
        raise ValueError('a dict such as {"placeholder": "What is up?"}')
    for key in value:
        if key != "placeholder":
            raise read.Misfit(f"There is no {key!r} in it. Known is 'placeholder'.")
    return {"placeholder": read.text(value.get("placeholder", PLACEHOLDER))}
