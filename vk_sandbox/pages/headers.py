"""Headers of every answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import async_only_middleware

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
Answering = Callable[[HttpRequest], Awaitable[HttpResponse]]


@async_only_middleware
def strict_headers(get_response: Answering) -> Answering:
    async def answer(request: HttpRequest) -> HttpResponse:
        response = await get_response(request)
        response.headers["Content-Length"] = str(len(response.content))
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return answer
