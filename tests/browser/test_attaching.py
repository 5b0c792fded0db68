"""Pictures and files go with a message, wherever they come from, and are there after a reload."""

from __future__ import annotations

import base64

from playwright.sync_api import Page, Route, expect

from gptchat.testing import FakeOpenAI
from support.attaching import (
    attach,
    chips,
    choose,
    drag,
    expect_loaded,
    expect_uploaded,
    paste,
    sent_pictures,
)
from support.browsing import Watch
from support.chatting import answer, bubbles, composer, expect_idle, say
from support.files import HTML, PDF, SVG, picked, png
from support.proxy import Proxy
from support.scripted import Scripted, scripted_program
from support.serving import serve


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
    hint = chat.locator("[data-gc=composer] [role=status]")
    expect(hint).to_have_text("Remove cat.png to send.")
    button = chat.get_by_role("button", name="Send message")
    expect(button).to_have_accessible_description("Remove cat.png to send.")
    expect(chat.get_by_role("button", name="Retry cat.png")).to_have_count(0)
    chat.get_by_role("button", name="Remove file cat.png").click()
    expect(hint).to_be_hidden()
    composer(chat).press("Enter")
    expect_idle(chat)
    assert scripted.last_messages()[-1]["content"] == "Look!"


def test_a_picture_from_the_clipboard_is_attached_and_text_beside_it_wins(chat: Page) -> None:
    paste(chat, "image.png", png(), text="What an office program copies beside it")
    expect(chips(chat)).to_have_count(0)
    paste(chat, "image.png", png())
    expect_uploaded(chat, 1)
    expect(chat.get_by_role("img", name="image.png")).to_be_visible()
    expect(chat.locator("#gc-status")).to_have_text("image.png attached.")


def test_files_dropped_anywhere_on_the_page_are_attached(chat: Page) -> None:
    drag(chat, "dragenter")
    expect(chat.get_by_text("Drop files to attach")).to_be_visible()
    drag(chat, "dragleave")
    expect(chat.get_by_text("Drop files to attach")).to_have_count(0)
    drag(chat, "dragenter")
    drag(chat, "drop")
    expect(chat.get_by_text("Drop files to attach")).to_have_count(0)
    expect_uploaded(chat, 1)


def test_what_may_be_attached_is_told_before_and_after(chat: Page) -> None:
    button = chat.get_by_role("button", name="Attach files")
    expect(button).to_have_attribute("title", "Attach files: up to 20 files, 25 MB each")
    chat.evaluate(
        """() => {
            const data = new DataTransfer();
            const film = new File(["x"], "film.mp4");
            Object.defineProperty(film, "size", { value: 200 * 1024 * 1024 });
            data.items.add(film);
            const picker = document.querySelector("input[type=file]");
            Object.defineProperty(picker, "files", { value: [film] });
            picker.dispatchEvent(new Event("change", { bubbles: true }));
        }"""
    )
    expect(chat.locator("[data-gc=banner]")).to_contain_text(
        "“film.mp4”: at most 25 MB may be attached."
    )
    expect(chips(chat)).to_have_count(0)


def test_removing_moves_the_focus_to_the_next_file_and_then_to_the_field(chat: Page) -> None:
    attach(chat, picked("a.png"), picked("b.pdf", PDF))
    expect_uploaded(chat, 2)
    chat.get_by_role("button", name="Remove file a.png").press("Enter")
    expect(chat.get_by_role("button", name="Remove file b.pdf")).to_be_focused()
    chat.keyboard.press("Enter")
    expect(composer(chat)).to_be_focused()
    expect(chips(chat)).to_have_count(0)


def test_a_file_can_be_attached_and_sent_with_the_keyboard_alone(
    chat: Page, scripted: Scripted
) -> None:
    scripted.says("Seen.")
    composer(chat).focus()
    chat.keyboard.press("Shift+Tab")
    expect(chat.get_by_role("button", name="Attach files")).to_be_focused()
    choose(chat, lambda: chat.keyboard.press("Enter"), picked("cat.png"))
    expect_uploaded(chat, 1)
    expect(composer(chat)).to_be_focused()
    chat.keyboard.press("Enter")
    expect(sent_pictures(chat)).to_have_count(1)
    expect_idle(chat)
    for _ in range(20):
        chat.keyboard.press("Shift+Tab")
        if chat.evaluate("document.activeElement.matches('[data-gc=sent-files] a')"):
            break
    with chat.context.expect_page() as opened:
        chat.keyboard.press("Enter")
    assert "/files/f_" in opened.value.url


