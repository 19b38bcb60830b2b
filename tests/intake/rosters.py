"""Small rosters as values, and what the database holds of a source, told without the code under test."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from itertools import chain
from typing import Any, NamedTuple

from peremena.audit.acts import Actor
from peremena.core.roster import (
    ClassRecord,
    EmploymentRecord,
    EnrollmentRecord,
    EnrollmentRole,
    GroupRecord,
    GuardianshipRecord,
    OrganizationKind,
    OrganizationRecord,
    PersonRecord,
    RosterFile,
    SessionRecord,
    SubjectRecord,
)
from peremena.intake.applying import apply, one_at_a_time
from peremena.intake.preview import Preview, preview
from peremena.school.models import Employment, Enrollment, Group, Guardianship, Organization, PersonKey, SchoolClass

EVERY = frozenset(
    f"{name}.csv" for name in ("orgs", "academicSessions", "courses", "classes", "users", "roles", "enrollments")
)
ON = datetime.date(2026, 10, 1)
ACTOR = Actor.system("tests")
SOURCE = "journal"
NOBODY = {kind: {"new": 0, "same": 0, "changed": 0, "gone": 0, "doubtful": 0} for kind in (
    "schools", "classes", "groups", "subjects", "people", "enrollments", "guardianships"
)}  # fmt: skip
Units = Mapping[str, Iterable[str]]


def roster(
    classes: Units,
    *,
    school: str = "school",
    groups: Units | None = None,
    parents: Units | None = None,
    staff: Units | None = None,
    others: Iterable[str] = (),
    names: Mapping[str, tuple[str, str, str]] | None = None,
    strong_ids: Mapping[str, str] | None = None,
    source: str = SOURCE,
    year: int = 2027,
    files: frozenset[str] = EVERY,
) -> RosterFile:
    """One school: class → pupils, group → pupils, pupil → parents, position → people, and others without any tie. Keys of
    units and enrollments are told apart by the school's."""
    groups, parents, staff = groups or {}, parents or {}, staff or {}
    people = [*chain(*classes.values(), *groups.values(), *parents.values(), *staff.values()), *others]
    return RosterFile(
        format="oneroster-1.2",
        mode="bulk",
        source=source,
        files=files,
        organizations=(OrganizationRecord(school, f"Школа {school}", OrganizationKind.SCHOOL, "", ""),),
        sessions=(
            SessionRecord(f"{year}", "Год", "schoolYear", datetime.date(year - 1, 9, 1), datetime.date(year, 5, 31), "", year),
        ),
        subjects=tuple(SubjectRecord(f"{school}-{key}-subject", "Алгебра", "", school) for key in groups),
        classes=tuple(ClassRecord(f"{school}-{key}", key, "", school, year) for key in classes),
        groups=tuple(GroupRecord(f"{school}-{key}", key, f"{school}-{key}-subject", school, year) for key in groups),
        people=tuple(_person(key, names or {}, strong_ids or {}) for key in dict.fromkeys(people)),
        employments=tuple(
            EmploymentRecord(person, school, position, None, None) for position, own in staff.items() for person in own
        ),
        enrollments=tuple(
            _enrollment(f"{school}-{unit}", person) for unit, own in (classes | groups).items() for person in own
        ),
        guardianships=tuple(GuardianshipRecord(pupil, adult) for pupil, own in parents.items() for adult in own),
    )  # fmt: skip


def _person(key: str, names: Mapping[str, tuple[str, str, str]], strong_ids: Mapping[str, str]) -> PersonRecord:
    strong = (("snils", strong_ids[key]),) if key in strong_ids else ()
    return PersonRecord(key, *names.get(key, (key, "Анна", "")), True, strong)


def _enrollment(unit: str, person: str) -> EnrollmentRecord:
    return EnrollmentRecord(f"{unit}-{person}", unit, person, EnrollmentRole.STUDENT, False, None, None)


def together(*rosters: RosterFile) -> RosterFile:
    """One file of several schools."""
    parts = [field.name for field in fields(RosterFile) if isinstance(getattr(rosters[0], field.name), tuple)]
    joined = {name: tuple(dict.fromkeys(chain(*(getattr(each, name) for each in rosters)))) for name in parts}
    return replace(rosters[0], **joined)


def take_in(roster: RosterFile, **options: Any) -> Preview:
    """As the command does."""
    with one_at_a_time():
        seen = preview(roster, **options)
        apply(seen, actor=ACTOR, on=ON)
    return seen


def changes(seen: Preview) -> dict[str, dict[str, int]]:
    """The figures, without kinds of which nothing is told and without zeros."""
    told = {kind: {word: count for word, count in found.items() if count} for kind, found in seen.changes().items()}
    return {kind: found for kind, found in told.items() if found}


class Contents(NamedTuple):
    """What is in force, by the source's keys."""

    organizations: Any
    classes: Any
    groups: Any
    people: Any
    employments: Any
    enrollments: Any
    guardianships: Any


def told_by(roster: RosterFile) -> Contents:
    """What the database should hold after this file alone."""
    return Contents(
        {record.key: record.name for record in roster.organizations},
        {record.key: (record.title, record.organization, record.year) for record in roster.classes},
        {record.key: (record.title, record.organization, record.year, record.subject) for record in roster.groups},
        {record.key: (record.family_name, record.given_name, record.middle_name) for record in roster.people},
        {(record.person, record.organization, record.position) for record in roster.employments},
        {record.key: (record.unit, record.person, record.role.value) for record in roster.enrollments},
        {(record.pupil, record.guardian) for record in roster.guardianships},
    )


def contents(source: str = SOURCE) -> Contents:
    """What the database holds of a source, not ended, row by row."""
    own = {"source__code": source, "ended": None}
    people = {row.person_id: row for row in PersonKey.objects.filter(source__code=source).select_related("person")}
    keys = {pk: row.key for pk, row in people.items()}
    schools = {
        key.organization_id: key.key
        for school in Organization.objects.prefetch_related("source_keys__source")
        for key in school.source_keys.all()
        if key.source.code == source
    }
    return Contents(
        {key: Organization.objects.get(pk=pk).name for pk, key in schools.items()},
        {row.source_key: (row.title, schools[row.organization_id], row.year) for row in SchoolClass.objects.filter(**own)},
        {
            row.source_key: (row.title, schools[row.organization_id], row.year, row.subject.source_key)
            for row in Group.objects.filter(**own)
        },
        {
            row.key: (row.person.family_name, row.person.given_name, row.person.middle_name)
            for row in people.values()
            if row.person.ended is None
        },
        {
            (keys[row.person_id], schools[row.organization_id], row.position)
            for row in Employment.objects.filter(**own)
        },
        {
            row.source_key: ((row.school_class or row.group).source_key, keys[row.person_id], row.role)
            for row in Enrollment.objects.filter(**own).select_related("school_class", "group")
        },
        {(keys[row.pupil_id], keys[row.guardian_id]) for row in Guardianship.objects.filter(**own)},
    )  # fmt: skip
