"""messages.pin and unpin."""

from __future__ import annotations

from typing import Any

from vk_sandbox.api.behaviours import ADMIN, PEER
from vk_sandbox.api.method import MESSAGES, USER_GROUP, Behaviour, Caller, Method, Source
from vk_sandbox.api.methods.history import one_of
from vk_sandbox.api.objects import pinned_message
from vk_sandbox.api.parameters import Parameter, Type
from vk_sandbox.messenger.rooms import admin, announce, membership_of
from vk_sandbox.messenger.visible import CHAT_PEER
from vk_sandbox.models import Chat, Message

SHOWN = 100  # characters of the pinned message that the service message repeats [?]


def pin(caller: Caller, *, peer_id: int, message_id: int | None, cmid: int | None) -> dict[str, Any]:
    mine = admin(membership_of(caller.account, peer_id - CHAT_PEER))
    _, said = one_of(caller, peer_id, message_id, cmid)
    _pin(caller, mine.chat, said.id, "chat_pin_message", said)
    return pinned_message(said, mine)


def unpin(caller: Caller, *, peer_id: int) -> int:
    chat = admin(membership_of(caller.account, peer_id - CHAT_PEER)).chat
    said = Message.objects.filter(id=chat.pinned).first()
    if said is not None:
        _pin(caller, chat, None, "chat_unpin_message", said)
    return 1


def _pin(caller: Caller, chat: Chat, pinned: int | None, action: str, said: Message) -> None:
    chat.pinned = pinned
    chat.save(update_fields=["pinned"])
    who = caller.account
    announce(chat, who, caller.now, action, member=who, title=said.text[:SHOWN], about=said.cmid)


METHODS = (
    Method(
        "messages.pin",
        pin,
        USER_GROUP,
        (
            Parameter("peer_id", Type.INTEGER, required=True),
            Parameter("message_id", Type.INTEGER, minimum=0),
            Parameter("cmid", Type.INTEGER, minimum=0),
        ),
        MESSAGES,
        (
            Behaviour("answers the message; the one pinned before is no longer", Source.SCHEMA),
            Behaviour("a service message tells of it, with number and beginning of the message", Source.SCHEMA),
            Behaviour("a message that is not there: error 100", Source.INFERRED),
            ADMIN,
            PEER,
        ),
    ),
    Method(
        "messages.unpin",
        unpin,
        USER_GROUP,
        (Parameter("peer_id", Type.INTEGER, required=True),),
        MESSAGES,
        (
            Behaviour("answers 1, and tells of it; where nothing is pinned it is silent", Source.INFERRED),
            ADMIN,
            PEER,
        ),
    ),
)
