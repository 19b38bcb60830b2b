"""What should be and what is, in one shape; and where one person stands in one chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from peremena.core.operations import ChatKey


@dataclass(frozen=True, slots=True)
class DesiredChat:
    """`members` and `admins` are messenger ids of linked accounts."""

    title: str
    members: frozenset[str]
    admins: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ActualRoom:
    """A managed room, in messenger ids, our own account left out. `ours` are the members we answer for: those we added or
    found in their place; all other members are strangers, and no operation touches them. `left` went by themselves;
    `refused` are those the messenger would not take, with its reason."""

    title: str
    members: frozenset[str] = frozenset()
    ours: frozenset[str] = frozenset()
    admins: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    invited: frozenset[str] = frozenset()
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownChat:
    """A chat that has been written down. `room` None = it has no room in this connection yet; `problem` = it has one that we
    cannot work with any more."""

    title: str
    title_kept: bool = False
    room: ActualRoom | None = None
    problem: str = ""


Desired = Mapping[ChatKey, DesiredChat]
Actual = Mapping[ChatKey, ActualRoom]


class PersonState(StrEnum):
    """A person in a chat. The words people see are in web.wording."""

    NOT_LINKED = "not_linked"
    WAITING = "waiting"
    INVITED = "invited"
    INSIDE = "inside"
    LEFT = "left"
    REFUSED = "refused"
    LEAVING = "leaving"
    STRANGER = "stranger"
    ABSENT = "absent"


def person_state(*, seated: bool, member: str | None, room: ActualRoom | None) -> PersonState:
    """Derived, never stored. `member` is the linked account's messenger id, None where nothing is linked."""
    if member is None:
        return PersonState.NOT_LINKED if seated else PersonState.ABSENT
    if room is not None and member in room.members:
        if seated:
            return PersonState.INSIDE
        return PersonState.LEAVING if member in room.ours else PersonState.STRANGER
    if not seated:
        return PersonState.ABSENT
    if room is not None and member in room.left:
        return PersonState.LEFT
    if room is not None and member in room.refused:
        return PersonState.REFUSED
    return PersonState.INVITED if room is not None and member in room.invited else PersonState.WAITING


def percent(part: int, whole: int) -> int | None:
    """Rounded down, so that 100 means everybody; None ("—") of nothing."""
    return part * 100 // whole if whole else None
