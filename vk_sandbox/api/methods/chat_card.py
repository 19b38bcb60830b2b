"""messages.getChat: the older way to read a chat."""

from __future__ import annotations

from typing import Any

from vk_sandbox.api.behaviours import NUMBERING
from vk_sandbox.api.errors import invalid
from vk_sandbox.api.method import MESSAGES, USER, Behaviour, Caller, Method, Source
from vk_sandbox.api.objects import group, user
from vk_sandbox.api.parameters import Parameter, Type
from vk_sandbox.messenger.rooms import membership_of
from vk_sandbox.models import Account, AccountKind, Membership, State
from vk_sandbox.uploads.attachments import previews


def get_chat(caller: Caller, *, chat_id: int | None, chat_ids: list[int], fields: list[str]) -> Any:
    if chat_ids:
        return [card(membership_of(caller.account, number), fields) for number in dict.fromkeys(chat_ids)]
    if chat_id is None:
        raise invalid("chat_id is undefined")
    return card(membership_of(caller.account, chat_id), fields)


def card(mine: Membership, fields: list[str]) -> dict[str, Any]:
    """messages_chat, with `fields` messages_chat_full. Needs `mine.chat` loaded."""
    members = (
        list(Membership.objects.filter(chat=mine.chat, state=State.IN).order_by("id")) if mine.state == State.IN else []
    )
    numbers = [member.account_id for member in members]
    shown: dict[str, Any] = {
        "id": mine.local_id,
        "type": "chat",
        "title": mine.chat.title,
        "admin_id": mine.chat.owner_id,
        "users": _people(members, fields) if fields else numbers,
        "members_count": len(numbers),
        "is_default_photo": not mine.chat.photo,
        "is_group_channel": False,
    }
    if mine.chat.photo:
        shown |= previews(mine.chat.photo)
    if mine.state == State.LEFT:
        shown["left"] = 1
    if mine.state == State.KICKED:
        shown["kicked"] = 1
    return shown


def _people(members: list[Membership], fields: list[str]) -> list[dict[str, Any]]:
    accounts = Account.objects.in_bulk([member.account_id for member in members])
    people = []
    for member in members:
        account = accounts[member.account_id]
        community = account.kind == AccountKind.COMMUNITY
        shown = group(account) if community else user(account, fields)
        people.append(shown | {"type": "group" if community else "profile", "invited_by": member.invited_by})
    return people


METHODS = (
    Method(
        "messages.getChat",
        get_chat,
        USER,
        (
            Parameter("chat_id", Type.INTEGER, minimum=0, maximum=100_000_000),
            Parameter("chat_ids", Type.INTEGERS),
            Parameter("fields", Type.STRINGS),
        ),
        MESSAGES,
        (
            Behaviour("title, owner and members; with chat_ids a list, with `fields` people for ids", Source.SCHEMA),
            Behaviour("with chat_ids each chat once, in the order asked", Source.INFERRED),
            Behaviour("one who left or was removed sees `left` or `kicked` and no members", Source.INFERRED),
            NUMBERING,
        ),
    ),
)
