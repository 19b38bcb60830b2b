"""Making and changing chats: messages.createChat, editChat, addChatUser, removeChatUser."""

from __future__ import annotations

import json
from typing import Any

from vk_sandbox.api.behaviours import ADMIN, NUMBERING, OUTSIDER
from vk_sandbox.api.errors import ApiError, Code, invalid
from vk_sandbox.api.method import MESSAGES, USER, USER_GROUP, Behaviour, Caller, Method, Source, TokenKind
from vk_sandbox.api.parameters import Parameter, Type
from vk_sandbox.database import sql
from vk_sandbox.messenger.rooms import admin, announce, before_last, come_back, enter, inside, membership_of, put_out
from vk_sandbox.models import Chat, Membership, State

TITLE_LIMIT = 200  # characters; no source names VK's own limit [?]
OBJECT_ANSWER = (5, 132)  # createChat answers a bare number up to 5.131, an object in 5.199
WELCOME = """
select account.id from json_each(%s) as wanted join vk_sandbox_account as account on account.id = wanted.value
where account.kind <> 'community' and not account.closed order by wanted.key
"""
CANDIDATE = """
select account.closed, membership.state from vk_sandbox_account as account
left join vk_sandbox_membership as membership on membership.account_id = account.id and membership.chat_id = %s
where account.id = %s and account.kind <> 'community'
"""
CHAT_ID = Parameter("chat_id", Type.INTEGER, required=True, minimum=0, maximum=100_000_000)


def create_chat(caller: Caller, *, title: str | None, user_ids: list[int]) -> Any:
    title = _title(title)
    wanted = [number for number in dict.fromkeys(user_ids) if number != caller.account]
    added = [] if caller.kind is TokenKind.GROUP else [number for (number,) in sql(WELCOME, json.dumps(wanted))]
    chat = Chat.objects.create(title=title, owner_id=caller.account, created=caller.now)
    enter(chat, [caller.account, *added], invited_by=caller.account, now=caller.now, admin=caller.account)
    announce(chat, caller.account, caller.now, "chat_create", title=title)
    [(chat_id,)] = sql("select chats from vk_sandbox_account where id = %s", caller.account)
    return chat_id if caller.version < OBJECT_ANSWER else {"chat_id": chat_id, "peer_ids": added}


def edit_chat(caller: Caller, *, chat_id: int, title: str | None) -> int:
    mine = admin(membership_of(caller.account, chat_id))
    title = _title(title)
    if title != mine.chat.title:
        mine.chat.title = title
        mine.chat.save(update_fields=["title"])
        announce(mine.chat, caller.account, caller.now, "chat_title_update", title=title)
    return 1


def add_chat_user(caller: Caller, *, chat_id: int, user_id: int | None, visible_messages_count: int | None) -> int:
    if user_id is None:
        raise invalid("user_id is undefined")
    mine = membership_of(caller.account, chat_id)
    if user_id == caller.account and mine.state == State.LEFT:
        come_back(mine.chat, user_id, invited_by=user_id, now=caller.now)
    else:
        _add(admin(mine).chat, user_id, caller, visible_messages_count or 0)
    announce(mine.chat, caller.account, caller.now, "chat_invite_user", member=user_id)
    return 1


def _add(chat: Chat, number: int, caller: Caller, visible: int) -> None:
    found = sql(CANDIDATE, chat.id, number)
    if not found:
        raise ApiError(Code.NO_CONTACT)
    [(closed, state)] = found
    if state in {State.IN, State.LEFT}:
        raise ApiError(Code.ACCESS, "user already in")
    if closed:
        raise ApiError(Code.PRIVACY)
    if state is None:
        seen_from = before_last(chat, visible)
        enter(chat, [number], invited_by=caller.account, now=caller.now, seen_from=seen_from)
    else:
        come_back(chat, number, invited_by=caller.account, now=caller.now)


