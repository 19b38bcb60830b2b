"""Whose token it is: account.getProfileInfo, getInfo, getAppPermissions."""

from __future__ import annotations

from typing import Any

from vk_sandbox.api.errors import ApiError, Code
from vk_sandbox.api.method import USER, Behaviour, Caller, Method, Source
from vk_sandbox.api.objects import birth_date
from vk_sandbox.api.parameters import Parameter, Type
from vk_sandbox.models import Account

MASKS = {"photos": 4, "messages": 4096, "docs": 131072}  # the bits of VK's user rights [D]
INFO = {"2fa_required": 0, "https_required": 1, "intro": 0, "lang": 0, "no_wall_replies": 0, "own_posts_default": 0}


def get_profile_info(caller: Caller) -> dict[str, Any]:
    account = Account.objects.get(id=caller.account)
    info: dict[str, Any] = {
        "id": account.id,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "screen_name": f"id{account.id}",
        "sex": account.sex,
        "home_town": "",
        "status": "",
        "relation": 0,
        "is_service_account": False,
    }
    if account.birthday:
        info |= {"bdate": birth_date(account), "bdate_visibility": 0}
    if account.phone:
        info["phone"] = f"{account.phone[:2]} *** *** ** {account.phone[-2:]}"
    return info


def get_info(caller: Caller, *, fields: list[str]) -> dict[str, int]:
    return {name: value for name, value in INFO.items() if not fields or name in fields}


def get_app_permissions(caller: Caller, *, user_id: int | None) -> int:
    if user_id not in {None, caller.account}:
        raise ApiError(Code.PERMISSION)
    return sum(mask for right, mask in MASKS.items() if right in caller.scope)


METHODS = (
    Method(
        "account.getProfileInfo",
        get_profile_info,
        USER,
        behaviours=(
            Behaviour("name, sex, birthday and the masked phone of the account the token acts for", Source.SCHEMA),
            Behaviour("a study profile has no phone of its own", Source.INFERRED),
        ),
    ),
    Method(
        "account.getInfo",
        get_info,
        USER,
        (Parameter("fields", Type.STRINGS),),
        behaviours=(
            Behaviour("all that the schema names, or what `fields` names", Source.SCHEMA),
            Behaviour("the same for everybody", Source.INFERRED),
        ),
    ),
    Method(
        "account.getAppPermissions",
        get_app_permissions,
        USER,
        (Parameter("user_id", Type.INTEGER, minimum=1),),
        behaviours=(
            Behaviour("the token's rights as a bit mask: messages 4096, photos 4, docs 131072", Source.DOCUMENTATION),
            Behaviour("of somebody else: error 7", Source.INFERRED),
        ),
    ),
)
