"""Tables: they scroll by themselves, stand still while they grow, and are copied as cells."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from gptchat.testing import Reply
from support.axe import expect_accessible
from support.browsing import Watch
from support.chatting import answer, composer, expect_idle, say
from support.scripted import Scripted, call, scripted_program

TABLE = """\
Prices, as asked:

| Name | Note | Price |
|:-----|------|------:|
| Ann | says "hi", twice | 1 |
| **Bob** | a \\| b<br>`c` | =1+1 |

That was it.
"""
WIDE = "\n".join(
    ["|".join(f"column {at}" for at in range(12)), "|".join(["---"] * 12)]
    + ["|".join(f"a value of {row}.{at}" for at in range(12)) for row in range(6)]
)
RECORDS = [{"city": f"No. {at}", "note": 'a, "b"', "people": at} for at in range(70)]


@pytest.fixture(scope="module")
def scripted() -> Iterator[Scripted]:
    """Its function's results are open from the beginning."""
    with scripted_program(functions={"look": {"open": True}}) as running:
        yield running


@pytest.fixture
def chat(watch: Watch, scripted: Scripted) -> Page:
    """A new chat that may read the clipboard."""
    page = watch.new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    scripted.says()
    page.goto(scripted.url)
    page.wait_for_selector("[data-connection=online]")
    return page


def show(chat: Page, scripted: Scripted, *replies: Reply | str) -> None:
    scripted.says(*replies)
    say(chat, "A table, please.")
    expect(answer(chat)).to_contain_text("That was it.")
    expect_idle(chat)


def copied(chat: Page) -> str:
    return str(chat.evaluate("navigator.clipboard.readText()"))


def copy_as(chat: Page, form: str) -> str:
    button = answer(chat).get_by_role("button", name=f"Copy table as {form}")
    button.focus()
    button.press("Enter")
    expect(button).to_have_attribute("data-state", "copied")
    return copied(chat)


def test_a_table_is_copied_as_markdown_csv_and_tsv(chat: Page, scripted: Scripted) -> None:
    """S25 of the scenarios, with `test_a_wide_table_scrolls_and_the_page_does_not`."""
    show(chat, scripted, TABLE)
    tools = answer(chat).locator(".table-tools")
    expect(tools).to_have_css("opacity", "0")
    answer(chat).get_by_role("table").hover()
    expect(tools).to_have_css("opacity", "1")
    assert copy_as(chat, "Markdown") == (
        "| Name | Note | Price |\n| :--- | --- | ---: |\n"
        '| Ann | says "hi", twice | 1 |\n| **Bob** | a \\| b<br>`c` | =1+1 |'
    )
    cells = [
        ["Name", "Note", "Price"],
        ["Ann", 'says "hi", twice', "1"],
        # What is shown is what is copied: a formula too, which no program of ours runs.
        ["Bob", "a | b\nc", "=1+1"],
    ]
    assert list(csv.reader(io.StringIO(copy_as(chat, "CSV")))) == cells
    assert list(csv.reader(io.StringIO(copy_as(chat, "TSV")), dialect="excel-tab")) == cells
    expect(chat.locator("#gc-status")).to_contain_text("Table copied")


PASTED = """async () => {
    const [item] = await navigator.clipboard.read({ unsanitized: ["text/html"] });
    const said = async (type) => (await item.getType(type)).text();
    return [await said("text/plain"), await said("text/html")];
}"""
SELECT = """([from, to]) => {
    const cells = [...document.querySelectorAll("[data-gc=table] :is(th, td)")];
    const range = document.createRange();
    range.setStart(cells[from].firstChild, 0);
    const end = cells[to];
    range.setEnd(end, end.childNodes.length);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}"""


def test_selected_cells_are_pasted_as_cells(chat: Page, scripted: Scripted) -> None:
    show(chat, scripted, TABLE.replace("Price |", "Price in $x$ |"))
    expect(answer(chat).locator(".katex")).to_be_attached()
    chat.evaluate(SELECT, [1, 5])
    chat.keyboard.press("ControlOrMeta+c")
    text, html = chat.evaluate(PASTED)
    assert text == '\tNote\tPrice in $x$\nAnn\tsays "hi", twice\t1'
    # Without a word about colours: those of a dark page would go with it.
    assert html.partition("<table>")[2].partition("</table>")[0] == (
        "<tbody><tr><td></td><td>Note</td><td>Price in $x$</td></tr>"
        '<tr><td>Ann</td><td>says "hi", twice</td><td>1</td></tr></tbody>'
    )


