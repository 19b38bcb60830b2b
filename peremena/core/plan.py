"""The plan: what a sync will do, as a value that is counted, refused, stored and signed, and rendered by others."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any

from peremena.core.capabilities import ByHand, Capabilities, lower
from peremena.core.diff import diff
from peremena.core.guard import Refusal, refusal
from peremena.core.operations import (
    OPERATIONS,
    AddMember,
    ChatKey,
    ChatKind,
    CreateChat,
    Operation,
    RemoveMember,
    to_json,
)
from peremena.core.roster import SchoolYear
from peremena.core.rules import HandSeats, WantedChat, wanted_chats, with_hand_made
from peremena.core.state import Actual, ActualRoom, DesiredChat, KnownChat
from peremena.core.titles import full_titles, unique_titles


@dataclass(frozen=True, slots=True)
class School:
    """Everything a plan is made of. `accounts` are the linked accounts of people who are still with us, by person; `taken`
    are titles that other schools use in the same connection; `strangers_out`: whoever is in a wanted chat without a place
    there is put out, whoever let him in."""

    year: SchoolYear
    accounts: Mapping[int, str]
    known: Mapping[ChatKey, KnownChat] = field(default_factory=dict)
    by_hand: Mapping[ChatKey, HandSeats] = field(default_factory=dict)
    taken: Set[str] = frozenset()
    strangers_out: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    operations: tuple[Operation, ...]
    by_hand: tuple[ByHand, ...]
    refusal: Refusal | None
    titles: Mapping[ChatKey, str]  # of every wanted chat
    wanted: Mapping[ChatKey, WantedChat]
    linked: int  # seats whose people have linked
    fingerprint: str

    @property
    def is_empty(self) -> bool:
        return not self.operations

    @property
    def seats(self) -> int:
        return sum(len(chat.seats) for chat in self.wanted.values())

    @property
    def chats(self) -> dict[str, int]:
        """Wanted chats by kind."""
        found = Counter(key.kind for key in self.wanted)
        return {kind.value: found[kind] for kind in ChatKind}

    def counts(self) -> dict[str, int]:
        """Operations by name, every name present."""
        found = Counter(operation.name for operation in self.operations)
        return {name: found[name] for name in OPERATIONS}


def make_plan(school: School, can: Capabilities) -> Plan:
    """What has to be done for this school over a connection that `can` do so much."""
    wanted = with_hand_made(wanted_chats(school.year), school.by_hand, school.known)
    titles = wanted_titles(school, wanted, can.title_limit)
    lost = {key: chat.problem for key, chat in school.known.items() if chat.problem}
    rooms = {key: chat.room for key, chat in school.known.items() if chat.room is not None and key not in lost}
    actual = {key: _managed(school, key, room, wanted=key in wanted) for key, room in rooms.items()}
    desired = {key: _desired(titles[key], chat, school.accounts) for key, chat in wanted.items()}
    linked = sum(len(chat.members) for chat in desired.values())
    still_linked = frozenset(school.accounts.values())
    desired |= {
        key: _left_over(room, still_linked - _blocked(school, key)) for key, room in actual.items() if key not in wanted
    }
    lowered = lower(diff({key: chat for key, chat in desired.items() if key not in lost}, actual), can)
    strangers = _strangers(desired, actual) if can.by_link else ()
    by_hand = (*_lost_rooms(lost, wanted.keys()), *_refused(desired, actual), *strangers, *lowered.by_hand)
    return Plan(
        operations=tuple(lowered.doable),
        by_hand=by_hand,
        refusal=refusal(lowered.doable, actual),
        titles=titles,
        wanted=wanted,
        linked=linked,
        fingerprint=fingerprint([to_json(operation) for operation in lowered.doable], by_hand),
    )


def only(plan: Plan, school: School, chats: Set[ChatKey]) -> Plan:
    """The part of a plan that puts right the rooms of these chats; none is made by it."""
    made = {operation.chat for operation in plan.operations if isinstance(operation, CreateChat)}
    operations = [each for each in plan.operations if each.chat in chats and each.chat not in made]
    by_hand = tuple(step for step in plan.by_hand if step.chat in chats)
    actual = {
        key: _managed(school, key, chat.room, wanted=key in plan.wanted)
        for key, chat in school.known.items()
        if chat.room is not None and key in chats
    }
    return replace(
        plan,
        operations=tuple(operations),
        by_hand=by_hand,
        refusal=refusal(operations, actual),
        fingerprint=fingerprint([to_json(operation) for operation in operations], by_hand),
    )


def wanted_titles(school: School, wanted: Mapping[ChatKey, WantedChat], limit: int) -> dict[ChatKey, str]:
    """The title of every wanted chat: a person's own where there is one, else a generated unique one."""
    known = {key: chat for key, chat in school.known.items() if key in wanted}
    kept = {key: chat.title for key, chat in known.items() if chat.title_kept or key.kind is ChatKind.CUSTOM}
    generated = {key: title for key, title in full_titles(school.year, wanted).items() if key not in kept}
    current = {key: chat.title for key, chat in known.items()}
    left_over = {chat.room.title for key, chat in school.known.items() if chat.room and key not in wanted}
    return kept | unique_titles(generated, current, {*school.taken, *kept.values(), *left_over}, limit)


