"""Reading chats: messages.getConversations, getConversationsById, getConversationMembers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count
from django.db.models.functions import Coalesce

from vk_sandbox.api.errors import ApiError, Code
from vk_sandbox.api.method import MESSAGES, USER_GROUP, Behaviour, Caller, Method, Source
from vk_sandbox.api.objects import CHAT_PEER, conversation, message, profiles
from vk_sandbox.api.parameters import Parameter, Type
from vk_sandbox.messenger.rooms import membership_of
from vk_sandbox.models import Membership, Message, State

FILTERS = ("all", "archive", "important", "sorted_chats", "unanswered", "unread")


def get_conversations(
    caller: Caller,
    *,
    offset: int,
    count: int,
    filter: str,
    extended: bool,
    start_message_id: int | None,
    fields: list[str],
) -> dict[str, Any]:
    mine = Membership.objects.filter(account=caller.account).select_related("chat")
    ordered = mine.annotate(last=Coalesce("seen_to", "chat__last_message")).order_by("-last")
    if start_message_id:
        ordered = ordered.filter(last__lte=start_message_id)
    if filter not in {"all", "sorted_chats"}:
        ordered = ordered.none()
    page = list(ordered[offset : offset + count])
    said = _last_messages(page)
    items = [
        {"conversation": shown, "last_message": message(said[membership.id], membership)}
        for membership, shown in zip(page, _conversations(page, said), strict=True)
    ]
    answer = {"count": ordered.count(), "unread_count": 0, "items": items}
    return answer | profiles(_people(page, said), fields) if extended else answer


def get_conversations_by_id(
    caller: Caller, *, peer_ids: list[int], extended: bool, fields: list[str]
) -> dict[str, Any]:
    numbers = [peer - CHAT_PEER for peer in dict.fromkeys(peer_ids)]
    found = Membership.objects.filter(account=caller.account, local_id__in=numbers).select_related("chat")
    by_number = {membership.local_id: membership for membership in found}
    page = [by_number[number] for number in numbers if number in by_number]
    said = _last_messages(page)
    answer = {"count": len(page), "items": _conversations(page, said)}
    return answer | profiles(_people(page, said), fields) if extended else answer


def get_conversation_members(
    caller: Caller,
    *,
    peer_id: int,
    offset: int,
    count: int,
    extended: bool,
    fields: list[str],
    member_ids: list[int],
) -> dict[str, Any]:
    mine = membership_of(caller.account, peer_id - CHAT_PEER)
    if mine.state != State.IN:
        raise ApiError(Code.NO_ACCESS_TO_CHAT)
    inside = Membership.objects.filter(chat=mine.chat, state=State.IN)
    if member_ids:
        inside = inside.filter(account__in=set(member_ids))
    page = list(inside.order_by("id")[offset : offset + count])
    answer = {
        "count": inside.count(),
        "items": [_member(membership, mine) for membership in page],
        "chat_restrictions": {"only_admins_invite": True, "only_admins_edit_info": True, "only_admins_kick": True},
    }
    return answer | profiles((membership.account_id for membership in page), fields) if extended else answer


def _member(membership: Membership, mine: Membership) -> dict[str, Any]:
    owner = membership.account_id == mine.chat.owner_id
    item: dict[str, Any] = {
        "member_id": membership.account_id,
        "invited_by": membership.invited_by,
        "join_date": membership.join_date,
        "can_kick": mine.is_admin and not owner and membership.account_id != mine.account_id,
    }
    if membership.is_admin:
        item["is_admin"] = True
    if owner:
        item["is_owner"] = True
    return item


def _last_messages(page: Sequence[Membership]) -> dict[int, Message]:
    """By membership: the last message its account can see."""
    last = {membership.id: membership.seen_to or membership.chat.last_message for membership in page}
    messages = Message.objects.in_bulk(last.values())
    return {membership: messages[number] for membership, number in last.items()}


def _conversations(page: Sequence[Membership], said: dict[int, Message]) -> list[dict[str, Any]]:
    inside = Membership.objects.filter(chat__in=[membership.chat_id for membership in page], state=State.IN)
    counts = dict(inside.values_list("chat").annotate(Count("id")).order_by())
    return [conversation(membership, said[membership.id], counts.get(membership.chat_id, 0)) for membership in page]


def _people(page: Sequence[Membership], said: dict[int, Message]) -> set[int]:
    spoken = {number for last in said.values() for number in (last.author, last.member) if number is not None}
    return spoken | {membership.chat.owner_id for membership in page}


PEER = Behaviour("peer_id is 2000000000 + the caller's own number of the chat", Source.SCHEMA)
OUT = Behaviour("chats one has left or was removed from stay, with state and the last message seen", Source.INFERRED)
EXTENDED = Behaviour("extended=1 adds profiles and groups", Source.SCHEMA)

METHODS = (
    Method(
        "messages.getConversations",
        get_conversations,
        USER_GROUP,
        (
            Parameter("offset", Type.INTEGER, minimum=0, default=0),
            Parameter("count", Type.INTEGER, minimum=0, maximum=200, default=20),
            Parameter("filter", Type.STRING, choices=FILTERS, default="all"),
            Parameter("extended", Type.BOOLEAN),
            Parameter("start_message_id", Type.INTEGER, minimum=0),
            Parameter("fields", Type.STRINGS),
        ),
        MESSAGES,
        (
            Behaviour("only the caller's chats, the last spoken in first, by offset and count", Source.SCHEMA),
            Behaviour("all is always read: other filters than all and sorted_chats find nothing", Source.INFERRED),
            OUT,
            PEER,
            EXTENDED,
        ),
    ),
    Method(
        "messages.getConversationsById",
        get_conversations_by_id,
        USER_GROUP,
        (
            Parameter("peer_ids", Type.INTEGERS, required=True, max_items=100),
            Parameter("extended", Type.BOOLEAN),
            Parameter("fields", Type.STRINGS),
        ),
        MESSAGES,
        (
            Behaviour("in the order asked; peers that are no chats of the caller are left out", Source.INFERRED),
            OUT,
            PEER,
            EXTENDED,
        ),
    ),
    Method(
        "messages.getConversationMembers",
        get_conversation_members,
        USER_GROUP,
        (
            Parameter("peer_id", Type.INTEGER, required=True),
            Parameter("offset", Type.INTEGER, minimum=0, default=0),
            Parameter("count", Type.INTEGER, minimum=1, maximum=1000, default=20),
            Parameter("extended", Type.BOOLEAN),
            Parameter("fields", Type.STRINGS),
            Parameter("member_ids", Type.INTEGERS),
        ),
        MESSAGES,
        (
            Behaviour("those who are in, by offset and count; count is the number of all", Source.SCHEMA),
            Behaviour("is_admin and is_owner are there only where true; in the order of coming", Source.INFERRED),
            Behaviour("join_date is the server's unix time in seconds, of the last coming", Source.INFERRED),
            Behaviour("an unknown chat: error 927; one the caller is not in: error 917", Source.SCHEMA),
            PEER,
            EXTENDED,
        ),
    ),
)
