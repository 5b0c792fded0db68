"""Every option once: its type, its default, its one sentence, and whether the page may know it.

The README's table and the page's `PageConfig` type are generated from here by
`package/generate.py`. What an option does belongs to the room that reads it;
how a value is read belongs to `option_values.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, fields
from threading import Lock
from typing import Any, Literal, TypeVar, cast

from gptchat.config import option_values as read
from gptchat.config.auth import Auth, auth
from gptchat.config.function_display import FunctionDisplay, function_displays
from gptchat.config.names import ALIASES, meant
from gptchat.config.page_config import PageConfig, SendKey, Theme
from gptchat.config.pictures import Picture, icon, svg
from gptchat.config.prompt import MOST_FILE_BYTES, PROMPT, PromptConfig, prompt_config
from gptchat.errors import BadOption, UnknownOption
from gptchat.protocol import Message

T = TypeVar("T")


@dataclass(frozen=True)
class Option:
    """One option, as its documentation and the command line need it."""

    name: str
    type: str
    default: Any
    sentence: str
    page: bool
    aliases: tuple[str, ...]


def option(default: T, sentence: str, reader: read.Reader[T], *, page: bool = False) -> T:
    """Declare an option: a field whose sentence and reader travel with it."""
    about = {"default": default, "sentence": sentence, "read": reader, "page": page}
    return field(default_factory=lambda: deepcopy(default), metadata=about)


@dataclass(init=False, eq=False)
class Config:
    """All options, read as attributes. `update` changes several at once or none."""

    title: str = option("gptchat", "The name of the page.", read.text, page=True)
    logo_small: Picture | None = option(
        None, "Path of an SVG file, shown by the title and above the greeting.", svg, page=True
    )
    favicon: Picture | None = option(
        None, "Path of the tab's icon: an SVG, PNG or ICO file.", icon, page=True
    )
    agent_name: str = option(
        "Assistant", "What the page calls whoever answers.", read.text, page=True
    )
    greeting: str = option(
        "What can I help with?", "The line above an empty chat.", read.text, page=True
    )
    disclaimer: str = option(
        "{agent_name} can make mistakes. Check important info.",
        "The small line below the field; empty for none.",
        read.text_with("agent_name"),
        page=True,
    )
    messages: list[Message] = option(
        [], "OpenAI messages every new chat begins with.", read.messages, page=True
    )
    functions: dict[str, FunctionDisplay] = option(
        {},
        "By function name, how its calls are shown: a Markdown header, or the "
        "[dict form](#function-calls).",
        function_displays,
        page=True,
    )
    prompt: PromptConfig = option(
        PROMPT,
        "The field to write in: its `placeholder`, and `allow_upload` for pictures and files.",
        prompt_config,
        page=True,
    )
    max_files: int = option(20, "Files one message may carry.", read.whole_number(1), page=True)
    max_file_bytes: int = option(
        25 * 1024 * 1024,
        "The largest file a person may attach, up to 100 MiB.",
        read.whole_number(1, MOST_FILE_BYTES),
        page=True,
    )
    theme: Theme = option(
        "auto",
        "Light, dark, or whichever the person's system prefers.",
        read.one_of("auto", "light", "dark"),
        page=True,
    )
    send_key: SendKey = option(
        "enter",
        "What sends a message; Shift+Enter always makes a new line.",
        read.one_of("enter", "mod+enter"),
        page=True,
    )
    history: bool = option(
        True,
        "A sidebar with the person's chats; without it the page shows one chat at a time.",
        read.flag,
        page=True,
    )
    fold_code: bool = option(
        True, "Of long code in earlier answers, show the beginning first.", read.flag, page=True
    )
    system: str | None = option(
        None, "A system message put before what the handler receives.", read.text_or_none
    )
    url_prefix: str = option("", "The path the page lives below, such as `/chat`.", read.prefix)
    allowed_hosts: tuple[str, ...] = option(
        (), "Host names the page may be reached by, beside this machine's own.", read.hosts
    )
    allowed_origins: tuple[str, ...] = option(
        (), "Origins, beside the page's own, whose scripts may connect.", read.origins
    )
    frame_ancestors: tuple[str, ...] = option(
        (), "Origins of pages that may show this one in a frame.", read.texts
    )
    image_hosts: tuple[str, ...] = option(
        (),
        "Hosts that pictures in an answer may be loaded from, when the person asks for one.",
        read.hosts,
        page=True,
    )
    auth: Auth | None = option(
        None, "How people sign in: see [Letting colleagues in](#letting-colleagues-in).", auth
    )
    allow_anonymous: bool = option(
        False, "Let anyone in who reaches the address, with chats of their own.", read.flag
    )
    behind_proxy: int = option(
        0, "How many proxies in front are trusted to say who is asking.", read.hops
    )
    max_concurrent_runs: int = option(
        500, "Handlers at work at once; further messages wait.", read.whole_number(1)
    )
    max_connections: int = option(
        1000, "Pages connected at once; further ones are asked to wait.", read.whole_number(1)
    )
    max_run_seconds: float = option(
        600.0, "The longest one handler may work.", read.positive_seconds
    )
    max_reply_chars: int = option(
        2 * 1024 * 1024, "The longest answer of one handler.", read.whole_number(1)
    )
    max_prompt_chars: int = option(
        200_000, "The longest message a person may send.", read.whole_number(1)
    )
    max_daily_upload_bytes: int = option(
        100 * 1024 * 1024,
        "What one person may upload or import in a day, where others than you may come in.",
        read.whole_number(1),
    )
    message_queue: str | None = option(
        None, "`redis://…`, for [several processes](#several-processes).", read.redis_address
    )
    grace_seconds: float = option(
        10.0, "What answers under way are given when SIGTERM ends the server.", read.seconds
    )
    lease_seconds: float = option(
        5.0,
        "After how long without a sign of life another process calls a run interrupted.",
        read.positive_seconds,
    )
    synchronous: Literal["normal", "full"] = option(
        "normal",
        "How SQLite commits: `normal` survives a killed process, `full` a power cut as well.",
        read.one_of("normal", "full"),
    )
    keep_days: float | None = option(
        None, "Days after its last word that a chat is deleted; `None`: never.", read.days_or_none
    )
    debug: bool = option(
        False, "Reload on changes and show tracebacks in the page; this machine only.", read.flag
    )

    def __init__(self, **options: Any) -> None:
        self._lock = Lock()
        for each in fields(self):
            setattr(self, each.name, deepcopy(each.metadata["default"]))
        self.update(options)

    def update(self, options: Mapping[str, Any], /) -> None:
        """Merge `options` in. A name or value that does not fit raises, and changes nothing."""
        with self._lock:
            values: dict[str, Any] = {}
            for given, value in options.items():
                name = _known(given)
                values[name] = _merged(name, getattr(self, name), _read(given, name, value))
            # One call for all of them: a reader in another thread sees no half of it.
            self.__dict__.update(values)

    def for_page(self, models: Sequence[str] = ()) -> PageConfig:
        """What the page may know, as a copy, beside the names of `models` that may answer."""
        page = {name: getattr(self, name) for name in PAGE_OPTIONS} | {"models": list(models)}
        page["disclaimer"] = self.disclaimer.replace("{agent_name}", self.agent_name)
        page |= {each: page[each] and page[each].address for each in ("logo_small", "favicon")}
        return cast(PageConfig, deepcopy(page))

    def picture(self, address: str) -> Picture | None:
        """What the page finds at an address it was told."""
        told = (self.logo_small, self.favicon)
        return next((each for each in told if each and each.address == address), None)


def _known(name: str) -> str:
    name = ALIASES.get(name, name)
    if name not in _FIELDS:
        raise UnknownOption(f"There is no option {name!r}. {meant(name, _FIELDS)}")
    return name


def _read(given: str, name: str, value: object) -> Any:
    try:
        return _FIELDS[name].metadata["read"](value)
    except read.Misfit as part:
        raise BadOption(f"The option {given!r} does not fit. {part}") from None
    except ValueError as unfit:
        raise BadOption(
            f"The option {given!r} cannot be {read.seen(value)}. What fits is {unfit}."
        ) from None


def _merged(name: str, old: Any, new: Any) -> Any:
    """Functions and prompt are joined key by key; everything else is replaced."""
    return {**old, **new} if name in ("functions", "prompt") else new


_FIELDS = {each.name: each for each in fields(Config)}


def _describe(name: str) -> Option:
    about = _FIELDS[name].metadata
    aliases = tuple(alias for alias, known in ALIASES.items() if known == name)
    kind = Config.__annotations__[name]
    return Option(name, kind, about["default"], about["sentence"], about["page"], aliases)


OPTIONS: tuple[Option, ...] = tuple(_describe(name) for name in _FIELDS)
PAGE_OPTIONS: tuple[str, ...] = tuple(each.name for each in OPTIONS if each.page)
