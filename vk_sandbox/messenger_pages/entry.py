"""Coming in, changing the account, going out. The messenger is an application of VK ID like others, only the stand-in's own."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_protect

from vk_sandbox.database import in_database
from vk_sandbox.messenger_pages.showing import HOME, View
from vk_sandbox.models import App
from vk_sandbox.vkid.authorize import begun, to
from vk_sandbox.vkid.devices import device_of, give_cookie, new_device, vk_of
from vk_sandbox.vkid.pages import SeeOther, only

OWN = re.compile(r"/(?:messenger/(?:(?:convo|chat)/[0-9_-]+)?|join/[\w-]+)", re.ASCII)  # nothing else is led to
NAME = "VK Мессенджер"


def _posted(act: Callable[[HttpRequest], HttpResponse]) -> View:
    @csrf_protect
    async def answer(request: HttpRequest) -> HttpResponse:
        if refusal := only(request, "POST"):
            return refusal
        return await in_database(act, request)

    return answer


def _enter(request: HttpRequest) -> HttpResponse:
    """`way`: `signin` with whatever profile there is, `register`, or `study`, for who needs a study profile."""
    way, asked = request.POST.get("way", ""), request.POST.get("to", "")
    target = asked if OWN.fullmatch(asked) else HOME
    messenger, _ = App.objects.get_or_create(client_id=App.MESSENGER, defaults={"name": NAME})
    device = device_of(request) or new_device()
    attempt = begun(messenger, device, request.build_absolute_uri(target), needs_study=way != "signin")
    response = to(attempt, "register" if way == "register" else "accounts")
    give_cookie(response, request, device)
    return response


def _leave(request: HttpRequest) -> HttpResponse:
    """Whoever opens this browser next has to prove again who he is."""
    device = device_of(request)
    if device is not None and device.account is not None:
        device.people.remove(vk_of(device.account))
        device.account = None
        device.save(update_fields=["account"])
    return SeeOther(HOME)


enter, leave = _posted(_enter), _posted(_leave)
