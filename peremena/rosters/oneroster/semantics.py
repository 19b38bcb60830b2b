"""Rules between sound rows of bulk files. They cost no row: whoever reads leniently is only told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from peremena.rosters.oneroster.lexical import EXTENSION
from peremena.rosters.oneroster.references import Index
from peremena.rosters.oneroster.rows import Rows
from peremena.rosters.oneroster.schema import (
    CLASSES,
    COURSES,
    ENROLLMENTS,
    ORGS,
    ROLES,
    SESSIONS,
    USER_PROFILES,
    USERS,
)
from peremena.rosters.oneroster.tree import in_cycles
from peremena.rosters.problems import Report

_MOST_PERIODS = 50  # compared for one class, so that a senseless file costs no time
_FIRST_DAY, _LAST_DAY = "", "9999"  # of a period without begin or end


class Semantics:
    """Sees sound rows in reading order and remembers what later rules need."""

    def __init__(self, modes: Mapping[str, str], index: Index, report: Report) -> None:
        self._modes = modes
        self._index = index
        self._report = report
        self._not_schools: set[str] = set()
        self._not_years: set[str] = set()
        self._owners: dict[str, str] = {}  # user profile → user
        self._primary_orgs: list[tuple[int, str, str]] = []  # row, user, org
        self._has_role: set[tuple[str, str]] = set()
        self._has_primary_role: set[tuple[str, str]] = set()
        self._parents: dict[str, dict[str, tuple[int, str]]] = {ORGS: {}, SESSIONS: {}}  # key → row, parent
        self._primary_teaching: dict[str, list[tuple[str, str]]] = defaultdict(list)  # class → periods
        self._rules: Mapping[str, Callable[[Rows], None]] = {
            ORGS: self._orgs,
            SESSIONS: self._sessions,
            COURSES: self._courses,
            CLASSES: self._schools,
            USERS: self._users,
            USER_PROFILES: self._user_profiles,
            ROLES: self._roles,
            ENROLLMENTS: self._enrollments,
        }

    def check(self, rows: Rows) -> None:
        if rows.file in self._rules and self._modes[rows.file] == "bulk":
            self._rules[rows.file](rows)

    def close(self) -> None:
        """Rules that need whole files. A roles file that has lost rows is no evidence against anybody."""
        for file, parents in self._parents.items():
            cycle = in_cycles({key: parent for key, (_, parent) in parents.items()})
            rows = [row for key, (row, _) in parents.items() if key in cycle]
            self._report.add(self._report.deviating, "semantic.parent_cycle", file, rows, "parentSourcedId")
        if self._modes.get(ROLES) != "bulk" or not self._index.whole(ROLES):
            return
        missing = [row for row, user, org in self._primary_orgs if (user, org) not in self._has_role]
        if missing:
            code = "semantic.primary_org_missing_role"
            self._report.add(self._report.deviating, code, USERS, missing, "primaryOrgSourcedId")

    def _say(self, rows: Rows, code: str, places: Sequence[int], field: str) -> None:
        rows.say(self._report.deviating, code, places, field)

    def _note_parents(self, rows: Rows) -> None:
        columns = rows.columns
        places = zip(columns["sourcedId"], rows.numbers, columns["parentSourcedId"], strict=True)
        self._parents[rows.file].update((key, (number, parent)) for key, number, parent in places if parent)

    def _orgs(self, rows: Rows) -> None:
        kinds = zip(rows.columns["sourcedId"], rows.columns["type"], strict=True)
        self._note_parents(rows)
        self._not_schools.update(key for key, kind in kinds if kind != "school" and not kind.startswith(EXTENSION))

    def _sessions(self, rows: Rows) -> None:
        kinds = zip(rows.columns["sourcedId"], rows.columns["type"], strict=True)
        self._note_parents(rows)
        self._not_years.update(key for key, kind in kinds if kind != "schoolYear" and not kind.startswith(EXTENSION))
        self._dates(rows, "startDate")

    def _dates(self, rows: Rows, begin: str = "beginDate") -> None:
        all_begin, all_end = rows.columns[begin], rows.columns["endDate"]
        if max(all_begin, default="") <= min(filter(None, all_end), default=_LAST_DAY):
            return  # nobody begins after anybody ends
        periods = enumerate(zip(all_begin, all_end, strict=True))
        backwards = [place for place, (begins, ends) in periods if ends and begins > ends]
        self._say(rows, "semantic.end_before_begin", backwards, "endDate")

    def _courses(self, rows: Rows) -> None:
        self._points_at(rows, "schoolYearSourcedId", self._not_years, "semantic.academic_session_type_mismatch")

    def _schools(self, rows: Rows) -> None:
        self._points_at(rows, "schoolSourcedId", self._not_schools, "semantic.org_type_mismatch")

    def _points_at(self, rows: Rows, field: str, wrong: set[str], code: str) -> None:
        keys = rows.columns[field]
        if not wrong.isdisjoint(keys):
            self._say(rows, code, [place for place, key in enumerate(keys) if key in wrong], field)

    def _users(self, rows: Rows) -> None:
        if "primaryOrgSourcedId" in rows.columns:
            triples = zip(rows.numbers, rows.columns["sourcedId"], rows.columns["primaryOrgSourcedId"], strict=True)
            self._primary_orgs.extend(triple for triple in triples if triple[2])

    def _user_profiles(self, rows: Rows) -> None:
        self._owners.update(zip(rows.columns["sourcedId"], rows.columns["userSourcedId"], strict=True))

    def _roles(self, rows: Rows) -> None:
        self._dates(rows)
        columns = rows.columns
        second: list[int] = []
        users_at_orgs = zip(columns["userSourcedId"], columns["orgSourcedId"], strict=True)
        for place, (user_at_org, kind) in enumerate(zip(users_at_orgs, columns["roleType"], strict=True)):
            self._has_role.add(user_at_org)
            if kind == "primary":
                if user_at_org in self._has_primary_role:
                    second.append(place)
                self._has_primary_role.add(user_at_org)
        self._say(rows, "semantic.multiple_primary_roles_for_user_org", second, "roleType")
        profiles = enumerate(zip(columns["userProfileSourcedId"], columns["userSourcedId"], strict=True))
        strange = [place for place, (profile, user) in profiles if profile and self._owners.get(profile, user) != user]
        self._say(rows, "semantic.user_profile_user_mismatch", strange, "userProfileSourcedId")

    def _enrollments(self, rows: Rows) -> None:
        self._schools(rows)
        self._dates(rows)
        columns = rows.columns
        second: list[int] = []
        if "true" in columns["primary"]:
            for place, (primary, role) in enumerate(zip(columns["primary"], columns["role"], strict=True)):
                if primary == "true" and role == "teacher" and self._teaches_beside(rows, place):
                    second.append(place)
        self._say(rows, "semantic.multiple_primary_teachers", second, "primary")

    def _teaches_beside(self, rows: Rows, place: int) -> bool:
        """Whether the class has another primary teacher in this row's period, which is then noted too."""
        columns = rows.columns
        periods = self._primary_teaching[columns["classSourcedId"][place]]
        begins, ends = columns["beginDate"][place] or _FIRST_DAY, columns["endDate"][place] or _LAST_DAY
        if any(begins <= other_ends and other_begins <= ends for other_begins, other_ends in periods):
            return True
        if len(periods) < _MOST_PERIODS:
            periods.append((begins, ends))
        return False
