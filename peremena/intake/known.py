"""What we know already, in the shape of `intake.wanted`: the same keys, the same values."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from peremena.core.matching import Known, Name, comparable_name
from peremena.intake.wanted import Wanted
from peremena.school.credentials import digest
from peremena.school.models import (
    Employment,
    Enrollment,
    Group,
    Guardianship,
    Organization,
    OrganizationKey,
    Person,
    PersonKey,
    SchoolClass,
    Source,
    Subject,
)

Rows = dict[Any, Known]


@dataclass(slots=True)
class KnownRoster:
    """`elsewhere` are keys of people whom other schools still hold: this file cannot end them."""

    source: Source | None = None
    organizations: Rows = field(default_factory=dict)
    subjects: Rows = field(default_factory=dict)
    classes: Rows = field(default_factory=dict)
    groups: Rows = field(default_factory=dict)
    people: Rows = field(default_factory=dict)
    employments: Rows = field(default_factory=dict)
    enrollments: Rows = field(default_factory=dict)
    guardianships: Rows = field(default_factory=dict)
    recognized: dict[str, int] = field(default_factory=dict)  # key in the file → a person known by a strong id
    elsewhere: frozenset[str] = frozenset()
    names: frozenset[Name] = frozenset()  # of people whom other sources told us about


def _value(ended: Any, values: tuple[Any, ...]) -> tuple[Any, ...] | None:
    return None if ended else values


def known(wanted: Wanted, school: Organization | None = None) -> KnownRoster:
    """Rows of this source in the file's organizations and years. `school` is the one the file's only school is said to be."""
    source = Source.objects.filter(code=wanted.source).first()
    found = KnownRoster(source=source)
    if source is not None:
        _organizations(found, source)
    if school is not None:
        _said_to_be(found, wanted, school)
    ids = {row.id: key for key, row in found.organizations.items() if key in wanted.organizations}
    if source is not None and ids:
        _teaching(found, source, ids, wanted)
        _people(found, source, ids)
        _ties(found, source, ids)
    _recognize(found, wanted)
    found.names = _names_elsewhere(source)
    return found


def _organizations(found: KnownRoster, source: Source) -> None:
    rows = OrganizationKey.objects.filter(source=source).select_related("organization__parent")
    keys = {row.organization_id: row.key for row in rows}
    for row in rows:
        organization = row.organization
        parent = keys.get(organization.parent_id or 0, "")
        found.organizations[row.key] = Known(organization.pk, (organization.name, organization.kind, parent))


def _said_to_be(found: KnownRoster, wanted: Wanted, school: Organization) -> None:
    key = next(key for key, values in wanted.organizations.items() if values[1] == "school")
    found.organizations[key] = Known(school.pk, (school.name, school.kind, wanted.organizations[key][2]))


def _teaching(found: KnownRoster, source: Source, ids: dict[int, str], wanted: Wanted) -> None:
    of_source = Q(source=source, organization__in=ids)
    of_year = of_source & Q(year__in={values[3] for values in (*wanted.classes.values(), *wanted.groups.values())})
    subjects = Subject.objects.filter(of_source)
    for pk, key, ended, title, code, org in subjects.values_list(
        "id", "source_key", "ended", "title", "code", "organization"
    ):
        found.subjects[key] = Known(pk, _value(ended, (title, code, ids[org])))
    for pk, key, ended, title, grade, org, year in SchoolClass.objects.filter(of_year).values_list(
        "id", "source_key", "ended", "title", "grade", "organization", "year"
    ):
        found.classes[key] = Known(pk, _value(ended, (title, grade, ids[org], year)))
    for pk, key, ended, title, subject, org, year in Group.objects.filter(of_year).values_list(
        "id", "source_key", "ended", "title", "subject__source_key", "organization", "year"
    ):
        found.groups[key] = Known(pk, _value(ended, (title, subject, ids[org], year)))


def _people(found: KnownRoster, source: Source, ids: dict[int, str]) -> None:
    positions: dict[int, set[Any]] = defaultdict(set)
    own = Employment.objects.filter(source=source, organization__in=ids)
    for pk, person, key, org, position, begins, ends, ended in own.values_list(
        "id", "person", "person__source_keys__key", "organization", "position", "begins", "ends", "ended"
    ).filter(person__source_keys__source=source):
        found.employments[key, ids[org], position] = Known(pk, _value(ended, (begins, ends)))
        if not ended:
            positions[person].add((ids[org], position, begins, ends))
    for key, person, ended, *name in PersonKey.objects.filter(source=source).values_list(
        "key", "person", "person__ended", "person__family_name", "person__given_name", "person__middle_name"
    ):
        found.people[key] = Known(person, _value(ended, (*name, frozenset(positions.get(person, ())))))
    held = _held_elsewhere(ids)
    found.elsewhere = frozenset(PersonKey.objects.filter(source=source, person__in=held).values_list("key", flat=True))


def _held_elsewhere(ids: dict[int, str]) -> QuerySet[Person, int]:
    """People with a tie, not ended, to an organization that is not in the file."""
    other_unit = Q(ended=None) & ~Q(school_class__organization__in=ids) & ~Q(group__organization__in=ids)
    enrolled = Enrollment.objects.filter(other_unit).values_list("person", flat=True)
    employed = Employment.objects.filter(ended=None).exclude(organization__in=ids).values_list("person", flat=True)
    guarding = Guardianship.objects.filter(ended=None, pupil__in=enrolled).values_list("guardian", flat=True)
    held = Q(id__in=enrolled) | Q(id__in=employed) | Q(id__in=guarding)
    return Person.objects.filter(held).values_list("id", flat=True)


def _ties(found: KnownRoster, source: Source, ids: dict[int, str]) -> None:
    units = {row.id: key for key, row in found.classes.items()}
    groups = {row.id: key for key, row in found.groups.items()}
    keys = {row.id: key for key, row in found.people.items()}
    enrollments = Enrollment.objects.filter(source=source).filter(Q(school_class__in=units) | Q(group__in=groups))
    for pk, key, ended, school_class, group, person, *rest in enrollments.values_list(
        "id", "source_key", "ended", "school_class", "group", "person", "role", "primary", "begins", "ends"
    ):
        unit = units[school_class] if school_class else groups[group]
        found.enrollments[key] = Known(pk, _value(ended, (unit, keys.get(person), *rest)))
    for pk, pupil, guardian, ended in Guardianship.objects.filter(source=source).values_list(
        "id", "pupil", "guardian", "ended"
    ):
        if pupil in keys and guardian in keys:
            found.guardianships[keys[pupil], keys[guardian]] = Known(pk, _value(ended, ()))


def _recognize(found: KnownRoster, wanted: Wanted) -> None:
    """People the source names for the first time, but whom a strong id tells to be known."""
    digests = {
        (scheme, digest(scheme, value)): key
        for key, ids in wanted.strong_ids.items()
        if key not in found.people
        for scheme, value in ids
    }
    rows = PersonKey.objects.filter(source=None, key__in=[key for _, key in digests])
    for scheme, key, person, ended, *name in rows.values_list(
        "scheme", "key", "person", "person__ended", "person__family_name", "person__given_name", "person__middle_name"
    ):
        if (scheme, key) in digests:
            found.recognized[digests[scheme, key]] = person
            found.people[digests[scheme, key]] = Known(person, _value(ended, (*name, frozenset())))


def _names_elsewhere(source: Source | None) -> frozenset[Name]:
    others = PersonKey.objects.filter(source__isnull=False, person__ended=None).exclude(source=source)
    names = others.values_list("person__family_name", "person__given_name", "person__middle_name")
    return frozenset(comparable_name(*name) for name in names.iterator())
