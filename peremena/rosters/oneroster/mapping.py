"""From OneRoster's rows to our records. What has no place in a record — passwords, phones, mail — ends here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import compress, repeat
from typing import Any, TypeVar

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
from peremena.rosters.oneroster.manifest import Manifest
from peremena.rosters.oneroster.rows import Cells, Rows
from peremena.rosters.oneroster.schema import (
    CLASSES,
    COURSES,
    ENROLLMENTS,
    NEIGHBOURS,
    ORGS,
    ROLES,
    SESSIONS,
    USERS,
)
from peremena.rosters.oneroster.tree import in_cycles

_KINDS: Mapping[str, OrganizationKind] = {
    "school": OrganizationKind.SCHOOL,
    "department": OrganizationKind.DEPARTMENT,
    "local": OrganizationKind.MUNICIPALITY,
    "district": OrganizationKind.MUNICIPALITY,
    "state": OrganizationKind.REGION,
    "national": OrganizationKind.REGION,
}
_ROLES = {role.value: role for role in EnrollmentRole}
_STUDENT = "student"
_NOT_STAFF = frozenset((_STUDENT, "parent", "guardian", "relative"))
_LEVELS = 8  # twice as many as there are kinds of session
_SNILS = ("snils", "снилс")
_SNILS_DIGITS = 11
_NOT_DIGITS = re.compile(r"\D+", re.ASCII)

Value = TypeVar("Value")
Node = TypeVar("Node", OrganizationRecord, SessionRecord)


@lru_cache(maxsize=4_096)
def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _each(cells: Cells, value: Callable[[str], Value]) -> Iterable[Value]:
    """The value of every cell of a column that has few different ones."""
    known = {cell: value(cell) for cell in set(cells)}
    if len(known) == 1:
        return repeat(known[cells[0]], len(cells))
    return map(known.__getitem__, cells)


@lru_cache(maxsize=1 << 16)
def _text(text: str) -> str:
    """As people read it: no double or edge spaces. Most names come often."""
    return " ".join(text.split())


class Builder:
    """Takes sound rows file by file in reading order and gives the roster at the end."""

    def __init__(self) -> None:
        self._organizations: list[OrganizationRecord] = []
        self._sessions: list[SessionRecord] = []
        self._subjects: list[SubjectRecord] = []
        self._classes: list[ClassRecord] = []
        self._groups: list[GroupRecord] = []
        self._people: list[PersonRecord] = []
        self._employments: list[EmploymentRecord] = []
        self._enrollments: list[EnrollmentRecord] = []
        self._agents: list[tuple[str, str]] = []  # user, agent: either may be the pupil
        self._students: set[str] = set()  # by role
        self._studying: set[str] = set()  # by enrollment, which counts where a person has no role: roles may be absent
        self._with_role: set[str] = set()
        self._years: dict[str, int] = {}
        self._keys: dict[str, str] = {}  # one string object for all mentions of one id
        self._takes: Mapping[str, Callable[[Rows], None]] = {
            ORGS: self._take_orgs,
            SESSIONS: self._take_sessions,
            COURSES: self._take_courses,
            CLASSES: self._take_classes,
            USERS: self._take_users,
            ROLES: self._take_roles,
            ENROLLMENTS: self._take_enrollments,
        }

    def take(self, rows: Rows) -> None:
        if rows.file in self._takes:
            self._takes[rows.file](rows)

    def end_of(self, file: str) -> None:
        """After the last row of `file`: a session's year may come from a parent that stood below it."""
        if file == SESSIONS:
            self._settle_years()

    def roster(self, version: str, manifest: Manifest) -> RosterFile:
        """The records in the files' own order. A reference that leads nowhere has been told and is left out."""
        people = {person.key for person in self._people}
        students = self._students | (self._studying - self._with_role)
        links = (pair for pair in self._agents if pair[1] in people)
        return RosterFile(
            format=f"oneroster-{version}",
            mode=manifest.mode,
            source=manifest.system or self._root(),
            files=frozenset(file for file in manifest.modes if file not in NEIGHBOURS[version]),
            organizations=_rooted(self._organizations),
            sessions=_rooted(self._sessions),
            subjects=tuple(self._subjects),
            classes=tuple(self._classes),
            groups=tuple(self._groups),
            people=tuple(self._people),
            students=frozenset(students),
            employments=tuple(dict.fromkeys(self._employments)),
            enrollments=tuple(self._enrollments),
            guardianships=tuple(_guardianships(links, students)),
        )

    def _root(self) -> str:
        root = next((record for record in self._organizations if not record.parent), None)
        return (root.identifier or root.key) if root else ""

    def _own(self, keys: Cells) -> Iterable[str]:
        return map(self._keys.setdefault, keys, keys)

    def _take_orgs(self, rows: Rows) -> None:
        column = rows.columns
        names = ("sourcedId", "name", "type", "identifier", "parentSourcedId")
        for key, name, kind, identifier, parent in zip(*(column[name] for name in names), strict=True):
            known = _KINDS.get(kind, OrganizationKind.DEPARTMENT)
            self._organizations.append(OrganizationRecord(key, _text(name), known, identifier.strip(), parent))

    def _take_sessions(self, rows: Rows) -> None:
        column = rows.columns
        names = ("sourcedId", "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear")
        for key, title, kind, begins, ends, parent, year in zip(*(column[name] for name in names), strict=True):
            days = date.fromisoformat(begins), date.fromisoformat(ends)
            self._sessions.append(SessionRecord(key, _text(title), kind, *days, parent, int(year or 0)))

    def _settle_years(self) -> None:
        known = {record.key: record for record in self._sessions}
        self._sessions = [record._replace(year=_year(record, known)) for record in self._sessions]
        self._years = {record.key: record.year for record in self._sessions}

    def _take_courses(self, rows: Rows) -> None:
        names = ("sourcedId", "title", "courseCode", "orgSourcedId")
        for key, title, code, org in zip(*(rows.columns[name] for name in names), strict=True):
            self._subjects.append(SubjectRecord(key, _text(title), code.strip(), org))

    def _take_classes(self, rows: Rows) -> None:
        names = ("sourcedId", "title", "grades", "courseSourcedId", "classType", "schoolSourcedId", "termSourcedIds")
        cells = zip(*(rows.columns[name] for name in names), strict=True)
        for key, title, grades, course, kind, school, terms in cells:
            year = max((self._years.get(term, 0) for term in terms.split(",")), default=0)
            if kind == "homeroom":
                grade = grades.partition(",")[0].strip()
                self._classes.append(ClassRecord(key, _text(title), grade, school, year))
            else:
                self._groups.append(GroupRecord(key, _text(title), course, school, year))

    def _take_users(self, rows: Rows) -> None:
        column = rows.columns
        keys = list(self._own(column["sourcedId"]))
        masters = column.get("userMasterIdentifier", ("",) * len(keys))
        names = ("familyName", "givenName", "middleName", "enabledUser", "userIds")
        cells = zip(keys, masters, *(column[name] for name in names), strict=True)
        for key, master, family, given, middle, enabled, ids in cells:
            strong = tuple(_strong_ids(ids, master)) if ids or master else ()
            person = PersonRecord(key, _text(family), _text(given), _text(middle), enabled == "true", strong)
            self._people.append(person)
        for key, agents in zip(keys, column["agentSourcedIds"], strict=True):
            if agents:
                self._agents.extend((key, agent) for agent in agents.split(","))
        if "role" in column:  # 1.1 has one role a user, at all his organizations
            for key, role, orgs in zip(keys, column["role"], column["orgSourcedIds"], strict=True):
                for org in orgs.split(","):
                    self._take_role(key, org, role, "", "")

    def _take_roles(self, rows: Rows) -> None:
        column = rows.columns
        names = ("orgSourcedId", "role", "beginDate", "endDate")
        people = self._own(column["userSourcedId"])
        for person, org, role, begins, ends in zip(people, *(column[name] for name in names), strict=True):
            self._take_role(person, org, role, begins, ends)

    def _take_role(self, person: str, org: str, role: str, begins: str, ends: str) -> None:
        self._with_role.add(person)
        if role == _STUDENT:
            self._students.add(person)
        elif role not in _NOT_STAFF:
            self._employments.append(EmploymentRecord(person, org, role, _day(begins), _day(ends)))

    def _take_enrollments(self, rows: Rows) -> None:
        column = rows.columns
        roles = list(map(_ROLES.get, column["role"]))
        people = list(self._own(column["userSourcedId"]))
        if not self._with_role.issuperset(people):
            self._studying.update(compress(people, map(_STUDENT.__eq__, column["role"])))
        cells: Iterable[tuple[Any, ...]] = zip(
            column["sourcedId"],
            self._own(column["classSourcedId"]),
            people,
            roles,
            _each(column["primary"], "true".__eq__),
            _each(column["beginDate"], _day),
            _each(column["endDate"], _day),
            strict=True,
        )
        if None in roles:  # an administrator or a proctor has no seat in a class
            cells = compress(cells, [role is not None for role in roles])
        # What `_make` does, without a Python call for each of the many rows.
        self._enrollments.extend(map(tuple.__new__, repeat(EnrollmentRecord), cells))


