"""A program for 0.0.12 shows in our page what it showed there.

Every program in programs/ runs as it is under both, each with a model of its own that says the
same. A person does the same at both pages, and reads the same texts. What differs is meant, and
stands here with its reason:

HEADERS       a call that nobody configured: "Function call to f" there; here its state is told,
              "Called f" or "f failed"
FAILED        what came of a call that failed is titled "Error" here, and "Result" there
EMPTY         arguments that are an empty object: `{}` there; "No arguments" here
CODE_BAR      a block of code: ours names its language and has a button; without highlight.js,
              0.0.12 does neither
ERROR         0.0.12 showed what a handler raised to whoever sat at the page; here it is in the
              log, and in the page only with debug=True
TITLE         the title of the tab: ours puts the first words of the chat before it

Not compared, as no text shows it: 0.0.12 began with calls unfolded, ours folded; it kept the
conversation in the browser, we on the server; its Stop hid what the handler went on saying, ours
ends the handler. With handle_connect it sent no configuration, and a second set_config forgot
the first; both were mistakes.
"""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from gptchat.testing import Reply
from gptchat.testing.fake_openai import Script
from support.installing import Environment
from support.two_pages import TwoPages, both_pages, reads_like

PROGRAMS = Path(__file__).parent / "programs"

HEADERS = reads_like(r"^header: (?:Function call to |Called |)(\w+)(?: failed)?$", r"header: \1")
FAILED = reads_like("^result title: Error$", "result title: Result")
EMPTY = reads_like(r"^arguments: \{\}$", "arguments: No arguments")
CODE_BAR = reads_like(r" Python Copy ", " ")


def ERROR(line: str) -> str | None:
    """Ours has a button, and stands at the answer; theirs lies above the field until dismissed."""
    return None if line.startswith("error: ") else line


RICH = """\
It is **sunny**.

- a
- b

```python
print(1)
```

| a | b |
|---|---|
| 1 | 2 |
"""
CALLS = [
    Reply("Let me see.", tool_calls=[
        {"id": "c1", "name": "run_python", "arguments": {"code": "print(42)\nprint(43)"}},
    ]),
    Reply(tool_calls=[
        {"id": "c2", "name": "write", "arguments": {"x": 1}},
        {"id": "c3", "name": "draw", "arguments": {}},
        {"id": "c4", "name": "query", "arguments": {"q": "a\nb", "n": [1, 2]}},
    ], chunk="characters"),
    Reply(tool_calls=[
        {"id": "c5", "name": "select", "arguments": {"t": 1}},
        {"id": "c6", "name": "quiet", "arguments": {"word": "hello"}},
        {"id": "c7", "name": "fails", "arguments": {}},
        {"id": "c8", "name": "unconfigured", "arguments": {"a": {"b": None}}},
    ]),
    "That is **it**.",
]  # fmt: skip

Run = Callable[..., AbstractContextManager[TwoPages]]


@pytest.fixture
def both(browser: Browser, published: Environment) -> Run:
    """`both("streaming", "What the model says")`: a program, under both."""

    def start(name: str, model: Script | None = None) -> AbstractContextManager[TwoPages]:
        return both_pages(PROGRAMS / f"{name}.py", browser, published=published, model=model)

    return start


def test_a_whole_message_and_the_conversation_that_follows(both: Run) -> None:
    with both("whole_message", RICH) as talk:
        talk.say("What is the *weather*?")
        talk.agree("you: What is the *weather*?", but=[CODE_BAR])
        talk.say("And\ntomorrow?")
        words = "words: It is sunny. a b print(1) a b 1 2"
        talk.agree(words, "you: And tomorrow?", words, but=[CODE_BAR])
        talk.heard_the_same()


def test_a_stream(both: Run) -> None:
    with both("streaming", Reply("One two three four five.", rate=100)) as talk:
        talk.say("Count.")
        talk.agree("you: Count.", "words: One two three four five.")
        talk.say("Again.")
        talk.agree("you: Again.", "words: One two three four five.")
        talk.heard_the_same()


def test_a_stream_handed_over_and_the_choice_that_comes_back(both: Run) -> None:
    with both("stream_updates", "One two three") as talk:
        talk.say("Go")
        talk.agree("words: One two three", "words: 0 stop assistant One two three")


def test_everything_imported_by_name_from_the_old_module(both: Run) -> None:
    with both("as_module", "One two three") as talk:
        talk.say("Go")
        talk.agree("words: Here it comes:", "words: One two three", "words: ONE TWO THREE")


def test_what_a_handler_returns(both: Run) -> None:
    with both("returning") as talk:
        talk.say("one")
        talk.agree("words: Just one.")
        talk.say("several")
        talk.agree("words: The first. It goes on.", "words: The second.")
        talk.say("nothing")
        talk.agree("you: nothing")
        talk.say("one")
        talk.agree("you: nothing", "you: one", "words: Just one.")


