"""What a connection can do, and the one place where a plan is lowered to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from peremena.core.operations import (
    AddMember,
    ArchiveChat,
    ChatKey,
    CreateChat,
    InviteMember,
    Operation,
    RemoveMember,
    RenameChat,
    SetRole,
)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Declared by a messenger for one kind of credential. `batch_size` calls fit one request; `pace` is requests a second."""

    create_chat: bool = False
    rename: bool = False
    add_member: bool = False
    invite_link: bool = False
    remove_member: bool = False
    set_role: bool = False
    delete_chat: bool = False
    start_call: bool = False
    events: bool = False
    batch_size: int = 1
    pace: float = 1.0
    title_limit: int = 200

    @property
    def by_link(self) -> bool:
        """People come in by themselves, and so may whoever else got the link."""
        return self.invite_link and not self.add_member


class ByHand(NamedTuple):
    """A step for a person: the first-class result of a capability that is missing. `chat` None = the whole connection."""

    operation: str
    chat: ChatKey | None
    reason: str
    member: str = ""


class Lowered(NamedTuple):
    doable: list[Operation]
    by_hand: list[ByHand]


NEEDS: dict[type[Operation], str] = {
    CreateChat: "create_chat",
    RenameChat: "rename",
    AddMember: "add_member",
    InviteMember: "invite_link",
    SetRole: "set_role",
    RemoveMember: "remove_member",
    ArchiveChat: "delete_chat",
}


def lower(operations: Iterable[Operation], can: Capabilities) -> Lowered:
    """Split operations, given in safe order, into what `can` allows and what a person must do; nothing is dropped silently:
    what needs a room or a member that somebody else must bring first follows with the sync after that."""
    doable: list[Operation] = []
    by_hand: list[ByHand] = []
    absent: set[tuple[ChatKey, str]] = set()  # with "" for a member: the room itself
    for operation in operations:
        chat, member = operation.chat, getattr(operation, "member", "")
        possible = getattr(can, NEEDS[type(operation)])
        waits = (chat, "") in absent or (chat, member) in absent
        if not possible and isinstance(operation, CreateChat | AddMember):
            absent.add((chat, member))
        match operation:
            case SetRole() if not possible:
                # One to-do per connection: a list of every chat would bury the one thing to do.
                if (step := ByHand(operation.name, None, "unsupported")) not in by_hand:
                    by_hand.append(step)
            case _ if possible and not waits:
                doable.append(operation)
            case AddMember() if can.invite_link and not waits:
                doable.append(InviteMember(chat, member))
            case _ if not waits:
                by_hand.append(ByHand(operation.name, chat, "unsupported", member))
    return Lowered(doable, by_hand)
