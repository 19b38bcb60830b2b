"""Faults of whole requests: slow, cut off, answered with rubbish."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from vk_sandbox.faults.fault import Fault, Kind

RUBBISH = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
_OPEN: dict[tuple[str, int], asyncio.Transport] = {}


class Droppable(HttpToolsProtocol):
    """uvicorn's protocol, whose connections can be found by the client's address."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.client is not None:
            _OPEN[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client is not None:
            _OPEN.pop(self.client, None)
        super().connection_lost(exc)


async def suffer(
    faults: Iterable[Fault], request: ASGIRequest, answer: Callable[[], Awaitable[HttpResponse]]
) -> HttpResponse:
    """The answer, or what these faults leave of it."""
    kinds = {fault.kind for fault in faults}
    await asyncio.sleep(sum(fault.seconds for fault in faults))
    if Kind.DROP_BEFORE in kinds:
        return _drop(request)
    if Kind.NOT_JSON in kinds:
        return HttpResponse(RUBBISH, status=502)
    response = await answer()
    if Kind.DROP_AFTER in kinds:
        return _drop(request)
    if Kind.TRUNCATED in kinds:
        response.content = response.content[: len(response.content) // 2]
    return response


def _drop(request: ASGIRequest) -> HttpResponse:
    """Ends the connection without a byte; what is returned reaches nobody."""
    host, port = request.scope["client"]
    _OPEN[host, port].abort()
    return HttpResponse()
