"""`GPTChat`: one handler, and the server that lets people talk to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

from werkzeug.serving import BaseWSGIServer

from gptchat import old_names
from gptchat.config import Config
from gptchat.greetings import Greeter
from gptchat.guard.callback import Callback
from gptchat.guard.gate import check_ways
from gptchat.handlers import Handlers, Names, Yields, make_handler
from gptchat.hosting import Hosting
from gptchat.house import House, MakeHub
from gptchat.runs.naming import Titler
from gptchat.store.place import BY_SCRIPT
from gptchat.testclient import Testable
from gptchat.updates import Updates

F = TypeVar("F", bound=Callable[..., Any])


class GPTChat(Testable, Updates, Hosting):
    """A ChatGPT look-alike around one Python function.

    `store` is a file, a database URL, or None for memory only; by default
    `.gptchat/<name of the script>.db` in the working folder. `url_prefix` is
    the path the page lives below. Every other option of `set_config` may be
    given here by name. Raises UnknownOption and BadOption as that does.
    """

    ToolCallResult = old_names.ToolCallResult

    def __init__(
        self,
        handler: Callable[..., Any] | None = None,
        *,
        store: str | Path | None = BY_SCRIPT,
        **config: Any,
    ) -> None:
        super().__init__()
        self._config = Config(**config)
        self._greeter, self._callback = Greeter(self._config), Callback()
        self._titler = Titler()
        self._store = store
        self._handlers = Handlers()
        self._server: BaseWSGIServer | None = None
        if handler is not None:
            self.handle_send_message(handler)

    # ------------------------------------------------------------- the handler

    @overload
    def handle_send_message(self, fn: F, *, name: Names = ..., yields: Yields = ...) -> F: ...
    @overload
    def handle_send_message(
        self, fn: None = None, *, name: Names = ..., yields: Yields = ...
    ) -> Callable[[F], F]: ...

    def handle_send_message(
        self, fn: F | None = None, *, name: Names = None, yields: Yields = "delta"
    ) -> F | Callable[[F], F]:
        """Register a function that answers, in place of the one of the same name, or of none.

        With several names the page has a menu to choose from, and `ctx.model` is
        what was chosen. A list of names is all a function answers to.

        It may be sync or async, plain or a generator, and asks for what it
        needs by name: `messages`, `message`, `history`, `ctx`, `request`. With
        `yields="cumulative"` each string it yields is the whole text so far.
        Raises UnknownArgument for a parameter of another name.
        """

        def register(function: F) -> F:
            self._handlers.add(make_handler(function, yields=yields), name)
            if self._house is not None:
                self._house.sockets.tell_config()
            return function

        return register if fn is None else register(fn)

    def handle_start_generating(self, fn: F) -> F:
        """What `handle_send_message` was called in gptchat 0.0.12."""
        old_names.advise("app.handle_start_generating", "app.handle_send_message")
        return self.handle_send_message(fn)

    def handle_connect(self, fn: F) -> F:
        """Register a function that is called for each page that connects.

        What it shows (`update_message`, `set_all_messages`) is what a new chat of that
        page begins with; a chat that has begun keeps what it has. It may ask for
        `request`, and return False to turn the page away. The page waits for it.
        Raises UnknownArgument for a parameter of another name.
        """
        self._greeter.use(fn)
        return fn

    def title(self, fn: F) -> F:
        """Register a function of `messages` that names a chat once its first answer is done.

        It may be sync or async. Until then, and if it fails, a chat is called by its
        first words; a person's own name for it stays. Raises UnknownArgument for a
        parameter of another name.
        """
        self._titler.use(fn)
        return fn

    def authenticate(self, fn: F) -> F:
        """Register a function that says who somebody is, by the request their browser makes.

        It is given Flask's `request`, and returns a name, which becomes `ctx.user`, or
        None to keep them out; so does whatever it raises. It is asked once for each session,
        and again some minutes later. Raises BadOption where `auth` is set.
        """
        check_ways(self._config, has_callback=True)
        self._callback.function = fn
        return fn

    def sign_out(self, user: str | None = None) -> None:
        """End every session of this user, or of everybody, and their connections, at once."""
        self._rooms.gate.end(user)

    @property
    def answers(self) -> bool:
        """Whether anybody answers: a function is registered."""
        return bool(self._handlers)

    # ----------------------------------------------------------- configuration

    @property
    def config(self) -> Config:
        """Every option as it stands now. Change them by `set_config`."""
        return self._config

    @config.setter
    def config(self, options: Mapping[str, Any]) -> None:
        old_names.advise("app.config = {…}", "app.set_config({…})")
        self.set_config(options)

    def set_config(self, config: Mapping[str, Any] | None = None, /, **options: Any) -> None:
        """Set options, merged with earlier ones; open pages follow.

        Raises UnknownOption, naming the nearest known one, and BadOption.
        Either changes nothing.
        """
        if "default_messages" in {**(config or {}), **options}:
            old_names.advise("The option 'default_messages'", "'messages'")
        self.config.update({**(config or {}), **options})
        if self._house is not None:
            self._house.sockets.tell_config()

    if not TYPE_CHECKING:  # A misspelt name stays an error for type checkers.

        def __getattr__(self, name: str) -> Any:
            """What gptchat 0.0.12 called otherwise. Raises AttributeError for all else."""
            return old_names.find(self, name)

    def _make_house(self, hub: MakeHub, *, in_memory: bool = False) -> House:
        store = None if in_memory else self._store
        said = self._handlers, self._greeter, self._titler, self._callback
        return House(self.config, store, *said, hub)
