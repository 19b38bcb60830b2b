"""How operations become calls: the fewest that do them, at most 25 in one request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from peremena.core.errors import Refused, Unsupported
from peremena.core.operations import (
    AddMember,
    ChatKey,
    CreateChat,
    InviteMember,
    Operation,
    RemoveMember,
    RenameChat,
    SetRole,
)
from peremena.messengers.vk.calls import (
    ADD,
    CALLS_PER_REQUEST,
    FIRST_CHAT_PEER,
    MEMBERS_PER_CREATE,
    REMOVE,
    RENAME,
    SET_ROLE,
    Call,
    create_call,
    link_call,
)


@dataclass(slots=True)
class Parcel:
    """What one call carries: operations with their places in the sequence. A create carries the members given at once; a
    link carries all invitations into its room and all removals from it, after which it is another one."""

    carried: list[tuple[int, Operation]]
    is_link: bool = False

    @property
    def operation(self) -> Operation:
        """What the call is for."""
        return self.carried[0][1]

    @property
    def renews(self) -> bool:
        return any(isinstance(operation, RemoveMember) for _, operation in self.carried)


@dataclass(slots=True)
class _Request:
    """A request being filled. `by_link`: people come in by a link, which a removal renews."""

    by_link: bool
    parcels: list[Parcel] = field(default_factory=list)
    links: dict[ChatKey, Parcel] = field(default_factory=dict)
    newborn: dict[ChatKey, Parcel] = field(default_factory=dict)

    def takes(self, place: int, operation: Operation) -> bool:
        """Puts it in, if it fits."""
        chat = operation.chat
        if chat in self.newborn:
            return self._rides(self.newborn[chat], place, operation)
        invites = isinstance(operation, InviteMember)
        link = invites or (self.by_link and isinstance(operation, RemoveMember))
        needed = (not invites) + (link and chat not in self.links)
        if len(self.parcels) + len(self.links) + needed > CALLS_PER_REQUEST:
            return False
        if not invites:
            self.parcels.append(Parcel([(place, operation)]))
        if link:
            self.links.setdefault(chat, Parcel([], is_link=True)).carried.append((place, operation))
        if isinstance(operation, CreateChat):
            self.newborn[chat] = self.parcels[-1]
        return True

    def _rides(self, create: Parcel, place: int, operation: Operation) -> bool:
        """Members ride with the create; whatever else concerns that room needs its id, which only the answer tells."""
        fits = isinstance(operation, AddMember) and not self.by_link and len(create.carried) <= MEMBERS_PER_CREATE
        if fits:
            create.carried.append((place, operation))
        return fits


def pack(operations: Sequence[Operation], *, by_link: bool = False) -> list[Parcel]:
    """What of `operations` fits one request, in the order of calls: links come last, when everybody who goes is out."""
    request = _Request(by_link)
    held: set[ChatKey] = set()
    for place, operation in enumerate(operations):
        if operation.chat not in held and not request.takes(place, operation):
            held.add(operation.chat)
    return [*request.parcels, *request.links.values()]


def places(parcels: Sequence[Parcel]) -> list[int]:
    """Of all operations carried, ascending."""
    return sorted({place for parcel in parcels for place, _ in parcel.carried})


def call_for(parcel: Parcel, rooms: Mapping[ChatKey, str]) -> Call:
    """The call that does the parcel's operations. Raises Refused or Unsupported when no call could."""
    operation = parcel.operation
    if isinstance(operation, CreateChat):
        added = (add.member for _, add in parcel.carried if isinstance(add, AddMember))
        return create_call(operation.title, [member for member in added if is_account(member)])
    if operation.chat not in rooms:
        raise Unsupported("no_room")
    if parcel.is_link:
        return link_call(rooms[operation.chat], renew=parcel.renews)
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
