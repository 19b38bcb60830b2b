"""From what is to what should be: the fewest operations, in a safe order."""

from __future__ import annotations

from collections.abc import Iterator

from peremena.core.operations import (
    AddMember,
    ChatKey,
    CreateChat,
    Operation,
    RemoveMember,
    RenameChat,
    SetRole,
    safe_order,
)
from peremena.core.state import Actual, ActualRoom, Desired, DesiredChat


def diff(desired: Desired, actual: Actual) -> list[Operation]:
    """Operations that make `actual` what is desired. A room that is not desired is left alone; a member we do not answer
    for is never touched; one who left or was refused is not pressed again."""
    found = [
        operation
        for chat, want in desired.items()
        if (room := actual.get(chat)) is None or _differs(want, room)
        for operation in _chat(chat, want, room)
    ]
    return sorted(found, key=safe_order)


def _differs(want: DesiredChat, room: ActualRoom) -> bool:
    # The common case by far is "nothing to do": decided here without building anything.
    return want.title != room.title or want.members != room.members or want.admins != room.admins


def _chat(chat: ChatKey, want: DesiredChat, room: ActualRoom | None) -> Iterator[Operation]:
    if room is None:
        yield CreateChat(chat, want.title)
        room = ActualRoom(want.title)
    elif want.title != room.title:
        yield RenameChat(chat, want.title)
    out_of_reach = room.members | room.left | room.invited | room.refused.keys()
    coming = want.members - out_of_reach
    for member in coming:
        yield AddMember(chat, member)
    staying = (want.members & room.members) | coming
    for member in (want.admins & staying) - room.admins:
        yield SetRole(chat, member, admin=True)
    for member in (room.admins & want.members & room.ours) - want.admins:
        yield SetRole(chat, member, admin=False)
    for member in (room.members & room.ours) - want.members:
        yield RemoveMember(chat, member)
