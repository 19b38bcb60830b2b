"""Coming in by a link: messages.getInviteLink, joinChatByInviteLink, getChatPreview."""

from __future__ import annotations

import secrets
from typing import Any

from vk_sandbox.api.behaviours import PEER
from vk_sandbox.api.errors import ApiError, Code, invalid
from vk_sandbox.api.method import MESSAGES, USER, USER_GROUP, Behaviour, Caller, Method, Source
from vk_sandbox.api.objects import profiles
from vk_sandbox.api.parameters import Parameter, Type
from vk_sandbox.hosts.names import API, JOIN
from vk_sandbox.messenger.invitations import behind, join
from vk_sandbox.messenger.rooms import inside, membership_of
from vk_sandbox.messenger.visible import CHAT_PEER
from vk_sandbox.models import Chat, Membership, State


def get_invite_link(caller: Caller, *, peer_id: int, reset: bool) -> dict[str, str]:
    mine = (
        Membership.objects.filter(account=caller.account, local_id=peer_id - CHAT_PEER).select_related("chat").first()
    )
    if mine is None or mine.state != State.IN or not mine.is_admin:
        raise ApiError(Code.NO_LINK_CHANGE if reset else Code.NO_LINK)
    if reset or not mine.chat.invite:
        mine.chat.invite = secrets.token_urlsafe(24)
        mine.chat.save(update_fields=["invite"])
    return {"link": f"{_for_people(caller.origin)}/join/{mine.chat.invite}"}


def _for_people(origin: str) -> str:
    """Where the messenger is, for who came by this one: programs ask api.vk.ru, people open vk.me."""
    scheme, _, host = origin.partition("://")
    name, colon, port = host.partition(":")
    return f"{scheme}://{JOIN}{colon}{port}" if name in API else origin


def join_chat_by_invite_link(caller: Caller, *, link: str) -> dict[str, int]:
    return {"chat_id": join(_behind(link), caller.account, caller.now).local_id}


def get_chat_preview(caller: Caller, *, peer_id: int | None, link: str | None, fields: list[str]) -> dict[str, Any]:
    if link:
        chat = _behind(link)
    elif peer_id is not None:
        chat = inside(membership_of(caller.account, peer_id - CHAT_PEER)).chat
        if chat.dialog:
            raise ApiError(Code.NO_ACCESS_TO_CHAT)
    else:
        raise invalid("link is undefined")
    members = list(
        Membership.objects.filter(chat=chat, state=State.IN).order_by("id").values_list("account", flat=True)
    )
    preview: dict[str, Any] = {
        "admin_id": max(chat.owner_id, 0),
        "title": chat.title,
        "members": members,
        "members_count": len(members),
        "joined": caller.account in members,
        "is_member": caller.account in members,
        "is_group_channel": False,
    }
    mine = Membership.objects.filter(chat=chat, account=caller.account).first()
    if mine is not None:
        preview["local_id"] = mine.local_id
    return {"preview": preview} | profiles(members, fields)


def _behind(link: str) -> Chat:
    chat = behind(link)
    if chat is None:
        raise invalid("link is invalid")
    return chat


METHODS = (
    Method(
        "messages.getInviteLink",
        get_invite_link,
        USER_GROUP,
        (Parameter("peer_id", Type.INTEGER, required=True), Parameter("reset", Type.BOOLEAN, default=False)),
        MESSAGES,
        (
            Behaviour("one link a chat, made when it is first asked for; reset makes another", Source.SCHEMA),
            Behaviour("under VK's names the link leads to vk.me/join/…", Source.THIRD_PARTY),
            Behaviour("under the own names it leads to the stand-in itself", Source.INFERRED),
            Behaviour("an old link leads nowhere", Source.INFERRED),
            Behaviour("who is no administrator of the chat: error 919, with reset 931", Source.SCHEMA),
            PEER,
        ),
    ),
    Method(
        "messages.joinChatByInviteLink",
        join_chat_by_invite_link,
        USER,
        (Parameter("link", Type.STRING, required=True),),
        MESSAGES,
        (
            Behaviour("answers the caller's own number of the chat", Source.SCHEMA),
            Behaviour("one who is in gets the number too, without a service message", Source.INFERRED),
            Behaviour("one who left comes back; one who was removed: error 917", Source.INFERRED),
            Behaviour("closed by privacy is no hindrance", Source.INFERRED),
            Behaviour("an unknown link: error 100", Source.INFERRED),
        ),
    ),
    Method(
        "messages.getChatPreview",
        get_chat_preview,
        USER,
        (
            Parameter("peer_id", Type.INTEGER),
            Parameter("link", Type.STRING),
            Parameter("fields", Type.STRINGS),
        ),
        MESSAGES,
        (
            Behaviour("title and people of the chat behind a link, from outside too", Source.SCHEMA),
            Behaviour("by peer_id: of a chat the caller is in, else error 917, for a dialog too", Source.INFERRED),
            Behaviour("all members are listed; local_id for those who know the chat", Source.INFERRED),
            Behaviour("admin_id is the owner, 0 for a chat of a community", Source.INFERRED),
            Behaviour("an unknown link: error 100", Source.INFERRED),
        ),
    ),
)
