"""utils.resolveScreenName."""

from __future__ import annotations

from typing import Any

from vk_sandbox.api import names
from vk_sandbox.api.method import ANYBODY, Behaviour, Caller, Method, Source
from vk_sandbox.api.parameters import Parameter, Type
from vk_sandbox.models import Account


def resolve(caller: Caller, *, screen_name: str) -> Any:
    wanted = None if screen_name.isdecimal() else names.person(screen_name) or names.community(screen_name)
    account = Account.objects.filter(id=wanted).first()
    if account is None:
        return []
    return {"type": "group" if account.id < 0 else "user", "object_id": abs(account.id)}


METHODS = (
    Method(
        "utils.resolveScreenName",
        resolve,
        ANYBODY,
        (Parameter("screen_name", Type.STRING, required=True),),
        behaviours=(
            Behaviour("id<number> and club<number>: {type, object_id}", Source.SCHEMA),
            Behaviour("a name nobody has: an empty list", Source.CLIENTS),
            Behaviour("nobody has a name of his own choice", Source.INFERRED),
        ),
    ),
)
