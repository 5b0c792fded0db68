"""How people attach files at the page, and what they see of them."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import FileChooser, Locator, Page, expect

from support.chatting import composer
from support.files import png


def attach(page: Page, *files: object) -> None:
    """Choose files, as in the browser's picker."""
    choose(page, lambda: page.get_by_role("button", name="Attach files").click(), *files)


def choose(page: Page, opens: Callable[[], None], *files: object) -> None:
    """Choose files in the picker that `opens` opens."""
    # Playwright asks the browser for its pickers without waiting until they are granted, and a
    # busy browser opened one of its own. After the answer to something else they are ours.
    page.on("filechooser", _taken)
    page.evaluate("null")
    with page.expect_file_chooser() as chooser:
        opens()
    chooser.value.set_files(list(files))  # type: ignore[arg-type]
    page.remove_listener("filechooser", _taken)


def _taken(chooser: FileChooser) -> None:
    """Whoever listens gets the picker; what is chosen is told where it is awaited."""


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


def paste(page: Page, name: str, body: bytes, text: str = "") -> None:
    """Paste a file from the clipboard, as a browser hands it over."""
    composer(page).evaluate(
        """(field, [name, bytes, text]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
            if (text) data.setData("text/plain", text);
            field.dispatchEvent(new ClipboardEvent("paste", {
                clipboardData: data, bubbles: true, cancelable: true,
            }));
        }""",
        [name, list(body), text],
    )


def drag(page: Page, kind: str, name: str = "cat.png", body: bytes = b"") -> None:
    """Drag a file over the page, or drop it there."""
    page.evaluate(
        """([kind, name, bytes]) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
            document.body.dispatchEvent(new DragEvent(kind, {
                dataTransfer, bubbles: true, cancelable: true,
            }));
        }""",
        [kind, name, list(body or png())],
    )
