"""Every way to say how a function call looks becomes the one form the page reads."""

from __future__ import annotations

import pytest

from gptchat.config.function_display import RESULT_TYPES, function_displays
from gptchat.config.option_values import Misfit

PLAIN = {
    "header": {"show": True, "running": None, "done": None, "error": None},
    "arguments": {"title": None, "show_key_as_code": None},
    "result": {"title": None, "type": None},
    "open": False,
}


def test_an_empty_dict_is_the_pages_own_look() -> None:
    assert function_displays({"f": {}}) == {"f": PLAIN}


def test_a_text_is_the_header_in_every_state() -> None:
    header = function_displays({"f": "Fetching **{symbol}**"})["f"]["header"]
    assert header == {"show": True} | dict.fromkeys(
        ("running", "done", "error"), "Fetching **{symbol}**"
    )


def test_a_header_has_words_of_its_own_for_each_state() -> None:
    header = function_displays({"f": {"header": {"running": "Going", "done": "Gone"}}})["f"][
        "header"
    ]
    assert (header["running"], header["done"], header["error"]) == ("Going", "Gone", None)


def test_the_dict_form_of_earlier_versions_still_works() -> None:
    display = function_displays(
        {
            "python": {
                "header": {"text": "Working", "show": False},
                "arguments": {
                    "title": "Code",
                    "show_key_as_code": {"key": "code", "language": "python"},
                },
                "result": {"title": "Output", "type": "html"},
            }
        }
    )["python"]
    assert display["header"]["show"] is False
    assert display["header"]["done"] == "Working"
    assert display["arguments"]["show_key_as_code"] == {"key": "code", "language": "python"}
    assert display["result"] == {"title": "Output", "type": "html"}


def test_a_wrong_part_is_named_by_its_path() -> None:
    with pytest.raises(Misfit, match=r"'f.result.type' is 3 \(int\). What fits is a text or None"):
        function_displays({"f": {"result": {"type": 3}}})


def test_a_misspelt_part_names_the_nearest_one() -> None:
    with pytest.raises(Misfit, match=r"'f.header' has no key 'runing'. Did you mean 'running'\?"):
        function_displays({"f": {"header": {"runing": "x"}}})


def test_code_without_its_key_is_refused() -> None:
    with pytest.raises(Misfit, match=r"f.arguments.show_key_as_code.key"):
        function_displays({"f": {"arguments": {"show_key_as_code": {"language": "python"}}}})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("makrdown", "markdown"),
        ("Markdwon", "markdown"),
        ("htlm", "html"),
        ("jsno", "json"),
        ("txet", "text"),
        ("plotyl", "plotly"),
        ("tabel", "table"),
        ("markdonw", "markdown"),
        ("ploty", "plotly"),
        ("sqll", "sql"),
        ("Pyhton", "python"),
        ("javscript", "javascript"),
        ("bahs", "bash"),
    ],
)
def test_a_misspelt_type_of_a_result_names_the_one_that_was_meant(written: str, meant: str) -> None:
    sentence = rf"'f.result.type' is '{written}' \(str\)\. Did you mean '{meant}'\?"
    with pytest.raises(Misfit, match=sentence):
        function_displays({"f": {"result": {"type": written}}})


LANGUAGES = """python sql tex latex txt md json5 jsonl geojson haml xml yaml toml tsx jsx less stata
textile plaintext vhdl csv diff mermaid rst html+jinja
plsql tsql psql mysql ipython python3 cython hpp repl sass scss xsl xslt javascriptreact zsh sh"""


@pytest.mark.parametrize("words", ["{symbol", "symbol}", "{a} and {b", "{a {b}"])
def test_a_placeholder_without_its_other_brace_is_refused(words: str) -> None:
    with pytest.raises(Misfit, match=r"'f\.header\.done'.* each { has its }"):
        function_displays({"f": {"header": {"done": words}}})


@pytest.mark.parametrize("words", ["{a}{b}", '{"a": 1}', ":-} {a}", "{ or }", "{}"])
def test_braces_that_may_be_meant_are_taken_as_they_are(words: str) -> None:
    assert function_displays({"f": words})["f"]["header"]["done"] == words


@pytest.mark.parametrize("type", [*RESULT_TYPES, "JSON", *LANGUAGES.split()])
def test_every_type_and_every_language_is_taken_as_it_is(type: str) -> None:
    assert function_displays({"f": {"result": {"type": type}}})["f"]["result"]["type"] == type
