"""An option means what was written, or says at once why it cannot."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from openai.types.chat import ChatCompletionMessage

from gptchat import GPTChat
from gptchat.config import OPTIONS, PAGE_OPTIONS, Config, PageConfig
from gptchat.config.names import RUN_ARGUMENTS
from gptchat.errors import BadOption, UnknownOption

HELLO = {"role": "user", "content": "Hello"}


def test_a_configuration_without_options_has_every_default() -> None:
    config = Config()
    assert config.title == "gptchat"
    assert config.max_concurrent_runs == 500
    assert all(getattr(config, each.name) == each.default for each in OPTIONS)


def test_later_options_join_earlier_ones() -> None:
    config = Config(title="Parrot")
    config.update({"greeting": "Say something"})
    assert (config.title, config.greeting) == ("Parrot", "Say something")


def test_functions_are_joined_by_name() -> None:
    config = Config(functions={"one": "First"})
    config.update({"functions": {"two": "Second"}})
    assert set(config.functions) == {"one", "two"}


def test_messages_are_replaced_not_joined() -> None:
    config = Config(messages=[HELLO, HELLO])
    config.update({"messages": [HELLO]})
    assert config.messages == [HELLO]


def test_the_old_name_of_messages_still_works() -> None:
    assert Config(default_messages=[HELLO]).messages == [HELLO]


def test_messages_may_be_objects_of_the_openai_package() -> None:
    message = ChatCompletionMessage(role="assistant", content="Hi")
    assert Config(messages=[message]).messages == [{"role": "assistant", "content": "Hi"}]


def test_changing_a_message_afterwards_changes_nothing_here() -> None:
    mine = {"role": "user", "content": [{"type": "text", "text": "Hello"}]}
    config = Config(messages=[mine])
    mine["content"][0]["text"] = "Changed"  # type: ignore[index]
    assert config.messages[0]["content"][0]["text"] == "Hello"


def test_two_configurations_share_no_default() -> None:
    one, two = Config(), Config()
    one.messages.append(HELLO)
    assert two.messages == []


def test_an_unknown_option_names_the_nearest_known_one() -> None:
    with pytest.raises(UnknownOption, match=r"no option 'titel'. Did you mean 'title'\?"):
        Config(titel="x")


def test_an_option_like_no_other_is_answered_with_all_of_them() -> None:
    with pytest.raises(UnknownOption, match=r"Known are: agent_name, .*url_prefix\."):
        Config(qqqq="x")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("port", "run_app(port=…)"),
        ("host", "run_app(host=…)"),
        ("open_brwoser", "run_app(open_browser=…)"),
        ("block", "run_app(block=…)"),
        ("store", "GPTChat(store=…)"),
        ("placeholder", "prompt={'placeholder': …}"),
        ("allow_uploads", "prompt={'allow_upload': …}"),
        ("tittle", "'title'"),
    ],
)
def test_what_is_said_elsewhere_is_told_with_its_place(name: str, meant: str) -> None:
    with pytest.raises(UnknownOption) as caught:
        Config(**{name: 1})
    assert str(caught.value) == f"There is no option {name!r}. Did you mean {meant}?"


def test_every_argument_of_run_app_is_known_here() -> None:
    named = inspect.signature(GPTChat.run_app).parameters.values()
    others = {each.name for each in named if each.kind is not each.VAR_KEYWORD}
    assert others - {"self", *(each.name for each in OPTIONS)} == set(RUN_ARGUMENTS)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"title": 1}, r"'title' cannot be 1 \(int\). What fits is a text"),
        ({"theme": "drak"}, "one of 'auto', 'light', 'dark'"),
        ({"max_concurrent_runs": 0}, "a whole number from 1 on"),
        ({"max_concurrent_runs": True}, "a whole number from 1 on"),
        ({"lease_seconds": float("nan")}, "seconds above 0"),
        ({"allow_anonymous": "yes"}, "True or False"),
        ({"url_prefix": "chat"}, "a path such as"),
        ({"url_prefix": "/../etc"}, "a path such as"),
        ({"allowed_hosts": [1]}, "a list of texts"),
        ({"messages": "Hello"}, "a list of messages"),
        ({"messages": [HELLO, {"content": "x"}]}, "Message number 1 is"),
        ({"prompt": {"placeholdr": "x"}}, "no 'placeholdr'"),
        ({"functions": {"f": {"heder": "x"}}}, "'f' has no key 'heder'. Did you mean 'header'"),
        ({"default_messages": 3}, "'default_messages' cannot be 3"),
        (
            {"messages": [HELLO | {"role": "assistent"}]},
            "number 0 has the role 'assi.* mean 'assistant'",
        ),
        (
            {"messages": [HELLO | {"content": 5}]},
            r"0 has the content 5 \(int\)\. What fits",
        ),
        ({"messages": [HELLO | {"content": [5]}]}, r"0 has the content \[5\]"),
        ({"allowed_hosts": ["http://x.org/"]}, r"'http://x.org/' is an address.* Write 'x.org'\."),
        ({"allowed_hosts": ["x.org:80/chat"]}, r"Write 'x.org:80'\."),
        ({"image_hosts": "https://x.org/"}, r"Write 'x.org'\."),
        ({"allowed_origins": ["example.com"]}, "no origin. Write 'https://example.com'"),
        ({"allowed_origins": "localhost:5173/"}, "Write 'http://localhost:5173'"),
        ({"allowed_origins": "https://a.b/c"}, "Write 'https://a.b'"),
        ({"disclaimer": "{agnt} errs."}, r"fills its {agnt}\. Did you mean 'agent_name'"),
        ({"functions": {"f": "Fetching {symbol"}}, "'f.header.text' is .* each { has its }"),
    ],
)
def test_a_value_that_cannot_be_meant_says_what_would_fit(
    options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadOption, match=sentence):
        Config(**options)


def test_one_bad_option_changes_none() -> None:
    config = Config()
    with pytest.raises(BadOption):
        config.update({"title": "New", "theme": "no such"})
    assert config.title == "gptchat"


def test_the_page_gets_exactly_what_its_type_says() -> None:
    assert set(Config().for_page()) == set(PageConfig.__annotations__) == {*PAGE_OPTIONS, "models"}


def test_nothing_secret_reaches_the_page() -> None:
    config = Config(system="The password is swordfish", allowed_hosts="internal.example")
    page = str(config.for_page())
    assert "swordfish" not in page
    assert "internal.example" not in page


def test_the_disclaimer_speaks_of_the_agent_by_name() -> None:
    page = Config(agent_name="Polly").for_page()
    assert page["disclaimer"] == "Polly can make mistakes. Check important info."


def test_what_the_page_got_is_a_copy() -> None:
    config = Config(messages=[HELLO])
    config.for_page()["messages"][0]["content"] = "Changed"
    assert config.messages[0]["content"] == "Hello"


def test_every_option_is_explained_in_one_sentence() -> None:
    assert [each.name for each in OPTIONS if not each.sentence.endswith(".")] == []