def test_an_upload_that_broke_off_can_be_tried_again(chat: Page, scripted: Scripted) -> None:
    broken: list[str] = []

    def break_once(route: Route) -> None:
        broken.append(route.request.url)
        if len(broken) == 1:
            route.abort()
        else:
            route.continue_()

    chat.route("**/api/files", break_once)
    attach(chat, picked("cat.png"))
    expect(chips(chat)).to_contain_text("The upload was cut off.")
    chat.get_by_role("button", name="Retry cat.png").click()
    expect_uploaded(chat, 1)


def test_a_message_waits_for_its_files(chat: Page, scripted: Scripted) -> None:
    scripted.says("Seen.")
    held: list[Route] = []
    chat.route("**/api/files", lambda route: held.append(route))
    attach(chat, picked("cat.png"))
    say(chat, "Look!")
    expect(chat.get_by_role("button", name="Uploading 1 of 1")).to_be_visible()
    expect(bubbles(chat)).to_have_count(0)
    held[0].continue_()
    expect(bubbles(chat)).to_have_text(["Look!"])
    expect_loaded(sent_pictures(chat))
    expect_idle(chat)


def test_a_draft_keeps_its_files_over_a_reload_and_in_its_own_chat(
    chat: Page, scripted: Scripted
) -> None:
    say(chat, "First")
    expect_idle(chat)
    attach(chat, picked("cat.png"), picked("a.pdf", PDF))
    expect_uploaded(chat, 2)
    chat.reload()
    expect_uploaded(chat, 2)
    chat.get_by_role("button", name="New chat").click()
    expect(chips(chat)).to_have_count(0)
    chat.go_back()
    expect_uploaded(chat, 2)
    expect_loaded(chat.get_by_role("img", name="cat.png"))
    say(chat, "Here they are.")
    expect_idle(chat)
    chat.reload()
    expect(chips(chat)).to_have_count(0)
    expect(sent_pictures(chat)).to_have_count(1)


def test_an_edited_message_keeps_its_files_and_may_lose_some(
    chat: Page, scripted: Scripted
) -> None:
    scripted.says("Seen.")
    attach(chat, picked("cat.png"), picked("a.pdf", PDF))
    expect_uploaded(chat, 2)
    say(chat, "Look!")
    expect_idle(chat)
    composer(chat).press("ArrowUp")
    chat.get_by_role("button", name="Remove file a.pdf").click()
    expect(chat.get_by_role("button", name="Remove file cat.png")).to_be_focused()
    chat.get_by_role("textbox", name="Edit message").fill("Look again!")
    chat.get_by_role("button", name="Send", exact=True).click()
    expect(bubbles(chat)).to_have_text(["Look again!"])
    expect_idle(chat)
    expect(sent_pictures(chat)).to_have_count(1)
    kinds = [part["type"] for part in scripted.last_messages()[0]["content"]]
    assert kinds == ["image_url", "text"]
    chat.locator("[data-role=user]").hover()
    chat.get_by_role("button", name="Previous message").click()
    expect(bubbles(chat)).to_have_text(["Look!"])
    expect(chat.get_by_role("link", name="Download a.pdf")).to_be_visible()


def test_another_answer_is_asked_with_the_same_files(chat: Page, scripted: Scripted) -> None:
    scripted.says("Seen.")
    attach(chat, picked("cat.png"))
    expect_uploaded(chat, 1)
    say(chat, "Look!")
    expect_idle(chat)
    before = scripted.last_messages()
    chat.get_by_role("button", name="Regenerate response").click()
    expect(chat.locator("[data-gc=pager]")).to_be_visible()
    expect_idle(chat)
    assert scripted.last_messages() == before


def test_what_is_attached_and_sent_without_a_connection_arrives_when_it_is_back(
    chat: Page, scripted: Scripted
) -> None:
    scripted.says("Seen.")
    with Proxy(scripted.server.port) as road:
        chat.goto(f"http://127.0.0.1:{road.port}/")
        chat.wait_for_selector("[data-connection=online]")
        attach(chat, picked("cat.png"))
        expect_uploaded(chat, 1)
        port, road.target = road.target, 1
        road.cut()
        expect(chat.locator("[data-gc=banner]")).to_contain_text("Connection lost.")
        say(chat, "One")
        expect(chat.get_by_text("Will send when back online")).to_be_visible()
        attach(chat, picked("later.pdf", PDF))
        expect(chips(chat)).to_have_attribute("data-state", "waiting")
        road.target = port
        chat.get_by_role("button", name="Reconnect now").click()
        expect_uploaded(chat, 1)
        expect_loaded(sent_pictures(chat))
        expect_idle(chat)
        say(chat, "Two")
        expect(chat.get_by_role("link", name="Download later.pdf")).to_be_visible()
        expect_idle(chat)
    assert [m["role"] for m in scripted.last_messages()] == ["user", "assistant", "user"]


