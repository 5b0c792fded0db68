"""Files as people attach them: whole ones, and some that only pretend."""

from __future__ import annotations

import struct
import zlib
from typing import Any

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
WAV = (
    b"RIFF\x24\0\0\0WAVEfmt "
    + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
    + b"data\0\0\0\0"
)
MP3 = b"ID3\x04\0\0\0\0\0\0\xff\xfb\x90\x64" + bytes(100)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>document.title="caught"</script></svg>'
HTML = b"<!doctype html><script>document.title = 'caught'</script>"


def png(width: int = 64, height: int = 48, *, claims: tuple[int, int] | None = None) -> bytes:
    """A picture of one colour; its head may claim another size."""
    rows = b"".join(b"\0" + b"\x46\x78\xc8" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", *(claims or (width, height)), 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )


def moving_png(frames: int) -> bytes:
    """A PNG that moves."""
    still = png()
    return still[:33] + _chunk(b"acTL", struct.pack(">II", frames, 0)) + still[33:]


def jpeg(width: int, height: int, *, before: bytes = b"") -> bytes:
    """The head of a JPEG, with so much in front of its frame."""
    exif = b"\xff\xe1" + struct.pack(">H", len(before) + 2) + before
    table = b"\xff\xc4" + struct.pack(">H", 5) + b"\0\0\0"
    frame = b"\xff\xc2" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\0"
    return b"\xff\xd8" + exif + table + frame + b"\xff\xda"


def gif(width: int, height: int, frames: int = 1) -> bytes:
    """A GIF of so many frames."""
    frame = b"!\xf9\x04\0\0\0\0\0," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    return (
        b"GIF89a"
        + struct.pack("<HHBBB", width, height, 0x80, 0, 0)
        + bytes(6)
        + frame * frames
        + b";"
    )


def webp(width: int, height: int, *, kind: bytes = b"VP8 ", frames: int = 0) -> bytes:
    """The head of a WebP of one of its three kinds."""
    if kind == b"VP8X":
        sizes = [(side - 1).to_bytes(3, "little") for side in (width, height)]
        body = bytes(4) + b"".join(sizes)
    elif kind == b"VP8L":
        body = b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14) + bytes(5)
    else:
        body = b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height)
    chunks = kind + struct.pack("<I", len(body)) + body
    chunks += (b"ANMF" + struct.pack("<I", 16) + bytes(16)) * frames
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def picked(name: str, body: bytes | None = None) -> Any:
    """A file for a browser's picker."""
    return {"name": name, "mimeType": "", "buffer": png() if body is None else body}


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
