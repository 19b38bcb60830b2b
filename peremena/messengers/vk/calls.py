"""Calls of VK's API as values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

CALLS_PER_REQUEST = 25  # VK's own client libraries pack as many into one `execute`
MEMBERS_PER_CREATE = 100  # [?] no limit is published; what does not fit is added by calls of its own
FIRST_CHAT_PEER = 2_000_000_000  # peer_id of a chat = this + its chat_id
INSIDE = "in"  # chat_settings.state of a chat we are in; the others are kicked, left, out


class Call(NamedTuple):
    method: str
    params: Mapping[str, str | int]

    def script(self) -> str:
        """This call in VKScript, of which JSON is a part."""
        return f"API.{self.method}({json.dumps(self.params, ensure_ascii=False)})"


CREATE, RENAME = "messages.createChat", "messages.editChat"
ADD, REMOVE, SET_ROLE = "messages.addChatUser", "messages.removeChatUser", "messages.setMemberRole"
LINK = "messages.getInviteLink"
WRITES = frozenset({CREATE, RENAME, ADD, REMOVE, SET_ROLE, LINK})


def create_call(title: str, members: Sequence[str] = ()) -> Call:
    user_ids = {"user_ids": ",".join(members)} if members else {}
    return Call(CREATE, {"title": title, **user_ids})


def link_call(room: str, *, renew: bool) -> Call:
    """The link into a room; the old one leads nowhere when it is renewed."""
    return Call(LINK, {"peer_id": FIRST_CHAT_PEER + int(room), **({"reset": 1} if renew else {})})


def members_call(room: str, **params: str | int) -> Call:
    return Call("messages.getConversationMembers", {"peer_id": FIRST_CHAT_PEER + int(room), "count": 1000, **params})
