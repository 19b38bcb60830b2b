"""Schools of an exact size as OneRoster packages: whoever measures must know beforehand what the numbers have to be."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from peremena.core.operations import ChatKind
from peremena.core.titles import KIND_TITLES
from peremena.rosters.oneroster.schema import MANIFEST, TABLES, catalogue

VERSION = "1.2"
NAME = "Школа для измерений"
SOURCE = "bench"
REGION, SCHOOL, YEAR, HOMEROOM = "region", "school", "year", "homeroom"
GRADES = 11

Row = Mapping[str, str]
Classes = Mapping[str, tuple[str, ...]]  # title → its pupils' keys


@dataclass(frozen=True, slots=True)
class School:
    """Pupils in classes and nobody else, so that a class is a chat, and so is every subject that a class studies. `key`
    tells the school from others of the same region; `titles` are those of classes that were renamed since."""

    classes: Classes
    subjects: int = 0
    key: str = SCHOOL
    name: str = NAME
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def pupils(self) -> list[str]:
        return [pupil for pupils in self.classes.values() for pupil in pupils]

    def class_chats(self) -> dict[str, frozenset[str]]:
        """Title → pupils, of the chats of classes."""
        kind = KIND_TITLES[ChatKind.CLASS]
        titles = {key: self.titles.get(key, key) for key in self.classes}
        return {f"{self.name} - {titles[key]} - {kind}": frozenset(pupils) for key, pupils in self.classes.items()}

    def write(self, path: Path) -> None:
        """The OneRoster 1.2 bulk package."""
        tables = dict(self._tables())
        modes = {file: "bulk" if file in tables else "absent" for file in catalogue(VERSION)}
        properties = {"manifest.version": "1.0", "oneroster.version": VERSION, "source.systemCode": SOURCE}
        properties |= {f"file.{file.removesuffix('.csv')}": mode for file, mode in modes.items()}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(MANIFEST, _text(["propertyName", "value"], properties.items()))
            for table in TABLES[VERSION]:
                if table.file in tables:
                    header = [column.name for column in table.columns]
                    rows = ([row.get(name, "") for name in header] for row in tables[table.file])
                    archive.writestr(table.file, _text(header, rows))

    def _tables(self) -> Iterator[tuple[str, list[Row]]]:
        yield (
            "orgs.csv",
            [
                {"sourcedId": REGION, "name": "Область для измерений", "type": "state"},
                {"sourcedId": self.key, "name": self.name, "type": "school", "parentSourcedId": REGION},
            ],
        )
        session = {"title": "Учебный год", "type": "schoolYear", "startDate": "2026-09-01", "endDate": "2027-08-31"}
        yield "academicSessions.csv", [{"sourcedId": YEAR, "schoolYear": "2027", **session}]
        courses = self._courses()
        yield "courses.csv", [{"sourcedId": key, "title": key, "orgSourcedId": self.key} for key in courses]
        yield "classes.csv", [unit for unit, _ in self._units()]
        yield "users.csv", [_user(pupil, self.key) for pupil in self.pupils]
        yield "roles.csv", [_role(pupil, self.key) for pupil in self.pupils]
        enrolled = (
            _enrollment(unit["sourcedId"], pupil, self.key) for unit, pupils in self._units() for pupil in pupils
        )
        yield "enrollments.csv", list(enrolled)

    def _courses(self) -> list[str]:
        return [f"{self.key}-{HOMEROOM}", *(f"{self.key}-subject-{number}" for number in range(self.subjects))]

    def _units(self) -> Iterator[tuple[Row, tuple[str, ...]]]:
        homeroom, *courses = self._courses()
        for key, pupils in self.classes.items():
            title = self.titles.get(key, key)
            yield self._unit(f"class-{key}", title, homeroom, "homeroom"), pupils
            for number, course in enumerate(courses):
                yield self._unit(f"group-{key}-{number}", f"{title} {number}", course, "scheduled"), pupils

    def _unit(self, key: str, title: str, course: str, kind: str) -> Row:
        places = {"courseSourcedId": course, "schoolSourcedId": self.key, "termSourcedIds": YEAR}
        return {"sourcedId": f"{self.key}-{key}", "title": title, "classType": kind, **places}


def even(classes: int, pupils: int, *, subjects: int = 0, key: str = SCHOOL, name: str = NAME) -> School:
    """`classes` of `pupils` each."""
    titles = [f"{number % GRADES + 1}.{number // GRADES + 1}" for number in range(classes)]
    rolls = {
        title: tuple(f"{key}-pupil-{number * pupils + place:06}" for place in range(pupils))
        for number, title in enumerate(titles)
    }
    return School(rolls, subjects, key, name)


def _text(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _user(pupil: str, school: str) -> Row:
    names = {"username": pupil, "givenName": "Анна", "familyName": pupil}
    return {"sourcedId": pupil, "enabledUser": "true", "primaryOrgSourcedId": school, **names}


def _role(pupil: str, school: str) -> Row:
    place = {"userSourcedId": pupil, "roleType": "primary", "role": "student", "orgSourcedId": school}
    return {"sourcedId": f"role-{pupil}", **place}


def _enrollment(unit: str, pupil: str, school: str) -> Row:
    place = {"classSourcedId": unit, "schoolSourcedId": school, "userSourcedId": pupil, "role": "student"}
    return {"sourcedId": f"{unit}.{pupil}", "primary": "false", **place}
