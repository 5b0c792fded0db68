"""What a page may know of the configuration, as it travels to the page.

`package/generate.py` makes the page's types of these. Which option becomes which value,
and its default, is the business of `config.py`.
"""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from gptchat.config.function_display import FunctionDisplay
from gptchat.config.prompt import PromptConfig
from gptchat.protocol import Message

Theme = Literal["auto", "light", "dark"]
SendKey = Literal["enter", "mod+enter"]


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
    max_files: int
    max_file_bytes: int
    theme: Theme
    send_key: SendKey
    image_hosts: list[str]
    history: bool
    fold_code: bool
