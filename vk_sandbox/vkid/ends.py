"""Where the way leads when it is known who goes it, and how it ends."""

from __future__ import annotations

from django.http import HttpResponse

from vk_sandbox.models import Account, AccountKind, Attempt
from vk_sandbox.vkid.authorize import over, to
from vk_sandbox.vkid.devices import study_of
from vk_sandbox.vkid.logins import CODE_LIFE, allow


def go_on(attempt: Attempt, chosen: Account) -> HttpResponse:
    """With this profile. A VK ID alone gets a study profile first, unless it is enough; applications are told of the person
    only after «Информация о себе»."""
    attempt.account = chosen
    attempt.save(update_fields=["account"])
    study = study_of(chosen) if chosen.kind == AccountKind.VK else chosen
    if study is None and attempt.needs_study:
        return to(attempt, "study")
    if not attempt.app.is_own:
        return to(attempt, "about")
    return finished(attempt, study if study is not None and attempt.needs_study else chosen)


def finished(attempt: Attempt, profile: Account) -> HttpResponse:
    """The messenger is open for this profile from now on, in this browser; an application gets a code for it."""
    attempt.device.account = profile
    attempt.device.save(update_fields=["account"])
    if attempt.app.is_own:
        return over(attempt, {})
    login = allow(attempt, profile)
    given = {"code": login.code, "expires_in": CODE_LIFE, "device_id": login.device.device_id, "type": "code_v2"}
    return over(attempt, given)
