"""How the messenger's pages are shown, and for whom."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_protect

from vk_sandbox.database import in_database
from vk_sandbox.models import Account
from vk_sandbox.vkid import pages
from vk_sandbox.vkid.devices import device_of

HOME = "/messenger/"
View = Callable[..., Coroutine[Any, Any, HttpResponse]]


def for_person(act: Callable[..., HttpResponse]) -> View:
    """The view of a page that is one person's: `act(request, account, …)` runs in the database thread, whole or not at all.
    For whom it is the browser knows; where it knows nobody, the entry stands in place of the page."""

    def answered(request: HttpRequest, where: Mapping[str, Any]) -> HttpResponse:
        device = device_of(request)
        if device is None or device.account is None:
            return entry(request)
        return act(request, device.account, **where)

    @csrf_protect
    @wraps(act)
    async def answer(request: HttpRequest, **where: Any) -> HttpResponse:
        if refusal := pages.only(request, "GET", "HEAD", "POST"):
            return refusal
        return await in_database(answered, request, where)

    return answer


def entry(request: HttpRequest) -> HttpResponse:
    """«VK Мессенджер»: the three ways in, which all lead to the page that was asked for."""
    asked = request.path if request.method != "POST" else HOME
    return pages.page(
        request, "entry", {"asked": asked}, status=403 if request.method == "POST" else 200, of="messenger"
    )


def shown(request: HttpRequest, account: Account, name: str, /, status: int = 200, **context: Any) -> HttpResponse:
    """A page inside. Another account comes back to it, unless its address has a number that is this one's own."""
    asked = HOME if request.path.startswith(f"{HOME}convo/") else request.path
    return pages.page(request, name, {"account": account, "asked": asked} | context, status=status, of="messenger")
