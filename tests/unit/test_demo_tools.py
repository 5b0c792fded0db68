"""The demonstration's functions do what they say, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gptchat.config import Config
from gptchat.demo.script import answers
from gptchat.demo.tools import FUNCTIONS, SHOWN, TOOLS, draw_chart, run, run_python, seconds
from gptchat.testing.rules import check

SCRIPTED = [call for answer in answers() for call in answer.calls]


def call(name: str, **arguments: Any) -> dict[str, Any]:
    return {"id": "c", "function": {"name": name, "arguments": json.dumps(arguments)}}


@pytest.mark.parametrize("scripted", SCRIPTED, ids=lambda scripted: scripted["name"])
def test_every_scripted_call_gets_a_result(scripted: dict[str, Any]) -> None:
    made = call(scripted["name"], **scripted["arguments"])

    assert run(made)
    assert "failed" not in run(made)
    assert 0 < seconds(made) < 5


def test_every_function_is_described_to_the_model_and_dressed_for_the_page() -> None:
    described = {tool["function"]["name"] for tool in TOOLS}

    assert described == set(FUNCTIONS) == set(SHOWN) == {made["name"] for made in SCRIPTED}
    assert check({"model": "m", "messages": [{"role": "user", "content": "Hi"}], "tools": TOOLS})


def test_the_page_accepts_how_the_functions_are_shown() -> None:
    shown = Config(functions=SHOWN).functions

    assert shown["get_weather"]["header"]["running"] == "Looking out of the window in **{city}**…"
    assert shown["run_python"]["arguments"]["show_key_as_code"] == {
        "key": "code",
        "language": "python",
    }
    assert shown["draw_chart"]["result"]["type"] == "html"


def test_weather_is_json_and_unknown_weather_says_so() -> None:
    assert json.loads(run(call("get_weather", city="Oslo")))["celsius"] == -2
    assert "No weather is known for Atlantis" in run(call("get_weather", city="Atlantis"))


def test_the_search_finds_what_is_there() -> None:
    assert "- `math`" in run(call("search", query="birthday"))
    assert run(call("search", query="unicorn")) == "Nothing here speaks of “unicorn”."


def test_the_program_really_runs() -> None:
    program = next(made for made in SCRIPTED if made["name"] == "run_python")

    assert "168 primes up to 1,000" in run_python(program["arguments"]["code"])


def test_no_other_program_is_run() -> None:
    assert run_python("print('owned')") == "The demonstration runs only its own programs."


def test_a_chart_says_its_words_as_words() -> None:
    page = draw_chart("<script>1</script>", {"<b>x</b>": 2, "y": 1})

    assert "<script>" not in page
    assert "&lt;b&gt;x" in page
    assert "width:100.0%" in page
    assert "width:50.0%" in page


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (call("fly"), "There is no function fly. There are get_weather, search"),
        (call("get_weather"), "get_weather failed: get_weather() missing 1 required"),
        (call("get_weather", town="Oslo"), "get_weather failed: get_weather() got an unexpected"),
    ],
)
def test_a_call_that_cannot_be_made_is_told_to_the_model(made: dict[str, Any], said: str) -> None:
    assert run(made).startswith(said)
