"""Errors are what their names say, also to code that knows only Python's own."""

from __future__ import annotations

import inspect

from gptchat import errors


def error_classes() -> list[type[BaseException]]:
    return [
        each
        for _, each in inspect.getmembers(errors, inspect.isclass)
        if issubclass(each, BaseException)
    ]


def test_every_error_is_caught_by_gptchat_error_but_the_signal() -> None:
    others = [each for each in error_classes() if not issubclass(each, errors.GPTChatError)]
    assert others == [errors.RunStopped]


def test_except_exception_does_not_swallow_stop() -> None:
    assert not issubclass(errors.RunStopped, Exception)


def test_every_error_says_what_it_is() -> None:
    assert [each.__name__ for each in error_classes() if not each.__doc__] == []


def test_the_tree_at_the_head_of_the_module_is_complete() -> None:
    assert [
        each.__name__ for each in error_classes() if each.__name__ not in str(errors.__doc__)
    ] == []
