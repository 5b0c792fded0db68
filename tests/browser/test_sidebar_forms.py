"""The sidebar is open, a rail or a drawer; each can be used by hand, by keyboard and by ear."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from support.axe import violations
from support.browsing import Watch
from support.chatting import bubbles, composer, expect_idle
from support.scripted import Scripted
from support.sidebar import new_chat, row, rows


def width(part: Locator) -> float:
    box = part.bounding_box()
    assert box is not None
    return box["width"]


def expect_no_violation(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.wait_for_timeout(200)  # Colours and opacities arrive.
        assert violations(page) == [], scheme


@pytest.fixture
def page(watch: Watch, scripted: Scripted, request: pytest.FixtureRequest) -> Page:
    """A tab as wide as the test asks for, with one chat in the list."""
    wide = request.param
    options = {"has_touch": True, "is_mobile": True} if wide < 768 else {}
    size = {"width": wide, "height": 844}
    page = watch.new_context(viewport=size, reduced_motion="reduce", **options).new_page()
    scripted.says()
    page.goto(scripted.url)
    composer(page).fill(f"Said at {wide}")
    page.get_by_role("button", name="Send message").click()
    expect(bubbles(page)).to_have_count(1)
    expect_idle(page)
    return page


@pytest.mark.parametrize("page", [1440], indirect=True)
def test_it_folds_into_a_rail_whose_icons_stay_where_they_are_and_is_remembered(
    page: Page,
) -> None:
    sidebar = page.locator("[data-gc=sidebar]")
    search = page.get_by_role("button", name="Search chats").locator("svg")
    before = search.bounding_box()
    assert width(sidebar) == pytest.approx(260, abs=1)
    close = page.get_by_role("button", name="Close sidebar")
    close.focus()
    page.keyboard.press("Enter")
    opens = page.get_by_role("button", name="Open sidebar")
    expect(opens).to_be_focused()
    expect(opens).to_have_attribute("aria-expanded", "false")
    expect(sidebar).to_have_css("width", "52px")
    assert search.bounding_box() == before
    expect(rows(page)).to_have_count(0)
    expect_no_violation(page)
    page.reload()
    expect(opens).to_be_visible()
    page.keyboard.press("Control+Shift+S")
    expect(row(page, "Said at 1440")).to_be_visible()
    close.click()
    sidebar.click(position={"x": 26, "y": 500})
    expect(row(page, "Said at 1440")).to_be_visible()


@pytest.mark.parametrize("page", [390], indirect=True)
def test_on_a_phone_it_is_a_drawer_over_the_page(page: Page) -> None:
    expect(page.locator("[data-gc=sidebar]")).to_have_count(0)
    new_chat(page)
    expect(bubbles(page)).to_have_count(0)
    opens = page.get_by_role("button", name="Open sidebar")
    opens.tap()
    drawer = page.get_by_role("dialog", name="Sidebar")
    expect(drawer).to_be_visible()
    assert width(drawer) == pytest.approx(320, abs=1)
    expect_no_violation(page)
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)") is (
            False
        )
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    expect(opens).to_be_focused()
    opens.tap()
    page.touchscreen.tap(370, 400)
    expect(drawer).to_have_count(0)
    opens.tap()
    row(page, "Said at 390").first.get_by_role("link").tap()
    expect(drawer).to_have_count(0)
    expect(bubbles(page)).to_have_text(["Said at 390"])
    expect(page.locator("#conversation")).to_be_focused()


@pytest.mark.parametrize("page", [390], indirect=True)
def test_a_chat_deleted_in_the_drawer_can_be_brought_back_there(page: Page) -> None:
    page.get_by_role("button", name="Open sidebar").tap()
    mine = row(page, "Said at 390").first
    expect(mine).to_be_visible()
    before = rows(page).count()
    mine.get_by_role("button").tap()
    page.get_by_role("menuitem", name="Delete").tap()
    dialog = page.get_by_role("dialog", name="Delete chat?")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    mine.get_by_role("button").tap()
    page.get_by_role("menuitem", name="Delete").tap()
    dialog.get_by_role("button", name="Delete").tap()
    expect(rows(page)).to_have_count(before - 1)
    page.get_by_role("button", name="Undo").tap()
    expect(rows(page)).to_have_count(before)


@pytest.mark.parametrize("page", [1440], indirect=True)
def test_search_opens_by_a_key_is_used_by_keys_and_gives_the_focus_back(page: Page) -> None:
    new_chat(page)
    composer(page).focus()
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search chats")
    expect(field).to_be_focused()
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.type("said AT")
    found = page.locator("[data-gc=found]").first
    expect(found.locator("mark").first).to_be_visible()
    assert "Said at" in found.inner_text()
    expect(page.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    expect_no_violation(page)
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(composer(page)).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("nowhere to be found")
    expect(page.get_by_text("No results for “nowhere to be found”")).to_be_visible()
    field.fill("said at 1440")
    expect(found).to_be_visible()
    page.keyboard.press("Enter")
    expect(field).to_have_count(0)
    expect(bubbles(page).first).to_have_text("Said at 1440")


@pytest.mark.parametrize("page", [1440], indirect=True)
def test_the_menu_of_a_chat_is_accessible_and_esc_closes_it_alone(page: Page) -> None:
    mine = row(page, "Said at 1440").first
    mine.hover()
    button = mine.get_by_role("button")
    button.click()
    menu = page.get_by_role("menu")
    expect(menu.get_by_role("menuitem")).to_have_text(
        ["Rename", "Pin", "Duplicate", "Export…", "Copy link", "Delete"]
    )
    expect(button).to_have_attribute("aria-expanded", "true")
    expect_no_violation(page)
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(button).to_be_focused()
