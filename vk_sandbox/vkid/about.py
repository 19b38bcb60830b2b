"""«Создайте учебный профиль» and «Информация о себе», from where the way leads back to the application."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from vk_sandbox.models import Account, AccountKind, Attempt
from vk_sandbox.vkid.authorize import to
from vk_sandbox.vkid.devices import study_of
from vk_sandbox.vkid.ends import finished
from vk_sandbox.vkid.people import About, change, make_study, register
from vk_sandbox.vkid.phones import is_free
from vk_sandbox.vkid.steps import shown, step

LONGEST_NAME = 200
EARLIEST = date(1900, 1, 1)
SEXES = {"": 0, "1": 1, "2": 2}


@step
def study(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    if not _lacks_study(attempt):
        return to(attempt, "about" if attempt.account or attempt.proved else "accounts")
    if request.method != "POST":
        return shown(request, attempt, "study")
    attempt.wants_study = True
    attempt.save(update_fields=["wants_study"])
    return to(attempt, "about")


@step
def about(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    if attempt.account is None and not (attempt.proved and is_free(attempt.name)):
        return to(attempt, "accounts")
    if _lacks_study(attempt) and not attempt.wants_study:
        return to(attempt, "study")
    if request.method != "POST":
        return _form(request, attempt, _known(attempt.account), {})
    told, mistakes = _read(request.POST)
    if told is None:
        return _form(request, attempt, request.POST.dict(), mistakes)
    return _told(attempt, told)


def _told(attempt: Attempt, told: About) -> HttpResponse:
    vk = attempt.account
    if vk is None:
        vk = register(attempt.name, told)
        attempt.device.people.add(vk)
    if vk.kind == AccountKind.VK and study_of(vk) is None:
        profile = make_study(vk, told)
    else:
        profile = vk
        change(profile, told)
    return finished(attempt, profile)


def _lacks_study(attempt: Attempt) -> bool:
    chosen = attempt.account
    return chosen is not None and chosen.kind == AccountKind.VK and study_of(chosen) is None


def _known(account: Account | None) -> dict[str, Any]:
    if account is None:
        return {}
    born = account.birthday.strftime("%d.%m.%Y") if account.birthday else ""
    names = {"first_name": account.first_name, "middle_name": account.middle_name}
    return names | {"sex": str(account.sex or ""), "birthday": born}


def _form(request: HttpRequest, attempt: Attempt, values: dict[str, Any], mistakes: dict[str, str]) -> HttpResponse:
    before = "study" if _lacks_study(attempt) else "accounts" if attempt.account else "signin"
    context = {"values": values, "mistakes": mistakes, "before": before}
    return shown(request, attempt, "about", status=400 if mistakes else 200, **context)


def _read(form: QueryDict) -> tuple[About | None, dict[str, str]]:
    """What was told, or by field what is wrong with it."""
    names = {name: " ".join(form.get(name, "").split()) for name in ("first_name", "middle_name")}
    mistakes = {name: "Не больше 200 знаков" for name, text in names.items() if len(text) > LONGEST_NAME}
    if not names["first_name"]:
        mistakes["first_name"] = "Напишите имя"
    sex = SEXES.get(form.get("sex", ""))
    if sex is None:
        mistakes["sex"] = "Выберите пол из списка"
    birthday, day = None, form.get("birthday", "").strip()
    if day:
        birthday = _date(day)
        if birthday is None or not EARLIEST <= birthday <= timezone.localdate():
            mistakes["birthday"] = "Напишите дату рождения, например 08.03.1991"
    return (None if mistakes else About(**names, sex=sex or 0, birthday=birthday)), mistakes


def _date(text: str) -> date | None:
    """As browsers send it, or as people write it."""
    day, month, year = parts if len(parts := text.split(".")) == 3 else ("", "", "")
    try:
        return date.fromisoformat(f"{year:>04}-{month:>02}-{day:>02}" if year else text)
    except ValueError:
        return None
