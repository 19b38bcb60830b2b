"""Events as the long poll of communities (`groups.getLongPollServer`) tells them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vk_sandbox.api.objects import message
from vk_sandbox.messenger.events import Happened, Seen

VERSION = "5.199"
TOLD = ("message_new", "message_reply", "message_edit")
CLIENT = {"button_actions": ["text"], "keyboard": True, "inline_keyboard": True, "carousel": False, "lang_id": 0}


def events(seen: Seen) -> Iterator[dict[str, Any]]:
    """The event that tells of this, or none."""
    shown = message(seen.message, seen.mine)
    own = seen.message.author == seen.mine.account_id
    if seen.happened is Happened.SAID:
        kind, told = ("message_reply", shown) if own else ("message_new", {"message": shown, "client_info": CLIENT})
    elif seen.happened is Happened.EDITED:
        kind, told = "message_edit", shown
    else:
        return
    yield {
        "type": kind,
        "event_id": f"{seen.number:040x}",
        "v": VERSION,
        "group_id": -seen.mine.account_id,
        "object": told,
    }
