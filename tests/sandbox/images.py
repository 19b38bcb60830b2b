"""The smallest files of three kinds: a picture of 3 by 2 points each, as far as their heads tell."""

from __future__ import annotations

import struct

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", 3, 2) + b"\x08\x02\0\0\0"
GIF = b"GIF89a" + struct.pack("<HH", 3, 2) + b"\0\0\0"
JPEG = b"\xff\xd8" + b"\xff\xe0\0\x04JF" + b"\xff\xc0\0\x11\x08" + struct.pack(">HH", 2, 3) + bytes(10)
ENDLESS = PNG[:16] + struct.pack(">II", 14_000, 1) + PNG[24:]
EMPTY = PNG[:16] + struct.pack(">II", 3, 0) + PNG[24:]
