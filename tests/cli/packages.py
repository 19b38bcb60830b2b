"""Small schools as files, each of a source of its own."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from tests.rosters.packages import changed, texts, write_zip

YEAR = {"startDate": "2026-09-01", "endDate": "2027-05-31", "schoolYear": "2027"}
CLASSES, PUPILS = 4, 6


def write_school(
    path: Path,
    name: str,
    *,
    empty: Collection[int] = (),
    mode: str = "bulk",
    bad_roles: int = 0,
    district: bool = False,
) -> Path:
    """A school of 4 classes with 6 pupils each, a mother of each, a teacher of each class, one subject taught to each class;
    no pupils in the classes `empty`, an unknown role in the first `bad_roles` enrollments; under a district of its own where
    `district`."""
    tables: dict[str, list[dict[str, str]]] = {
        "orgs.csv": [{"sourcedId": "school", "name": name, "type": "school"}],
        "academicSessions.csv": [{"sourcedId": "year", "title": "Год", "type": "schoolYear"} | YEAR],
        "courses.csv": [{"sourcedId": "algebra", "title": "Алгебра", "orgSourcedId": "school"}],
        "classes.csv": [],
        "users.csv": [],
        "roles.csv": [],
        "enrollments.csv": [],
    }
    if district:
        tables["orgs.csv"][0]["parentSourcedId"] = "district"
        tables["orgs.csv"].insert(0, {"sourcedId": "district", "name": f"{name} district", "type": "district"})
    for number in range(CLASSES):
        _class(tables, number, [] if number in empty else range(PUPILS))
    for row in tables["enrollments.csv"][:bad_roles]:
        row["role"] = "никто"
    tables = changed(tables) if mode == "delta" else tables
    return write_zip(path, texts(tables, mode=mode, source__systemCode=name))


def _class(tables: dict[str, list[dict[str, str]]], number: int, pupils: Collection[int]) -> None:
    for key, kind in ((f"c{number}", "homeroom"), (f"g{number}", "scheduled")):
        places = {"courseSourcedId": "algebra", "schoolSourcedId": "school", "termSourcedIds": "year"}
        tables["classes.csv"].append({"sourcedId": key, "title": f"{number + 1}А", "classType": kind} | places)
        _enroll(tables, key, f"teacher{number}", "teacher")
    _person(tables, f"teacher{number}", "teacher")
    for each in pupils:
        pupil, mother = f"pupil{number}-{each}", f"mother{number}-{each}"
        _person(tables, pupil, "student")
        _person(tables, mother, "parent", agents=pupil)
        for key in (f"c{number}", f"g{number}"):
            _enroll(tables, key, pupil, "student")


def _person(tables: dict[str, list[dict[str, str]]], key: str, role: str, agents: str = "") -> None:
    names = {"username": key, "givenName": "Анна", "familyName": "Ким", "agentSourcedIds": agents}
    tables["users.csv"].append({"sourcedId": key, "enabledUser": "true"} | names)
    tables["roles.csv"].append(
        {"sourcedId": f"r-{key}", "userSourcedId": key, "roleType": "primary", "role": role, "orgSourcedId": "school"}
    )


def _enroll(tables: dict[str, list[dict[str, str]]], unit: str, person: str, role: str) -> None:
    keys = {
        "sourcedId": f"{unit}-{person}",
        "classSourcedId": unit,
        "schoolSourcedId": "school",
        "userSourcedId": person,
    }
    tables["enrollments.csv"].append(keys | {"role": role})
