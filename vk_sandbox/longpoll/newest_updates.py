"""Events as the long poll of people tells them in version 19: messages by their numbers in the conversation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vk_sandbox.api.objects import peer_id
from vk_sandbox.longpoll.user_updates import CHANGES, DELETED, DELETED_FOR_ALL, change, flags, said
from vk_sandbox.messenger.events import Happened, Seen

FLAGS_SET, NEW, EDITED, READ_IN, READ_OUT, TYPING = 10002, 10004, 10005, 10006, 10007, 63
ORDER_OF_PIN = 0  # minor_id: nothing is pinned above others here


def updates(seen: Seen) -> Iterator[list[Any]]:
    """The updates that tell of one event, as lists."""
    message, peer = seen.message, peer_id(seen.mine)
    match seen.happened:
        case Happened.SAID:
            yield [NEW, message.cmid, flags(seen), ORDER_OF_PIN, *said(seen), message.id, 0]
            if message.action in CHANGES:
                yield change(seen)
        case Happened.EDITED:
            yield [EDITED, message.cmid, flags(seen), *said(seen), message.id, seen.date]
        case Happened.DELETED:
            yield [FLAGS_SET, message.cmid, DELETED | DELETED_FOR_ALL, peer]
        case Happened.HIDDEN:
            yield [FLAGS_SET, message.cmid, DELETED, peer]
        case Happened.READ:
            yield [READ_IN if seen.author == seen.mine.account_id else READ_OUT, peer, message.cmid]
        case Happened.TYPING if seen.author != seen.mine.account_id:
            yield [TYPING, peer, [seen.author], 1, seen.date]
