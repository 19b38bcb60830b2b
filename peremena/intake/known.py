"""What we know already, in the shape of `intake.wanted`: the same keys, the same values, in a fixed number of queries.

A file speaks for its own source, in the organizations it names and in its years. What it names itself is found by its key
wherever it stood before, because inside one source the key alone decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from peremena.core.matching import Known, Name, comparable_name
from peremena.core.roster import OrganizationKind
from peremena.intake.among import among_ids, among_keys
from peremena.intake.recognizing import Recognized, recognize
from peremena.intake.wanted import Wanted
from peremena.school.models import (
    Employment,
    Enrollment,
    Group,
    Guardianship,
    Organization,
    OrganizationKey,
    PersonKey,
    SchoolClass,
    Source,
    Subject,
)

Rows = dict[Any, Known]


@dataclass(slots=True)
class KnownRoster:
    """`elsewhere` are keys of people whom others still hold, `shared` of organizations above the schools of which other files
    of the source speak too: what this file does not say of these ends nothing."""

    source: Source | None = None
    organizations: Rows = field(default_factory=dict)
    subjects: Rows = field(default_factory=dict)
    classes: Rows = field(default_factory=dict)
    groups: Rows = field(default_factory=dict)
    people: Rows = field(default_factory=dict)
    employments: Rows = field(default_factory=dict)
    enrollments: Rows = field(default_factory=dict)
    guardianships: Rows = field(default_factory=dict)
    recognized: Recognized = field(default_factory=Recognized)
    elsewhere: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()


def known(wanted: Wanted, school: Organization | None = None) -> KnownRoster:
    """What the file can change. `school` is the one the file's only school is said to be."""
    found = KnownRoster(Source.objects.filter(code=wanted.source).first())
    if found.source is not None:
        _organizations(found, found.source, wanted)
    if school is not None:
        (key,) = wanted.schools
        found.organizations[key] = Known(school.pk, (school.name, school.kind, wanted.organizations[key][2]))
    if found.source is not None:
        scope = Scope(found.source, found, wanted)
        found.shared = frozenset(scope.names[pk] for pk in scope.here if pk not in scope.own)
        _teaching(found, scope)
        _people(found, scope)
        _ties(found, scope)
    found.recognized = recognize(wanted, found.people, found.source)
    found.people |= found.recognized.people
    return found


ABOVE_SCHOOLS = {OrganizationKind.REGION.value, OrganizationKind.MUNICIPALITY.value}


class Scope:
    """What the file speaks for. `names` are our ids of the source's organizations, `here` of those that the file names, `own` of
    those of which nobody else speaks; `whole` = it names every school of its source, so all of them are its own."""

    def __init__(self, source: Source, found: KnownRoster, wanted: Wanted) -> None:
        self.source, self.wanted = source, wanted
        self.names = {row.id: key for key, row in found.organizations.items()}
        self.here = [pk for pk, key in self.names.items() if key in wanted.organizations]
        kinds = {row.id: row.values[1] for row in found.organizations.values() if row.values}
        self.whole = {pk for pk, kind in kinds.items() if kind == OrganizationKind.SCHOOL} <= {*self.here}
        self.own = [pk for pk in self.here if self.whole or kinds[pk] not in ABOVE_SCHOOLS]
        units = (*wanted.classes.values(), *wanted.groups.values())
        self.years = {*wanted.years, *(values[3] for values in units)}

    def of(self, kind: str) -> Q:
        """Rows of the source that the file names, or that stand in its organizations."""
        return Q(source=self.source) & (
            Q(source_key__in=among_keys(getattr(self.wanted, kind))) | Q(organization__in=self.here)
        )

    def of_year(self, kind: str) -> Q:
        named = Q(source_key__in=among_keys(getattr(self.wanted, kind)))
        return Q(source=self.source) & (named | Q(organization__in=self.here, year__in=self.years))


def _value(ended: Any, values: tuple[Any, ...]) -> tuple[Any, ...] | None:
    return None if ended else values


def _organizations(found: KnownRoster, source: Source, wanted: Wanted) -> None:
    rows = list(OrganizationKey.objects.filter(source=source).select_related("organization"))
    keys = {row.organization_id: row.key for row in rows}
    for row in rows:
        organization = row.organization
        parent = _parent(organization, keys, wanted, row.key)
        found.organizations[row.key] = Known(organization.pk, (organization.name, organization.kind, parent))


def _parent(organization: Organization, keys: dict[int, str], wanted: Wanted, key: str) -> str:
    """As the file would name it. A file that names no parent has no opinion, and who was placed under somebody the source
    does not know was placed there by a person: both stay, so they count as said."""
    told = str(wanted.organizations[key][2]) if key in wanted.organizations else ""
    if told not in wanted.organizations:
        return told
    return keys.get(organization.parent_id, told) if organization.parent_id else ""


def _teaching(found: KnownRoster, scope: Scope) -> None:
    names = scope.names
    subjects = Subject.objects.filter(scope.of("subjects"))
    for pk, key, ended, title, code, org in subjects.values_list(
        "id", "source_key", "ended", "title", "code", "organization"
    ):
        found.subjects[key] = Known(pk, _value(ended, (title, code, names.get(org))))
    classes = SchoolClass.objects.filter(scope.of_year("classes"))
    for pk, key, ended, title, grade, org, year in classes.values_list(
        "id", "source_key", "ended", "title", "grade", "organization", "year"
    ):
        found.classes[key] = Known(pk, _value(ended, (title, grade, names.get(org), year)))
    groups = Group.objects.filter(scope.of_year("groups"))
    for pk, key, ended, title, subject, org, year in groups.values_list(
        "id", "source_key", "ended", "title", "subject__source_key", "organization", "year"
    ):
        found.groups[key] = Known(pk, _value(ended, (title, subject, names.get(org), year)))


