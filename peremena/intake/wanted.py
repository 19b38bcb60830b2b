"""What a roster file says, keyed and shaped for comparison with what we know."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from peremena.core.roster import OrganizationKind, RosterFile

Values = tuple[Any, ...]

# What our columns hold. The standard sets no bounds; who goes beyond these has written a mistake, not a name.
TEXT, WORD = 255, 64


@dataclass(slots=True)
class Wanted:
    """Kind → key in the source → values."""

    source: str
    organizations: dict[str, Values] = field(default_factory=dict)
    subjects: dict[str, Values] = field(default_factory=dict)
    classes: dict[str, Values] = field(default_factory=dict)
    groups: dict[str, Values] = field(default_factory=dict)
    people: dict[str, Values] = field(default_factory=dict)
    strong_ids: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    employments: dict[tuple[str, str, str], Values] = field(default_factory=dict)
    enrollments: dict[str, Values] = field(default_factory=dict)
    guardianships: dict[tuple[str, str], Values] = field(default_factory=dict)
    years: dict[int, tuple[date, date]] = field(default_factory=dict)
    spoken_of: frozenset[str] = frozenset()  # kinds the file has an opinion on; of the others everything known stays

    @property
    def schools(self) -> list[str]:
        """Keys of the schools, in the file's order."""
        return [key for key, (_, kind, _) in self.organizations.items() if kind == OrganizationKind.SCHOOL]


def wanted(roster: RosterFile) -> Wanted:
    """People who are not enabled are not there, nor is anything that hangs on them."""
    people = {record.key: record for record in roster.people if record.enabled}
    units = {record.key for record in roster.classes} | {record.key for record in roster.groups}
    return Wanted(
        source=roster.source[:TEXT],
        organizations={r.key: (r.name[:TEXT], r.kind.value, r.parent) for r in roster.organizations},
        subjects={r.key: (r.title[:TEXT], r.code[:TEXT], r.organization) for r in roster.subjects},
        classes={r.key: (r.title[:TEXT], r.grade[:WORD], r.organization, r.year) for r in roster.classes},
        groups={r.key: (r.title[:TEXT], r.subject, r.organization, r.year) for r in roster.groups},
        people={key: (r.family_name[:TEXT], r.given_name[:TEXT], r.middle_name[:TEXT]) for key, r in people.items()},
        strong_ids={key: r.strong_ids for key, r in people.items() if r.strong_ids},
        employments={
            (r.person, r.organization, r.position[:WORD]): (r.begins, r.ends)
            for r in roster.employments
            if r.person in people
        },
        enrollments={
            r.key: (r.unit, r.person, r.role.value, r.primary, r.begins, r.ends)
            for r in roster.enrollments
            if r.person in people and r.unit in units
        },
        guardianships={
            (r.pupil, r.guardian): () for r in roster.guardianships if r.pupil in people and r.guardian in people
        },
        years=_years(roster),
        spoken_of=_spoken_of(roster),
    )


def _spoken_of(roster: RosterFile) -> frozenset[str]:
    """A file that is absent says nothing. OneRoster 1.1 tells roles with the users, 1.2 in a file of their own."""
    roles = "users.csv" if roster.format == "oneroster-1.1" else "roles.csv"
    told_in = {
        "organizations": "orgs.csv",
        "subjects": "courses.csv",
        "classes": "classes.csv",
        "groups": "classes.csv",
        "people": "users.csv",
        "employments": roles,
        "enrollments": "enrollments.csv",
        "guardianships": "users.csv",
    }
    return frozenset(kind for kind, file in told_in.items() if file in roster.files)


def _years(roster: RosterFile) -> dict[int, tuple[date, date]]:
    """School year → its first and last day: of the schoolYear session, else around all its sessions."""
    spans: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for session in sorted(roster.sessions, key=lambda session: session.kind != "schoolYear"):
        spans[session.year].append((session.begins, session.ends))
    whole = {session.year for session in roster.sessions if session.kind == "schoolYear"}
    return {
        year: found[0] if year in whole else (min(begin for begin, _ in found), max(end for _, end in found))
        for year, found in spans.items()
    }