def test_where_files_are_not_taken_there_is_nothing_to_attach_them_with(watch: Watch) -> None:
    with scripted_program(prompt={"allow_upload": False}) as scripted:
        page = watch.new_context().new_page()
        page.goto(scripted.url)
        page.wait_for_selector("[data-connection=online]")
        expect(page.get_by_role("button", name="Attach files")).to_have_count(0)
        drag(page, "dragenter")
        expect(page.get_by_text("Drop files to attach")).to_have_count(0)
        drag(page, "drop")
        paste(page, "cat.png", png())
        page.wait_for_timeout(200)
        expect(chips(page)).to_have_count(0)


def test_pictures_a_program_put_into_a_message_are_shown_and_others_only_linked(
    watch: Watch,
) -> None:
    url = "data:image/png;base64," + base64.b64encode(png()).decode()
    preset = {
        "role": "user",
        "content": [
            {"type": "image_url", "image_url": {"url": url}},
            {"type": "image_url", "image_url": {"url": "https://pictures.example/cat.png"}},
            {"type": "text", "text": "Which one?"},
        ],
    }
    with scripted_program(default_messages=[preset]) as scripted:
        page = watch.new_context().new_page()
        page.goto(scripted.url)
        expect_loaded(sent_pictures(page))
        link = page.get_by_role("link", name="from pictures.example")
        expect(link).to_have_attribute("href", "https://pictures.example/cat.png")
        expect(bubbles(page)).to_have_text(["Which one?"])
        say(page, "Well?")
        expect_idle(page)
        assert scripted.last_messages()[0] == preset


def test_a_file_that_is_lost_is_shown_as_missing(chat: Page, scripted: Scripted) -> None:
    scripted.says("Seen.")
    attach(chat, picked("cat.png"), picked("a.pdf", PDF))
    expect_uploaded(chat, 2)
    say(chat, "Look!")
    expect_idle(chat)
    for path in (scripted.server.folder / ".gptchat").glob("*.files/*"):
        path.unlink()
    chat.context.clear_cookies()
    other = chat.context.browser
    assert other is not None
    page = other.new_context().new_page()
    page.goto(chat.url)
    expect(page.get_by_text("No longer there")).to_have_count(2)
    say(page, "And now?")
    expect_idle(page)
    assert "no longer there" in str(scripted.last_messages()[0]["content"][0])
    page.context.close()


def test_hostile_files_stay_what_they_are(chat: Page, scripted: Scripted) -> None:
    scripted.says("Seen.")
    attach(
        chat, picked("../<img src=x onerror=alert(1)>\u202egnp.svg", SVG), picked("x.html", HTML)
    )
    expect_uploaded(chat, 2)
    say(chat, "Look!")
    expect_idle(chat)
    links = chat.locator("[data-gc=sent-files] a")
    expect(links).to_have_count(2)
    for place in range(2):
        with chat.expect_download() as download:
            links.nth(place).click()
        assert "/" not in download.value.suggested_filename
        assert "\u202e" not in download.value.suggested_filename
    for place in range(2):
        assert chat.title() != "caught"
        href = links.nth(place).get_attribute("href")
        fetched = chat.evaluate(
            "href => fetch(href).then((answer) => answer.headers.get('content-type'))", href
        )
        assert fetched == "application/octet-stream"


OLD_PROGRAM = """
import os
from gptchat import app
from openai import OpenAI

client = OpenAI(max_retries=0)
app.set_config({
    "title": "Looks at pictures",
    "prompt": {"allow_upload": True, "placeholder": "Show me something"},
})

@app.handle_start_generating
def reply(messages):
    pictures = [part["image_url"]["url"]
                for part in messages[-1]["content"] if part["type"] == "image_url"]
    assert pictures[0].startswith("data:image/png;base64,"), pictures
    stream = client.chat.completions.create(model="gpt-4o", messages=messages, stream=True)
    id = app.new_id()
    for chunk in stream:
        if chunk.choices:
            app.update_message(chunk.choices[0].delta, id=id)

app.run_app(port=int(os.environ["PORT"]))
"""


def test_a_program_for_gptchat_0_0_12_gets_pictures_as_it_did(watch: Watch) -> None:
    with FakeOpenAI(["A cat."]) as model:
        env = {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": "any"}
        with serve(OLD_PROGRAM, env=env) as server:
            page = watch.new_context().new_page()
            page.goto(server.url)
            expect(composer(page)).to_have_attribute("placeholder", "Show me something")
            attach(page, picked("cat.png"))
            expect_uploaded(page, 1)
            say(page, "What is this?")
            expect(answer(page)).to_contain_text("A cat.")
            expect_idle(page)
        [content] = [message["content"] for message in model.requests[-1]["messages"]]
        assert [part["type"] for part in content] == ["image_url", "text"]
