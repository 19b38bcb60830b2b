"""VK's objects as JSON: people, communities, conversations, messages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from vk_sandbox.messenger.visible import CHAT_PEER
from vk_sandbox.models import Account, AccountKind, Membership, Message, State
from vk_sandbox.uploads.attachments import previews

NO_ACCESS = 917  # the reason VK gives with can_write


def peer_id(membership: Membership) -> int:
    """The conversation's peer id as the member's account sees it."""
    return CHAT_PEER + membership.local_id


def user(account: Account, fields: Iterable[str] = ()) -> dict[str, Any]:
    """users_user_full: the basics, and of `fields` those the stand-in knows."""
    known: dict[str, Any] = {"sex": account.sex, "screen_name": f"id{account.id}", "domain": f"id{account.id}"}
    if account.birthday:
        known["bdate"] = birth_date(account)
    return {
        "id": account.id,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "can_access_closed": True,
        "is_closed": False,
        **{name: known[name] for name in fields if name in known},
    }


def birth_date(account: Account) -> str:
    """As VK writes it: 1.9.2010; empty where unknown."""
    born = account.birthday
    return f"{born.day}.{born.month}.{born.year}" if born else ""


def group(account: Account) -> dict[str, Any]:
    """groups_group_full."""
    number = -account.id
    return {
        "id": number,
        "name": account.first_name,
        "screen_name": f"club{number}",
        "is_closed": 0,
        "type": "group",
    }


def profiles(ids: Iterable[int], fields: Iterable[str] = ()) -> dict[str, Any]:
    """`profiles` and `groups` of an extended answer, for the accounts with these ids."""
    accounts = list(Account.objects.filter(id__in=set(ids)).order_by("id"))
    return {
        "profiles": [user(account, fields) for account in accounts if account.kind != AccountKind.COMMUNITY],
        "groups": [group(account) for account in accounts if account.kind == AccountKind.COMMUNITY],
    }


def spoke(messages: Iterable[Message]) -> set[int]:
    """Whose accounts these messages are by and about."""
    return {number for said in messages for number in (said.author, said.member) if number is not None}


def conversation(membership: Membership, last: Message, members_count: int, pinned: Message | None) -> dict[str, Any]:
    """messages_conversation as `membership.account` sees it. Needs `membership.chat` loaded, and `unread` annotated."""
    inside = membership.state == State.IN
    unread: int = getattr(membership, "unread", 0)
    shown = {
        "peer": _peer(membership),
        "sort_id": {"major_id": 0, "minor_id": last.id},
        "last_message_id": last.id,
        "last_conversation_message_id": last.cmid,
        "in_read": membership.read_to if unread else last.id,
        "out_read": last.id,
        "can_write": {"allowed": True} if inside else {"allowed": False, "reason": NO_ACCESS},
        "version": last.cmid,
    }
    if unread:
        shown["unread_count"] = unread
    if not membership.chat.dialog:
        shown["chat_settings"] = _settings(membership, inside, members_count, pinned)
    return shown


def _peer(membership: Membership) -> dict[str, Any]:
    peer = peer_id(membership)
    if membership.chat.dialog:
        return {"id": peer, "type": "user" if peer > 0 else "group", "local_id": abs(peer)}
    return {"id": peer, "type": "chat", "local_id": membership.local_id}


def _settings(membership: Membership, inside: bool, members_count: int, pinned: Message | None) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "title": membership.chat.title,
        "owner_id": membership.chat.owner_id,
        "members_count": members_count,
        "state": membership.state,
        "active_ids": [],
        "is_group_channel": False,
        "acl": _acl(membership, inside),
    }
    if membership.chat.photo:
        settings["photo"] = previews(membership.chat.photo) | {"is_default_photo": False}
    if pinned is not None:
        settings["pinned_message"] = pinned_message(pinned, membership)
    return settings


def pinned_message(pinned: Message, membership: Membership) -> dict[str, Any]:
    """messages_pinned_message."""
    return {
        "id": pinned.id,
        "conversation_message_id": pinned.cmid,
        "peer_id": peer_id(membership),
        "from_id": pinned.author,
        "date": pinned.date,
        "text": pinned.text,
        "attachments": json.loads(pinned.attachments) if pinned.attachments else [],
    }


def _acl(membership: Membership, inside: bool) -> dict[str, bool]:
    admin = inside and membership.is_admin
    return {
        "can_change_info": admin,
        "can_change_invite_link": admin,
        "can_change_pin": admin,
        "can_invite": admin,
        "can_promote_users": admin,
        "can_see_invite_link": admin,
        "can_moderate": admin,
        "can_copy_chat": inside,
        "can_call": inside,
        "can_use_mass_mentions": inside,
    }


def message(said: Message, membership: Membership) -> dict[str, Any]:
    """messages_message, as `membership.account` sees it."""
    shown = {
        "id": said.id,
        "conversation_message_id": said.cmid,
        "peer_id": peer_id(membership),
        "from_id": said.author,
        "date": said.date,
        "out": int(said.author == membership.account_id),
        "text": said.text,
        "attachments": json.loads(said.attachments) if said.attachments else [],
        "fwd_messages": [],
        "important": False,
        "is_hidden": False,
        "random_id": said.random_id if said.author == membership.account_id else 0,
        "version": said.cmid,
    }
    if said.edited is not None:
        shown["update_time"] = said.edited
    if said.action:
        shown["action"] = _action(said)
    return shown


def _action(said: Message) -> dict[str, Any]:
    action: dict[str, Any] = {"type": said.action}
    if said.member is not None:
        action["member_id"] = said.member
    if said.action == "chat_photo_update":
        action["photo"] = previews(said.title)
    elif said.about is not None:
        action |= {"conversation_message_id": said.about, "message": said.title}
    elif said.title:
        action["text"] = said.title
    return action