def remove_chat_user(caller: Caller, *, chat_id: int, user_id: int | None, member_id: int | None) -> int:
    number = user_id if member_id is None else member_id
    if number is None:
        raise invalid("user_id is undefined")
    mine = inside(membership_of(caller.account, chat_id))
    if number == caller.account:
        put_out(mine.chat, number, State.LEFT, by=number, now=caller.now)
        return 1
    admin(mine)
    if not Membership.objects.filter(chat=mine.chat, account=number, state=State.IN).exists():
        raise ApiError(Code.NOT_IN_CHAT)
    if number == mine.chat.owner_id:
        raise ApiError(Code.ACCESS, "can't remove the owner")
    put_out(mine.chat, number, State.KICKED, by=caller.account, now=caller.now)
    return 1


def _title(raw: str | None) -> str:
    title = (raw or "").strip()
    if not title:
        raise invalid("title is undefined")
    if len(title) > TITLE_LIMIT:
        raise invalid(f"title should be at most {TITLE_LIMIT} characters")
    return title


METHODS = (
    Method(
        "messages.createChat",
        create_chat,
        USER_GROUP,
        (Parameter("user_ids", Type.INTEGERS, minimum=0), Parameter("title", Type.STRING)),
        MESSAGES,
        (
            Behaviour("answers {chat_id, peer_ids}; peer_ids are the people added", Source.SCHEMA),
            Behaviour("answers a bare chat_id up to v 5.131", Source.SCHEMA),
            Behaviour("chat_id is the caller's own number of the chat: others see other numbers", Source.INFERRED),
            Behaviour("the creator is owner and administrator, and not in peer_ids", Source.INFERRED),
            Behaviour("unknown people and those closed by privacy are left out silently", Source.INFERRED),
            Behaviour("a community adds nobody", Source.INFERRED),
            Behaviour("the title is trimmed; empty or longer than 200 characters: error 100", Source.INFERRED),
            Behaviour("calling twice makes two chats, with one title too", Source.INFERRED),
        ),
    ),
    Method(
        "messages.editChat",
        edit_chat,
        USER_GROUP,
        (CHAT_ID, Parameter("title", Type.STRING)),
        MESSAGES,
        (
            Behaviour("answers 1; the title that is already there too, without a service message", Source.INFERRED),
            Behaviour("the title is trimmed; empty or longer than 200 characters: error 100", Source.INFERRED),
            NUMBERING,
            OUTSIDER,
            ADMIN,
        ),
    ),
    Method(
        "messages.addChatUser",
        add_chat_user,
        USER,
        (
            CHAT_ID,
            Parameter("user_id", Type.INTEGER, minimum=0),
            Parameter("visible_messages_count", Type.INTEGER, minimum=0, maximum=1000),
        ),
        MESSAGES,
        (
            Behaviour("answers 1; a user token only, with a community's: error 27", Source.SCHEMA),
            Behaviour("already in, or left by himself: error 15 «Access denied: user already in»", Source.THIRD_PARTY),
            Behaviour(
                "one who left returns by adding himself; one who was removed can be added again", Source.INFERRED
            ),
            Behaviour("a newcomer sees visible_messages_count of the messages before him, else none", Source.INFERRED),
            Behaviour("unknown person: error 936", Source.SCHEMA),
            Behaviour("closed by privacy: error 981", Source.DOCUMENTATION),
            NUMBERING,
            OUTSIDER,
            ADMIN,
        ),
    ),
    Method(
        "messages.removeChatUser",
        remove_chat_user,
        USER_GROUP,
        (CHAT_ID, Parameter("user_id", Type.INTEGER), Parameter("member_id", Type.INTEGER)),
        MESSAGES,
        (
            Behaviour("answers 1; oneself: leaves the chat, state `left`, the own number stays", Source.SCHEMA),
            Behaviour("somebody who is not in: error 935", Source.SCHEMA),
            Behaviour("the owner cannot be removed by others: error 15", Source.INFERRED),
            NUMBERING,
            OUTSIDER,
            Behaviour("removing others needs an administrator of the chat: else error 925", Source.SCHEMA),
        ),
    ),
)
