"""Rooms of ours that our books may not know: for adoption after a crash."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from peremena.core.errors import MessengerError, Refused
from peremena.messengers.base import FoundRoom
from peremena.messengers.vk.calls import CALLS_PER_REQUEST, FIRST_CHAT_PEER, INSIDE, Call, members_call
from peremena.messengers.vk.client import VkClient
from peremena.messengers.vk.credentials import CredentialKind
from peremena.messengers.vk.errors import known_shape

CONVERSATIONS_PER_PAGE = 200
PAGES_PER_REQUEST = 5  # an answer of `execute` is bounded (5 MB, as its users report), and a page may be 300 KB


def found_since(client: VkClient, kind: CredentialKind, began: float, known: Collection[str]) -> list[FoundRoom]:
    """Rooms we own that began in or after the second of `began`, oldest first. Those that are `known` are not asked about: in
    the middle of a big sync they are many, and each costs a call."""
    since = int(began)  # VK tells whole seconds
    account, candidates = _candidates(client, kind, since)
    unknown = [(room, title) for room, title in candidates.items() if room not in known]
    found: list[FoundRoom] = []
    for start in range(0, len(unknown), CALLS_PER_REQUEST):
        part = unknown[start : start + CALLS_PER_REQUEST]
        values = client.ask([members_call(room, member_ids=account) for room, _ in part])
        with known_shape():
            for (room, title), value in zip(part, values, strict=True):
                joined = _joined(value, account)
                if joined is not None and joined >= since:
                    found.append(FoundRoom(room, title, str(account), joined))
    return sorted(found, key=lambda room: room.began)


def _candidates(client: VkClient, kind: CredentialKind, since: int) -> tuple[int, dict[str, str]]:
    """Our account's id, and id -> title of the rooms we own where anything happened since. The newest come first, so the
    first page that reaches back before `since` is the last one needed."""
    rooms: dict[str, str] = {}
    page = 0
    while True:
        pages = [_page(number) for number in range(page, page + PAGES_PER_REQUEST)]
        who, *values = client.ask([kind.who_am_i, *pages])
        account = int(kind.identity(_or_raise(who)).account)
        with known_shape():
            for value in map(_or_raise, values):
                rooms.update(_ours(value["items"], account, since))
                page += 1
                if page * CONVERSATIONS_PER_PAGE >= value["count"] or _reaches_before(value["items"], since):
                    return account, rooms


def _page(number: int) -> Call:
    offset = number * CONVERSATIONS_PER_PAGE
    return Call("messages.getConversations", {"count": CONVERSATIONS_PER_PAGE, "offset": offset})


def _ours(items: list[dict[str, Any]], account: int, since: int) -> Iterator[tuple[str, str]]:
    for item in items:
        settings = item["conversation"].get("chat_settings")
        if (
            settings
            and settings["state"] == INSIDE
            and settings["owner_id"] == account
            and _last_heard(item, since) >= since
        ):
            yield str(item["conversation"]["peer"]["id"] - FIRST_CHAT_PEER), settings["title"]


def _reaches_before(items: list[dict[str, Any]], since: int) -> bool:
    """Whether older activity has begun. Conversations a person pinned stand first whatever their age."""
    return any(_last_heard(item, since) < since for item in items if item["conversation"]["sort_id"]["major_id"] == 0)


def _last_heard(item: dict[str, Any], unknown: int) -> int:
    """When the last message came; a conversation that does not tell proves nothing."""
    date: int = item.get("last_message", {}).get("date", unknown)
    return date


def _joined(value: Any, account: int) -> int | None:
    """When `account` came in: for the owner the beginning of the room. None when it is not told, or no longer inside."""
    if isinstance(value, Refused):
        return None
    members = [item for item in _or_raise(value)["items"] if item["member_id"] == account]
    return members[0].get("join_date") if members else None


def _or_raise(value: Any) -> Any:
    if isinstance(value, MessengerError):
        raise value
    return value
