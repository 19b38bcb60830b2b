"""Why a person has a seat in a chat by rule: the same rules as `core.rules`, told person by person, for one chat."""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from typing import NamedTuple

from peremena.core.operations import ChatKey, ChatKind
from peremena.core.roster import SchoolYear
from peremena.core.rules import Unit, units


class GroundKind(StrEnum):
    """The words people see are in web.wording."""

    SCHOOL_TEACHER = "school_teacher"
    CLASS_TEACHER = "class_teacher"
    CLASS_PUPIL = "class_pupil"
    GUARDIAN = "guardian"
    GROUP_TEACHER = "group_teacher"
    GROUP_PUPIL = "group_pupil"


class Ground(NamedTuple):
    """`unit` is the id of the class or group; `pupil` the child a guardian is there for."""

    kind: GroundKind
    unit: int = 0
    pupil: int = 0


Grounds = dict[int, tuple[Ground, ...]]
NOBODY = Unit(frozenset(), frozenset(), frozenset())


def grounds(year: SchoolYear, chat: ChatKey) -> Grounds:
    """Person → why he is in this chat by rule; empty for a chat that the rules do not want."""
    if (chat.organization, chat.year) != (year.organization, year.year):
        return {}
    match chat.kind:
        case ChatKind.TEACHERS:
            return {person: (Ground(GroundKind.SCHOOL_TEACHER),) for person in year.teachers}
        case ChatKind.CLASS | ChatKind.PARENTS if chat.school_class in year.classes:
            people = units(each for each in year.in_classes if each.unit == chat.school_class)
            unit = people.get(chat.school_class, NOBODY)
            own = _guardians(year, chat.school_class, unit) if chat.kind is ChatKind.PARENTS else _pupils(chat, unit)
            return _with(own, GroundKind.CLASS_TEACHER, chat.school_class, unit.responsible)
        case ChatKind.SUBJECT if chat.group in year.groups:
            people = units(each for each in year.in_groups if each.unit == chat.group)
            unit = people.get(chat.group, NOBODY)
            return _with(_pupils(chat, unit), GroundKind.GROUP_TEACHER, chat.group, unit.teachers)
    return {}


def _pupils(chat: ChatKey, unit: Unit) -> Grounds:
    kind = GroundKind.GROUP_PUPIL if chat.kind is ChatKind.SUBJECT else GroundKind.CLASS_PUPIL
    return {person: (Ground(kind, chat.group or chat.school_class),) for person in unit.pupils}


def _guardians(year: SchoolYear, school_class: int, unit: Unit) -> Grounds:
    found: dict[int, list[Ground]] = defaultdict(list)
    for pupil in sorted(unit.pupils):
        for guardian in year.guardians.get(pupil, ()):
            found[guardian].append(Ground(GroundKind.GUARDIAN, school_class, pupil))
    return {person: tuple(own) for person, own in found.items()}


def _with(own: Grounds, kind: GroundKind, unit: int, teachers: frozenset[int]) -> Grounds:
    """Those the chat is for, and its teachers; teachers alone make no chat."""
    if not own:
        return {}
    return own | {person: (Ground(kind, unit), *own.get(person, ())) for person in teachers}
