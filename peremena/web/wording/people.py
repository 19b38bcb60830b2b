"""Who is who at a school."""

from __future__ import annotations

from peremena.school.models import Grant, Organization
from peremena.web.directory import Details, Entry, Role

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
SIGN_INS = {"open": "вход открыт", "never": "ещё не входил"}
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
    if entry.user is None:
        return "нет"
    return entry.username if entry.is_open else f"{entry.username} (вход закрыт)"


def right(role: str, organization: Organization | None) -> str:
    """A right as the page of rights tells it."""
    if role == Grant.ADMINISTRATOR:
        return "администратор школы"
    return f"оператор: {organization.name}" if organization else "оператор всей системы"
