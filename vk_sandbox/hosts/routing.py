"""Which addresses there are depends on the name that the client asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.utils.decorators import async_only_middleware

from vk_sandbox.hosts.names import API, ID, NOT_BUILT, WEB

Answering = Callable[[HttpRequest], Awaitable[HttpResponse]]
URLS = {
    **dict.fromkeys(API, "vk_sandbox.hosts.api_urls"),
    **dict.fromkeys(WEB, "vk_sandbox.hosts.web_urls"),
    **dict.fromkeys(ID, "vk_sandbox.hosts.id_urls"),
    **dict.fromkeys(NOT_BUILT, "vk_sandbox.hosts.absent_urls"),
}


def name_of(request: HttpRequest) -> str:
    """The name in the Host header, which is one that is allowed."""
    return split_domain_port(request.get_host())[0]


@async_only_middleware
def by_host(get_response: Answering) -> Answering:
    """Also refuses a foreign Host: a page elsewhere must not reach the stand-in through a name it owns."""

    async def answer(request: HttpRequest) -> HttpResponse:
        if (urls := URLS.get(name_of(request))) is not None:
            request.urlconf = urls
        return await get_response(request)

    return answer
