"""Where the addresses in a captcha lead to: there is nothing to solve."""

from __future__ import annotations

import struct
import zlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

WIDTH, HEIGHT = 130, 50


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


GREY = b"\x00" + b"\xdd" * WIDTH  # a row of the picture: no filter, then a byte for each point
PICTURE = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(GREY * HEIGHT))
    + _chunk(b"IEND", b"")
)


async def picture(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PICTURE, content_type="image/png")


async def page(request: HttpRequest) -> HttpResponse:
    return render(request, "vk_sandbox/captcha.html")
