"""The schools that a command is about."""

from __future__ import annotations

from typing import Any

import click

from peremena.core.errors import UnusableInput
from peremena.core.roster import OrganizationKind

school_option = click.option("--school", "key", metavar="KEY", help="ключ школы (см. peremena status); иначе все школы")
json_option = click.option("--json", "as_json", is_flag=True, help="результат в JSON на стандартный вывод")
date_option = click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="на какой день, ГГГГ-ММ-ДД; иначе сегодня")


def school(key: str) -> Any:
    """The organization of a key; UnusableInput names those that exist."""
    from peremena.school.models import Organization

    found = Organization.objects.filter(key=key).first()
    if found is None:
        keys = list(Organization.objects.order_by("key").values_list("key", flat=True)[:10])
        have = f"есть: {', '.join(keys)}" if keys else "школ ещё нет, загрузите список: peremena roster ФАЙЛ --apply"
        raise UnusableInput(f"--school {key}: такой школы нет; {have}.")
    return found


def schools(key: str | None, *, with_chats: bool = True) -> list[Any]:
    """The school of a key, or all schools; those where «Чаты» are off are left out of "all"."""
    from peremena.school.models import Organization

    if key:
        return [school(key)]
    found = Organization.objects.filter(kind=OrganizationKind.SCHOOL).order_by("key")
    if with_chats:
        found = found.filter(chats_enabled=True, active_year__isnull=False)
    if not found:
        raise UnusableInput("Школ ещё нет: загрузите список школы, peremena roster ФАЙЛ --apply.")
    return list(found)


def only_school(key: str | None) -> Any:
    """The school of a key, or the one there is; UnusableInput names the keys where there are several."""
    from peremena.school.models import Organization

    found = school(key) if key else None
    if found and found.kind != OrganizationKind.SCHOOL:
        raise UnusableInput(f"--school {key}: это не школа; ключи школ показывает peremena status.")
    if found:
        return found
    keys = list(Organization.objects.filter(kind=OrganizationKind.SCHOOL).order_by("key").values_list("key", flat=True))
    if not keys:
        raise UnusableInput("Школ ещё нет: загрузите список школы, peremena roster ФАЙЛ --apply.")
    if len(keys) > 1:
        more = " …" if len(keys) > 10 else ""
        raise UnusableInput(f"Школ несколько, назовите одну: --school KEY; есть: {', '.join(keys[:10])}{more}.")
    return school(keys[0])
