"""Somebody whom nobody knows meets a sign-in page; somebody who is known can leave again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from gptchat.store import Store
from support.axe import expect_accessible, violations
from support.browsing import Watch
from support.chatting import answer, bubbles, composer, expect_idle, say
from support.serving import Server, serve
from support.signing_in import PASSWORD

PROGRAM = """
    import os
    from gptchat import app

    @app.handle_send_message
    def reply(message):
        return "You said: " + message

    app.run_app(port=int(os.environ["PORT"]), auth="password", title="Parrot")
"""
ONLINE = "[data-connection=online]"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve(PROGRAM, env={"GPTCHAT_PASSWORD": PASSWORD}) as running:
        yield running


@pytest.fixture
def inside(page: Page, server: Server) -> Page:
    """A tab of somebody who has signed in."""
    page.goto(server.url)
    enter(page)
    return page


def enter(page: Page, password: str = PASSWORD) -> None:
    """By keyboard alone: the field has the focus."""
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    if password == PASSWORD:
        page.wait_for_selector(ONLINE)


def end_sessions(server: Server) -> None:
    """What another process of the same application does."""
    store = Store(server.folder / ".gptchat" / "program.db")
    store.sessions.end_all()
    store.close()


def test_the_sign_in_page_serves_everybody_and_tells_what_was_wrong(
    page: Page, server: Server
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(server.url)))
    page.goto(server.url + "c/some-chat")
    expect(page).to_have_title("Parrot")
    expect(page.get_by_role("heading", name="Parrot")).to_be_visible()
    assert all(each.startswith(("c/", "assets/sign-in-", "assets/theme-")) for each in asked)
    enter(page, "a wrong one")
    wrong = "That is not the password."
    expect(page.get_by_role("alert")).to_have_text(wrong)
    expect(page.get_by_label("Password")).to_have_accessible_description(wrong)
    expect_accessible(page)
    assert page.url == server.url + "c/some-chat"
    enter(page)


def test_it_needs_no_script(browser: Browser, server: Server) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.url)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Password")).to_have_count(0)
    assert [each["name"] for each in context.cookies()] == [f"gptchat-{server.port}"]
    context.close()


def test_a_page_whose_session_ends_keeps_what_was_written_and_says_so(
    inside: Page, server: Server
) -> None:
    """F36."""
    page = inside
    say(page, "Hello")
    expect(answer(page)).to_contain_text("You said: Hello")
    expect_idle(page)
    chat = page.url
    composer(page).fill("A long thought")
    end_sessions(server)
    again = page.get_by_role("button", name="Sign in again")
    expect(again).to_be_visible()
    expect(page.locator("[data-gc=banner]")).to_contain_text("What you have written is kept.")
    composer(page).press("Enter")
    expect(bubbles(page).last).to_contain_text("A long thought")
    again.click()
    assert page.url == chat
    enter(page)
    assert page.url == chat
    expect(composer(page)).to_have_value("A long thought")


def test_signing_out_leaves_nothing_behind_in_any_tab(inside: Page, server: Server) -> None:
    page = inside
    say(page, "Hello")
    expect(answer(page)).to_contain_text("You said: Hello")
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector(ONLINE)
    composer(page).fill("Nobody's business")
    account = page.get_by_role("button", name="Account")
    account.focus()
    page.keyboard.press("Enter")
    out = page.get_by_role("button", name="Sign out")
    expect(out).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(out).to_be_hidden()
    expect(account).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(out).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Password")).to_be_visible()
    assert page.url == server.url
    expect(other.get_by_role("button", name="Sign in again")).to_be_visible()
    assert page.context.cookies() == []
    kept = page.evaluate("Object.keys(localStorage).filter((key) => key.includes('draft'))")
    assert kept == []


def test_a_page_is_not_shown_on_to_somebody_else(
    inside: Page, server: Server, watch: Watch
) -> None:
    page = inside
    say(page, "Mine alone")
    expect(answer(page)).to_contain_text("You said: Mine alone")
    page.context.set_offline(True)
    stranger = watch.new_context().new_page()
    stranger.goto(server.url)
    enter(stranger)
    page.context.add_cookies(stranger.context.cookies())  # type: ignore[arg-type]
    page.context.set_offline(False)
    again = page.get_by_role("button", name="Sign in again")
    expect(again).to_be_visible()
    again.click()
    page.wait_for_selector(ONLINE)
    expect(page.get_by_text("Mine alone")).to_have_count(0)
