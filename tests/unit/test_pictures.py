"""A picture is what its bytes are, fit to be shown as an image, or a sentence that says why not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gptchat.config import Config
from gptchat.config.pictures import MOST_BYTES, Picture, icon, svg
from gptchat.errors import BadOption

NAMED = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
ICO = b"\x00\x00\x01\x00" + b"\0" * 40


def write(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read_svg(folder: Path, text: str) -> str:
    """What is served of an SVG file with these words."""
    found = svg(str(write(folder, "logo.svg", text)))
    assert found is not None
    assert found.type == "image/svg+xml"
    return found.content.decode()


@pytest.mark.parametrize(
    "before",
    [
        "",
        "\ufeff",
        "\n  ",
        '<?xml version="1.0"?>\n<!-- a > b --><!-- <svg> -->\n',
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">',
        '<!DOCTYPE svg [<!ENTITY ink "#123456">]>\n',
    ],
)
def test_an_svg_is_known_by_its_root_and_served_as_it_is(tmp_path: Path, before: str) -> None:
    assert read_svg(tmp_path, before + NAMED) == before + NAMED


def test_an_svg_written_for_the_inside_of_a_page_becomes_an_image(tmp_path: Path) -> None:
    bare = '<!-- <svg> --><svg viewBox="0 0 9 9" aria-label="a > b"><path d="M0 0h9"/></svg>'
    served = read_svg(tmp_path, bare)
    assert served == bare.replace("<svg view", '<svg xmlns="http://www.w3.org/2000/svg" view')


def test_a_logo_in_the_colour_of_the_words_follows_the_theme(tmp_path: Path) -> None:
    served = read_svg(tmp_path, NAMED.replace("<path", '<path fill="currentColor"'))
    style = served.split("<style>")[1].split("</style>")[0]
    assert "light-dark(#0d0d0d,#ececec)" in style
    assert served.index("<style>") == served.index(">") + 1
    assert "<style>" not in read_svg(tmp_path, NAMED)


@pytest.mark.parametrize(
    ("content", "type"),
    [(PNG, "image/png"), (ICO, "image/x-icon"), (NAMED.encode(), "image/svg+xml")],
)
def test_an_icon_is_known_by_its_bytes_whatever_it_is_called(
    tmp_path: Path, content: bytes, type: str
) -> None:
    found = icon(write(tmp_path, "icon.jpeg", content))
    assert found == Picture(type, content)


def test_the_address_changes_with_the_bytes(tmp_path: Path) -> None:
    path = write(tmp_path, "logo.svg", NAMED)
    config = Config(logo_small=path, favicon=path)
    told = config.for_page()
    address = told["logo_small"]
    assert address is not None
    assert re.fullmatch(r"pictures/[0-9a-f]{32}\.svg", address)
    assert told["favicon"] == address
    assert config.picture(address) == config.logo_small
    path.write_text(NAMED.replace("9", "8"), "utf-8")
    assert config.for_page()["logo_small"] == address, "a file is read when the option is set"
    config.update({"logo_small": str(path), "favicon": None})
    assert config.for_page()["logo_small"] != address
    assert config.picture(address) is None
    assert config.for_page()["favicon"] is None


def test_a_relative_path_begins_at_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "logo.svg", NAMED)
    monkeypatch.chdir(tmp_path)
    assert Config(logo_small="logo.svg").logo_small == Picture("image/svg+xml", NAMED.encode())


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_is_no_picture(nothing: str | None) -> None:
    assert Config(logo_small=nothing).for_page()["logo_small"] is None


@pytest.mark.parametrize(
    ("option", "content", "sentence"),
    [
        ("logo_small", PNG, r"It is not an SVG: .*picture\. What fits is the path of an SVG file"),
        ("logo_small", "<html><svg></svg></html>", "It is not an SVG"),
        ("logo_small", "<!-- c -->" * 3000, "It is not an SVG"),
        ("logo_small", "<svgx>", "It is not an SVG"),
        ("logo_small", b"\xff\xfe<\0s\0v\0g\0>\0", "It is not an SVG"),
        ("logo_small", b"", "It is not an SVG"),
        ("favicon", b"GIF89a", "It is neither an SVG nor a PNG nor an ICO"),
        ("favicon", PNG + b"\0" * MOST_BYTES, "is larger than 1,024 KB"),
    ],
)
def test_what_is_no_such_picture_is_refused(
    tmp_path: Path, option: str, content: bytes | str, sentence: str
) -> None:
    path = write(tmp_path, "picture", content)
    with pytest.raises(BadOption, match=f"The option '{option}' does not fit. .*{sentence}"):
        Config(**{option: str(path)})


def test_a_missing_file_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(BadOption, match=rf"There is no file {tmp_path}/no.svg\. A relative path"):
        Config(logo_small=str(tmp_path / "no.svg"))


def test_a_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(BadOption, match=r"cannot be read: Is a directory\."):
        Config(logo_small=str(tmp_path))


@pytest.mark.parametrize("value", [3, b"logo.svg", ["logo.svg"], "a\0b"])
def test_what_is_no_path_says_what_would_fit(value: object) -> None:
    with pytest.raises(BadOption, match=r"the path of an SVG file|cannot be read"):
        Config(logo_small=value)


def test_a_wrong_picture_changes_nothing(tmp_path: Path) -> None:
    config = Config(logo_small=write(tmp_path, "logo.svg", NAMED))
    with pytest.raises(BadOption):
        config.update({"title": "New", "logo_small": "no such file"})
    assert (config.title, config.logo_small) == (
        "gptchat",
        Picture("image/svg+xml", NAMED.encode()),
    )
