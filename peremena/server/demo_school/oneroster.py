"""The demo school as a OneRoster 1.2 bulk package, true to the letter of the CSV binding."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from peremena.server.demo_school.curriculum import SUBJECTS, Group
from peremena.server.demo_school.families import HomeClass

if TYPE_CHECKING:
    from peremena.server.demo_school.school import DemoSchool

REGION, MUNICIPALITY, SCHOOL = "region", "municipality", "school"
SCHOOL_YEAR = "school-year"
HOMEROOM = "subject-homeroom"
HEADERS = {
    "academicSessions": "title type startDate endDate parentSourcedId schoolYear",
    "classes": "title grades courseSourcedId classCode classType location schoolSourcedId termSourcedIds subjects"
    " subjectCodes periods",
    "courses": "schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes",
    "enrollments": "classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate",
    "orgs": "name type identifier parentSourcedId",
    "roles": "userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId",
    "users": "enabledUser username userIds givenName familyName middleName identifier email sms phone agentSourcedIds"
    " grades password userMasterIdentifier preferredGivenName preferredMiddleName preferredFamilyName"
    " primaryOrgSourcedId pronouns",
}
ABSENT = (
    "categories classResources courseResources demographics lineItemLearningObjectiveIds lineItemScoreScales lineItems"
    " resources resultLearningObjectiveIds resultScoreScales results scoreScales userProfiles userResources"
)

Row = Mapping[str, str]

SOURCE = "demo-journal"  # the system these rosters claim to come from


def package(school: DemoSchool) -> bytes:
    """The zip: entries in a fixed order with a fixed timestamp, so that equal schools are equal bytes."""
    files = {
        "academicSessions": _sessions(school.year),
        "classes": [*_classes(school.homes), *_scheduled(school.groups)],
        "courses": _courses(school.groups),
        "enrollments": [*_class_enrollments(school), *_group_enrollments(school)],
        "orgs": _orgs(),
        "roles": _roles(school),
        "users": _users(school),
    }
    texts = {"manifest": _manifest()} | {name: _table(name, rows) for name, rows in files.items()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in texts.items():
            entry = zipfile.ZipInfo(f"{name}.csv")  # dated 1980, the format's first day
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            archive.writestr(entry, text)
    return packed.getvalue()


def _manifest() -> str:
    modes = dict.fromkeys(HEADERS, "bulk") | dict.fromkeys(ABSENT.split(), "absent")
    lines = {"manifest.version": "1.0", "oneroster.version": "1.2"}
    lines |= {f"file.{name}": modes[name] for name in sorted(modes)}
    lines |= {"source.systemName": "Демонстрационный журнал", "source.systemCode": SOURCE}
    return _text([("propertyName", "value"), *lines.items()])


def _table(name: str, rows: Iterable[Row]) -> str:
    """Status and dateLastModified stay blank: in bulk mode they are forbidden."""
    header = ["sourcedId", "status", "dateLastModified", *HEADERS[name].split()]
    return _text([header, *([row.get(column, "") for column in header] for row in rows)])


def _text(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _orgs() -> list[Row]:
    return [
        {"sourcedId": REGION, "name": "Демонстрационная область", "type": "state"},
        {
            "sourcedId": MUNICIPALITY,
            "name": "Демонстрационный район",
            "type": "district",
            "parentSourcedId": REGION,
        },
        {"sourcedId": SCHOOL, "name": "Демо школа", "type": "school", "parentSourcedId": MUNICIPALITY},
    ]


def _sessions(year: int) -> list[Row]:
    """The school year and its quarters, with the usual holidays between them."""
    quarters = [
        (f"{year - 1}-09-01", f"{year - 1}-10-26"),
        (f"{year - 1}-11-05", f"{year - 1}-12-30"),
        (f"{year}-01-12", f"{year}-03-21"),
        (f"{year}-03-30", f"{year}-05-26"),
    ]
    whole: Row = {
        "sourcedId": SCHOOL_YEAR,
        "title": f"{year - 1}/{year} учебный год",
        "type": "schoolYear",
        "startDate": f"{year - 1}-09-01",
        "endDate": f"{year}-08-31",
        "schoolYear": str(year),
    }
    return [
        whole,
        *(
            {
                "sourcedId": f"quarter-{number}",
                "title": f"{number} четверть",
                "type": "term",
                "startDate": begins,
                "endDate": ends,
                "parentSourcedId": SCHOOL_YEAR,
                "schoolYear": str(year),
            }
            for number, (begins, ends) in enumerate(quarters, start=1)
        ),
    ]


def _courses(groups: Sequence[Group]) -> list[Row]:
    """A course is a subject of the school; homeroom classes need one of their own."""
    taught = {group.subject.code for group in groups}
    titles = {HOMEROOM: "Классный час"} | {
        f"subject-{subject.code}": subject.title for subject in SUBJECTS if subject.code in taught
    }
    return [
        {"sourcedId": key, "schoolYearSourcedId": SCHOOL_YEAR, "title": title, "orgSourcedId": SCHOOL}
        for key, title in titles.items()
    ]


def _unit(key: str, title: str, grade: int, course: str, kind: str) -> Row:
    return {
        "sourcedId": key,
        "title": title,
        "grades": f"{grade:02}",
        "courseSourcedId": course,
        "classType": kind,
        "schoolSourcedId": SCHOOL,
        "termSourcedIds": ",".join(f"quarter-{number}" for number in range(1, 5)),
    }


def _classes(homes: Sequence[HomeClass]) -> list[Row]:
    return [_unit(home.key, home.title, home.grade, HOMEROOM, "homeroom") for home in homes]


def _scheduled(groups: Sequence[Group]) -> list[Row]:
    return [
        _unit(group.key, group.title, group.grade, f"subject-{group.subject.code}", "scheduled") for group in groups
    ]


def _users(school: DemoSchool) -> list[Row]:
    grades = {pupil.key: f"{home.grade:02}" for home in school.homes for pupil in school.rolls[home.key]}
    return [
        {
            "sourcedId": person.key,
            "enabledUser": "true",
            "username": person.key,
            "givenName": person.name.given,
            "familyName": person.name.family,
            "middleName": person.name.middle,
            "agentSourcedIds": ",".join(school.guardians.of.get(person.key, ())),
            "grades": grades.get(person.key, ""),
            "primaryOrgSourcedId": SCHOOL,
        }
        for person in school.people.values()
    ]


def _roles(school: DemoSchool) -> list[Row]:
    """Whoever works here is first what he works as, then a parent; whoever does neither is a pupil."""
    posts = {employee.key: employee.post.roles for employee in school.staff.employees}
    rows: list[Row] = []
    for key in school.people:
        as_guardian = (school.guardians.roles[key],) if key in school.guardians.roles else ()
        held = (*posts.get(key, ()), *as_guardian) or ("student",)
        rows += [
            {
                "sourcedId": f"role-{key}-{role}",
                "userSourcedId": key,
                "roleType": "secondary" if number else "primary",
                "role": role,
                "orgSourcedId": SCHOOL,
            }
            for number, role in enumerate(held)
        ]
    return rows


def _class_enrollments(school: DemoSchool) -> Iterator[Row]:
    for home in school.homes:
        pupils = [pupil.key for pupil in school.rolls[home.key]]
        yield from _enrollments(home.key, school.staff.class_teachers[home.key], pupils)


def _group_enrollments(school: DemoSchool) -> Iterator[Row]:
    for group in school.groups:
        yield from _enrollments(group.key, school.staff.taught_by[group.key], group.pupils)


def _enrollments(unit: str, teacher: str, pupils: Iterable[str]) -> list[Row]:
    roles = {teacher: "teacher"} | dict.fromkeys(pupils, "student")
    return [
        {
            "sourcedId": f"{unit}.{person}",
            "classSourcedId": unit,
            "schoolSourcedId": SCHOOL,
            "userSourcedId": person,
            "role": role,
            "primary": "true" if role == "teacher" else "false",
        }
        for person, role in roles.items()
    ]
