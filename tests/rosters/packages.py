"""Writes OneRoster packages for tests: small ones from dictionaries, big ones by count."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path

from peremena.rosters import Reading, UnusableRoster, read
from peremena.rosters.oneroster.schema import MANIFEST, TABLES, catalogue

Row = Mapping[str, str]
ReadFiles = Callable[..., Reading]
Tables = Mapping[str, list[dict[str, str]]]

CHANGED = {"status": "active", "dateLastModified": "2026-09-01T00:00:00.000Z"}


def columns(file: str, version: str = "1.2") -> list[str]:
    """The header of a file as the standard has it."""
    return next([column.name for column in table.columns] for table in TABLES[version] if table.file == file)


def csv_text(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(chain([list(header)], rows))
    return text.getvalue()


def table_text(file: str, rows: Iterable[Row], version: str = "1.2") -> str:
    """A file of the standard's own form; extra keys of a row become columns at the end."""
    rows = list(rows)
    rows = list(rows)
    names = columns(file, version)
    names += sorted({name for row in rows for name in row} - set(names))
    return csv_text(names, ([row.get(name, "") for name in names] for row in rows))


def manifest_text(modes: Mapping[str, str], version: str = "1.2", **properties: str) -> str:
    """A manifest that names every file of the version: `absent` unless `modes` says otherwise."""
    rows = {"manifest.version": "1.0", "oneroster.version": version}
    rows |= {f"file.{file.removesuffix('.csv')}": modes.get(file, "absent") for file in catalogue(version)}
    rows |= {name.replace("__", "."): value for name, value in properties.items()}
    return csv_text(["propertyName", "value"], rows.items())


def school(version: str = "1.2") -> dict[str, list[dict[str, str]]]:
    """A sound school: two pupils of one class, a teacher, a mother of both; one subject."""
    tables: dict[str, list[dict[str, str]]] = {
        "orgs.csv": [
            {"sourcedId": "region", "name": "Регион", "type": "state", "identifier": "R-1"},
            {"sourcedId": "school", "name": "Школа", "type": "school", "parentSourcedId": "region"},
        ],
        "academicSessions.csv": [
            _session("year", "schoolYear"),
            _session("term", "term") | {"parentSourcedId": "year"},
        ],
        "courses.csv": [{"sourcedId": "algebra", "title": "Алгебра", "courseCode": "A", "orgSourcedId": "school"}],
        "classes.csv": [_class("7a", "7 А", "homeroom") | {"grades": "7"}, _class("7a-algebra", "7 А", "scheduled")],
        "users.csv": [
            _user("pupil", "Анна"),
            _user("brother", "Борис") | {"agentSourcedIds": "mother"},
            _user("teacher", "Вера"),
            _user("mother", "Галина") | {"agentSourcedIds": "pupil,brother"},
        ],
        "enrollments.csv": [
            _enrollment("e1", "7a", "pupil", "student"),
            _enrollment("e2", "7a", "brother", "student"),
            _enrollment("e3", "7a", "teacher", "teacher") | {"primary": "true"},
            _enrollment("e4", "7a-algebra", "pupil", "student") | {"beginDate": "2026-09-01", "endDate": "2027-05-31"},
        ],
    }
    words = {"pupil": "student", "brother": "student", "teacher": "teacher", "mother": "parent"}
    if version == "1.2":
        tables["roles.csv"] = [_role(user, word) for user, word in words.items()]
    else:
        tables["users.csv"] = [
            row | {"orgSourcedIds": "school", "role": words[row["sourcedId"]]} for row in tables["users.csv"]
        ]
    return tables


def _session(key: str, kind: str) -> dict[str, str]:
    days = {"startDate": "2026-09-01", "endDate": "2027-05-31", "schoolYear": "2027"}
    return {"sourcedId": key, "title": "Год", "type": kind} | days


def _class(key: str, title: str, kind: str) -> dict[str, str]:
    places = {"courseSourcedId": "algebra", "schoolSourcedId": "school", "termSourcedIds": "term"}
    return {"sourcedId": key, "title": title, "classType": kind} | places


def _user(key: str, given: str) -> dict[str, str]:
    names = {"username": key, "givenName": given, "familyName": "Иванова", "middleName": "Петровна"}
    return {"sourcedId": key, "enabledUser": "true"} | names


def _role(user: str, word: str) -> dict[str, str]:
    key = {"sourcedId": f"role-{user}", "userSourcedId": user}
    return key | {"roleType": "primary", "role": word, "orgSourcedId": "school"}


def _enrollment(key: str, unit: str, user: str, role: str) -> dict[str, str]:
    return {"sourcedId": key, "classSourcedId": unit, "schoolSourcedId": "school", "userSourcedId": user, "role": role}


def changed(tables: Tables) -> dict[str, list[dict[str, str]]]:
    """The same rows as a delta file has them."""
    return {file: [row | CHANGED for row in rows] for file, rows in tables.items()}


def texts(tables: Tables, version: str = "1.2", mode: str = "bulk", **properties: str) -> dict[str, str]:
    """The files of a package, manifest included, ready to be spoilt one by one."""
    files = {file: table_text(file, rows, version) for file, rows in tables.items()}
    return {MANIFEST: manifest_text(dict.fromkeys(tables, mode), version, **properties)} | files


def write_zip(path: Path, files: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def big_package(path: Path, enrollments: int, *, bad: bool = False) -> Path:
    """One region with that many enrollment rows, 30 pupils a class; `bad` = every enrollment has a bad role."""
    users, per_class = max(1, enrollments // 10), 30
    classes = users // per_class + 1
    tables: dict[str, Iterable[Row]] = {
        **school(),
        "classes.csv": (_class(f"class-{n:08}", f"{n % 11 + 1} А", "homeroom") for n in range(classes)),
        "users.csv": (_user(f"user-{n:012}", "Анна") for n in range(users)),
        "roles.csv": (_role(f"user-{n:012}", "student") for n in range(users)),
        "enrollments.csv": islice(_many_enrollments(users, per_class, "pupil" if bad else "student"), enrollments),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(MANIFEST, manifest_text(dict.fromkeys(tables, "bulk")))
        for file, rows in tables.items():
            names = columns(file)
            with archive.open(file, "w") as stream, io.TextIOWrapper(stream, "utf-8", newline="") as text:
                writer = csv.writer(text)
                writer.writerow(names)
                writer.writerows([row.get(name, "") for name in names] for row in rows)
    return path


def _many_enrollments(users: int, per_class: int, role: str) -> Iterator[Row]:
    days = {"beginDate": "2026-09-01", "endDate": "2027-05-31"}
    number = 0
    while True:
        for user in range(users):
            number += 1
            yield (
                _enrollment(f"enrollment-{number:024}", f"class-{user // per_class:08}", f"user-{user:012}", role)
                | days
            )


def read_anyway(path: Path, *, strict: bool = False) -> Reading:
    """The reading, also of a roster that is refused."""
    try:
        return read(path, strict=strict)
    except UnusableRoster as refusal:
        return refusal.reading


def found(reading: Reading) -> list[tuple[str, str, int | None, str | None]]:
    """Problems without their severity, in order."""
    return [(problem.code, problem.file, problem.row, problem.field) for problem in reading.problems]
