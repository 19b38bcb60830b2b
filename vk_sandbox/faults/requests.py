"""Faults of whole requests: slow, cut off, answered with rubbish."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from vk_sandbox.faults.fault import Fault, Kind
from vk_sandbox.faults.restart import RESTART

RUBBISH = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
Address = tuple[str, int | None]
_OPEN: dict[tuple[Address, Address], asyncio.Transport] = {}
"""By the client's address and ours: one client may come from one port to both of ours."""


class Droppable(HttpToolsProtocol):
    """uvicorn's protocol, whose connections can be found by both ends' addresses."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.client is not None and self.server is not None:
            _OPEN[self.client, self.server] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client is not None and self.server is not None:
            _OPEN.pop((self.client, self.server), None)
        super().connection_lost(exc)


def end_connections() -> None:
    """Every one, without another byte."""
    for transport in list(_OPEN.values()):
        transport.abort()


async def suffer(
    faults: Iterable[Fault], request: ASGIRequest, answer: Callable[[], Awaitable[HttpResponse]]
) -> HttpResponse:
    """The answer, or what these faults leave of it."""
    kinds = {fault.kind for fault in faults}
    await asyncio.sleep(sum(fault.seconds for fault in faults))
    if Kind.DROP_BEFORE in kinds:
        return _drop(request)
    if Kind.NOT_JSON in kinds:
        rubbish = HttpResponse(RUBBISH, status=502)
        vars(rubbish)["_has_been_logged"] = True  # Django's own mark: what was ordered is no news
        return rubbish
    response = await answer()
    if Kind.RESTART in kinds:
        RESTART.now()
        return HttpResponse()
    if Kind.DROP_AFTER in kinds:
        return _drop(request)
    if Kind.TRUNCATED in kinds:
        response.content = response.content[: len(response.content) // 2]
    return response


def _drop(request: ASGIRequest) -> HttpResponse:
    """Ends the connection without a byte; what is returned reaches nobody."""
    client, server = request.scope["client"], request.scope["server"]
    _OPEN[tuple(client), tuple(server)].abort()
    return HttpResponse()
