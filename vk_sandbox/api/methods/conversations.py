"""Reading chats: messages.getConversations, getConversationsById, searchConversations, getConversationMembers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from vk_sandbox.api.behaviours import EXTENDED, OUT, PEER
from vk_sandbox.api.method import MESSAGES, USER_GROUP, Behaviour, Caller, Method, Source
from vk_sandbox.api.objects import conversation, message, peer_id, profiles, spoke
from vk_sandbox.api.parameters import Parameter, Type
from vk_sandbox.database import by_id, columns, loaded, sql
from vk_sandbox.messenger.rooms import inside, membership_of, people_in
from vk_sandbox.messenger.visible import CHAT_PEER, conversations, last_seen, unread
from vk_sandbox.models import Account, Chat, Membership, Message, State


class MemberRow(NamedTuple):
    """Whole chats are read often: their rows need not be objects of the ORM."""

    account: int
    invited_by: int
    join_date: int
    is_admin: bool


BY_NUMBERS = """
select (
  select count(*) from vk_sandbox_message as said
  where said.chat_id = membership.chat_id and said.id > membership.read_to and said.id > membership.seen_from
  and said.author <> membership.account_id and said.action = '' and not said.deleted and not exists (
    select 1 from vk_sandbox_hidden as hidden where hidden.message_id = said.id and hidden.account_id = membership.account_id
  )
), {columns}
from json_each(%s) as wanted cross join vk_sandbox_membership as membership cross join vk_sandbox_chat as chat
where membership.account_id = %s and membership.local_id = wanted.value and chat.id = membership.chat_id
and chat.last_message > 0 order by wanted.key
"""
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
    ordered = conversations(caller.account).annotate(unread=unread())
    new = ordered.filter(unread__gt=0)
    if start_message_id:
        ordered = ordered.filter(last__lte=start_message_id)
    if filter == "unread":
        ordered = new
    elif filter not in {"all", "sorted_chats"}:
        ordered = ordered.none()
    page = list(ordered[offset : offset + count])
    said = last_seen(caller.account, page)
    items = [
        {"conversation": shown, "last_message": message(said[membership.id], membership)}
        for membership, shown in zip(page, as_conversations(page, said), strict=True)
    ]
    answer = {"count": ordered.count(), "unread_count": new.count(), "items": items}
    return answer | profiles(people_of(page, said), fields) if extended else answer


def get_conversations_by_id(
    caller: Caller, *, peer_ids: list[int], extended: bool, fields: list[str]
) -> dict[str, Any]:
    page = list(_by_numbers(caller.account, [peer - CHAT_PEER for peer in dict.fromkeys(peer_ids)]))
    said = last_seen(caller.account, page)
    answer = {"count": len(page), "items": as_conversations(page, said)}
    return answer | profiles(people_of(page, said), fields) if extended else answer


def search_conversations(
    caller: Caller, *, q: str | None, count: int, extended: bool, fields: list[str]
) -> dict[str, Any]:
    mine = conversations(caller.account)
    rows = list(mine.values_list("id", "local_id", "chat__dialog", "chat__title"))
    others = by_id(Account, [CHAT_PEER + number for _, number, dialog, _ in rows if dialog])
    names = {key: str(others[CHAT_PEER + number]) if dialog else title for key, number, dialog, title in rows}
    wanted = (q or "").strip().casefold()  # here, not in SQLite, whose `like` knows no Russian capitals
    found = [key for key, name in names.items() if wanted in name.casefold()]
    page = list(mine.filter(id__in=found[:count]).annotate(unread=unread()))
    said = last_seen(caller.account, page)
    answer = {"count": len(found), "items": as_conversations(page, said)}
    return answer | profiles(people_of(page, said), fields) if extended else answer


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
    mine = inside(membership_of(caller.account, peer_id - CHAT_PEER))
    members = Membership.objects.filter(chat=mine.chat, state=State.IN)
    if member_ids:
        # However many are asked for: SQLite takes no more numbers than there are people in the chat.
        members = members.filter(account__in={*member_ids} & {*members.values_list("account", flat=True)})
    page = members.order_by("id").values_list(*MemberRow._fields)[offset : offset + count]
    rows = [MemberRow(*row) for row in page]
    answer = {
        "count": members.count(),
        "items": [_member(row, mine) for row in rows],
        "chat_restrictions": {"only_admins_invite": True, "only_admins_edit_info": True, "only_admins_kick": True},
    }
    return answer | profiles((row.account for row in rows), fields) if extended else answer


def _member(row: MemberRow, mine: Membership) -> dict[str, Any]:
    owner = row.account == mine.chat.owner_id
    item: dict[str, Any] = {
        "member_id": row.account,
        "invited_by": row.invited_by,
        "join_date": row.join_date,
        "can_kick": mine.is_admin and not owner and row.account != mine.account_id,
    }
    if row.is_admin:
        item["is_admin"] = True
    if owner:
        item["is_owner"] = True
    return item


def _by_numbers(account: int, numbers: list[int]) -> Iterator[Membership]:
    """The account's chats with these numbers, in this order; those where nothing was ever said are left out."""
    for row in sql(_statement(), json.dumps(numbers), account):
        values = iter(row)
        unread_count, membership = next(values), loaded(Membership, values)
        membership.chat = loaded(Chat, values)
        vars(membership)["unread"] = unread_count  # as `unread` annotates it
        yield membership


@cache
def _statement() -> str:
    return BY_NUMBERS.format(columns=f"{columns('membership', Membership)}, {columns('chat', Chat)}")


def as_conversations(page: Sequence[Membership], said: dict[int, Message]) -> list[dict[str, Any]]:
    """By `said`, the last message seen in each. Needs the chats loaded, and `unread` annotated."""
    counts = people_in([membership.chat_id for membership in page])
    pins = [membership.chat.pinned for membership in page if membership.chat.pinned]
    pinned = by_id(Message, pins) if pins else {}
    return [
        conversation(
            membership,
            said[membership.id],
            counts.get(membership.chat_id, 0),
            pinned.get(membership.chat.pinned or 0),
        )
        for membership in page
    ]


def people_of(page: Sequence[Membership], said: dict[int, Message]) -> set[int]:
    """Whose accounts an extended answer with these conversations brings."""
    others = {peer_id(membership) if membership.chat.dialog else membership.chat.owner_id for membership in page}
    return others | spoke(said.values())


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
            Behaviour("unread: messages of others after the last one read; service messages are read", Source.INFERRED),
            Behaviour(
                "what the caller has deleted for himself is neither the last message nor unread", Source.INFERRED
            ),
            Behaviour("archive, important and unanswered find nothing", Source.INFERRED),
            Behaviour("a conversation whose history was deleted comes back with its next message", Source.INFERRED),
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
        "messages.searchConversations",
        search_conversations,
        USER_GROUP,
        (
            Parameter("q", Type.STRING),
            Parameter("count", Type.INTEGER, minimum=1, maximum=255, default=20),
            Parameter("extended", Type.BOOLEAN),
            Parameter("fields", Type.STRINGS),
        ),
        MESSAGES,
        (
            Behaviour("conversations that q is found in; count is the number of all found", Source.SCHEMA),
            Behaviour("it is looked for in titles and names, wherever, capitals or not", Source.INFERRED),
            Behaviour("the last spoken in first; without q all of them", Source.INFERRED),
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
