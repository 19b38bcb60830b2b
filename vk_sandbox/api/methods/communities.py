"""Communities: groups.getById, getMembers, getTokenPermissions."""

from __future__ import annotations

from typing import Any

from vk_sandbox.api import names
from vk_sandbox.api.errors import ApiError, Code, invalid
from vk_sandbox.api.method import ANYBODY, GROUP, Behaviour, Caller, Method, Source, TokenKind
from vk_sandbox.api.objects import group, user
from vk_sandbox.api.parameters import Parameter, Type
from vk_sandbox.models import Account, AccountKind

OBJECT_ANSWER = (5, 132)  # a bare list before; the boundary itself is inferred [?]
MASKS = {"photos": 4, "messages": 4096, "docs": 131072, "manage": 262144}  # VK's rights of community keys [D]
SORTS = {"id_asc": "id", "id_desc": "-id", "time_asc": "id", "time_desc": "-id"}


def get_by_id(caller: Caller, *, group_ids: list[str], group_id: str | None) -> Any:
    wanted = group_ids or ([group_id] if group_id else [])
    if not wanted and caller.kind is not TokenKind.GROUP:
        raise invalid("group_ids is undefined")
    ids = [names.community(name) for name in wanted] or [caller.account]
    found = Account.objects.filter(kind=AccountKind.COMMUNITY).in_bulk([number for number in ids if number])
    groups = [group(found[number]) for number in dict.fromkeys(ids) if number in found]
    return groups if caller.version < OBJECT_ANSWER else {"groups": groups, "profiles": []}


def get_members(
    caller: Caller, *, group_id: str | None, sort: str, offset: int | None, count: int, fields: list[str]
) -> dict[str, Any]:
    number = names.community(group_id or str(-caller.account))
    if not Account.objects.filter(kind=AccountKind.COMMUNITY, id=number).exists():
        raise ApiError(Code.GROUP_ID)
    members = Account.objects.filter(member=True).order_by(SORTS[sort])
    page = members[offset or 0 : (offset or 0) + count]
    items = [user(account, fields) if fields else account.id for account in page]
    return {"count": members.count(), "items": items}


def get_token_permissions(caller: Caller) -> dict[str, Any]:
    held = {right: mask for right, mask in MASKS.items() if right in caller.scope}
    permissions = [{"name": right, "setting": mask} for right, mask in held.items()]
    return {"mask": sum(held.values()), "permissions": permissions}


METHODS = (
    Method(
        "groups.getById",
        get_by_id,
        ANYBODY,
        (Parameter("group_ids", Type.STRINGS), Parameter("group_id", Type.STRING)),
        behaviours=(
            Behaviour("by number or as club<number>, once, in the order asked: {groups, profiles}", Source.SCHEMA),
            Behaviour("answers a bare list up to v 5.131", Source.INFERRED),
            Behaviour("without a name: the community whose token it is", Source.CLIENTS),
            Behaviour("without a name, with another token: error 100", Source.CLIENTS),
            Behaviour("unknown communities are left out", Source.INFERRED),
        ),
    ),
    Method(
        "groups.getMembers",
        get_members,
        ANYBODY,
        (
            Parameter("group_id", Type.STRING),
            Parameter("sort", Type.STRING, choices=tuple(SORTS), default="id_asc"),
            Parameter("offset", Type.INTEGER, minimum=0),
            Parameter("count", Type.INTEGER, minimum=0, maximum=1000, default=1000),
            Parameter("fields", Type.STRINGS),
        ),
        behaviours=(
            Behaviour("ids, or with `fields` people; by offset and count, count is the number of all", Source.SCHEMA),
            Behaviour("the people seeded as `member`; without group_id of the caller's community", Source.INFERRED),
            Behaviour("an unknown community: error 125", Source.SCHEMA),
            Behaviour("time_asc and time_desc order by number too", Source.INFERRED),
        ),
    ),
    Method(
        "groups.getTokenPermissions",
        get_token_permissions,
        GROUP,
        behaviours=(
            Behaviour("mask and names of the token's rights: messages 4096, manage 262144, …", Source.DOCUMENTATION),
            Behaviour("with a person's token: error 27", Source.INFERRED),
        ),
    ),
)
