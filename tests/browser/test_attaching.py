"""Pictures and files go with a message, wherever they come from, and are there after a reload."""

from __future__ import annotations

import base64

from playwright.sync_api import Locator, Page, expect

from support.chatting import composer, expect_idle, say
from support.files import HTML, PDF, picked, png
from support.scripted import Scripted


def attach(page: Page, *files: object) -> None:
    """Choose files, as in the browser's picker."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Attach files").click()
    chooser.value.set_files(list(files))  # type: ignore[arg-type]


def chips(page: Page) -> Locator:
    """The files of the draft."""
    return page.locator("[data-gc=composer] [data-gc=attachment]")


def expect_uploaded(page: Page, count: int) -> None:
    """Wait until so many files of the draft are uploaded."""
    expect(page.locator("[data-gc=composer] [data-gc=attachment][data-state=done]")).to_have_count(
        count
    )


def sent_pictures(page: Page) -> Locator:
    """The pictures of messages that were sent."""
    return page.locator("[data-gc=sent-files] img")


def expect_loaded(picture: Locator) -> None:
    """The picture is really there, not only its frame."""
    expect(picture).to_be_visible()
    picture.evaluate("picture => picture.decode()")


def test_a_picture_is_sent_shown_and_reaches_the_handler_and_survives_a_reload(
    chat: Page, scripted: Scripted
) -> None:
    scripted.says("A fine picture.")
    attach(chat, picked("cat.png"))
    expect_uploaded(chat, 1)
    say(chat, "What is this?")
    expect(chips(chat)).to_have_count(0)
    expect_loaded(sent_pictures(chat))
    expect_idle(chat)
    url = "data:image/png;base64," + base64.b64encode(png()).decode()
    assert scripted.last_messages() == [
        {
            "role": "user",
            "content": [
                {"type": "image_url", "image_url": {"url": url}},
                {"type": "text", "text": "What is this?"},
            ],
        }
    ]
    chat.reload()
    expect_loaded(sent_pictures(chat))
    expect(sent_pictures(chat)).to_have_attribute("alt", "cat.png")


def test_files_may_be_sent_without_a_word(chat: Page, scripted: Scripted) -> None:
    scripted.says("A report.")
    expect(chat.get_by_role("button", name="Send message")).to_be_disabled()
    attach(chat, picked("report.pdf", PDF))
    expect_uploaded(chat, 1)
    chat.get_by_role("button", name="Send message").click()
    expect(chat.get_by_role("link", name="Download report.pdf")).to_be_visible()
    expect_idle(chat)
    [part] = scripted.last_messages()[-1]["content"]
    assert part["file"]["filename"] == "report.pdf"


def test_a_file_that_is_refused_says_why_and_keeps_the_message_back(
    chat: Page, scripted: Scripted
) -> None:
    attach(chat, picked("cat.png", HTML))
    expect(chips(chat)).to_contain_text("not what its name says")
    say(chat, "Look!")
    expect(composer(chat)).to_have_value("Look!")
    chat.get_by_role("button", name="Remove file cat.png").click()
    composer(chat).press("Enter")
    expect_idle(chat)
    assert scripted.last_messages()[-1]["content"] == "Look!"