def test_words_in_one_cell_are_copied_as_words(chat: Page, scripted: Scripted) -> None:
    show(chat, scripted, TABLE)
    chat.evaluate(SELECT, [4, 4])
    chat.keyboard.press("ControlOrMeta+c")
    assert copied(chat) == 'says "hi", twice'


def test_a_wide_table_scrolls_and_the_page_does_not(chat: Page, scripted: Scripted) -> None:
    chat.set_viewport_size({"width": 390, "height": 844})
    show(chat, scripted, f"{WIDE}\n\nThat was it.")
    width = "document.documentElement.scrollWidth <= innerWidth"
    assert chat.evaluate(width)
    assert chat.evaluate("document.querySelector('[data-gc=scroll]').scrollWidth <= innerWidth")
    box = answer(chat).get_by_role("group", name="Table")
    box.focus()
    box.press("ArrowRight")
    chat.wait_for_function("() => document.activeElement.scrollLeft > 0")
    assert copy_as(chat, "CSV").splitlines()[1].startswith("a value of 0.0,a value of 0.1,")


def test_results_are_copied_whole(chat: Page, scripted: Scripted) -> None:
    reply = Reply(tool_calls=[call("look", json.dumps(RECORDS))])
    show(chat, scripted, reply, "That was it.")
    expect(answer(chat).get_by_role("row")).to_have_count(51)
    rows = list(csv.reader(io.StringIO(copy_as(chat, "CSV"))))
    assert len(rows) == 71
    assert rows[-1] == ["No. 69", 'a, "b"', "69"]
    assert copy_as(chat, "Markdown").startswith("| city | note | people |\n| --- | --- | --- |\n")
    chat.evaluate(SELECT, [0, 4])
    chat.keyboard.press("ControlOrMeta+c")
    assert copied(chat) == 'city\tnote\tpeople\nNo. 0\ta, "b"'


WIDTHS = """() => {
    window.widths = [];
    const look = () => {
        const head = document.querySelector("[data-gc=text] thead tr");
        if (head) {
            const now = [...head.cells].map((cell) => Math.round(cell.offsetWidth)).join();
            if (widths.at(-1) !== now) widths.push(now);
        }
        requestAnimationFrame(look);
    };
    look();
}"""


def test_columns_stand_still_while_their_rows_come(chat: Page, scripted: Scripted) -> None:
    rows = "\n".join(
        f"| row {at} | {'word ' * (3 + at % 7)}| {'x' * (at % 5)} |" for at in range(24)
    )
    text = f"| a | what it says | b |\n|---|---|---|\n{rows}\n\nThat was it."
    chat.evaluate(WIDTHS)
    scripted.says(Reply(text, chunk=6, rate=300))
    say(chat, "A table, please.")
    expect(answer(chat)).to_contain_text("That was it.")
    # Each time there were twice as many rows, and at the end: not with every word.
    assert len(chat.evaluate("widths")) <= 8
    expect_idle(chat)
    assert answer(chat).locator("[style]").count() == 0
    streamed = answer(chat).get_by_role("table").bounding_box()
    chat.reload()
    expect(answer(chat)).to_contain_text("That was it.")
    reloaded = answer(chat).get_by_role("table").bounding_box()
    assert streamed
    assert reloaded
    assert streamed["width"] == reloaded["width"]
    assert streamed["height"] == reloaded["height"]


def test_where_nobody_can_point_the_buttons_have_a_line_of_their_own(
    browser: Browser, scripted: Scripted
) -> None:
    context = browser.new_context(
        has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto(scripted.url)
    page.wait_for_selector("[data-connection=online]")
    scripted.says(TABLE)
    composer(page).fill("A table, please.")
    page.get_by_role("button", name="Send").click()
    expect(answer(page)).to_contain_text("That was it.")
    tools = answer(page).locator(".table-tools").bounding_box()
    table = answer(page).get_by_role("table").bounding_box()
    assert tools
    assert table
    assert tools["y"] >= table["y"] + table["height"]
    context.close()


def test_axe_finds_nothing_in_tables(watch: Watch, scripted: Scripted) -> None:
    page = watch.new_context(reduced_motion="reduce").new_page()
    page.goto(scripted.url)
    page.wait_for_selector("[data-connection=online]")
    reply = Reply(tool_calls=[call("look", json.dumps(RECORDS[:3]))])
    show(page, scripted, reply, f"{TABLE}\n\n{WIDE}\n\nThat was it.")
    answer(page).get_by_role("button", name="Copy table as CSV").first.focus()
    expect_accessible(page)
