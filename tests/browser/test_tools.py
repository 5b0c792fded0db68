"""Calls of tools: one quiet line each, in every state, and what it holds when unfolded."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from gptchat.testing import Reply
from support.chatting import answer, expect_idle, say, tools
from support.clock import shifted, shifts, watch_shifts, watch_words, words_seen
from support.scripted import Scripted, call, scripted_program

WEATHER = {
    "header": {
        "running": "Asking **{city}**",
        "done": "Asked **{city}**",
        "error": "No answer from `{city}`",
    }
}


@pytest.fixture(scope="module")
def scripted() -> Iterator[Scripted]:
    with scripted_program(functions={"get_weather": WEATHER}) as running:
        yield running


def head(tool: Locator) -> Locator:
    """The line that unfolds a call."""
    return tool.get_by_role("button").first


def part(tool: Locator, name: str) -> Locator:
    """What stands below it: `tool-args` or `tool-result`."""
    return tool.locator(f"[data-gc={name}]")


def test_a_call_tells_what_it_does_from_its_first_letters_to_its_result(
    chat: Page, scripted: Scripted
) -> None:
    asked = call("get_weather", {"temp_c": 4}, after=0.6, city="Oslo")
    scripted.says(Reply(tool_calls=[asked], chunk=1, rate=50), "It is cold.")
    say(chat, "How is the weather?")
    tool = tools(chat)
    expect(tool).to_have_attribute("data-state", "preparing")
    expect(head(tool)).to_have_attribute("aria-expanded", "false")
    expect(tool.locator(".shimmer")).to_contain_text("Asking …")
    head(tool).click()
    expect(part(tool, "tool-args")).to_contain_text('{"city"')
    expect(tool).to_have_attribute("data-state", "running")
    expect(head(tool).locator("strong")).to_have_text("Oslo")
    assert '"city": "Oslo",' in part(tool, "tool-args").inner_text()
    expect(tool).to_have_attribute("data-state", "done")
    expect(head(tool)).to_contain_text("Asked Oslo")
    expect(head(tool)).to_have_attribute("aria-expanded", "true")
    expect(part(tool, "tool-result")).to_contain_text('"temp_c": 4')
    expect(answer(chat)).to_contain_text("It is cold.")
    expect(tool.locator(".shimmer")).to_have_count(0)


def test_a_call_without_a_header_of_its_own_says_its_name(chat: Page, scripted: Scripted) -> None:
    scripted.says(Reply(tool_calls=[call("dig", "gold", after=0.5)]), "Gold!")
    say(chat, "Dig.")
    expect(tools(chat)).to_contain_text("Calling dig")
    expect(tools(chat)).to_contain_text("Called dig")
    expect(answer(chat)).to_contain_text("Gold!")
    head(tools(chat)).click()
    expect(part(tools(chat), "tool-result")).to_contain_text("gold")


def test_parallel_calls_are_counted_and_each_keeps_its_own_result(
    chat: Page, scripted: Scripted
) -> None:
    calls = [
        call("get_weather", "snow", after=0.9, city="Oslo"),
        call("get_weather", "rain", after=0.5, city="Bergen"),
        call("get_weather", "sun", after=0.7, city="Rome"),
    ]
    scripted.says(Reply(tool_calls=calls), "All three.")
    say(chat, "How is it everywhere?")
    group = chat.locator("[data-gc=tool-group]")
    head(group).click()
    watch_words(chat, "[data-gc=tool-group] button")
    expect(answer(chat)).to_contain_text("All three.")
    counted = [said for said in words_seen(chat) if "0 of" not in said]
    assert counted[:2] == [f"Calling 3 tools · {done} of 3 done" for done in (1, 2)]
    assert counted[-1].startswith("Called 3 tools")
    expect(tools(chat)).to_have_count(3)
    for at, (city, weather) in enumerate([("Oslo", "snow"), ("Bergen", "rain"), ("Rome", "sun")]):
        expect(head(tools(chat).nth(at))).to_contain_text(f"Asked {city}")
        head(tools(chat).nth(at)).click()
        expect(part(tools(chat).nth(at), "tool-result")).to_contain_text(weather)
    assert scripted.model.refusals == []


def test_a_failed_call_says_so_in_words_and_the_answer_goes_on(
    chat: Page, scripted: Scripted
) -> None:
    fails = call("dig", "Error: the shovel broke")
    scripted.says(Reply(tool_calls=[fails]), "Then by hand.")
    say(chat, "Dig.")
    expect(tools(chat)).to_have_attribute("data-state", "failed")
    expect(head(tools(chat))).to_contain_text("dig failed")
    expect(head(tools(chat)).locator("svg").first).to_be_visible()
    expect(answer(chat)).to_contain_text("Then by hand.")
    head(tools(chat)).click()
    expect(part(tools(chat), "tool-result")).to_contain_text("Error: the shovel broke")


def test_a_failure_has_its_configured_header(chat: Page, scripted: Scripted) -> None:
    fails = call("get_weather", {"error": "no such place"}, city="Atlantis")
    scripted.says(Reply(tool_calls=[fails]), "Nowhere to be found.")
    say(chat, "How is it there?")
    expect(head(tools(chat))).to_contain_text("No answer from Atlantis")
    expect(head(tools(chat)).locator("code")).to_have_text("Atlantis")


def test_words_before_and_after_calls_keep_their_order(chat: Page, scripted: Scripted) -> None:
    scripted.says(
        Reply("Let me look.", tool_calls=[call("dig", "a")]),
        Reply("And again.", tool_calls=[call("dig", "b")]),
        "Done.",
    )
    say(chat, "Dig twice.")
    expect(answer(chat)).to_contain_text("Done.")
    expect_idle(chat)
    order = (
        answer(chat)
        .locator("[data-gc=text], [data-gc=tool]")
        .evaluate_all("parts => parts.map((part) => part.innerText.split(/[,\\n]/)[0].trim())")
    )
    assert order == ["Let me look.", "Called dig", "And again.", "Called dig", "Done."]


def test_unfolding_moves_nothing_above_and_needs_no_mouse(chat: Page, scripted: Scripted) -> None:
    scripted.says(Reply(tool_calls=[call("dig", "\n".join("gold" for _ in range(40)))]), "Rich!")
    say(chat, "Dig.")
    expect_idle(chat)
    before = head(tools(chat)).bounding_box()
    head(tools(chat)).focus()
    chat.keyboard.press("Enter")
    expect(part(tools(chat), "tool-result")).to_be_visible()
    assert head(tools(chat)).bounding_box() == before
    chat.keyboard.press("Enter")
    expect(part(tools(chat), "tool-result")).to_have_count(0)
    assert head(tools(chat)).bounding_box() == before


def test_a_call_changes_its_state_without_moving_anything(chat: Page, scripted: Scripted) -> None:
    scripted.says(Reply(tool_calls=[call("dig", "gold", after=0.6)]), "Gold!")
    say(chat, "Dig.")
    expect(tools(chat)).to_have_attribute("data-state", "running")
    watch_shifts(chat)
    expect(answer(chat)).to_contain_text("Gold!")
    expect_idle(chat)
    assert shifted(chat) <= 0.02, shifts(chat)


def test_a_call_that_takes_long_says_for_how_long(chat: Page, scripted: Scripted) -> None:
    scripted.says(Reply(tool_calls=[call("dig", "gold", after=4.5)]), "Gold!")
    say(chat, "Dig.")
    expect(tools(chat)).to_contain_text("Calling dig 3s")
    chat.reload()
    # At once, not a second later: the clock knows when the call began.
    expect(tools(chat)).to_contain_text(re.compile(r"Calling dig\s+[34]s"), timeout=900)
    expect(tools(chat)).to_contain_text(re.compile(r"Called dig\s+· [45]"))


def test_a_reload_shows_calls_and_results_again(chat: Page, scripted: Scripted) -> None:
    scripted.says(Reply(tool_calls=[call("get_weather", "snow", city="Oslo")]), "Snow.")
    say(chat, "Weather?")
    expect_idle(chat)
    chat.reload()
    expect(head(tools(chat))).to_contain_text("Asked Oslo")
    head(tools(chat)).click()
    expect(part(tools(chat), "tool-result")).to_contain_text("snow")
