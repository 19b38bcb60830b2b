"""Why somebody has a seat by rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from peremena.core.grounds import Ground, GroundKind, grounds
from peremena.core.operations import ChatKey, ChatKind
from peremena.core.roster import Enrollment, EnrollmentRole, Group, SchoolClass, SchoolYear
from peremena.core.rules import wanted_chats
from tests.core.trial import holds, refuted
from tests.core.worlds import KEYS, years

PUPIL, TEACHER = EnrollmentRole.STUDENT, EnrollmentRole.TEACHER
K = GroundKind
YEAR = SchoolYear(
    organization=1,
    name="Школа",
    year=2027,
    classes={1: SchoolClass("1А", "1а"), 2: SchoolClass("2А", "2а")},
    groups={7: Group("1А хор", 1, "Музыка", "хор")},
    teachers=frozenset({20, 21}),
    in_classes=(
        Enrollment(1, 10, PUPIL, False),
        Enrollment(1, 11, PUPIL, False),
        Enrollment(1, 20, TEACHER, True),
        Enrollment(1, 21, TEACHER, False),
        Enrollment(2, 12, PUPIL, False),
    ),
    in_groups=(Enrollment(7, 10, PUPIL, False), Enrollment(7, 21, TEACHER, False)),
    guardians={10: frozenset({30, 20}), 11: frozenset({30}), 12: frozenset({31})},
)


def told(kind: ChatKind, year: SchoolYear = YEAR, **unit: int) -> dict[int, tuple[Ground, ...]]:
    return grounds(year, ChatKey(1, 2027, kind, **unit))


def test_teachers_are_there_as_teachers_of_the_school() -> None:
    assert told(ChatKind.TEACHERS) == {20: (Ground(K.SCHOOL_TEACHER),), 21: (Ground(K.SCHOOL_TEACHER),)}


def test_a_class_has_its_pupils_and_who_answers_for_it() -> None:
    assert told(ChatKind.CLASS, school_class=1) == {
        10: (Ground(K.CLASS_PUPIL, 1),),
        11: (Ground(K.CLASS_PUPIL, 1),),
        20: (Ground(K.CLASS_TEACHER, 1),),
    }


def test_a_parent_is_there_for_each_child_and_a_teacher_may_be_a_parent_too() -> None:
    assert told(ChatKind.PARENTS, school_class=1) == {
        30: (Ground(K.GUARDIAN, 1, 10), Ground(K.GUARDIAN, 1, 11)),
        20: (Ground(K.CLASS_TEACHER, 1), Ground(K.GUARDIAN, 1, 10)),
    }


def test_a_subject_has_its_teacher_and_those_who_study_it() -> None:
    assert told(ChatKind.SUBJECT, group=7) == {10: (Ground(K.GROUP_PUPIL, 7),), 21: (Ground(K.GROUP_TEACHER, 7),)}


def test_a_chat_of_another_year_or_of_nobody_gives_nobody_a_seat() -> None:
    assert grounds(YEAR, ChatKey(1, 2026, ChatKind.CLASS, school_class=1)) == {}
    assert told(ChatKind.CLASS, school_class=9) == {}
    assert told(ChatKind.CUSTOM, custom=5) == {}
    assert told(ChatKind.CLASS, replace(YEAR, in_classes=(Enrollment(1, 20, TEACHER, True),)), school_class=1) == {}


def told_of_everybody_seated(year: SchoolYear) -> None:
    wanted = wanted_chats(year)
    for key in KEYS:
        assert grounds(year, key).keys() == (wanted[key].seats if key in wanted else frozenset())


def every_seat_has_a_ground(year: SchoolYear) -> None:
    assert all(each for key in KEYS for each in grounds(year, key).values())


def test_whoever_the_rules_seat_has_a_ground_and_nobody_else_has() -> None:
    holds(years(), told_of_everybody_seated)
    holds(years(), every_seat_has_a_ground)


def test_a_teacher_forgotten_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("peremena.core.grounds._with", lambda own, kind, unit, teachers: own)
    refuted(years(), told_of_everybody_seated)
