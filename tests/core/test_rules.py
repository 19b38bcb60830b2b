"""What scenarios do not tell: whose homerooms a group is made of."""

from __future__ import annotations

from dataclasses import replace

from peremena.core.roster import Enrollment, EnrollmentRole, Group, SchoolClass, SchoolYear
from peremena.core.rules import parent_classes
from peremena.core.titles import natural_key

PUPIL, TEACHER = EnrollmentRole.STUDENT, EnrollmentRole.TEACHER
YEAR = SchoolYear(
    organization=1,
    name="Школа",
    year=2027,
    classes={number: SchoolClass(title, natural_key(title)) for number, title in enumerate(["10А", "9Б", "9А"], 1)},
    groups={1: Group("Хор", 1, "Музыка", "хор")},
    in_classes=tuple(Enrollment(unit, 10 + unit, PUPIL, False) for unit in (1, 2, 3)),
)


def test_a_group_belongs_to_the_homerooms_of_its_pupils_in_the_order_people_count() -> None:
    pupils = tuple(Enrollment(1, person, PUPIL, False) for person in (11, 12, 13))
    assert parent_classes(replace(YEAR, in_groups=pupils)) == {1: (3, 2, 1)}


def test_a_teacher_brings_no_homeroom_and_a_pupil_without_one_brings_none() -> None:
    members = (Enrollment(1, 12, TEACHER, True), Enrollment(1, 13, PUPIL, False), Enrollment(1, 99, PUPIL, False))
    assert parent_classes(replace(YEAR, in_groups=members)) == {1: (3,)}
