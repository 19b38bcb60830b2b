"""Connections to the stand-in that stay open: as little client as can be, so that it is the stand-in that is measured."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

KIND = "application/x-www-form-urlencoded"
Parameter = str | int


def form(**parameters: Parameter) -> bytes:
    return urlencode(parameters).encode("ascii")


class KeepAlive:
    """One connection; one question at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def call(self, method: str, token: str, **parameters: Parameter) -> Any:
        """The whole answer of one call."""
        return await self.ask(f"/method/{method}", form(access_token=token, v="5.199", **parameters))

    async def ask(self, path: str, body: bytes) -> Any:
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {KIND}\r\nContent-Length: {len(body)}\r\n\r\n"
        return await self._answer(head.encode("ascii") + body)

    async def get(self, path: str) -> Any:
        return await self._answer(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode("ascii"))

    async def _answer(self, question: bytes) -> Any:
        self._writer.write(question)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = await self._reader.readexactly(length)
        if not head.startswith(b"http/1.1 200 "):
            raise RuntimeError(f"стенд ответил {head[:40]!r}")
        return json.loads(body)

    def close(self) -> None:
        self._writer.close()


@asynccontextmanager
async def opened(port: int, number: int) -> AsyncIterator[list[KeepAlive]]:
    lines = [KeepAlive(*await asyncio.open_connection("127.0.0.1", port)) for _ in range(number)]
    try:
        yield lines
    finally:
        for line in lines:
            line.close()
