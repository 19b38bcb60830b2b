"""Requests that wait for news: one loop holds many of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx2

from peremena.wire.doorway import MEBIBYTE, OK, WireError, words
from peremena.wire.secret import Secret

CONNECT_WITHIN = 5.0  # seconds
LARGEST = 8 * MEBIBYTE


class Listening:
    """A pool of connections of one event loop. `wait`: seconds the other side may keep silent before it answers."""

    def __init__(self, *, wait: float, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(CONNECT_WITHIN, read=wait),
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": "Peremena"},
            transport=transport,
        )

    async def get(self, url: str, parameters: Mapping[str, str | int | Secret]) -> Any:
        """The JSON answer. WireError when there is none."""
        revealed = {name: value.reveal() if isinstance(value, Secret) else value for name, value in parameters.items()}
        # `from None`: the library's errors hold the address with its key.
        try:
            async with self._client.stream("GET", url, params=revealed) as answer:
                if answer.status_code != OK:
                    raise WireError(f"http_{answer.status_code}", f"HTTP {answer.status_code}", lost=False)
                body = await _read(answer)
        except httpx2.TimeoutException as error:
            raise WireError("timeout", words(error), lost=False) from None
        except httpx2.ConnectError as error:
            raise WireError("unreachable", words(error), lost=False) from None
        except httpx2.RequestError as error:
            raise WireError("cut_off", words(error), lost=False) from None
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise WireError("not_json", f"{len(body)} bytes that are not JSON", lost=False) from None

    async def close(self) -> None:
        await self._client.aclose()


async def _read(answer: httpx2.Response) -> bytes:
    body = bytearray()
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) > LARGEST:
            raise WireError("too_large", f"an answer of more than {LARGEST} bytes", lost=False)
    return bytes(body)
