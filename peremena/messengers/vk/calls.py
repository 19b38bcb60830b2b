"""One call of VK's API as a value, and how operations become calls: up to 25 in one request."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from peremena.core.errors import Refused, Unsupported
from peremena.core.operations import AddMember, ChatKey, CreateChat, Operation, RemoveMember, RenameChat, SetRole

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
WRITES = frozenset({CREATE, RENAME, ADD, REMOVE, SET_ROLE})


@dataclass(slots=True)
class Parcel:
    """What one call carries: an operation with its place in the sequence, and for a create the members given at once."""

    place: int
    operation: Operation
    members: list[tuple[int, AddMember]] = field(default_factory=list)


def pack(operations: Sequence[Operation]) -> list[Parcel]:
    """The longest beginning of `operations` that fits one request. Members of a room to be created ride with the create;
    whatever else concerns that room needs its id, which only the answer tells, so it starts the next request."""
    parcels: list[Parcel] = []
    newborn: dict[ChatKey, Parcel] = {}
    for place, operation in enumerate(operations):
        room = newborn.get(operation.chat)
        if room is None and len(parcels) < CALLS_PER_REQUEST:
            parcels.append(Parcel(place, operation))
            if isinstance(operation, CreateChat):
                newborn[operation.chat] = parcels[-1]
        elif room is not None and isinstance(operation, AddMember) and len(room.members) < MEMBERS_PER_CREATE:
            room.members.append((place, operation))
        else:
            break
    return parcels


def create_call(title: str, members: Sequence[str] = ()) -> Call:
    user_ids = {"user_ids": ",".join(members)} if members else {}
    return Call(CREATE, {"title": title, **user_ids})


def members_call(room: str, **params: str | int) -> Call:
    return Call("messages.getConversationMembers", {"peer_id": FIRST_CHAT_PEER + int(room), "count": 1000, **params})


def call_for(parcel: Parcel, rooms: Mapping[ChatKey, str]) -> Call:
    """The call that does the parcel's operation. Raises Refused or Unsupported when no call could."""
    operation = parcel.operation
    if isinstance(operation, CreateChat):
        return create_call(operation.title, [add.member for _, add in parcel.members if is_account(add.member)])
    if operation.chat not in rooms:
        raise Unsupported("no_room")
    if isinstance(operation, AddMember | RemoveMember | SetRole) and not is_account(operation.member):
        raise Refused("unknown_account")
    room = int(rooms[operation.chat])
    match operation:
        case RenameChat(title=title):
            return Call(RENAME, {"chat_id": room, "title": title})
        case AddMember(member=member):
            # What was said before is not for those who come later.
            return Call(ADD, {"chat_id": room, "user_id": int(member), "visible_messages_count": 0})
        case RemoveMember(member=member):
            return Call(REMOVE, {"chat_id": room, "member_id": int(member)})
        case SetRole(member=member, admin=admin):
            role = "admin" if admin else "member"
            return Call(SET_ROLE, {"peer_id": FIRST_CHAT_PEER + room, "member_id": int(member), "role": role})
    raise Unsupported(operation.name)


def is_account(member: str) -> bool:
    """Whether this can be the id of a person's account."""
    return member.isascii() and member.isdigit()
