"""Browsers, and who is known in each."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from vk_sandbox.models import Account, AccountKind, Device

COOKIE = "vk_sandbox_session"
YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Known:
    """One person on a device."""

    vk: Account
    study: Account | None


def device_of(request: HttpRequest) -> Device | None:
    session = request.COOKIES.get(COOKIE)
    return Device.objects.filter(session=session).first() if session else None


def new_device() -> Device:
    return Device.objects.create(session=secrets.token_urlsafe(32), device_id=secrets.token_urlsafe(32))


def give_cookie(response: HttpResponse, request: HttpRequest, device: Device) -> None:
    response.set_cookie(COOKIE, device.session, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure())


def people_on(device: Device) -> list[Known]:
    """Those who signed in here; where nobody has yet, those whom the seed put on every device."""
    own = list(device.people.order_by("id"))
    vks = own or list(Account.objects.filter(kind=AccountKind.VK, device=True).order_by("id"))
    studies = Account.objects.filter(kind=AccountKind.STUDY, key__in=[vk.key for vk in vks])
    by_key = {study.key: study for study in studies}
    return [Known(vk, by_key.get(vk.key)) for vk in vks]


def study_of(vk: Account) -> Account | None:
    return Account.objects.filter(kind=AccountKind.STUDY, key=vk.key).first()


def vk_of(account: Account) -> Account:
    """The VK ID behind a profile; it may be the profile itself."""
    return account if account.kind == AccountKind.VK else Account.objects.get(kind=AccountKind.VK, key=account.key)
