"""What a file really is, by its first bytes: names and headers of a sender prove nothing."""

from __future__ import annotations

import struct
from dataclasses import dataclass

PNG, GIF, JPEG = b"\x89PNG\r\n\x1a\n", (b"GIF87a", b"GIF89a"), b"\xff\xd8"
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # the JPEG segments that carry the size
LARGEST = 14_000  # width + height, as VK's documentation has it


@dataclass(frozen=True, slots=True)
class Image:
    kind: str
    width: int
    height: int


def image(content: bytes) -> Image | None:
    """The JPEG, PNG or GIF; None for everything else, and for sizes nobody photographs."""
    try:
        found = _read(content)
    except (struct.error, IndexError):
        return None
    fits = found is not None and found.width > 0 and found.height > 0 and found.width + found.height <= LARGEST
    return found if fits else None


def _read(content: bytes) -> Image | None:
    if content.startswith(PNG):
        return Image("image/png", *struct.unpack(">II", content[16:24]))
    if content.startswith(GIF):
        return Image("image/gif", *struct.unpack("<HH", content[6:10]))
    return _jpeg(content) if content.startswith(JPEG) else None


def _jpeg(content: bytes) -> Image | None:
    position = 2
    while content[position] == 0xFF:
        (length,) = struct.unpack(">H", content[position + 2 : position + 4])
        if content[position + 1] in FRAMES:
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return Image("image/jpeg", width, height)
        position += 2 + length
    return None
