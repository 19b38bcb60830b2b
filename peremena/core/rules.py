"""Which chats a school should have, and who belongs in them by rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from peremena.core.operations import ChatKey, ChatKind
from peremena.core.roster import Enrollment, EnrollmentRole, SchoolYear


class WantedChat(NamedTuple):
    """People by our ids. `admins` are those whose place in the roster makes them responsible for the chat."""

    seats: frozenset[int]
    admins: frozenset[int] = frozenset()


class Unit(NamedTuple):
    """The people of one class or group."""

    pupils: frozenset[int]
    teachers: frozenset[int]
    responsible: frozenset[int]  # the primary teachers, else all of them


@dataclass(frozen=True, slots=True)
class HandSeats:
    """What people decided about people: both survive every sync."""

    pinned: frozenset[int] = frozenset()
    blocked: frozenset[int] = frozenset()


def units(enrollments: Iterable[Enrollment]) -> dict[int, Unit]:
    """Enrolments gathered by class or group id."""
    pupils, teachers, primary = defaultdict(set), defaultdict(set), defaultdict(set)
    for unit, person, role, is_primary in enrollments:
        if role == EnrollmentRole.STUDENT:
            pupils[unit].add(person)
        else:
            teachers[unit].add(person)
            if is_primary:
                primary[unit].add(person)
    return {
        unit: Unit(frozenset(pupils[unit]), frozenset(teachers[unit]), frozenset(primary[unit] or teachers[unit]))
        for unit in {*pupils, *teachers}
    }


def wanted_chats(year: SchoolYear) -> dict[ChatKey, WantedChat]:
    """The chats that should exist. One without a pupil (class, subject), a guardian (parents) or a teacher (teachers) is not
    wanted; one without a teacher is, and is an oddity to show."""
    chats: dict[ChatKey, WantedChat] = {}
    if year.teachers:
        chats[ChatKey(year.organization, year.year, ChatKind.TEACHERS)] = WantedChat(year.teachers)
    classes = units(year.in_classes)
    for school_class in year.classes:
        if (unit := classes.get(school_class)) and unit.pupils:
            chats |= _chats_of_class(year, school_class, unit)
    groups = units(year.in_groups)
    for group in year.groups:
        if (unit := groups.get(group)) and unit.pupils:
            key = ChatKey(year.organization, year.year, ChatKind.SUBJECT, group=group)
            chats[key] = WantedChat(unit.pupils | unit.teachers, unit.teachers)
    return chats


def _chats_of_class(year: SchoolYear, school_class: int, unit: Unit) -> dict[ChatKey, WantedChat]:
    own = ChatKey(year.organization, year.year, ChatKind.CLASS, school_class)
    chats = {own: WantedChat(unit.pupils | unit.responsible, unit.responsible)}
    guardians = frozenset().union(*(year.guardians.get(pupil, frozenset()) for pupil in unit.pupils))
    if guardians:
        key = own._replace(kind=ChatKind.PARENTS)
        chats[key] = WantedChat(guardians | unit.responsible, unit.responsible)
    return chats


def parent_classes(year: SchoolYear) -> dict[int, tuple[int, ...]]:
    """Group → the homeroom classes of its pupils, in the order of the classes' sort keys."""
    homerooms: dict[int, set[int]] = defaultdict(set)
    for unit, person, role, _ in year.in_classes:
        if role == EnrollmentRole.STUDENT and unit in year.classes:
            homerooms[person].add(unit)
    parents: dict[int, set[int]] = defaultdict(set)
    for unit, person, role, _ in year.in_groups:
        if role == EnrollmentRole.STUDENT:
            parents[unit] |= homerooms.get(person, set())
    return {
        group: tuple(sorted(found, key=lambda c: (year.classes[c].sort_key, c))) for group, found in parents.items()
    }


def seated(rule: frozenset[int], by_hand: HandSeats | None) -> frozenset[int]:
    """Who should be there: blocked > pinned > rule."""
    return rule if by_hand is None else (rule | by_hand.pinned) - by_hand.blocked


def with_hand_made(
    wanted: Mapping[ChatKey, WantedChat], by_hand: Mapping[ChatKey, HandSeats], known: Iterable[ChatKey]
) -> dict[ChatKey, WantedChat]:
    """The wanted chats with people's decisions in them; a custom chat is wanted while it is known, and lives of its pinned
    seats alone."""
    custom = {key: WantedChat(frozenset()) for key in known if key.kind is ChatKind.CUSTOM}
    return {
        key: chat._replace(seats=(seats := seated(chat.seats, by_hand.get(key))), admins=chat.admins & seats)
        for key, chat in {**custom, **wanted}.items()
    }
