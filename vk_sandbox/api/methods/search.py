"""Finding messages: messages.search."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from vk_sandbox.api.errors import invalid
from vk_sandbox.api.method import MESSAGES, USER_GROUP, Behaviour, Caller, Method, Source
from vk_sandbox.api.methods.conversations import as_conversations, people_of
from vk_sandbox.api.objects import message, profiles, spoke
from vk_sandbox.api.parameters import Parameter, Type
from vk_sandbox.database import by_id
from vk_sandbox.messenger.visible import CHAT_PEER, last_seen, unread, visible_to
from vk_sandbox.models import Membership, Message

LENGTH = 9000  # characters
LAST_DAY = 31_12_9999  # DDMMYYYY; what is more is unix time
MOSCOW = timezone(timedelta(hours=3))


def search(
    caller: Caller,
    *,
    q: str | None,
    peer_id: int | None,
    date: int | None,
    preview_length: int,
    offset: int,
    count: int,
    extended: bool,
    fields: list[str],
    group_id: int | None,
) -> dict[str, Any]:
    found = _found(caller.account, (q or "").strip(), peer_id, _end(date) if date else None)
    numbers = found[offset : offset + count]
    messages = by_id(Message, numbers)
    page = [messages[number] for number in numbers]
    known = Membership.objects.filter(account=caller.account, chat__in={said.chat_id for said in page})
    if extended:
        known = known.select_related("chat").annotate(unread=unread())
    sides = {mine.chat_id: mine for mine in known}
    items = [_shown(said, sides[said.chat_id], preview_length) for said in page]
    answer = {"count": len(found), "items": items}
    return answer | _surroundings(caller, page, sides, fields) if extended else answer


def _found(account: int, wanted: str, peer: int | None, before: int | None) -> list[int]:
    """Ids, the newest first."""
    if len(wanted) > LENGTH:
        raise invalid("q is too long")
    if not wanted and peer is None and before is None:
        raise invalid("q is undefined")
    messages = visible_to(account).filter(action="")
    if wanted:
        # By an expression, which Python looks for: SQLite's `like` knows no Russian capitals.
        messages = messages.filter(text__iregex=re.escape(wanted))
    if peer is not None:
        there = Membership.objects.filter(account=account, local_id=peer - CHAT_PEER)
        messages = messages.filter(chat__in=there.values("chat"))
    if before is not None:
        messages = messages.filter(date__lt=before)
    return list(messages.order_by("-id").values_list("id", flat=True))


def _end(date: int) -> int:
    """The unix time before which messages are looked for."""
    if date > LAST_DAY:
        return date
    try:
        day = datetime.strptime(f"{date:08}", "%d%m%Y").replace(tzinfo=MOSCOW)
    except ValueError:
        raise invalid("date is incorrect") from None
    return int(day.timestamp())


def _shown(said: Message, mine: Membership, length: int) -> dict[str, Any]:
    shown = message(said, mine)
    return shown | {"text": _beginning(said.text, length)} if length else shown


def _beginning(text: str, length: int) -> str:
    """Whole words; of a first one that is longer, as much as there is room for."""
    if len(text) <= length:
        return text
    words = re.match(rf".{{1,{length}}}(?!\S)", text, re.DOTALL)
    return words[0].rstrip() if words else text[:length]


def _surroundings(
    caller: Caller, page: Sequence[Message], sides: Mapping[int, Membership], fields: list[str]
) -> dict[str, Any]:
    """What an extended answer brings besides, the conversations in the order of the messages."""
    mine = [sides[chat] for chat in dict.fromkeys(said.chat_id for said in page)]
    last = last_seen(caller.account, mine)
    people = people_of(mine, last) | spoke(page)
    return profiles(people, fields) | {"conversations": as_conversations(mine, last)}


METHODS = (
    Method(
        "messages.search",
        search,
        USER_GROUP,
        (
            Parameter("q", Type.STRING),
            Parameter("peer_id", Type.INTEGER),
            Parameter("date", Type.INTEGER, minimum=0),
            Parameter("preview_length", Type.INTEGER, minimum=0, default=0),
            Parameter("offset", Type.INTEGER, minimum=0, default=0),
            Parameter("count", Type.INTEGER, minimum=0, maximum=100, default=20),
            Parameter("extended", Type.BOOLEAN),
            Parameter("fields", Type.STRINGS),
            Parameter("group_id", Type.INTEGER, minimum=0),
        ),
        MESSAGES,
        (
            Behaviour("messages that q is found in, by offset and count; count is all that were found", Source.SCHEMA),
            Behaviour("of all the caller's conversations or of the one with peer_id", Source.SCHEMA),
            Behaviour("only what the caller sees, the newest first; no service messages", Source.INFERRED),
            Behaviour("q is looked for as it is, wherever in the text, capitals or not", Source.INFERRED),
            Behaviour("without q: all of peer_id or before date; without these too error 100", Source.INFERRED),
            Behaviour("a q of more than 9000 characters: error 100", Source.SCHEMA),
            Behaviour("a peer_id the caller has no conversation with: nothing is found", Source.INFERRED),
            Behaviour("date is DDMMYYYY: only what was said before that day", Source.THIRD_PARTY),
            Behaviour("the day begins in Moscow; no day of the calendar: error 100", Source.INFERRED),
            Behaviour("a date that is more than 31129999 is unix time", Source.SCHEMA),
            Behaviour("preview_length leaves whole words", Source.SCHEMA),
            Behaviour("nothing stands for the rest; a first word that is longer is cut", Source.INFERRED),
            Behaviour("extended=1 adds profiles, groups and conversations", Source.SCHEMA),
            Behaviour("group_id changes nothing", Source.INFERRED),
        ),
    ),
)
