"""A chat is printed whole, black on white, without what is there to be pressed."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from support.chatting import answer, bubbles, composer, expect_idle, say
from support.scripted import Scripted

CODE = "x = " + "1 + " * 200 + "1"
LONG = "\n\n".join(
    [*(f"Paragraph {at}." for at in range(120)), f"```python\n{CODE}\n```", "The end."]
)


def test_a_chat_is_printed_whole_and_alone(chat: Page, scripted: Scripted) -> None:
    chat.emulate_media(color_scheme="dark")
    scripted.says(LONG)
    say(chat, "Write much.")
    expect_idle(chat)
    chat.emulate_media(color_scheme="dark", media="print")
    for hidden in (composer(chat), chat.get_by_role("button")):
        expect(hidden.filter(visible=True)).to_have_count(0)
    expect(chat.locator("[data-gc=sidebar]")).to_be_hidden()
    expect(bubbles(chat).first).to_be_visible()
    expect(answer(chat)).to_have_css("color", "rgb(13, 13, 13)")
    page = chat.evaluate("document.documentElement.getBoundingClientRect().toJSON()")
    end = answer(chat).get_by_text("The end.").bounding_box()
    assert end is not None
    assert end["y"] + end["height"] <= page["height"], "nothing is left to be scrolled to"
    code = answer(chat).locator("pre").evaluate("(pre) => [pre.scrollWidth, pre.clientWidth]")
    assert code[0] <= code[1], "a line that is too long goes on in the next"
    assert chat.pdf(format="A4").count(b"/Type /Page\n") > 3
