"""users.get."""

from __future__ import annotations

from typing import Any

from vk_sandbox.api import names
from vk_sandbox.api.method import ANYBODY, Behaviour, Caller, Method, Source, TokenKind
from vk_sandbox.api.objects import user
from vk_sandbox.api.parameters import Parameter, Type
from vk_sandbox.models import Account, AccountKind


def get(caller: Caller, *, user_ids: list[str], fields: list[str]) -> list[dict[str, Any]]:
    """The people asked for, in that order; without `user_ids` the caller himself."""
    if not user_ids and caller.kind is TokenKind.USER:
        user_ids = [str(caller.account)]
    numbers = [number for word in user_ids if (number := names.person(word)) is not None]
    people = Account.objects.exclude(kind=AccountKind.COMMUNITY).in_bulk(numbers)
    return [user(people[number], fields) for number in dict.fromkeys(numbers) if number in people]


METHODS = (
    Method(
        "users.get",
        get,
        ANYBODY,
        (Parameter("user_ids", Type.STRINGS, max_items=1000), Parameter("fields", Type.STRINGS)),
        behaviours=(
            Behaviour("names by number or as id<number>; a person once, in the order asked", Source.SCHEMA),
            Behaviour("without user_ids: the caller", Source.DOCUMENTATION),
            Behaviour("unknown people are left out", Source.INFERRED),
            Behaviour("of `fields`: sex, bdate, screen_name, domain; others are ignored", Source.INFERRED),
        ),
    ),
)
