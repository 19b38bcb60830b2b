"""What a roster says. First as records of one file, keyed by the file's own ids; then as one school's year, keyed by ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class OrganizationKind(StrEnum):
    REGION = "region"
    MUNICIPALITY = "municipality"
    SCHOOL = "school"
    DEPARTMENT = "department"


class EnrollmentRole(StrEnum):
    STUDENT = "student"
    TEACHER = "teacher"


TEACHING = "teacher"  # the position that makes an employee one of the teaching staff


class OrganizationRecord(NamedTuple):
    key: str
    name: str
    kind: OrganizationKind
    identifier: str
    parent: str  # "" = none


class SessionRecord(NamedTuple):
    """An academic session; `year` is the calendar year in which its school year ends."""

    key: str
    title: str
    kind: str  # schoolYear | semester | term | gradingPeriod
    begins: date
    ends: date
    parent: str
    year: int


class SubjectRecord(NamedTuple):
    key: str
    title: str
    code: str
    organization: str


class ClassRecord(NamedTuple):
    """A homeroom class."""

    key: str
    title: str
    grade: str
    organization: str
    year: int


class GroupRecord(NamedTuple):
    """People who are taught one subject together: a scheduled class of OneRoster."""

    key: str
    title: str
    subject: str
    organization: str
    year: int


class PersonRecord(NamedTuple):
    """`strong_ids` are (type, value) pairs that name one human being anywhere; they are stored as digests only."""

    key: str
    family_name: str
    given_name: str
    middle_name: str
    enabled: bool
    strong_ids: tuple[tuple[str, str], ...]


class EmploymentRecord(NamedTuple):
    person: str
    organization: str
    position: str  # OneRoster role word: teacher, aide, principal, siteAdministrator …
    begins: date | None
    ends: date | None


class EnrollmentRecord(NamedTuple):
    key: str
    unit: str  # key of a class or of a group
    person: str
    role: EnrollmentRole
    primary: bool
    begins: date | None
    ends: date | None


class GuardianshipRecord(NamedTuple):
    pupil: str
    guardian: str


@dataclass(frozen=True, slots=True)
class RosterFile:
    """A file that has been read: its sound rows, in the file's order. `files` are the names of those that were present
    ("users.csv"), so that a missing optional one means "no opinion"."""

    format: str  # "oneroster-1.2"
    mode: str  # "bulk" | "delta"
    source: str
    files: frozenset[str] = frozenset()
    organizations: tuple[OrganizationRecord, ...] = ()
    sessions: tuple[SessionRecord, ...] = ()
    subjects: tuple[SubjectRecord, ...] = ()
    classes: tuple[ClassRecord, ...] = ()
    groups: tuple[GroupRecord, ...] = ()
    people: tuple[PersonRecord, ...] = ()
    students: frozenset[str] = frozenset()
    employments: tuple[EmploymentRecord, ...] = ()
    enrollments: tuple[EnrollmentRecord, ...] = ()
    guardianships: tuple[GuardianshipRecord, ...] = ()

    def counts(self) -> dict[str, int]:
        """The figures of the `roster` JSON. `classes` are homerooms, `staff` is everybody employed."""
        return {
            "schools": sum(record.kind is OrganizationKind.SCHOOL for record in self.organizations),
            "classes": len(self.classes),
            "groups": len(self.groups),
            "subjects": len(self.subjects),
            "students": len(self.students),
            "guardians": len({record.guardian for record in self.guardianships}),
            "staff": len({record.person for record in self.employments}),
            "teachers": len({record.person for record in self.employments if record.position == TEACHING}),
            "enrollments": len(self.enrollments),
        }


class SchoolClass(NamedTuple):
    title: str
    sort_key: str


class Group(NamedTuple):
    title: str
    subject: int
    subject_title: str
    sort_key: str


class Enrollment(NamedTuple):
    """`unit` is the id of a class or of a group, by the table it stands in."""

    unit: int
    person: int
    role: EnrollmentRole
    primary: bool


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """One school in its active year, on one day: all that the rules need, and only ids and titles."""

    organization: int
    name: str
    year: int
    classes: Mapping[int, SchoolClass] = field(default_factory=dict)
    groups: Mapping[int, Group] = field(default_factory=dict)
    teachers: frozenset[int] = frozenset()
    in_classes: tuple[Enrollment, ...] = ()
    in_groups: tuple[Enrollment, ...] = ()
    guardians: Mapping[int, frozenset[int]] = field(default_factory=dict)  # pupil -> guardians
