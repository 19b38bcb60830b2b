"""What happens in a chat, whoever asked for it: coming in, going out, what is said.

The writing is plain SQL over whole sets: one `execute` makes 25 chats of 30 people within its second.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from vk_sandbox.api.errors import ApiError, Code
from vk_sandbox.database import columns, loaded, sql
from vk_sandbox.messenger.events import Happened, record
from vk_sandbox.models import Chat, Membership, State

WHOSE = """
select {columns} from vk_sandbox_membership as membership join vk_sandbox_chat as chat on chat.id = membership.chat_id
where membership.account_id = %s and membership.local_id = %s
"""
NEXT_NUMBER = """
update vk_sandbox_account set chats = chats + 1 where id in (select value from json_each(%s))
"""
COME_IN = """
insert into vk_sandbox_membership (chat_id, account_id, local_id, state, is_admin, invited_by, join_date, seen_from)
select %s, account.id, account.chats, 'in', account.id = %s, %s, %s, %s
from json_each(%s) as wanted join vk_sandbox_account as account on account.id = wanted.value order by wanted.key
"""
COME_BACK = """
update vk_sandbox_membership set state = 'in', invited_by = %s, join_date = %s, seen_to = null
where chat_id = %s and account_id = %s
"""
GO_OUT = "update vk_sandbox_membership set state = %s, seen_to = %s where chat_id = %s and account_id = %s"
SAY = """
insert into vk_sandbox_message (chat_id, cmid, author, date, action, member, title, about, text, attachments, random_id)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning id
"""
BEFORE_LAST = "select id from vk_sandbox_message where chat_id = %s order by cmid desc limit 1 offset %s"
LAST = "update vk_sandbox_chat set last_cmid = %s, last_message = %s where id = %s"

COUNTS = """
select chat_id, count(*) from vk_sandbox_membership where state = 'in' and chat_id in (select value from json_each(%s))
group by chat_id
"""
# Without the first condition, which is that of the index, SQLite would walk through the whole chat.
SAID_LATELY = """
select id, cmid from vk_sandbox_message
where not random_id = 0 and chat_id = %s and random_id = %s and author = %s and date > %s order by id limit 1
"""
REMEMBERED = 3600  # seconds in which a random_id is not used twice


def membership_of(account: int, chat_id: int) -> Membership:
    """The account's tie to the chat it knows as `chat_id`, chat loaded; ApiError 927 if it knows none."""
    found = sql(_whose(), account, chat_id)
    if not found:
        raise ApiError(Code.NO_CHAT)
    row = iter(found[0])
    mine = loaded(Membership, row)
    mine.chat = loaded(Chat, row)
    return mine


@cache
def _whose() -> str:
    return WHOSE.format(columns=f"{columns('membership', Membership)}, {columns('chat', Chat)}")


def inside(mine: Membership) -> Membership:
    if mine.state != State.IN:
        raise ApiError(Code.NO_ACCESS_TO_CHAT)
    return mine


def admin(mine: Membership) -> Membership:
    if not inside(mine).is_admin:
        raise ApiError(Code.NOT_ADMIN)
    return mine


def enter(
    chat: Chat, accounts: Sequence[int], *, invited_by: int, now: int, admin: int = 0, seen_from: int = 0
) -> None:
    """People come in for the first time, each with the next number of his own, in this order.

    They see what is said after the message `seen_from`.
    """
    everybody = json.dumps(accounts)
    sql(NEXT_NUMBER, everybody)
    sql(COME_IN, chat.id, admin, invited_by, now, seen_from, everybody)


def before_last(chat: Chat, count: int) -> int:
    """The Message.id after which the last `count` messages come."""
    if not count:
        return chat.last_message
    rows = sql(BEFORE_LAST, chat.id, count)
    return int(rows[0][0]) if rows else 0


def come_back(chat: Chat, account: int, *, invited_by: int, now: int) -> None:
    """One who was in this chat before is in again, under his old number."""
    sql(COME_BACK, invited_by, now, chat.id, account)


def put_out(chat: Chat, account: int, state: State, *, by: int, now: int) -> None:
    """A member leaves or is removed; the service message about it is the last one he sees."""
    last = announce(chat, by, now, "chat_kick_user", member=account)
    sql(GO_OUT, state.value, last, chat.id, account)


def announce(
    chat: Chat,
    author: int,
    now: int,
    action: str,
    *,
    member: int | None = None,
    title: str = "",
    about: int | None = None,
) -> int:
    """A service message. Returns its id."""
    return _say(chat, author, now, action, member, title, about, "", "", 0)


def say(chat: Chat, author: int, now: int, text: str, attachments: Sequence[Any], random_id: int) -> int:
    """A message of a person or a community. Returns its id."""
    return _say(chat, author, now, "", None, "", None, text, as_kept(attachments), random_id)


def as_kept(attachments: Sequence[Any]) -> str:
    """As a message keeps them."""
    return json.dumps(attachments, ensure_ascii=False) if attachments else ""


def say_once(
    chat: Chat, author: int, now: int, text: str, attachments: Sequence[Any], random_id: int
) -> tuple[int, int]:
    """The message's id and its number in the conversation; of the one that was said with this `random_id` a while ago."""
    if random_id:
        for number, cmid in sql(SAID_LATELY, chat.id, random_id, author, now - REMEMBERED):
            return number, cmid
    return say(chat, author, now, text, attachments, random_id), chat.last_cmid


def people_in(chats: Sequence[int]) -> dict[int, int]:
    """How many are in each of these chats; one that is empty is not there."""
    return dict(sql(COUNTS, json.dumps(chats)))


def _say(chat: Chat, author: int, now: int, *columns: Any) -> int:
    chat.last_cmid += 1
    [(chat.last_message,)] = sql(SAY, chat.id, chat.last_cmid, author, now, *columns)
    record(chat.id, Happened.SAID, chat.last_message, author, now)
    sql(LAST, chat.last_cmid, chat.last_message, chat.id)
    return chat.last_message