def _rooted(records: Sequence[Node]) -> tuple[Node, ...]:
    """As a forest: without parents that are not there and without cycles."""
    known = {record.key for record in records}
    cyclic = in_cycles({record.key: record.parent for record in records if record.parent})
    return tuple(
        record._replace(parent="") if record.parent not in known or record.key in cyclic else record
        for record in records
    )


def _year(record: SessionRecord, known: Mapping[str, SessionRecord]) -> int:
    """The session's own year, else that of the nearest ancestor who has one, else the year of its last day."""
    ancestor: SessionRecord | None = record
    for _ in range(_LEVELS):
        if ancestor is None or ancestor.year:
            break
        ancestor = known.get(ancestor.parent)
    return (ancestor.year if ancestor else 0) or record.ends.year


def _strong_ids(user_ids: str, master: str) -> Iterable[tuple[str, str]]:
    """Ids that name one human being anywhere: СНИЛС, and what the maker calls the master identifier."""
    for item in user_ids.split(",") if user_ids else ():
        kind, _, value = item.strip("{}").partition(":")
        digits = _NOT_DIGITS.sub("", value)
        if kind.strip().casefold() in _SNILS and len(digits) == _SNILS_DIGITS:
            yield "SNILS", digits
    if master.strip():
        yield "userMasterIdentifier", master.strip()


def _guardianships(links: Iterable[tuple[str, str]], students: set[str]) -> Iterable[GuardianshipRecord]:
    """The standard leaves open whose agents are written down, so both directions count; two pupils make no link."""
    pairs = (
        GuardianshipRecord(pupil=user, guardian=agent) if user in students else GuardianshipRecord(agent, user)
        for user, agent in links
        if (user in students) != (agent in students)
    )
    return dict.fromkeys(pairs)
