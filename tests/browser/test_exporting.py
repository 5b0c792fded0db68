"""A chat is taken away from the page's header in any form, and comes back as it was."""

from __future__ import annotations

import ast
import json
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from gptchat.exports import FORMS
from support.axe import expect_accessible
from support.browsing import Watch
from support.chatting import answer, bubbles, expect_idle, say
from support.files import picked
from support.rich import RICH
from support.scripted import Scripted
from support.talks import everything


def button(page: Page, name: str = "Export chat") -> Locator:
    return page.get_by_role("button", name=name)


def choose(page: Page, name: str) -> None:
    button(page).click()
    page.get_by_role("menuitem", name=name).click()


def download(page: Page, name: str, folder: Path) -> Path:
    """The file that a choice downloads."""
    with page.expect_download() as begun:
        choose(page, name)
    path = folder / begun.value.suggested_filename
    begun.value.save_as(path)
    return path


def bring(page: Page, name: str, body: bytes) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("menuitem", name="Import…").click()
    chooser.value.set_files(picked(name, body))


def test_a_chat_goes_away_in_many_forms_and_comes_back_as_it_was(
    chat: Page, scripted: Scripted, tmp_path: Path
) -> None:
    scripted.says(RICH)
    say(chat, "Grüße & more")
    expect_idle(chat)
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])

    choose(chat, "Copy as Python")
    expect(button(chat)).to_be_focused()
    chat.wait_for_function("async () => (await navigator.clipboard.readText()).startsWith('mess')")
    copied = str(chat.evaluate("navigator.clipboard.readText()"))
    assert ast.literal_eval(copied.partition("=")[2].strip()) == [
        {"role": "user", "content": "Grüße & more"},
        {"role": "assistant", "content": RICH},
    ]

    page = download(chat, "Download as web page", tmp_path)
    assert page.name.startswith("Grüße & more-")
    assert "<script" not in page.read_text("utf-8")

    tree = download(chat, "Download everything", tmp_path)
    first = chat.url
    button(chat).click()
    bring(chat, tree.name, tree.read_bytes())
    chat.wait_for_url(lambda url: "/c/" in url and url != first)
    expect(bubbles(chat).last).to_have_text("Grüße & more")
    expect(answer(chat)).to_contain_text("A plan")
    assert download(chat, "Download everything", tmp_path).read_text("utf-8") == tree.read_text(
        "utf-8"
    )


def test_the_menu_is_worked_by_keyboard_and_heard(chat: Page, scripted: Scripted) -> None:
    say(chat, "Hello")
    expect_idle(chat)
    button(chat).focus()
    chat.keyboard.press("ArrowDown")
    items = chat.get_by_role("menuitem")
    expect(items.first).to_be_focused()
    expect_accessible(chat)
    chat.keyboard.press("End")
    expect(items.filter(has_text="Import…")).to_be_focused()
    chat.keyboard.press("Escape")
    expect(items).to_have_count(0)
    expect(button(chat)).to_be_focused()


def test_chatgpt_s_chats_are_brought_into_an_empty_page_and_what_is_wrong_is_told(
    chat: Page,
) -> None:
    message = {"author": {"role": "user"}, "content": {"content_type": "text", "parts": ["Hi"]}}
    good = {"title": "Old times", "mapping": {"a": {"parent": None, "message": message}}}
    button(chat, "Import chats").click()
    expect(chat.get_by_role("menuitem")).to_have_count(1)
    bring(chat, "conversations.json", json.dumps([good, {"mapping": 3}]).encode())
    expect(bubbles(chat).last).to_have_text("Hi")
    problem = chat.locator("[data-gc=banner]")
    expect(problem).to_contain_text("1 chat was imported. Not all could be: Line 1")
    button(chat).click()
    bring(chat, "cut.json", b'[{"role": "user",')
    expect(problem).to_contain_text("Line 1: This is no JSON")
    expect(bubbles(chat).last).to_have_text("Hi")


def test_the_exported_page_runs_and_loads_nothing_and_looks_like_ours(watch: Watch) -> None:
    page = watch.new_context(
        viewport={"width": 390, "height": 844}, color_scheme="dark", java_script_enabled=False
    ).new_page()
    html = FORMS["html"].write(everything())
    page.route("**/chat.html", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("http://127.0.0.1:9/chat.html")
    expect(page.get_by_role("heading", name="Cats “and” <dogs>")).to_be_visible()
    expect(page.get_by_role("img", name="cat.png")).to_be_visible()
    expect(page.locator("body")).to_have_css("background-color", "rgb(33, 33, 33)")
    expect(page.get_by_text("Let me see.")).to_be_hidden()
    page.get_by_text("Thought").click()
    expect(page.get_by_text("Let me see.")).to_be_visible()
