"""What happened, for those who listen: written with what caused it, told when that is certain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, partial
from itertools import islice
from typing import Any

from django.db import transaction

from vk_sandbox.database import columns, loaded, sql
from vk_sandbox.messenger.waiting import WAITING
from vk_sandbox.models import Chat, Membership, Message


class Happened(IntEnum):
    SAID = 1
    EDITED = 2
    DELETED = 3  # for everybody
    HIDDEN = 4  # by one person for himself
    READ = 5
    TYPING = 6


RECORD = """
insert into vk_sandbox_event (chat_id, code, message, author, private, date) values (%s, %s, %s, %s, %s, %s)
"""
THOSE_INSIDE = "select account_id from vk_sandbox_membership where chat_id = %s"
NEWEST = "select seq from sqlite_sequence where name = 'vk_sandbox_event'"  # outlives the events themselves
# The cross joins keep SQLite from walking through all chats of an account instead of the few new events.
SINCE = """
select event.id, event.code, event.author, event.date, {columns}
from vk_sandbox_event as event cross join vk_sandbox_membership as membership
cross join vk_sandbox_message as message cross join vk_sandbox_chat as chat
where event.id > %s and membership.chat_id = event.chat_id and membership.account_id = %s
and (not event.private or event.author = %s)
and event.message > membership.seen_from and (membership.seen_to is null or event.message <= membership.seen_to)
and message.id = event.message and chat.id = event.chat_id
order by event.id limit %s
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """An event as the account whose `mine` is sees it. `number` is its ts."""

    number: int
    happened: Happened
    author: int
    date: int
    message: Message
    mine: Membership


def record(chat: int, happened: Happened, message: int, author: int, now: int) -> None:
    sql(RECORD, chat, happened.value, message, author, happened is Happened.HIDDEN, now)
    # Who begins to wait only now looks after this transaction, and finds the event.
    if WAITING.anybody():
        transaction.on_commit(partial(_tell, chat))


def newest() -> int:
    """The ts of the last event there ever was."""
    rows = sql(NEWEST)
    return int(rows[0][0]) if rows else 0


def seen_since(account: int, number: int, limit: int) -> Sequence[Seen]:
    """At most `limit` events after `number`, the earliest first.

    Hundreds of polls ask this for one message: whole rows in one statement cost a third of what the ORM's queries do.
    """
    return [_seen(iter(row)) for row in sql(_statement(), number, account, account, limit)]


@cache
def _statement() -> str:
    shown = (columns("message", Message), columns("membership", Membership), columns("chat", Chat))
    return SINCE.format(columns=", ".join(shown))


def _seen(row: Iterator[Any]) -> Seen:
    number, code, author, date = islice(row, 4)
    message, mine = loaded(Message, row), loaded(Membership, row)
    mine.chat = loaded(Chat, row)
    return Seen(number, Happened(code), author, date, message, mine)


def _tell(chat: int) -> None:
    WAITING.ring(account for (account,) in sql(THOSE_INSIDE, chat))
