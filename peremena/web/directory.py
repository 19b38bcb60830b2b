"""Everybody who has to do with a school: who he is there, whether he can sign in, whether he has linked his profile. A fixed
number of queries; what people call each other is compared and sorted here, since databases differ in that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Case, Q, QuerySet, Value, When
from django.utils import timezone

from peremena.core.roster import TEACHING, EnrollmentRole
from peremena.core.titles import natural_key
from peremena.intake.among import among_ids
from peremena.school.models import (
    Account,
    ActivationCode,
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


class SignIn(StrEnum):
    """How a person stands with signing in: by a name and a password, not at all any more, by a code that he has been given
    (or that has expired meanwhile), or in no way yet."""

    OPEN = "open"
    CLOSED = "closed"
    CODE = "code"
    EXPIRED = "expired"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Entry:
    """`user` None: he has no account, and so no `username`. `code`, `code_expires`: his code that has not ended, good or not."""

    person: int
    name: str
    key: str
    roles: frozenset[Role]
    user: int | None
    username: str
    sign_in: SignIn
    has_been_in: bool
    is_linked: bool
    code: int | None
    code_expires: datetime | None
    has_code: bool


def directory(school: Organization) -> list[Entry]:
    """As people count and spell."""
    now = timezone.now()
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
            _has_password(),
        )
    )
    pending = ActivationCode.objects.filter(ended_at=None, person__in=among_ids(roles))
    codes = {person: (pk, expires) for person, pk, expires in pending.values_list("person", "pk", "expires_at")}
    granted = _granted_roles(school)
    linked = Account.objects.filter(messenger=MESSENGER, ended_at=None, person__in=among_ids(roles))
    is_linked = set(linked.values_list("person", flat=True))
    entries = []
    for pk, family, given, middle, user, username, is_active, last_login, has_password in rows:
        name = " ".join(part for part in (family, given, middle) if part)
        code, expires = codes.get(pk, (None, None))
        has_code = expires is not None and expires > now
        entries.append(
            Entry(
                person=pk,
                name=name,
                key=natural_key(name),
                roles=frozenset(roles[pk] | granted.get(user, set())),
                user=user,
                username=username or "",
                sign_in=_sign_in(is_active, has_password, has_code, expires is not None),
                has_been_in=last_login is not None,
                is_linked=pk in is_linked,
                code=code,
                code_expires=expires,
                has_code=has_code,
            )
        )
    return sorted(entries, key=lambda entry: (entry.key, entry.person))


def _has_password() -> Case:
    """Asked in the database: nobody's hash is carried around for it."""
    unusable = Q(user__password="") | Q(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return Case(When(Q(user=None) | unusable, then=Value(False)), default=Value(True))


def _sign_in(is_active: bool | None, has_password: bool, has_code: bool, had_code: bool) -> SignIn:
    """`is_active` None: no account."""
    if is_active is False:
        return SignIn.CLOSED
    if has_password:
        return SignIn.OPEN
    if had_code:
        return SignIn.CODE if has_code else SignIn.EXPIRED
    return SignIn.NONE


def _roster_roles(school: Organization) -> dict[int, set[Role]]:
    """Ties that have not ended, in the school's active year."""
    roles: dict[int, set[Role]] = defaultdict(set)
    employed = Employment.objects.filter(organization=school, ended=None)
    for person, position in employed.values_list("person", "position"):
        roles[person].add(Role.TEACHER if position == TEACHING else Role.STAFF)
    enrolled = Enrollment.objects.filter(ended=None)
    for found in (
        enrolled.filter(school_class__in=current_classes(school)),
        enrolled.filter(group__in=_groups(school)),
    ):
        for person, role in found.values_list("person", "role").distinct():
            roles[person].add(Role.PUPIL if role == EnrollmentRole.STUDENT else Role.TEACHER)
    pupils = [person for person, own in roles.items() if Role.PUPIL in own]
    guarding = Guardianship.objects.filter(ended=None, pupil__in=among_ids(pupils), pupil__ended=None)
    for person in set(guarding.values_list("guardian", flat=True)):
        roles[person].add(Role.PARENT)
    return roles


def current_classes(school: Organization) -> QuerySet[SchoolClass]:
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
    studying = Enrollment.objects.filter(
        school_class__in=current_classes(school), role=EnrollmentRole.STUDENT, ended=None
    )
    for person, title in (
        studying.filter(person__in=among_ids(people))
        .order_by("school_class__sort_key", "pk")
        .values_list("person", "school_class__title")
    ):
        classes[person].append(title)
    children: dict[int, list[str]] = defaultdict(list)
    units = Q(school_class__in=current_classes(school)) | Q(group__in=_groups(school))
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

    SIGN_INS = (SignIn.OPEN, SignIn.CODE, SignIn.EXPIRED, SignIn.NONE, SignIn.CLOSED, "never")
    LINKS = ("yes", "no")

    def of(self, entries: Iterable[Entry]) -> list[Entry]:
        words = natural_key(self.text).split()
        return [entry for entry in entries if self._fits(entry) and all(word in entry.key for word in words)]

    def _fits(self, entry: Entry) -> bool:
        if self.role and self.role not in entry.roles:
            return False
        if self.sign_in and not self._signs_in(entry):
            return False
        return not self.linked or entry.is_linked == (self.linked == "yes")

    def _signs_in(self, entry: Entry) -> bool:
        if self.sign_in == "never":
            return not entry.has_been_in
        # Whoever has forgotten his password and been given a code has both.
        return entry.has_code if self.sign_in == SignIn.CODE else entry.sign_in == self.sign_in
