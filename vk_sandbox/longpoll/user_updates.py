"""Events as the long poll of people (and `messages.getLongPollServer` of communities) tells them, version 3."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from vk_sandbox.api.objects import peer_id
from vk_sandbox.messenger.events import Happened, Seen

UNREAD, OUTBOX, DELETED, DELETED_FOR_ALL = 1, 2, 128, 131072
# The kinds of update 52: what about the chat has changed.
CHANGES = {
    "chat_title_update": 1,
    "chat_photo_update": 2,
    "chat_photo_remove": 2,
    "chat_pin_message": 5,
    "chat_unpin_message": 5,
    "chat_invite_user": 6,
    "chat_invite_user_by_link": 6,
    "chat_kick_user": 7,
}
LEFT, KICKED = 7, 8


def updates(seen: Seen) -> Iterator[list[Any]]:
    """The updates that tell of one event, as lists."""
    match seen.happened:
        case Happened.SAID:
            yield [4, seen.message.id, flags(seen), *said(seen)]
            if seen.message.action in CHANGES:
                yield change(seen)
        case Happened.EDITED:
            yield [5, seen.message.id, flags(seen), *said(seen)]
        case Happened.TYPING:
            if seen.author != seen.mine.account_id:
                yield [63, [seen.author], peer_id(seen.mine), 1, seen.date]
        case _:
            yield from short(seen)


def short(seen: Seen) -> Iterator[list[int]]:
    """The updates of one event as getLongPollHistory gives them: numbers only."""
    peer = peer_id(seen.mine)
    match seen.happened:
        case Happened.SAID:
            yield [4, seen.message.id, flags(seen), peer]
        case Happened.EDITED:
            yield [5, seen.message.id, flags(seen), peer]
        case Happened.DELETED:
            yield [2, seen.message.id, DELETED | DELETED_FOR_ALL, peer]
        case Happened.HIDDEN:
            yield [2, seen.message.id, DELETED, peer]
        case Happened.READ:
            yield [6 if seen.author == seen.mine.account_id else 7, peer, seen.message.id]


def flags(seen: Seen) -> int:
    if seen.message.author == seen.mine.account_id:
        return OUTBOX
    return UNREAD if seen.message.id > seen.mine.read_to else 0


def said(seen: Seen) -> Sequence[Any]:
    message = seen.message
    extra: dict[str, str] = {} if seen.mine.chat.dialog else {"from": str(message.author)}
    if message.action:
        extra["source_act"] = message.action
        if message.member is not None:
            extra["source_mid"] = str(message.member)
        if message.title:
            extra["source_text"] = message.title
    text = escape(message.text, quote=True).replace("\n", "<br>")
    return peer_id(seen.mine), message.date, text, extra, {}, message.random_id


def change(seen: Seen) -> list[int]:
    message = seen.message
    kind = CHANGES[message.action]
    if kind == LEFT and message.member != message.author:
        kind = KICKED
    about = message.about if message.about is not None else message.member
    return [52, kind, peer_id(seen.mine), about or 0]
