"""Whoever speaks for one school does not reach another one by naming its keys."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from peremena.core.errors import UnusableInput
from peremena.core.roster import (
    ClassRecord,
    EmploymentRecord,
    EnrollmentRecord,
    EnrollmentRole,
    GuardianshipRecord,
    OrganizationKind,
    OrganizationRecord,
    RosterFile,
    SubjectRecord,
)
from peremena.intake.confined import refuse_beyond
from peremena.intake.preview import preview
from peremena.school.models import Organization, OrganizationKey
from tests.intake.rosters import roster, take_in, together

EAST = roster(
    {"7А": ["anna", "nina"], "9Я": []},
    school="east",
    groups={"г": ["nina"]},
    parents={"anna": ["mother"]},
    staff={"teacher": ["teacher"]},
)
EAST_BEFORE = replace(roster({"7А": ["gone", "moved"]}, school="east"), classes=EAST.classes)
WEST = roster(
    {"7А": ["boris", "nina"]},
    school="west",
    groups={"г": ["boris"]},
    parents={"boris": ["father"]},
    staff={"teacher": ["master"]},
)
MOVED = roster({"7А": ["moved"]}, school="west")
OBLAST = OrganizationRecord("oblast", "Область", OrganizationKind.REGION, "", "")


@pytest.fixture
def west(db: None) -> Organization:
    take_in(together(EAST_BEFORE, WEST))
    take_in(together(EAST, WEST, MOVED))
    return OrganizationKey.objects.get(key="west").organization


def judged(file: RosterFile, school: Organization) -> str:
    """What is said against the file, "" = nothing."""
    try:
        refuse_beyond(preview(file, school=school), school)
    except UnusableInput as refusal:
        return str(refusal)
    return ""


def with_names(file: RosterFile, **names: str) -> RosterFile:
    people = tuple(replace_name(person, names.get(person.key)) for person in file.people)
    return replace(file, people=people)


def replace_name(person, name):  # type: ignore[no-untyped-def]
    return person._replace(family_name=name) if name else person


def test_the_schools_own_people_come_change_and_go(west: Organization) -> None:
    new = roster({"7А": ["boris"], "8А": ["vera"]}, school="west", parents={"vera": ["aunt"]}, groups={"г": ["vera"]})
    once = with_names(roster({"7А": ["moved"]}, school="west"), moved="Новая")  # another school's, long ago
    for file in (
        once,
        WEST,
        with_names(WEST, boris="Новый", father="Другой", master="Иной"),
        roster({}, school="west"),
        new,
    ):
        assert judged(file, west) == ""


def test_a_first_list_of_a_school_that_is_new_to_its_source_is_welcome(west: Organization) -> None:
    other = replace(WEST, source="another")
    assert judged(other, west) == ""


def test_a_pupil_may_come_over_unchanged(west: Organization) -> None:
    families = {"boris": ["father"], "anna": ["mother"]}
    assert judged(roster({"7А": ["boris", "anna"]}, school="west", parents=families), west) == ""
    assert judged(roster({"7А": ["boris", "anna"]}, school="west"), west) != ""  # it would end her family


ORGANIZATIONS, UNITS = "другие организации", "классы, группы или предметы"
EMPLOYMENTS, ENROLLMENTS, PEOPLE = "сотрудники другой", "зачисления другой", "люди, которые есть и в другой школе"


def reaching() -> dict[str, tuple[RosterFile, str]]:
    """A file, and what it would change."""
    people = tuple(dict.fromkeys([*WEST.people, *EAST.people]))
    empty_class = ClassRecord("east-9Я", "9Я", "", "west", 2027)
    families = EAST.guardianships + WEST.guardianships
    return {
        "renames another school's pupil": (
            with_names(roster({"7А": ["boris", "anna"]}, school="west"), anna="Переименована"),
            PEOPLE,
        ),
        "renames another school's parent": (
            with_names(roster({"7А": ["boris"]}, school="west", parents={"boris": ["mother"]}), mother="Другая"),
            PEOPLE,
        ),
        "renames another school's teacher": (
            with_names(roster({"7А": ["boris"]}, school="west", staff={"teacher": ["teacher"]}), teacher="Другой"),
            PEOPLE,
        ),
        "renames a pupil of both schools": (with_names(WEST, nina="Переименована"), PEOPLE),
        "renames who has left another school and is in none": (
            with_names(roster({"7А": ["boris", "gone"]}, school="west"), gone="Переименована"),
            PEOPLE,
        ),
        "makes somebody a guardian of another school's pupil": (
            replace(WEST, people=people, guardianships=(*families, GuardianshipRecord("anna", "father"))),
            PEOPLE,
        ),
        "ends a family of another school's pupil": (replace(WEST, people=people), PEOPLE),
        "takes over a class": (replace(WEST, classes=(*WEST.classes, empty_class)), UNITS),
        "takes over an enrollment into a class": (with_enrollment("east-7А-anna", "anna", families), ENROLLMENTS),
        "takes over an enrollment into a group": (with_enrollment("east-г-nina", "nina", families), ENROLLMENTS),
        "brings an organization": (replace(WEST, organizations=(OBLAST, *WEST.organizations)), ORGANIZATIONS),
    }


def with_enrollment(key: str, person: str, families: tuple[GuardianshipRecord, ...]) -> RosterFile:
    """Of the other school, brought into a class of this one."""
    record = EnrollmentRecord(key, "west-7А", person, EnrollmentRole.STUDENT, False, None, None)
    people = tuple(dict.fromkeys([*WEST.people, *EAST.people]))
    return replace(WEST, people=people, enrollments=(*WEST.enrollments, record), guardianships=families)


@pytest.mark.parametrize("what", reaching())
def test_a_file_that_reaches_beyond_is_refused_as_a_whole(west: Organization, what: str) -> None:
    file, why = reaching()[what]
    said = judged(file, west)
    assert said.startswith("Файл изменил бы не только школу") and why in said


def test_a_file_of_no_school_is_refused(west: Organization) -> None:
    department = WEST.organizations[0]._replace(kind=OrganizationKind.DEPARTMENT)
    assert judged(replace(WEST, organizations=(department,)), west).startswith("--school")


def test_a_school_is_not_moved_nor_anything_changed_above(db: None) -> None:
    other = OrganizationRecord("other", "Другая область", OrganizationKind.REGION, "", "")
    placed = WEST.organizations[0]._replace(parent="oblast")
    whole = replace(WEST, organizations=(OBLAST, other, placed))
    take_in(whole)
    west = OrganizationKey.objects.get(key="west").organization
    assert judged(whole, west) == ""
    moved = replace(whole, organizations=(OBLAST, other, placed._replace(parent="other")))
    assert "другое место школы" in judged(moved, west)
    renamed = replace(whole, organizations=(OBLAST._replace(name="Моя область"), other, placed))
    assert ORGANIZATIONS in judged(renamed, west)
    subject = SubjectRecord("algebra", "Алгебра", "", "oblast")
    assert UNITS in judged(replace(whole, subjects=(subject,)), west)


def test_nobody_is_employed_nor_dismissed_above(db: None) -> None:
    def whole(*posts: EmploymentRecord) -> RosterFile:
        placed = WEST.organizations[0]._replace(parent="oblast")
        return replace(WEST, organizations=(OBLAST, placed), employments=(*WEST.employments, *posts))

    post = EmploymentRecord("master", "oblast", "districtAdministrator", None, None)
    take_in(whole())
    west = OrganizationKey.objects.get(key="west").organization
    assert EMPLOYMENTS in judged(whole(post), west)
    take_in(whole(post))
    assert judged(whole(post), west) == ""
    assert EMPLOYMENTS in judged(whole(), west)
    assert EMPLOYMENTS in judged(whole(post._replace(ends=datetime.date(2027, 1, 1))), west)
