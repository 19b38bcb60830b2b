"""What a request to /control/seed asks for, checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from vk_sandbox.control import apps
from vk_sandbox.control.mistake import BadOrder
from vk_sandbox.models import AccountKind
from vk_sandbox.vkid.phones import normal

TEXTS = {"first_name", "last_name", "middle_name", "phone", "email", "password"}
FLAGS = {"closed", "device", "member"}
LISTS = {"users", "apps", "phones"}
SEX_WORDS = {"female": 1, "male": 2}  # OneRoster's words, for whoever seeds from a roster
KNOWN = TEXTS | FLAGS | {"key", "sex", "birthday", "profiles", "rights", "revoked"}
KNOWN_OF_COMMUNITY = {"name", "rights", "revoked"}
PROFILES = {AccountKind.VK.value, AccountKind.STUDY.value}


@dataclass(frozen=True, slots=True)
class Person:
    """`fields` are the account's columns that were given; what was not given stays as it is."""

    key: str
    fields: dict[str, Any]
    study: bool
    token: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Community:
    """`token` is of the key of the community, as a person's is."""

    name: str  # empty: it keeps the one it has
    token: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Order:
    people: list[Person]
    community: Community | None
    apps: list[apps.Registered]
    phones: list[str]  # nobody's yet


def read(body: Any) -> Order:
    """The order in the body's JSON value; BadOrder says what is wrong with it."""
    if not isinstance(body, dict) or body.keys() - LISTS - {"community"}:
        raise BadOrder("ожидается объект с полями users, community, apps и phones")
    for name in sorted(LISTS & body.keys()):
        if not isinstance(body[name], list):
            raise BadOrder(f"{name}: ожидается список")
    return Order(
        [_person(number, user) for number, user in enumerate(body.get("users", []))],
        _community(body.get("community")),
        [apps.read(number, app) for number, app in enumerate(body.get("apps", []))],
        [_phone(number, phone) for number, phone in enumerate(body.get("phones", []))],
    )


def _phone(number: int, given: Any) -> str:
    phone = normal(given) if isinstance(given, str) else None
    if phone is None:
        raise BadOrder(f"phones[{number}]: ожидается номер вида +70000000001")
    return phone


def _community(given: Any) -> Community | None:
    if given is None:
        return None
    if not isinstance(given, dict) or given.keys() - KNOWN_OF_COMMUNITY:
        raise BadOrder(f"community: ожидается объект с полями {', '.join(sorted(KNOWN_OF_COMMUNITY))}")
    name = given.get("name", "")
    if not isinstance(name, str) or len(name) > 200:
        raise BadOrder("community: name — строка до 200 знаков")
    return Community(name, _token("community", given))


def _person(number: int, given: Any) -> Person:
    where = f"users[{number}]"
    if not isinstance(given, dict) or given.keys() - KNOWN:
        raise BadOrder(f"{where}: ожидается объект с полями {', '.join(sorted(KNOWN))}")
    if not given.get("first_name") or not given.get("last_name"):
        raise BadOrder(f"{where}: нужны first_name и last_name")
    key = given.get("key") or uuid4().hex
    fields = {name: value for name, value in given.items() if name in TEXTS}
    if not all(isinstance(value, str) and len(value) <= 200 for value in [key, *fields.values()]):
        raise BadOrder(f"{where}: key, имена, phone, email и password — строки до 200 знаков")
    if phone := fields.get("phone"):
        fields["phone"] = normal(phone) or phone
    if "email" in fields:
        fields["email"] = fields["email"].strip().casefold()
    if "sex" in given:
        told = given["sex"]
        fields["sex"] = _one_of(where, "sex", SEX_WORDS.get(told, told) if isinstance(told, str) else told, {0, 1, 2})
    for flag in FLAGS & given.keys():
        fields[flag] = _one_of(where, flag, given[flag], {True, False})
    if given.get("birthday"):
        fields["birthday"] = _date(where, given["birthday"])
    return Person(key, fields, AccountKind.STUDY in _profiles(where, given), _token(where, given))


def _profiles(where: str, given: dict[str, Any]) -> list[str]:
    profiles = given.get("profiles", [AccountKind.VK.value])
    if not isinstance(profiles, list) or set(map(str, profiles)) - PROFILES or AccountKind.VK not in profiles:
        raise BadOrder(f'{where}: profiles — ["vk"] или ["vk", "study"]')
    return profiles


def _token(where: str, given: dict[str, Any]) -> dict[str, Any]:
    token: dict[str, Any] = {}
    if "rights" in given:
        rights = given["rights"]
        if not isinstance(rights, list) or not all(isinstance(right, str) for right in rights):
            raise BadOrder(f"{where}: rights — список строк")
        token["scope"] = " ".join(rights)
    if "revoked" in given:
        token["revoked"] = _one_of(where, "revoked", given["revoked"], {True, False})
    return token


def _one_of(where: str, name: str, value: Any, allowed: set[Any]) -> Any:
    kind = type(next(iter(allowed)))
    if type(value) is not kind or value not in allowed:
        raise BadOrder(f"{where}: {name} — одно из {', '.join(map(str, sorted(allowed)))}")
    return value


def _date(where: str, value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadOrder(f"{where}: birthday — дата вида 2010-09-01") from None
