"""/phone/: the phones of everybody whom the stand-in has given one. What is sent to them is read here."""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_protect

from vk_sandbox.database import in_database
from vk_sandbox.models import Account, AccountKind, FreePhone, Sms
from vk_sandbox.vkid import phones, sms
from vk_sandbox.vkid.pages import SeeOther, only, page

LISTED = 20  # numbers, the likeliest first
MESSAGES = 10


@csrf_protect
async def phone(request: HttpRequest) -> HttpResponse:
    if refusal := only(request, "GET", "HEAD", "POST"):
        return refusal
    return await in_database(_phone, request)


def _phone(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return SeeOther(f"/phone/?{urlencode({'number': phones.issue()})}")
    entered = request.GET.get("number", "").strip()
    number = phones.normal(entered)
    owner = _owners([number]).get(number) if number else None
    context = {"entered": entered, "unknown": bool(entered) and owner is None, "numbers": _numbers()}
    if number and owner is not None:
        context |= {"number": phones.shown(number), "owner": owner, "messages": _messages(number)}
    return page(request, "phone", context, status=404 if context["unknown"] else 200)


def _owners(numbers: Iterable[str]) -> dict[str, str]:
    """Whose they are: empty for a free number; a number that was not issued is not there."""
    numbers = list(numbers)
    owners = dict.fromkeys(FreePhone.objects.filter(number__in=numbers).values_list("number", flat=True), "")
    # Of several people with one phone it is the first one's, as in the sign-in.
    for account in Account.objects.filter(kind=AccountKind.VK, phone__in=numbers).order_by("-id"):
        owners[account.phone] = f"{account.first_name} {account.last_name}".strip()
    return owners


def _messages(number: str) -> list[dict[str, Any]]:
    now = int(time.time())
    told = []
    for sent in Sms.objects.filter(number=number).order_by("-id")[:MESSAGES]:
        minutes = (now - sent.sent) // 60
        spent = sent.used or sent.mistakes >= sms.MISTAKES or sent.sent + sms.LIFE <= now
        told.append({"code": sent.code, "ago": f"{minutes} мин назад" if minutes else "только что", "spent": spent})
    return told


def _numbers() -> list[dict[str, str]]:
    """Those that got something lately, the free ones, those of people who are on every device, then any."""
    vks = Account.objects.filter(kind=AccountKind.VK).exclude(phone="").values_list("phone", flat=True).order_by("id")
    lately = Sms.objects.order_by("-id").values_list("number", flat=True)[:LISTED]
    free = FreePhone.objects.order_by("number").values_list("number", flat=True)[:LISTED]
    likeliest = dict.fromkeys([*lately, *free, *vks.filter(device=True)[:LISTED], *vks[:LISTED]])
    owners = _owners(likeliest)
    issued = (number for number in likeliest if number in owners)
    listed = ({"number": n, "shown": phones.shown(n), "owner": owners[n] or "свободен"} for n in issued)
    return list(islice(listed, LISTED))
