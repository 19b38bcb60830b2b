"""The reference implementation: a messenger in memory, for tests and simulations. Where an adapter differs from this, the
contract's tests say so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import ClassVar

from peremena.core.capabilities import Capabilities, lower
from peremena.core.errors import MessengerError, Refused, Unauthorized, Unsupported
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
from peremena.messengers.base import FoundRoom, Identity, Lost, Outcome, Requests, RoomState
from peremena.wire.secret import Secret

EVERYTHING = Capabilities(
    create_chat=True, rename=True, add_member=True, remove_member=True, set_role=True, batch_size=25, pace=1000.0
)
BY_LINK = replace(EVERYTHING, add_member=False, set_role=False, invite_link=True)


@dataclass(slots=True)
class Room:
    title: str
    owner: str
    began: float
    members: dict[str, bool]  # account -> is admin
    left: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)  # by us: no link lets them in
    link: str = ""


@dataclass(slots=True)
class World:
    """What all connections share. `closed` are accounts that let nobody add them; the next `answers_to_lose` writes take
    effect and their answers are lost."""

    clock: Callable[[], float]
    accounts: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    rooms: dict[str, Room] = field(default_factory=dict)
    answers_to_lose: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    numbers: count[int] = field(default_factory=lambda: count(1))

    def create(self, title: str, owner: str) -> str:
        room = str(next(self.numbers))
        self.rooms[room] = Room(title, owner, self.clock(), {owner: True})
        return room

    def leave(self, room: str, account: str) -> None:
        """A person goes by himself."""
        del self.rooms[room].members[account]
        self.rooms[room].left.add(account)

    def join(self, room: str, account: str) -> None:
        """A person comes in without our doing."""
        self.rooms[room].left.discard(account)
        self.rooms[room].members[account] = False

    def follow(self, link: str, account: str) -> bool:
        """A person comes in by a link; whether it let him in."""
        found = [key for key, room in self.rooms.items() if room.link == link and account not in room.removed]
        for room in found:
            self.join(room, account)
        return bool(found)


class MemoryMessenger:
    """One account's connection to a World; an account the world does not know has no valid credential."""

    id: ClassVar[str] = "memory"

    def __init__(self, world: World, account: str, can: Capabilities = EVERYTHING) -> None:
        self.can = can
        self.requests = Requests()
        self.patience = self.latency = 0.0
        self._world = world
        self._account = account

    def identity(self) -> Identity:
        self._sign_in()
        self._count_read("identity")
        return Identity(self._account, self._account)

    def clock(self) -> float:
        return self._world.clock()

    def read(self, rooms: Collection[str]) -> Mapping[str, RoomState | MessengerError]:
        if not rooms:
            return {}
        with self._world.lock:
            self._sign_in()
            self._count_read("read")
            return {room: self._state(room) for room in rooms}

    def found_since(self, began: float, known: Collection[str] = ()) -> Sequence[FoundRoom]:
        with self._world.lock:
            self._sign_in()
            self._count_read("found_since")
            return [
                FoundRoom(external_id, room.title, room.owner, room.began)
                for external_id, room in self._world.rooms.items()
                if room.owner == self._account and room.began >= began and external_id not in known
            ]

    def link(self, room: str) -> Secret:
        with self._world.lock:
            self._sign_in()
            self._count_read("link")
            found = self._our_room(room)
            found.link = found.link or self._new_link()
            return Secret(found.link)

    def take(self, operations: Sequence[Operation]) -> Sequence[int]:
        return range(min(len(operations), self.can.batch_size))

    def apply(self, operations: Sequence[Operation], rooms: Mapping[ChatKey, str]) -> Sequence[Outcome]:
        if len(operations) > self.can.batch_size:
            raise ValueError("more operations than fit one request: see take()")
        with self._world.lock:
            self._sign_in()
            self.requests.write += 1
            known = dict(rooms)
            outcomes = self._with_links([self._outcome(operation, known) for operation in operations], known)
            if self._world.answers_to_lose:
                self._world.answers_to_lose -= 1
                raise Lost("cut_off", retry_after=0.0)
            return outcomes

    def close(self) -> None:
        """There is nothing to let go of."""

    def _sign_in(self) -> None:
        if self._account not in self._world.accounts:
            raise Unauthorized("token_refused")

    def _outcome(self, operation: Operation, rooms: dict[ChatKey, str]) -> Outcome:
        self._count(operation.name)
        try:
            if lower([operation], self.can).doable != [operation]:
                raise Unsupported(operation.name)
            if isinstance(operation, CreateChat):
                rooms[operation.chat] = self._world.create(operation.title, self._account)
                return Outcome(operation, room=rooms[operation.chat])
            if operation.chat not in rooms:
                raise Unsupported("no_room")
            room = self._our_room(rooms[operation.chat])
            if not room.members[self._account]:
                raise Refused("not_admin")
            return Outcome(operation, applied=self._change(operation, room))
        except MessengerError as error:
            return Outcome(operation, error=error)

    def _change(self, operation: Operation, room: Room) -> bool:
        """Whether anything had to change."""
        match operation:
            case RenameChat(title=title):
                room.title, before = title, room.title
                return before != title
            case AddMember(member=member):
                return self._add(member, room)
            case InviteMember():
                return not room.link
            case RemoveMember(member=member):
                room.removed |= {member} & room.members.keys()
                return room.members.pop(member, None) is not None
            case SetRole(member=member, admin=admin):
                if member not in room.members:
                    raise Refused("not_a_member")
                room.members[member], before_admin = admin, room.members[member]
                return before_admin != admin
        raise Unsupported(operation.name)

    def _with_links(self, outcomes: Sequence[Outcome], rooms: Mapping[ChatKey, str]) -> Sequence[Outcome]:
        """Links last: those who are invited get the one that holds when everybody who goes is out."""
        kinds = (InviteMember, RemoveMember) if self.can.invite_link else ()
        about = [each for each in outcomes if isinstance(each.operation, kinds) and not each.error]
        for chat in {each.operation.chat for each in about}:
            room = self._world.rooms[rooms[chat]]
            if not room.link or self._renews(each.operation for each in about if each.operation.chat == chat):
                room.link = self._new_link()
        invited = {id(each) for each in about}
        return [
            replace(each, link=Secret(self._world.rooms[rooms[each.operation.chat]].link))
            if id(each) in invited
            else each
            for each in outcomes
        ]

    def _new_link(self) -> str:
        return f"https://memory.invalid/join/{next(self._world.numbers)}"

    def _renews(self, operations: Iterable[Operation]) -> bool:
        return any(isinstance(operation, RemoveMember) for operation in operations)

    def _add(self, member: str, room: Room) -> bool:
        if member in room.members:
            return False
        if member not in self._world.accounts:
            raise Refused("unknown_account")
        if member in self._world.closed:
            raise Refused("privacy")
        if member in room.left:
            raise Refused("access_denied")  # who left by himself comes back by himself
        room.removed.discard(member)
        room.members[member] = False
        return True

    def _our_room(self, external_id: str) -> Room:
        room = self._world.rooms.get(external_id)
        if room is None:
            raise Refused("room_gone")
        if self._account not in room.members:
            raise Refused("room_closed")
        return room

    def _state(self, external_id: str) -> RoomState | MessengerError:
        try:
            room = self._our_room(external_id)
        except MessengerError as error:
            return error
        admins = frozenset(account for account, admin in room.members.items() if admin)
        return RoomState(room.title, room.owner, frozenset(room.members), admins, frozenset(room.left))

    def _count_read(self, method: str) -> None:
        self.requests.read += 1
        self._count(method)

    def _count(self, method: str) -> None:
        self.requests.by_method[method] = self.requests.by_method.get(method, 0) + 1
