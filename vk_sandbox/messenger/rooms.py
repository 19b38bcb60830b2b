"""What happens in a chat, whoever asked for it: coming in, going out, the service message about it.

The writing is plain SQL over whole sets: one `execute` makes 25 chats of 30 people within its second.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from vk_sandbox.api.errors import ApiError, Code
from vk_sandbox.database import sql
from vk_sandbox.models import Chat, Membership, State

NEXT_NUMBER = """
update vk_sandbox_account set chats = chats + 1 where id in (select value from json_each(%s))
"""
COME_IN = """
insert into vk_sandbox_membership (chat_id, account_id, local_id, state, is_admin, invited_by, join_date)
select %s, account.id, account.chats, 'in', account.id = %s, %s, %s
from json_each(%s) as wanted join vk_sandbox_account as account on account.id = wanted.value order by wanted.key
"""
COME_BACK = """
update vk_sandbox_membership set state = 'in', invited_by = %s, join_date = %s, seen_to = null
where chat_id = %s and account_id = %s
"""
GO_OUT = "update vk_sandbox_membership set state = %s, seen_to = %s where chat_id = %s and account_id = %s"
SAY = """
insert into vk_sandbox_message (chat_id, cmid, author, date, action, member, title)
values (%s, %s, %s, %s, %s, %s, %s) returning id
"""
LAST = "update vk_sandbox_chat set last_cmid = %s, last_message = %s where id = %s"


def membership_of(account: int, chat_id: int) -> Membership:
    """The account's tie to the chat it knows as `chat_id`, chat loaded; ApiError 927 if it knows none."""
    try:
        return Membership.objects.select_related("chat").get(account=account, local_id=chat_id)
    except Membership.DoesNotExist:
        raise ApiError(Code.NO_CHAT) from None


def enter(chat: Chat, accounts: Sequence[int], *, invited_by: int, now: int, admin: int = 0) -> None:
    """People come in for the first time, each with the next number of his own, in this order."""
    everybody = json.dumps(accounts)
    sql(NEXT_NUMBER, everybody)
    sql(COME_IN, chat.id, admin, invited_by, now, everybody)


def come_back(chat: Chat, account: int, *, invited_by: int, now: int) -> None:
    """One who was in this chat before is in again, under his old number."""
    sql(COME_BACK, invited_by, now, chat.id, account)


def put_out(chat: Chat, account: int, state: State, *, by: int, now: int) -> None:
    """A member leaves or is removed; the service message about it is the last one he sees."""
    last = announce(chat, by, now, "chat_kick_user", member=account)
    sql(GO_OUT, state.value, last, chat.id, account)


def announce(chat: Chat, author: int, now: int, action: str, *, member: int | None = None, title: str = "") -> int:
    """Writes a service message and makes it the chat's last one. Returns its id."""
    chat.last_cmid += 1
    [(chat.last_message,)] = sql(SAY, chat.id, chat.last_cmid, author, now, action, member, title)
    sql(LAST, chat.last_cmid, chat.last_message, chat.id)
    return chat.last_message
