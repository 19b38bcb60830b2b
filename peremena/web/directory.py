"""Everybody who has to do with a school: who he is there, whether he can sign in, whether he has linked his profile. A fixed
number of queries; what people call each other is compared and sorted here, since databases differ in that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q, QuerySet

from peremena.core.roster import TEACHING, EnrollmentRole
from peremena.core.titles import natural_key
from peremena.intake.among import among_ids
from peremena.school.models import (
    Account,
    Employment,
    Enrollment,
    Grant,
    Group,
    Guardianship,
    Organization,
    Person,
    SchoolClass,
)

MESSENGER = "vk"


class Role(StrEnum):
    """The order is that of the page."""

    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"
    STAFF = "staff"
    TEACHER = "teacher"
    PUPIL = "pupil"
    PARENT = "parent"


@dataclass(frozen=True, slots=True)
class Entry:
    """`user` None: he has no account, and so no `username`."""

    person: int
    name: str
    key: str
    roles: frozenset[Role]
    user: int | None
    username: str
    is_open: bool
    has_been_in: bool
    is_linked: bool


def directory(school: Organization) -> list[Entry]:
    """As people count and spell."""
    roles = _roster_roles(school)
    people = Person.objects.filter(pk__in=among_ids(roles), ended=None)
    rows = list(
        people.values_list(
            "pk",
            "family_name",
            "given_name",
            "middle_name",
            "user",
            "user__username",
            "user__is_active",
            "user__last_login",
        )
    )
    granted = _granted_roles(school)
    linked = Account.objects.filter(messenger=MESSENGER, ended_at=None, person__in=among_ids(roles))
    is_linked = set(linked.values_list("person", flat=True))
    entries = []
    for pk, family, given, middle, user, username, is_active, last_login in rows:
        name = " ".join(part for part in (family, given, middle) if part)
        all_roles = frozenset(roles[pk] | granted.get(user, set()))
        been = last_login is not None
        entries.append(
            Entry(pk, name, natural_key(name), all_roles, user, username or "", bool(is_active), been, pk in is_linked)
        )
    return sorted(entries, key=lambda entry: (entry.key, entry.person))


def _roster_roles(school: Organization) -> dict[int, set[Role]]:
    """Ties that have not ended, in the school's active year."""
    roles: dict[int, set[Role]] = defaultdict(set)
    employed = Employment.objects.filter(organization=school, ended=None)
    for person, position in employed.values_list("person", "position"):
        roles[person].add(Role.TEACHER if position == TEACHING else Role.STAFF)
    enrolled = Enrollment.objects.filter(ended=None)
    for found in (enrolled.filter(school_class__in=_classes(school)), enrolled.filter(group__in=_groups(school))):
        for person, role in found.values_list("person", "role").distinct():
            roles[person].add(Role.PUPIL if role == EnrollmentRole.STUDENT else Role.TEACHER)
    pupils = [person for person, own in roles.items() if Role.PUPIL in own]
    guarding = Guardianship.objects.filter(ended=None, pupil__in=among_ids(pupils), pupil__ended=None)
    for person in set(guarding.values_list("guardian", flat=True)):
        roles[person].add(Role.PARENT)
    return roles


def _classes(school: Organization) -> QuerySet[SchoolClass]:
    return SchoolClass.objects.filter(organization=school, year=school.active_year or 0, ended=None)


def _groups(school: Organization) -> QuerySet[Group]:
    return Group.objects.filter(organization=school, year=school.active_year or 0, ended=None)


def _granted_roles(school: Organization) -> dict[int | None, set[Role]]:
    granted: dict[int | None, set[Role]] = defaultdict(set)
    for user, role in grants_over(school).values_list("user", "role"):
        granted[user].add(Role(role))
    return granted


def grants_over(school: Organization) -> QuerySet[Grant]:
    """Its administrators', and those of operators above it."""
    above = Q(role=Grant.OPERATOR) & (Q(organization=None) | Q(organization__in=[each.pk for each in school.line]))
    return Grant.objects.filter(above | Q(role=Grant.ADMINISTRATOR, organization=school))


@dataclass(frozen=True, slots=True)
class Details:
    """By person: the classes he studies in, the names of his children at this school."""

    classes: dict[int, list[str]]
    children: dict[int, list[str]]


def details(school: Organization, people: Collection[int]) -> Details:
    """Two queries for however many people."""
    classes: dict[int, list[str]] = defaultdict(list)
    studying = Enrollment.objects.filter(school_class__in=_classes(school), role=EnrollmentRole.STUDENT, ended=None)
    for person, title in (
        studying.filter(person__in=among_ids(people))
        .order_by("school_class__sort_key", "pk")
        .values_list("person", "school_class__title")
    ):
        classes[person].append(title)
    children: dict[int, list[str]] = defaultdict(list)
    units = Q(school_class__in=_classes(school)) | Q(group__in=_groups(school))
    pupils = Enrollment.objects.filter(units, role=EnrollmentRole.STUDENT, ended=None).values("person")
    guarding = Guardianship.objects.filter(guardian__in=among_ids(people), ended=None, pupil__ended=None)
    names = guarding.filter(pupil__in=pupils).values_list("guardian", "pupil__family_name", "pupil__given_name")
    for guardian, family, given in sorted(set(names)):
        children[guardian].append(f"{family} {given}".strip())
    return Details(classes, children)


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the directory is wanted; "" = all."""

    text: str = ""
    role: str = ""
    sign_in: str = ""
    linked: str = ""

    SIGN_INS = ("open", "never")
    LINKS = ("yes", "no")

    def of(self, entries: Iterable[Entry]) -> list[Entry]:
        words = natural_key(self.text).split()
        return [entry for entry in entries if self._fits(entry) and all(word in entry.key for word in words)]

    def _fits(self, entry: Entry) -> bool:
        if self.role and self.role not in entry.roles:
            return False
        if self.sign_in == "open" and not entry.is_open:
            return False
        if self.sign_in == "never" and entry.has_been_in:
            return False
        return not self.linked or entry.is_linked == (self.linked == "yes")
