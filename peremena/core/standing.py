"""Everybody who should be or is in one chat, and where he stands there; and all chats in which one person has a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from peremena.core.grounds import Ground, grounds
from peremena.core.operations import ChatKey
from peremena.core.plan import School
from peremena.core.rules import HandSeats, WantedChat, wanted_chats, with_hand_made
from peremena.core.state import ActualRoom, PersonState, person_state

EMPTY = ActualRoom("")


@dataclass(frozen=True, slots=True)
class Standing:
    """`person` None: a profile that nobody of ours holds now. `reason` is why the messenger refused him."""

    person: int | None
    state: PersonState
    member: str = ""
    seated: bool = False
    grounds: tuple[Ground, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChatStanding:
    """`seats` are the people the figures of the chat count; `wanted`: the chat should exist."""

    seats: frozenset[int]
    people: tuple[Standing, ...]
    wanted: bool


def chat_standing(school: School, chat: ChatKey) -> ChatStanding:
    """What a plan of this school would hold of the people of one chat. `school` may be narrowed to what the chat is made of."""
    room, by_hand = _known(school, chat)
    wanted = _wanted(school).get(chat)
    seats = wanted.seats if wanted else _left_over(school, room or EMPTY, by_hand)
    why = grounds(school.year, chat)
    named = [
        _named(person, school.accounts.get(person, ""), person in seats, room, by_hand, why.get(person, ()))
        for person in sorted(seats | by_hand.pinned | by_hand.blocked)
    ]
    placed = {each.member for each in named}
    others = _others(school, (room or EMPTY), placed, everybody_goes=school.strangers_out and wanted is not None)
    return ChatStanding(seats if wanted else frozenset(), (*named, *others), wanted is not None)


def standings_of(school: School, person: int) -> dict[ChatKey, Standing]:
    """Of the chats there are in `school`, which may be narrowed to them, those in which the person has a place, or keeps one in a
    chat no longer wanted."""
    wanted, member = _wanted(school), school.accounts.get(person, "")
    found: dict[ChatKey, Standing] = {}
    for chat in school.known:
        room, by_hand = _known(school, chat)
        seats = wanted[chat].seats if chat in wanted else _left_over(school, room or EMPTY, by_hand)
        if person in seats:
            why = grounds(school.year, chat).get(person, ())
            found[chat] = _named(person, member, True, room, by_hand, why)
    return found


def _wanted(school: School) -> Mapping[ChatKey, WantedChat]:
    return with_hand_made(wanted_chats(school.year), school.by_hand, school.known)


def _known(school: School, chat: ChatKey) -> tuple[ActualRoom | None, HandSeats]:
    known = school.known.get(chat)
    return known.room if known else None, school.by_hand.get(chat, HandSeats())


def _left_over(school: School, room: ActualRoom, by_hand: HandSeats) -> frozenset[int]:
    """A chat no longer wanted keeps its people."""
    staying = room.members & room.ours
    return frozenset(person for person, account in school.accounts.items() if account in staying) - by_hand.blocked


def _named(
    person: int, member: str, seated: bool, room: ActualRoom | None, by_hand: HandSeats, why: tuple[Ground, ...]
) -> Standing:
    state = person_state(seated=seated, member=member or None, room=room)
    if state is PersonState.STRANGER and person in by_hand.blocked:
        state = PersonState.LEAVING  # the decision names him, whoever let him in
    reason = room.refused.get(member, "") if room and state is PersonState.REFUSED else ""
    return Standing(person, state, member, seated, why, reason)


def _others(school: School, room: ActualRoom, placed: set[str], *, everybody_goes: bool) -> list[Standing]:
    """Those inside who have no place there."""
    holders = {account: person for person, account in school.accounts.items()}
    return [
        Standing(holders.get(member), PersonState.LEAVING if goes else PersonState.STRANGER, member)
        for member in sorted(room.members - placed)
        for goes in (everybody_goes or member in room.ours,)
    ]
