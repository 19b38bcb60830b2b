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


class ByHand(NamedTuple):
    """A step for a person: the first-class result of a capability that is missing. `chat` None = the whole connection."""

    operation: str
    chat: ChatKey | None
    reason: str
    member: str = ""


class Lowered(NamedTuple):
    doable: list[Operation]
    by_hand: list[ByHand]


NEEDS = {CreateChat: "create_chat", RenameChat: "rename", RemoveMember: "remove_member", ArchiveChat: "delete_chat"}


def lower(operations: Iterable[Operation], can: Capabilities) -> Lowered:
    """Split operations into what `can` allows and what a person must do; nothing is dropped silently."""
    doable: list[Operation] = []
    by_hand: list[ByHand] = []
    for operation in operations:
        match operation:
            case AddMember(chat, member) if not can.add_member:
                if can.invite_link:
                    doable.append(InviteMember(chat, member))
                else:
                    by_hand.append(ByHand(operation.name, chat, "unsupported", member))
            case SetRole() if not can.set_role:
                # One to-do per connection: a list of every chat would bury the one thing to do.
                if not any(step.operation == SetRole.name for step in by_hand):
                    by_hand.append(ByHand(operation.name, None, "unsupported"))
            case _ if (need := NEEDS.get(type(operation))) and not getattr(can, need):
                by_hand.append(ByHand(operation.name, operation.chat, "unsupported", getattr(operation, "member", "")))
            case _:
                doable.append(operation)
    return Lowered(doable, by_hand)