def _desired(title: str, chat: WantedChat, accounts: Mapping[int, str]) -> DesiredChat:
    members = frozenset(account for person in chat.seats if (account := accounts.get(person)))
    return DesiredChat(title, members, frozenset(accounts[person] for person in chat.admins if person in accounts))


def _managed(school: School, key: ChatKey, room: ActualRoom, *, wanted: bool) -> ActualRoom:
    """A person who was blocked is put out even if somebody else let him in: the decision names him."""
    answerable = room.members if school.strangers_out and wanted else _blocked(school, key)
    return replace(room, ours=room.ours | answerable) if answerable else room


def _strangers(desired: Mapping[ChatKey, DesiredChat], actual: Actual) -> list[ByHand]:
    """A link lets in whoever has it: people without a place are told of, chat by chat."""
    return [
        ByHand(RemoveMember.name, chat, "stranger", member)
        for chat, room in sorted(actual.items())
        if chat in desired
        for member in sorted(room.members - room.ours - desired[chat].members)
    ]


def _blocked(school: School, key: ChatKey) -> frozenset[str]:
    blocked = school.by_hand[key].blocked if key in school.by_hand else frozenset()
    return frozenset(account for person in blocked if (account := school.accounts.get(person)))


def _left_over(room: ActualRoom, staying: frozenset[str]) -> DesiredChat:
    """A chat no longer wanted keeps its people until a person archives it; only who unlinked, left us or was blocked goes."""
    return DesiredChat(room.title, room.members & staying, room.admins & staying)


def _lost_rooms(lost: Mapping[ChatKey, str], wanted: Set[ChatKey]) -> list[ByHand]:
    """A room that is gone is not made again behind anybody's back: its people and messages may be elsewhere."""
    return [ByHand(CreateChat.name, chat, problem) for chat, problem in sorted(lost.items()) if chat in wanted]


def _refused(desired: Mapping[ChatKey, DesiredChat], actual: Actual) -> list[ByHand]:
    """Whom the messenger would not take, as far as he has not come in another way or left by himself since."""
    return [
        ByHand(AddMember.name, chat, room.refused[member], member)
        for chat, room in sorted(actual.items())
        if room.refused and chat in desired
        for member in sorted((room.refused.keys() & desired[chat].members) - room.members - room.left)
    ]


def fingerprint(operations: list[dict[str, Any]], by_hand: tuple[ByHand, ...]) -> str:
    """The plan's signature: equal plans have equal ones."""
    text = json.dumps([operations, by_hand], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
