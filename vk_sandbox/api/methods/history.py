"""Reading messages: messages.getHistory, getById, getByConversationMessageId, markAsRead, deleteConversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from vk_sandbox.api.behaviours import EXTENDED
from vk_sandbox.api.errors import ApiError, Code, invalid
from vk_sandbox.api.method import MESSAGES, USER_GROUP, Behaviour, Caller, Method, Source
from vk_sandbox.api.objects import message, profiles, spoke
from vk_sandbox.api.parameters import Parameter, Type
from vk_sandbox.messenger.events import Happened, record
from vk_sandbox.messenger.rooms import membership_of
from vk_sandbox.messenger.visible import CHAT_PEER, is_chat, visible
from vk_sandbox.models import Account, Membership, Message

Seen = Sequence[tuple[Membership, Message]]


def get_history(
    caller: Caller,
    *,
    offset: int | None,
    count: int,
    user_id: int | None,
    peer_id: int | None,
    start_message_id: int | None,
    rev: int | None,
    extended: bool,
    fields: list[str],
) -> dict[str, Any]:
    mine = _conversation(caller, user_id if peer_id is None else peer_id)
    if mine is None:
        return _answer([], 0, extended, fields)
    messages = visible(mine).order_by("cmid" if rev else "-cmid")
    page = messages.filter(id__lte=start_message_id) if start_message_id else messages
    first = max(offset or 0, 0)
    return _answer([(mine, said) for said in page[first : first + count]], messages.count(), extended, fields)


def get_by_id(
    caller: Caller, *, message_ids: list[int], extended: bool, fields: list[str], cmids: list[int], peer_id: int | None
) -> dict[str, Any]:
    if not message_ids and not cmids:
        raise invalid("message_ids is undefined")
    seen = seen_by_ids(caller, message_ids, peer_id, cmids)
    return _answer(seen, len(seen), extended, fields)


def get_by_conversation_message_id(
    caller: Caller, *, peer_id: int, conversation_message_ids: list[int], extended: bool, fields: list[str]
) -> dict[str, Any]:
    seen = seen_by_ids(caller, [], peer_id, conversation_message_ids)
    return _answer(seen, len(seen), extended, fields)


def mark_as_read(
    caller: Caller,
    *,
    message_ids: list[int],
    peer_id: int | None,
    start_message_id: int | None,
    up_to_cmid: int | None,
) -> int:
    for mine, said in seen_by_ids(caller, message_ids, None, []):
        _read_to(caller, mine, said.id)
    if peer_id is None:
        return 1
    mine = _known(caller, peer_id)
    messages = visible(mine)
    if start_message_id:
        messages = messages.filter(id__lte=start_message_id)
    if up_to_cmid:
        messages = messages.filter(cmid__lte=up_to_cmid)
    last = messages.order_by("-cmid").first()
    if last is not None:
        _read_to(caller, mine, last.id)
    return 1


def delete_conversation(caller: Caller, *, user_id: int | None, peer_id: int | None) -> dict[str, int]:
    mine = _conversation(caller, user_id if peer_id is None else peer_id)
    last = None if mine is None else visible(mine).order_by("-cmid").first()
    if mine is None or last is None:
        return {"last_deleted_id": 0}
    mine.seen_from = last.id
    mine.save(update_fields=["seen_from"])
    return {"last_deleted_id": last.id}


def one_of(caller: Caller, peer_id: int, message_id: int | None, cmid: int | None) -> tuple[Membership, Message]:
    """The message of this conversation with that id or that number; ApiError 100 where the caller sees none."""
    mine = _known(caller, peer_id)
    said = visible(mine).filter(Q(id=message_id) if message_id else Q(cmid=cmid)).first()
    if said is None:
        raise invalid("message_id is incorrect")
    return mine, said


def seen_by_ids(caller: Caller, message_ids: list[int], peer_id: int | None, cmids: list[int]) -> Seen:
    """Of the messages with these ids, or these numbers in one conversation, those the caller sees, in the order asked."""
    if message_ids:
        numbers = list(dict.fromkeys(message_ids))
        found = Message.objects.in_bulk(numbers)
        chats = {said.chat_id for said in found.values()}
        known = Membership.objects.filter(account=caller.account, chat__in=chats)
        sides = {
            mine.chat_id: (mine, set(visible(mine).filter(id__in=found).values_list("id", flat=True))) for mine in known
        }
        wanted = [(found[number], sides.get(found[number].chat_id)) for number in numbers if number in found]
        return [(side[0], said) for said, side in wanted if side is not None and said.id in side[1]]
    if not cmids:
        return []
    if peer_id is None:
        raise invalid("peer_id is undefined")
    mine = _known(caller, peer_id)
    messages = {said.cmid: said for said in visible(mine).filter(cmid__in=cmids)}
    return [(mine, messages[cmid]) for cmid in dict.fromkeys(cmids) if cmid in messages]


def _known(caller: Caller, peer: int) -> Membership:
    return membership_of(caller.account, peer - CHAT_PEER)


def _conversation(caller: Caller, peer: int | None) -> Membership | None:
    """None: a person or community the caller has never spoken with."""
    if peer is None:
        raise invalid("peer_id is undefined")
    if is_chat(peer):
        return _known(caller, peer)
    if not Account.objects.filter(id=peer).exists():
        raise ApiError(Code.NO_CONTACT)
    return Membership.objects.filter(account=caller.account, local_id=peer - CHAT_PEER).select_related("chat").first()


def _read_to(caller: Caller, mine: Membership, number: int) -> None:
    if number > mine.read_to:
        mine.read_to = number
        mine.save(update_fields=["read_to"])
        record(mine.chat_id, Happened.READ, number, caller.account, caller.now)


def _answer(page: Seen, count: int, extended: bool, fields: list[str]) -> dict[str, Any]:
    answer = {"count": count, "items": [message(said, mine) for mine, said in page]}
    return answer | profiles(spoke(said for _, said in page), fields) if extended else answer


SEEN = Behaviour("only what the caller sees: from his coming to his going, less what was deleted", Source.INFERRED)
LEFT_OUT = Behaviour("in the order asked; others are left out", Source.INFERRED)
PAGE = (
    Parameter("extended", Type.BOOLEAN),
    Parameter("fields", Type.STRINGS),
)

METHODS = (
    Method(
        "messages.getHistory",
        get_history,
        USER_GROUP,
        (
            Parameter("offset", Type.INTEGER),
            Parameter("count", Type.INTEGER, minimum=0, maximum=200, default=20),
            Parameter("user_id", Type.INTEGER),
            Parameter("peer_id", Type.INTEGER),
            Parameter("start_message_id", Type.INTEGER),
            Parameter("rev", Type.INTEGER, choices=("1", "0")),
            *PAGE,
        ),
        MESSAGES,
        (
            Behaviour("the last first, with rev=1 the first first; by offset and count, count is all", Source.SCHEMA),
            SEEN,
            Behaviour("start_message_id and older ones; an offset below 0 counts as 0", Source.INFERRED),
            Behaviour("nobody with this id: error 936; an unknown chat: error 927", Source.SCHEMA),
            EXTENDED,
        ),
    ),
    Method(
        "messages.getById",
        get_by_id,
        USER_GROUP,
        (
            Parameter("message_ids", Type.INTEGERS, max_items=100),
            *PAGE,
            Parameter("cmids", Type.INTEGERS, max_items=100),
            Parameter("peer_id", Type.INTEGER),
        ),
        MESSAGES,
        (Behaviour("by message_ids, or by peer_id and cmids", Source.SCHEMA), SEEN, LEFT_OUT, EXTENDED),
    ),
    Method(
        "messages.getByConversationMessageId",
        get_by_conversation_message_id,
        USER_GROUP,
        (
            Parameter("peer_id", Type.INTEGER, required=True),
            Parameter("conversation_message_ids", Type.INTEGERS, required=True, max_items=100),
            *PAGE,
        ),
        MESSAGES,
        (SEEN, LEFT_OUT, Behaviour("an unknown conversation: error 927", Source.INFERRED), EXTENDED),
    ),
    Method(
        "messages.markAsRead",
        mark_as_read,
        USER_GROUP,
        (
            Parameter("message_ids", Type.INTEGERS),
            Parameter("peer_id", Type.INTEGER),
            Parameter("start_message_id", Type.INTEGER, minimum=0),
            Parameter("up_to_cmid", Type.INTEGER, minimum=0),
        ),
        MESSAGES,
        (
            Behaviour("answers 1; up to start_message_id, to up_to_cmid, or all of the conversation", Source.SCHEMA),
            Behaviour("a message read means all before it too; nothing becomes unread again", Source.INFERRED),
            Behaviour("an unknown conversation: error 927", Source.INFERRED),
        ),
    ),
    Method(
        "messages.deleteConversation",
        delete_conversation,
        USER_GROUP,
        (Parameter("user_id", Type.INTEGER), Parameter("peer_id", Type.INTEGER)),
        MESSAGES,
        (
            Behaviour("answers last_deleted_id; the caller's history ends, others keep theirs", Source.SCHEMA),
            Behaviour("nothing to delete: 0", Source.INFERRED),
            Behaviour("nobody with this id: error 936", Source.SCHEMA),
            Behaviour("an unknown chat: error 927", Source.INFERRED),
        ),
    ),
)
