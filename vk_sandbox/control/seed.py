"""People, communities and their tokens, made in bulk. The same key is the same person with the same token."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable
from itertools import islice
from typing import Any, TypeVar

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import Max, Min

from vk_sandbox.api.method import MESSAGES, TokenKind
from vk_sandbox.control.apps import register
from vk_sandbox.control.order import Community, Order, Person
from vk_sandbox.models import Account, AccountKind, FreePhone, Token

BATCH = 500  # keys in one query
FIRST_ID = {AccountKind.VK: 100_000_001, AccountKind.STUDY: 800_000_001}
FIRST_COMMUNITY = 200_000_001
COMMUNITY_KEY = "community"
COMMUNITY_NAME = "Учебное сообщество"
COMMUNITY_RIGHTS = "messages photos docs manage"
SIGN_IN = {"phone", "email", "password", "device"}  # of the VK ID; a study profile has no sign-in of its own

Row = TypeVar("Row", Account, Token)


def sow(order: Order) -> dict[str, Any]:
    """The answer of POST /control/seed. A key given twice in one order: the later one counts, both are answered."""
    people = {person.key: person for person in order.people}
    vk = _accounts(AccountKind.VK, people.values())
    study = _accounts(AccountKind.STUDY, [person for person in people.values() if person.study])
    study |= _by_key(people.keys() - study.keys(), _accounts_with_keys(AccountKind.STUDY))
    _issue(order.phones)
    tokens = _tokens({key: study.get(key, vk[key]) for key in people}, people)
    return {
        "users": [
            {
                "key": person.key,
                "id": vk[person.key].id,
                "study_id": study[person.key].id if person.key in study else None,
                "token": tokens[person.key].value,
            }
            for person in order.people
        ],
        "community": None if order.community is None else _community(order.community),
        "apps": register(order.apps),
    }


def _accounts(kind: AccountKind, people: Collection[Person]) -> dict[str, Account]:
    """The accounts of one kind these people have or get, by key."""
    known = _by_key([person.key for person in people], _accounts_with_keys(kind))
    first = next_id(kind)
    new: list[Account] = []
    for person in people:
        own = person.fields.keys() - (SIGN_IN if kind is AccountKind.STUDY else set())
        fields = {name: person.fields[name] for name in own}
        if person.key in known:
            _change(known[person.key], fields)
        else:
            new.append(Account(id=first + len(new), kind=kind, key=person.key, **_hashed(fields)))
    Account.objects.bulk_create(new)
    return known | {account.key: account for account in new}


def next_id(kind: AccountKind) -> int:
    return (Account.objects.filter(kind=kind).aggregate(Max("id"))["id__max"] or FIRST_ID[kind] - 1) + 1


def _issue(phones: list[str]) -> None:
    """Numbers for people who have no VK ID; one that is somebody's already stays his."""
    taken = set(Account.objects.filter(phone__in=phones).values_list("phone", flat=True))
    FreePhone.objects.bulk_create(
        (FreePhone(number=phone) for phone in phones if phone not in taken), ignore_conflicts=True
    )


def _change(account: Account, fields: dict[str, Any]) -> None:
    changed = {
        name: value
        for name, value in fields.items()
        if not (check_password(value, account.password) if name == "password" else getattr(account, name) == value)
    }
    if changed:
        _update(account, _hashed(changed))


def _hashed(fields: dict[str, Any]) -> dict[str, Any]:
    return fields | {"password": make_password(fields["password"])} if fields.get("password") else fields


def _tokens(acting: dict[str, Account], people: dict[str, Person]) -> dict[str, Token]:
    """Each person's token, by key; it acts for the study profile as soon as there is one."""
    known = _by_key(acting, lambda keys: Token.objects.filter(kind=TokenKind.USER, key__in=keys))
    new: list[Token] = []
    for key, account in acting.items():
        asked = people[key].token
        if key not in known:
            new.append(Token(**{"value": _secret(), "kind": TokenKind.USER, "scope": MESSAGES} | asked, key=key))
            new[-1].account = account
        elif changed := {n: v for n, v in (asked | {"account": account}).items() if getattr(known[key], n) != v}:
            _update(known[key], changed)
    Token.objects.bulk_create(new)
    return known | {str(token.key): token for token in new}


def _community(asked: Community) -> dict[str, Any]:
    account = Account.objects.filter(kind=AccountKind.COMMUNITY, key=COMMUNITY_KEY).first()
    if account is None:
        lowest = Account.objects.aggregate(Min("id"))["id__min"] or 0
        number, name = min(lowest - 1, -FIRST_COMMUNITY), asked.name or COMMUNITY_NAME
        account = Account.objects.create(id=number, kind=AccountKind.COMMUNITY, key=COMMUNITY_KEY, first_name=name)
    elif asked.name and account.first_name != asked.name:
        _update(account, {"first_name": asked.name})
    key = _key_of(account, TokenKind.GROUP, COMMUNITY_RIGHTS)
    if changed := {name: value for name, value in asked.token.items() if getattr(key, name) != value}:
        _update(key, changed)
    return {
        "id": -account.id,
        "token": key.value,
        "service_token": _key_of(account, TokenKind.SERVICE, "").value,
    }


def _key_of(account: Account, kind: TokenKind, scope: str) -> Token:
    made = {"value": _secret(), "account": account, "scope": scope}
    return Token.objects.get_or_create(kind=kind, key=COMMUNITY_KEY, defaults=made)[0]


def _accounts_with_keys(kind: AccountKind) -> Callable[[list[str]], Iterable[Account]]:
    return lambda keys: Account.objects.filter(kind=kind, key__in=keys)


def _by_key(keys: Iterable[str], found: Callable[[list[str]], Iterable[Row]]) -> dict[str, Row]:
    rest, rows = iter(keys), {}
    while batch := list(islice(rest, BATCH)):
        rows.update({str(row.key): row for row in found(batch)})
    return rows


def _update(row: Account | Token, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def _secret() -> str:
    return f"vk1.a.{secrets.token_urlsafe(32)}"
