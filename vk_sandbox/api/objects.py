"""VK's objects as JSON: people, communities, conversations, service messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vk_sandbox.models import Account, AccountKind, Membership, Message, State

CHAT_PEER = 2_000_000_000
NO_ACCESS = 917  # the reason VK gives with can_write


def peer_id(membership: Membership) -> int:
    """The chat's peer id as the member's account sees it."""
    return CHAT_PEER + membership.local_id


def user(account: Account, fields: Iterable[str] = ()) -> dict[str, Any]:
    """users_user_full: the basics, and of `fields` those the stand-in knows."""
    known: dict[str, Any] = {"sex": account.sex, "screen_name": f"id{account.id}", "domain": f"id{account.id}"}
    if account.birthday:
        known["bdate"] = f"{account.birthday.day}.{account.birthday.month}.{account.birthday.year}"
    return {
        "id": account.id,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "can_access_closed": True,
        "is_closed": False,
        **{name: known[name] for name in fields if name in known},
    }


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


def conversation(membership: Membership, last: Message, members_count: int) -> dict[str, Any]:
    """messages_conversation of a chat as `membership.account` sees it. Needs `membership.chat` loaded."""
    inside = membership.state == State.IN
    return {
        "peer": {"id": peer_id(membership), "type": "chat", "local_id": membership.local_id},
        "sort_id": {"major_id": 0, "minor_id": last.id},
        "last_message_id": last.id,
        "last_conversation_message_id": last.cmid,
        "in_read": last.id,
        "out_read": last.id,
        "can_write": {"allowed": True} if inside else {"allowed": False, "reason": NO_ACCESS},
        "chat_settings": {
            "title": membership.chat.title,
            "owner_id": membership.chat.owner_id,
            "members_count": members_count,
            "state": membership.state,
            "active_ids": [],
            "is_group_channel": False,
            "acl": _acl(membership, inside),
        },
        "version": last.cmid,
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


def message(last: Message, membership: Membership) -> dict[str, Any]:
    """messages_message of a service message, as `membership.account` sees it."""
    action: dict[str, Any] = {"type": last.action}
    if last.member is not None:
        action["member_id"] = last.member
    if last.title:
        action["text"] = last.title
    return {
        "id": last.id,
        "conversation_message_id": last.cmid,
        "peer_id": peer_id(membership),
        "from_id": last.author,
        "date": last.date,
        "out": int(last.author == membership.account_id),
        "text": "",
        "action": action,
        "attachments": [],
        "fwd_messages": [],
        "important": False,
        "is_hidden": False,
        "random_id": 0,
        "version": last.cmid,
    }
