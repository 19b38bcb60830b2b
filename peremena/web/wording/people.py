"""Who is who at a school."""

from __future__ import annotations

import datetime

from django.utils.formats import date_format

from peremena.school.models import Grant, Organization
from peremena.school.models.activation import last_day
from peremena.web.counting import NBSP
from peremena.web.directory import Details, Entry, Role, SignIn

ROLES = {
    Role.ADMINISTRATOR: "администратор школы",
    Role.OPERATOR: "оператор",
    Role.STAFF: "сотрудник",
    Role.TEACHER: "учитель",
    Role.PUPIL: "ученик",
    Role.PARENT: "родитель",
}
MANY = {Role.STAFF: "Сотрудники", Role.TEACHER: "Учителя", Role.PUPIL: "Ученики", Role.PARENT: "Родители"}
FILTER_ROLES = [Role.ADMINISTRATOR, Role.STAFF, Role.TEACHER, Role.PUPIL, Role.PARENT]
SIGN_INS = {
    SignIn.OPEN: "вход открыт",
    SignIn.CODE: "код выдан",
    SignIn.EXPIRED: "код истёк",
    SignIn.NONE: "нет входа",
    SignIn.CLOSED: "вход закрыт",
    "never": "ещё не входил",
}
LINKS = {"yes": "связан", "no": "не связан"}


def roles(entry: Entry, found: Details) -> str:
    """«учитель, родитель (Иванов Пётр)»."""
    return ", ".join(_role(role, entry.person, found) for role in Role if role in entry.roles)


def _role(role: Role, person: int, found: Details) -> str:
    if role is Role.PUPIL and (classes := found.classes.get(person)):
        return f"ученик {', '.join(classes)}"
    if role is Role.PARENT and (children := found.children.get(person)):
        return f"родитель ({', '.join(children)})"
    return ROLES[role]


def sign_in(entry: Entry) -> str:
    """«вход открыт: anna, код выдан до 27 декабря 2026»."""
    if entry.sign_in in (SignIn.OPEN, SignIn.CLOSED):
        told = f"{SIGN_INS[entry.sign_in]}: {entry.username}"
        return f"{told}, {_code(entry)}" if entry.has_code else told
    return _code(entry) if entry.code_expires else SIGN_INS[SignIn.NONE]


def _code(entry: Entry) -> str:
    assert entry.code_expires
    if not entry.has_code:
        return f"{SIGN_INS[SignIn.EXPIRED]} {day(last_day(entry.code_expires))}"
    return f"{SIGN_INS[SignIn.CODE]} до {day(last_day(entry.code_expires))}"


def day(date: datetime.date) -> str:
    """«27 декабря 2026»."""
    return date_format(date, "j E Y").replace(" ", NBSP)


def right(role: str, organization: Organization | None) -> str:
    """A right as the page of rights tells it."""
    if role == Grant.ADMINISTRATOR:
        return "администратор школы"
    return f"оператор: {organization.name}" if organization else "оператор всей системы"
