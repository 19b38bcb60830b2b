"""Prints how many queries an extended messages.search costs in 2 chats and in 1,500: `… <an empty folder>`."""

from __future__ import annotations

import sys
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vk_sandbox.server import configure
from vk_sandbox.state import opened


def cost(chats: range) -> int:
    """With these chats more. In each the last message is one that the caller has deleted for himself."""
    from vk_sandbox.api.method import Caller, TokenKind
    from vk_sandbox.api.methods.search import search
    from vk_sandbox.models import Account, Chat, Hidden, Membership, Message

    Account.objects.get_or_create(id=1, defaults={"kind": "vk", "key": "1", "first_name": "Имя"})
    Chat.objects.bulk_create(Chat(id=n, title="9А", owner_id=1, created=1, last_message=2 * n) for n in chats)
    Membership.objects.bulk_create(
        Membership(chat_id=n, account_id=1, local_id=n, invited_by=1, join_date=1) for n in chats
    )
    Message.objects.bulk_create(
        Message(id=2 * n - 2 + cmid, chat_id=n, cmid=cmid, author=1, date=1, text="Ёлка")
        for n in chats
        for cmid in (1, 2)
    )
    Hidden.objects.bulk_create(Hidden(message_id=2 * n, account_id=1) for n in chats)
    caller = Caller(1, 1, TokenKind.USER, frozenset(), (5, 199), 1, "", {}, lambda *_: None)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = search(
            caller,
            q="ёлка",
            peer_id=None,
            date=None,
            preview_length=0,
            offset=0,
            count=100,
            extended=True,
            fields=[],
            group_id=None,
        )
    assert (answer["count"], len(answer["conversations"])) == (chats.stop - 1, min(chats.stop - 1, 100))
    return len(queries)


if __name__ == "__main__":
    with opened(Path(sys.argv[1])) as folder:
        configure(folder, None)
        call_command("migrate", verbosity=0)
        sys.stdout.write(f"{cost(range(1, 3))} {cost(range(3, 1501))}\n")
