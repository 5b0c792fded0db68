"""How large a picture is, read from its head: nothing is ever decoded here.

A few bytes can claim a picture of a hundred gigabytes. Whoever opens it, our
page or the developer's program, would pay for that; so it is known beforehand.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MOST_PARTS = 200_000
"""Parts of a file that are looked at; a crafted one could be nothing but parts."""


class Broken(ValueError):
    """The head of the picture cannot be read."""


@dataclass(frozen=True)
class Picture:
    """What its head claims. `frames` is counted no further than needed."""

    width: int
    height: int
    frames: int = 1


def measure(file: BinaryIO, kind: str, *, most_frames: int) -> Picture:
    """The size of a picture of this kind. Raises Broken."""
    reader = {
        "image/png": _png, "image/jpeg": _jpeg, "image/gif": _gif, "image/webp": _webp
    }[kind]  # fmt: skip
    file.seek(0)
    found = reader(file, most_frames)
    if not (found.width and found.height):
        raise Broken
    return found


def _png(file: BinaryIO, _most: int) -> Picture:
    width, height = struct.unpack(">II", _exactly(file, 24)[16:])
    file.seek(8)
    for _ in range(MOST_PARTS):
        length, kind = struct.unpack(">I4s", _exactly(file, 8))
        if kind == b"acTL":  # It moves.
            return Picture(width, height, struct.unpack(">I", _exactly(file, 4))[0])
        if kind == b"IDAT":
            return Picture(width, height)
        file.seek(length + 4, 1)
    raise Broken


def _jpeg(file: BinaryIO, _most: int) -> Picture:
    file.seek(2)
    for _ in range(MOST_PARTS):
        marker = _exactly(file, 2)
        while marker[1] == 0xFF:  # Padding.
            marker = marker[1:] + _exactly(file, 1)
        if marker[0] != 0xFF or marker[1] in (0xD9, 0xDA):
            break
        if marker[1] == 0x01 or 0xD0 <= marker[1] <= 0xD7:
            continue
        (length,) = struct.unpack(">H", _exactly(file, 2))
        # The frame's own head, of whatever coding; C4, C8 and CC are tables.
        if 0xC0 <= marker[1] <= 0xCF and marker[1] not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", _exactly(file, 5)[1:])
            return Picture(width, height)
        file.seek(max(length, 2) - 2, 1)
    raise Broken


def _gif(file: BinaryIO, most: int) -> Picture:
    head = _exactly(file, 13)
    width, height = struct.unpack("<HH", head[6:10])
    file.seek(_colours(head[10]), 1)
    frames = 0
    for _ in range(MOST_PARTS):
        block = file.read(1)
        if block == b"!":
            file.seek(1, 1)
        elif block == b",":
            frames += 1
            place = _exactly(file, 9)
            # A frame may be larger than the whole claims to be.
            right, bottom = struct.unpack("<HH", place[4:8])
            width, height = max(width, right), max(height, bottom)
            file.seek(_colours(place[8]) + 1, 1)
        else:
            break
        if frames > most:
            break
        for size in _sizes(file):
            file.seek(size, 1)
    return Picture(width, height, max(frames, 1))


def _webp(file: BinaryIO, most: int) -> Picture:
    file.seek(12)
    width = height = frames = 0
    for _ in range(MOST_PARTS):
        head = file.read(8)
        if len(head) < 8 or frames > most:
            break
        kind, length = struct.unpack("<4sI", head)
        start = file.tell()
        if kind == b"ANMF":
            frames += 1
        elif kind in (b"VP8X", b"VP8 ", b"VP8L"):
            size = _webp_size(kind, _exactly(file, 10))
            width, height = max(width, size[0]), max(height, size[1])
        file.seek(start + length + length % 2)
    return Picture(width, height, max(frames, 1))


def _webp_size(kind: bytes, head: bytes) -> tuple[int, int]:
    if kind == b"VP8X":
        return _three(head[4:7]) + 1, _three(head[7:10]) + 1
    if kind == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", head[6:10])
    return width & 0x3FFF, height & 0x3FFF


def _three(number: bytes) -> int:
    return int.from_bytes(number, "little")


def _colours(flags: int) -> int:
    """Bytes of the table of colours that a GIF may hold at this place."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _sizes(file: BinaryIO) -> Iterator[int]:
    for _ in range(MOST_PARTS):
        size = file.read(1)
        if size in (b"", b"\0"):
            return
        yield size[0]


def _exactly(file: BinaryIO, count: int) -> bytes:
    found = file.read(count)
    if len(found) < count:
        raise Broken
    return found
