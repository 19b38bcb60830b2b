"""What the stand-in does not have, said plainly."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from vk_sandbox.hosts.names import ID, NOT_BUILT
from vk_sandbox.hosts.routing import name_of


async def absent(request: HttpRequest) -> HttpResponse:
    name = name_of(request)
    if name in NOT_BUILT:
        what = f"здесь этого нет ({NOT_BUILT[name]})"
    else:
        what = "здесь есть только вход через VK ID" if name in ID else "здесь есть только мессенджер и /?act=web_token"
    return HttpResponse(f"Учебный стенд, не VK. {name}: {what}\n", status=404, content_type="text/plain; charset=utf-8")
