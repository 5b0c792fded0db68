"""Every exception a user of gptchat can meet, each saying what to do next.

GPTChatError
├── UnknownOption        an option nobody knows, with the nearest known one
├── BadOption            a known option with a value that cannot be meant
├── NoHandler            `run_app` before a handler was registered
├── UnknownArgument      a handler asks for an argument nobody can fill
├── AnswerFailed         a handler knows what went wrong: the person reads its text
├── BadReply             a handler said something that is not a message
├── NoConversation       `update_message` with no conversation to go to
├── HandlerHangs         under test, a handler takes longer than the test allows
├── RunEnded             `update_message` after the run has ended
├── NoEndpoint           `gptchat chat` with a server that can never answer
├── NoProgram            `gptchat run` with a file that is not there
├── PortTaken            another program listens there
├── OpenToTheWorld       a bind beyond this machine without saying who may come in
├── NotBuilt             the page has not been built
├── StoreError           the database cannot be opened or written
└── NotFound             no such conversation or message, or not yours: both say the same
RunStopped               the person pressed stop; a BaseException
"""

from __future__ import annotations


class GPTChatError(Exception):
    """The base of every error gptchat raises. (`RunStopped` is a signal, not an error.)"""


class UnknownOption(GPTChatError, TypeError):
    """An option nobody knows. The message names the nearest known one."""


class BadOption(GPTChatError, ValueError):
    """A known option was given a value it cannot take."""


class NoHandler(GPTChatError, RuntimeError):
    """The application was started before anybody said how to answer."""


class UnknownArgument(GPTChatError, TypeError):
    """A handler has a parameter whose name means nothing to gptchat."""


class AnswerFailed(GPTChatError, RuntimeError):
    """Raise it in a handler to end the answer as failed; its text is what the person reads."""


class BadReply(GPTChatError, TypeError):
    """A handler returned, yielded or sent something that cannot become a message."""


class NoConversation(GPTChatError, LookupError):
    """A message was sent from where no conversation can be told: never guessed, never broadcast."""


class RunEnded(GPTChatError, RuntimeError):
    """A message was sent into a run that has already ended."""


class HandlerHangs(GPTChatError, TimeoutError):
    """Under test, a handler does not finish. The message holds the lines it stands on."""


class NoEndpoint(GPTChatError, RuntimeError):
    """A model's server cannot be used as it was given to `gptchat chat`."""


class NoProgram(GPTChatError, LookupError):
    """There is no file where `gptchat run` was told to look."""


class PortTaken(GPTChatError, OSError):
    """The port is in use. The message names a free one."""


class OpenToTheWorld(GPTChatError, RuntimeError):
    """Listening beyond this machine needs a decision about who may come in."""


class NotBuilt(GPTChatError, RuntimeError):
    """The browser's side is missing from this installation."""


class StoreError(GPTChatError, RuntimeError):
    """The database cannot be opened, read or written."""


class NotFound(GPTChatError, LookupError):
    """No such conversation, message or file, or one of another owner. Both are told alike."""


class RunStopped(BaseException):
    """Raised in a handler's own code once the person has pressed stop.

    A BaseException, so that `except Exception` around a model call does not
    swallow it. Catch it only to clean up, and raise it again.
    """