def _people(found: KnownRoster, scope: Scope) -> None:
    """Whom the file names, and who has or had a tie to its organizations: only these can it end."""
    rows = PersonKey.objects.filter(source=scope.source)
    if not scope.whole:
        rows = rows.filter(
            _named(scope) | Q(person__in=_employed(scope)) | Q(person__in=_enrolled(scope)) | _guarding(scope)
        )
    for key, person, ended, *name in rows.values_list(
        "key", "person", "person__ended", "person__family_name", "person__given_name", "person__middle_name"
    ):
        found.people[key] = Known(person, _value(ended, tuple(name)))
    missing = {row.id: key for key, row in found.people.items() if row.values and key not in scope.wanted.people}
    found.elsewhere = frozenset(missing[person] for person in _held(missing, scope))


def _named(scope: Scope) -> Q:
    return Q(key__in=among_keys(scope.wanted.people))


def _ids(rows: QuerySet[Any], field: str) -> QuerySet[Any, Any]:
    return rows.order_by().values(field)


def _employed(scope: Scope) -> QuerySet[Any, Any]:
    return _ids(Employment.objects.filter(source=scope.source, organization__in=scope.own), "person")


def _enrolled(scope: Scope) -> QuerySet[Any, Any]:
    return _ids(Enrollment.objects.filter(_in_its_units(scope)), "person")


def _in_its_units(scope: Scope) -> Q:
    units = Q(school_class__organization__in=scope.here) | Q(group__organization__in=scope.here)
    return Q(source=scope.source) & units


def _guarding(scope: Scope) -> Q:
    named = PersonKey.objects.filter(_named(scope), source=scope.source)
    wards = Guardianship.objects.filter(source=scope.source)
    pupils = Q(pupil__in=_enrolled(scope)) | Q(pupil__in=_ids(named, "person"))
    return Q(person__in=_ids(wards.filter(pupils), "guardian"))


def _held(people: Iterable[int], scope: Scope) -> set[int]:
    """Those of `people` with a tie, not ended, that this file cannot end: to other organizations, or told by others."""
    some = list(people)
    enrolled = Enrollment.objects.filter(ended=None).exclude(_in_its_units(scope))
    employed = Employment.objects.filter(ended=None, person__in=among_ids(some))
    employed = employed.exclude(source=scope.source, organization__in=scope.own)
    guarding = Guardianship.objects.filter(ended=None, guardian__in=among_ids(some), pupil__in=_ids(enrolled, "person"))
    ties: tuple[tuple[QuerySet[Any], str], ...] = (
        (enrolled.filter(person__in=among_ids(some)), "person"),
        (employed, "person"),
        (guarding, "guardian"),
    )
    return {person for rows, field in ties for person in rows.values_list(field, flat=True)} if some else set()


def _ties(found: KnownRoster, scope: Scope) -> None:
    units = {SchoolClass: _keys(found.classes), Group: _keys(found.groups)}
    people = _keys(found.people)
    employments = Employment.objects.filter(source=scope.source, organization__in=scope.here)
    for pk, person, org, position, begins, ends, ended in employments.values_list(
        "id", "person", "organization", "position", "begins", "ends", "ended"
    ):
        if person in people:
            found.employments[people[person], scope.names[org], position] = Known(pk, _value(ended, (begins, ends)))
    named = Q(source_key__in=among_keys(scope.wanted.enrollments))
    in_units = Q(school_class__in=among_ids(units[SchoolClass])) | Q(group__in=among_ids(units[Group]))
    enrollments = Enrollment.objects.filter(named | in_units, source=scope.source)
    for pk, key, ended, school_class, group, person, *rest in enrollments.values_list(
        "id", "source_key", "ended", "school_class", "group", "person", "role", "primary", "begins", "ends"
    ):
        unit = units[SchoolClass].get(school_class) if school_class else units[Group].get(group)
        found.enrollments[key] = Known(pk, _value(ended, (unit, people.get(person), *rest)))
    guardianships = Guardianship.objects.filter(source=scope.source, pupil__in=among_ids(people))
    for pk, pupil, guardian, ended in guardianships.values_list("id", "pupil", "guardian", "ended"):
        if guardian in people:
            found.guardianships[people[pupil], people[guardian]] = Known(pk, _value(ended, ()))


def _keys(rows: Rows) -> dict[int, Any]:
    return {row.id: key for key, row in rows.items()}


def names_elsewhere(source: Source | None) -> frozenset[Name]:
    """Names of people whom other sources told us about, and this one has not."""
    others = PersonKey.objects.filter(source__isnull=False, person__ended=None).exclude(source=source)
    if source is not None:
        others = others.exclude(person__in=PersonKey.objects.filter(source=source).values("person"))
    names = others.values_list("person__family_name", "person__given_name", "person__middle_name")
    return frozenset(comparable_name(*name) for name in names.iterator())
