"""Whoever speaks for one school does not reach another one by naming its keys."""

from __future__ import annotations

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

EAST = roster({"7А": ["anna", "nina"]}, school="east", parents={"anna": ["mother"]}, staff={"teacher": ["teacher"]})
WEST = roster({"7А": ["boris", "nina"]}, school="west", parents={"boris": ["father"]}, staff={"teacher": ["master"]})
OBLAST = OrganizationRecord("oblast", "Область", OrganizationKind.REGION, "", "")


@pytest.fixture
def west(db: None) -> Organization:
    take_in(together(EAST, WEST))
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
    for file in (WEST, with_names(WEST, boris="Новый", father="Другой", master="Иной"), roster({}, school="west"), new):
        assert judged(file, west) == ""


def test_a_first_list_of_a_school_that_is_new_to_its_source_is_welcome(west: Organization) -> None:
    other = replace(WEST, source="another")
    assert judged(other, west) == ""


def test_a_pupil_may_come_over_unchanged(west: Organization) -> None:
    families = {"boris": ["father"], "anna": ["mother"]}
    assert judged(roster({"7А": ["boris", "anna"]}, school="west", parents=families), west) == ""
    assert judged(roster({"7А": ["boris", "anna"]}, school="west"), west) != ""  # it would end her family


def reaching() -> dict[str, RosterFile]:
    units, people = WEST.classes, list(dict.fromkeys([*WEST.people, *EAST.people]))
    east_class = ClassRecord("east-7А", "7А", "", "west", 2027)
    east_enrollment = EnrollmentRecord("east-7А-anna", "west-7А", "anna", EnrollmentRole.STUDENT, False, None, None)
    return {
        "renames another school's pupil": with_names(
            roster({"7А": ["boris", "anna"]}, school="west"), anna="Переименована"
        ),
        "renames another school's parent": with_names(
            roster({"7А": ["boris"]}, school="west", parents={"boris": ["mother"]}), mother="Переименована"
        ),
        "renames another school's teacher": with_names(
            roster({"7А": ["boris"]}, school="west", staff={"teacher": ["teacher"]}), teacher="Переименован"
        ),
        "renames a pupil of both schools": with_names(WEST, nina="Переименована"),
        "takes over a class": replace(WEST, classes=(*units, east_class)),
        "takes over an enrollment": replace(
            WEST,
            people=tuple(people),
            enrollments=(*WEST.enrollments, east_enrollment),
            guardianships=EAST.guardianships + WEST.guardianships,
        ),
        "makes somebody a guardian of another school's pupil": replace(
            WEST, people=tuple(people), guardianships=(*WEST.guardianships, GuardianshipRecord("anna", "father"))
        ),
        "brings an organization": replace(WEST, organizations=(OBLAST, *WEST.organizations)),
        "brings a subject of an organization above": replace(
            WEST,
            organizations=(OBLAST, *WEST.organizations),
            subjects=(SubjectRecord("algebra", "Алгебра", "", "oblast"),),
        ),
        "is no school any more": replace(
            WEST, organizations=(WEST.organizations[0]._replace(kind=OrganizationKind.DEPARTMENT),)
        ),
    }


@pytest.mark.parametrize("what", reaching())
def test_a_file_that_reaches_beyond_is_refused_as_a_whole(west: Organization, what: str) -> None:
    try:
        said = judged(reaching()[what], west)
    except (AttributeError, ValueError) as error:  # no school at all in it
        said = str(error)
    assert said.startswith(("Файл изменил бы не только школу", "--school")), said


def test_a_school_is_not_moved_nor_anybody_employed_above(db: None) -> None:
    other = OrganizationRecord("other", "Другая область", OrganizationKind.REGION, "", "")
    placed = WEST.organizations[0]._replace(parent="oblast")
    whole = replace(WEST, organizations=(OBLAST, other, placed))
    take_in(whole)
    west = OrganizationKey.objects.get(key="west").organization
    assert judged(whole, west) == ""
    moved = replace(whole, organizations=(OBLAST, other, placed._replace(parent="other")))
    assert "другое место школы" in judged(moved, west)
    renamed = replace(whole, organizations=(OBLAST._replace(name="Моя область"), other, placed))
    assert "другие организации" in judged(renamed, west)
    post = EmploymentRecord("master", "oblast", "districtAdministrator", None, None)
    assert "сотрудники другой организации" in judged(replace(whole, employments=(*WEST.employments, post)), west)
