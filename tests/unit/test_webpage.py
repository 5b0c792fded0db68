"""The page that is exported stands by itself: it runs nothing, loads nothing, and shows all."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gptchat.exports import FORMS, Transcript
from gptchat.exports.prose import LONGEST, MOST_BRACKETS, as_html
from support.files import SVG, png
from support.talks import MADE, everything, node

ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "h3", "h4",
    "h5", "h6", "p", "article", "div", "details", "summary", "code", "pre", "small", "img", "a",
    "em", "strong", "s", "ul", "ol", "li", "blockquote", "hr", "br", "table", "thead", "tbody",
    "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "rel", "title"}, "img": {"src", "alt"}, "ol": {"start"}, "html": {"lang"},
    "meta": {"charset", "http-equiv", "content", "name"}, "details": {"class", "open"},
}  # fmt: skip


class Seen(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def page(*said: dict[str, Any], title: str = "A chat") -> str:
    nodes = [
        node(str(place), str(place - 1) if place else None, message)
        for place, message in enumerate(said)
    ]
    return FORMS["html"].write(Transcript(title, nodes, nodes[-1]["id"], MADE))


def is_harmless(html: str) -> Seen:
    """Check every tag, attribute and address of the page."""
    seen = Seen(html)
    for tag, attributes in seen.tags:
        assert tag in ALLOWED, tag
        known = ATTRIBUTES.get(tag, set()) | {"class", "dir"}
        assert set(attributes) <= known, (tag, attributes)
        assert str(attributes.get("src", "data:image/")).startswith("data:image/")
        assert re.match(r"https?:|mailto:", attributes.get("href") or "https:", re.I)
    return seen


def test_the_policy_allows_its_own_style_and_nothing_else() -> None:
    html = FORMS["html"].write(everything())
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]+)"', html)
    [style] = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def test_everything_is_on_the_page() -> None:
    seen = is_harmless(FORMS["html"].write(everything()))
    for words in ("Cats “and” <dogs>", "$(rm -rf)", "Let me see.", "lost.csv", "42", "A plan"):
        assert words in seen.text
    [picture] = [attributes for tag, attributes in seen.tags if tag == "img"]
    assert picture["alt"] == "cat.png"
    assert ("td", {"class": "right"}) in seen.tags


HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!--", "</style><script>",
    "[x](javascript:alert(1))", "[x](JaVaScRiPt&#58;alert(1))", "<javascript:alert(1)>",
    "[x](data:text/html,<script>alert(1)</script>)", "![x](https://evil.example/x.png)",
    "![x][y]\n\n[y]: https://evil.example/x.png", '[x](https://a.b "\" onclick=\\"alert(1)")',
    "```\"><script>alert(1)</script>\nx\n```", "[x](//evil.example)", "<https://a.b/'\"onclick=>",
    "![x](data:image/svg+xml,<svg>)", "![\u202egpj](https://a.b/\"onload=x)", "{title} {style}",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", ["user", "assistant", "thought", "tool", "title", "name"])
def test_nothing_that_was_said_does_anything(text: str, place: str) -> None:
    calls = [{"id": "1", "type": "function", "function": {"name": text, "arguments": text}}]
    said: dict[str, list[dict[str, Any]]] = {
        "user": [{"role": "user", "content": text}],
        "thought": [{"role": "assistant", "content": "", "reasoning": text}],
        "tool": [
            {"role": "assistant", "content": None, "tool_calls": calls},
            {"role": "tool", "tool_call_id": "1", "content": text},
        ],
        "name": [{"role": "user", "content": [{"type": "file", "file": {"filename": text}}]}],
    }
    shown = said.get(place, [{"role": "assistant", "content": text}])
    is_harmless(page(*shown, title=text if place == "title" else "A chat"))


@given(st.text("<>\"'&`*_[]()!#-=|:/ \n\tax1\\", max_size=60))
def test_no_text_at_all_makes_a_tag_of_its_own(text: str) -> None:
    is_harmless(page({"role": "assistant", "content": text}))


def url(body: bytes, type: str = "image/png") -> dict[str, Any]:
    data = f"data:{type};base64,{base64.b64encode(body).decode()}"
    return {"type": "image_url", "image_url": {"url": data}}


def test_a_picture_is_what_its_bytes_are() -> None:
    said = {"role": "user", "content": [url(png(), "image/svg+xml"), url(SVG), url(b"<script>")]}
    seen = is_harmless(page(said))
    [picture] = [attributes for tag, attributes in seen.tags if tag == "img"]
    assert str(picture["src"]).startswith("data:image/png;base64,iVBOR")


def test_a_picture_from_elsewhere_is_a_link() -> None:
    part = {"type": "image_url", "image_url": {"url": "https://e.example/cat.png"}}
    seen = is_harmless(page({"role": "user", "content": [part]}))
    assert "https://e.example/cat.png" in [attributes.get("href") for _, attributes in seen.tags]


def test_a_person_s_words_are_shown_as_they_wrote_them() -> None:
    seen = is_harmless(page({"role": "user", "content": "# not a title\n*not slanted*"}))
    assert "# not a title\n*not slanted*" in seen.text


@pytest.mark.parametrize("unit", ["![", "|a|b|\n|-|-|\n"])
def test_text_made_to_be_slow_is_shown_before_anybody_loses_patience(unit: str) -> None:
    # Anything worse than linear would not end before the test is ended.
    assert as_html((unit * LONGEST)[:LONGEST]) != ""


def test_words_in_many_quotes_and_lists_are_there() -> None:
    assert "deep" in as_html("> " * 20 + "deep")


def test_a_text_beyond_all_reading_is_shown_as_it_is() -> None:
    assert as_html("*a*" * LONGEST).startswith('<div class="plain">*a**a*')


@pytest.mark.parametrize("beginning", ["[", "![", "[[]", "[a]("])
def test_links_that_never_end_cost_a_bounded_amount(beginning: str) -> None:
    text = (beginning * LONGEST)[:LONGEST]
    assert as_html(text) == f'<div class="plain">{text}</div>'
    few = beginning * (MOST_BRACKETS // 2)
    assert as_html(few).startswith("<p>")