def test_messages_and_pieces_by_hand(both: Run) -> None:
    with both("by_hand") as talk:
        talk.say("Go")
        talk.agree("words: Hello", "words: Here is more.", "words: Done")


def test_a_conversation_replaced_by_its_handler(both: Run) -> None:
    with both("replacing_all") as talk:
        talk.say("Go")
        talk.agree("you: Another question", "words: Another answer, with more.")
        talk.say("On")
        talk.agree("words: Another answer, with more.", "words: There were 5.")


def test_messages_in_other_roles(both: Run) -> None:
    with both("other_roles") as talk:
        talk.say("Go")
        talk.agree("you: And something else.", "words: To both: yes.")
        talk.say("what is there?")
        talk.agree(
            "words: user: Go / system: Answer briefly. / user: And something else. "
            "/ assistant: To both: yes. / user: what is there?"
        )


def test_a_greeting_and_what_the_handler_then_hears(both: Run) -> None:
    with both("connecting") as talk:
        talk.agree("words: Welcome. I am here.", "you: Good.", "words: What shall we do?")
        talk.say("Sing.")
        talk.agree(
            "words: assistant: Welcome. I am here. / user: Good. "
            "/ assistant: What shall we do? / user: Sing."
        )


def test_an_empty_page_as_it_is_configured(both: Run) -> None:
    with both("configured") as talk:
        talk.agree(
            "you: Hello, how are you?", "words: I'm doing great.", "header: fly",
            'arguments: {\n  "height": 3\n}', "result: It flew.", "words: There!", but=[HEADERS],
        )  # fmt: skip
        for side in (talk.published, talk.ours):
            expect(side.page).to_have_title(re.compile("Parrot & <friends>$"))
            expect(side.page.get_by_text("Polly", exact=False).first).to_be_attached()
            expect(side.page.get_by_placeholder("Say something…")).to_be_visible()
        talk.say("Hi")
        talk.agree("you: Hi", but=[HEADERS])


def test_calls_shown_in_every_way(both: Run) -> None:
    with both("tools", CALLS) as talk:
        talk.say("Go")
        talk.agree(
            "words: Let me see.",
            "header: Running code", "arguments title: The code", "arguments: print(42)\nprint(43)",
            "result title: What came out", "result: 42\n  43 <b>",
            "header: Writing", "result: A list:\n\none\ntwo",
            "header: Drawing", "result title: Picture", "result: Drawn\n\nby hand",
            'result: {\n  "a": [\n    1,\n    {\n      "b": null\n    }\n  ]\n}',
            "header: Selecting", "result: SELECT 1\n  FROM t",
            'arguments: {\n  "word": "hello"\n}', "result: shh",
            "result: ValueError: no such thing", "header: unconfigured", "result: just words",
            "words: That is it.", but=[HEADERS, FAILED, EMPTY],
        )  # fmt: skip
        talk.heard_the_same()


def test_calls_by_hand_whole_and_piece_by_piece(both: Run) -> None:
    with both("calls_by_hand") as talk:
        talk.say("Go")
        talk.agree(
            "words: Two at once:", "header: first", "result: first result",
            "header: second", "result: second result", "words: Piece by piece:",
            "header: third", 'arguments: {\n  "word": "hi"\n}', "result: third result",
            "words: All done.", but=[HEADERS, EMPTY],
        )  # fmt: skip


def test_a_handler_that_says_itself_when_it_works(both: Run) -> None:
    with both("showing_when") as talk:
        talk.say("Go")
        talk.agree("words: Working, worked")


def test_a_handler_that_breaks_keeps_its_words_and_its_secrets(both: Run) -> None:
    with both("raising") as talk:
        talk.say("break")
        talk.agree("words: So far", but=[ERROR])
        assert "secret" not in talk.ours.page.inner_text("body")
        talk.say("go on")
        talk.agree("words: So far", "you: go on", "words: Whole again.", but=[ERROR])


def test_what_lies_inside(both: Run) -> None:
    with both("inside") as talk:
        talk.say("Go")
        talk.agree("words: ['noted'] True {'a': 1, 'b': [2, 3]} True True")
        for side in (talk.published, talk.ours):
            with urllib.request.urlopen(f"{side.server.url}hello", timeout=10) as answer:
                assert answer.read() == b"Hello from Flask"


def test_a_logo_and_an_icon(both: Run) -> None:
    with both("appearance") as talk:
        talk.say("Go")
        talk.agree("words: Look up.")
        logo = "[data-gc=logo], .logo-small svg"
        for side in (talk.published, talk.ours):
            expect(side.page).to_have_title(re.compile("Mine$"))
            expect(side.page.locator(logo).first).to_be_visible()


def test_a_handler_that_looks_at_flasks_request(both: Run) -> None:
    with both("in_flask") as talk:
        talk.say("Go")
        talk.agree("words: Hello True 127.0.0.1 True")
